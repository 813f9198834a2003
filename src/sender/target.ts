import type { OutboundRequest } from '../core/engine/deliveries/sender.ts';
import { quoted } from '../core/quoted.ts';
import { callbackMark } from '../http-client/callback-mark.ts';

/** The destination of a request, with its headers. */
export interface Target {
  readonly origin: string;
  readonly path: string;
  /** For the `host` header: without the default port of the scheme. */
  readonly host: string;
  /** Host and port for messages. Never contains the credentials of the URL. */
  readonly place: string;
  /** Names and values, alternating. */
  readonly headers: string[];
  readonly bodyBytes: number;
}

/** Reads the destination of a request, or says why it cannot be sent. */
export type ReadTarget = (request: OutboundRequest) => Target | { readonly problem: string };

/** RFC 9110 §5.6.2: the characters of a token. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110 §5.5: characters that a field value must not contain, and those that are not a single byte. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const notInValue = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;
/** Headers of the connection, not of the request (RFC 9110 §7.6.1, §10.1.1). */
const connectionHeaders = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect', 'te', 'trailer']);

/** The part of a URL before its path. */
interface Server {
  readonly origin: string;
  readonly host: string;
  readonly place: string;
  /** From user and password of the URL. Null if it has none. */
  readonly authorization: string | null;
}

/** A path and query that parsing a URL leaves unchanged: nothing to encode … */
const plainPath = /^\/[\w\-.~!$&()*+,;=:@/?%]*$/;
/** … and no `.` or `..` to resolve (WHATWG URL §4.4). */
const dotSegment = /\/(?:\.|%2e)/i;
/** A complete scheme and authority: what follows cannot change the server. */
const wholeServer = /^https?:\/\/[^/?#\\\s]+$/i;

/** How many servers are cached. Beyond it, the cache is cleared. */
const maxServers = 1_000;

/**
 * Creates the reader of URLs and headers of requests. User and password in the URL become an `authorization` header
 * (RFC 7617), as in browsers and curl, unless there is one already.
 *
 * Parsing a URL costs more than everything else here, and there are few consumers. So the server part of a URL is
 * parsed once, and a path of plain characters is used as it is.
 * @param userAgent for requests without `user-agent`. Null: none
 */
export function targetReader(userAgent: string | null): ReadTarget {
  const servers = new Map<string, Server>();

  return (request) => {
    const { url } = request;
    // The first slash after those of the scheme.
    const pathAt = url.indexOf('/', 8);
    const start = pathAt === -1 ? url : url.slice(0, pathAt);
    let server = servers.get(start);
    let path = url.slice(start.length);
    if (server === undefined || !plainPath.test(path) || dotSegment.test(path)) {
      if (!URL.canParse(url)) {
        return { problem: `the URL cannot be read: ${quoted(withoutUserinfo(url))}` };
      }
      const read = new URL(url);
      if (read.protocol !== 'http:' && read.protocol !== 'https:') {
        return { problem: `the URL is not http or https, but ${read.protocol}` };
      }
      if (read.port === '0') return { problem: 'the URL has port 0, where nothing can listen' };
      server = serverOf(read);
      path = read.pathname + read.search;
      if (pathAt !== -1 && wholeServer.test(start)) {
        if (servers.size >= maxServers) servers.clear();
        servers.set(start, server);
      }
    }
    if (!token.test(request.method)) return { problem: `the method ${quoted(request.method)} is not one` };
    const headers: string[] = [];
    const bodyBytes = sizeOf(request.body);
    const problem = readHeaders(request.headers, bodyBytes, server.authorization, userAgent, headers);
    const { origin, host, place } = server;
    return problem === null ? { origin, host, path, place, headers, bodyBytes } : { problem };
  };
}

function sizeOf(body: OutboundRequest['body']): number {
  if (body === null) return 0;
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}

function serverOf(url: URL): Server {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const credentials = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  return {
    origin: url.origin,
    host: url.host,
    place: `${url.hostname}:${port}`,
    authorization:
      credentials === ':' ? null : `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`,
  };
}

/** Adds the headers of the request, and the sender's own where the request has none. Returns null, or the problem. */
function readHeaders(
  given: OutboundRequest['headers'],
  bodyBytes: number,
  authorization: string | null,
  userAgent: string | null,
  headers: string[],
): string | null {
  let addsUserAgent = userAgent !== null;
  let addsAuthorization = authorization !== null;
  for (const name of Object.keys(given)) {
    const value = given[name] ?? '';
    const lower = name.toLowerCase();
    const problem = headerProblem(name, lower, value, bodyBytes);
    if (problem !== null) return problem;
    if (lower === callbackMark) continue;
    headers.push(name, value);
    if (lower === 'user-agent') addsUserAgent = false;
    else if (lower === 'authorization') addsAuthorization = false;
  }
  if (addsUserAgent && userAgent !== null) headers.push('user-agent', userAgent);
  if (addsAuthorization && authorization !== null) headers.push('authorization', authorization);
  headers.push(callbackMark, '1');
  return null;
}

function headerProblem(name: string, lower: string, value: string, bodyBytes: number): string | null {
  if (!token.test(name)) return `${quoted(name)} is not a header name that HTTP allows`;
  if (connectionHeaders.has(lower)) return `the header ${name} belongs to the connection and cannot be set`;
  if (lower === 'connection' && !/^(close|keep-alive)$/i.test(value)) {
    return `the header ${name} is ${quoted(value)}; it can be close or keep-alive`;
  }
  if (lower === 'content-length' && value !== String(bodyBytes)) {
    return `the header ${name} is ${quoted(value)}, and the body has ${bodyBytes} bytes`;
  }
  const found = notInValue.exec(value);
  if (found === null) return null;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `the value of the header ${name} has the character U+${code}, which HTTP does not allow`;
}

/** Credentials as they were before they were encoded into the URL. A stray `%` is kept. */
function percentDecoded(text: string): string {
  return Buffer.from(
    text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}

function withoutUserinfo(url: string): string {
  return url.replace(/\/\/.*@/s, '//');
}
