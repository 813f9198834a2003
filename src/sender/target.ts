import type { OutboundRequest } from '../core/delivery/sender.ts';

/** Where a request goes and with which headers, or why it cannot be sent. */
export type Target =
  | {
      readonly origin: string;
      readonly path: string;
      /** Host and port as messages show them: never with the credentials of the URL. */
      readonly place: string;
      readonly headers: readonly string[];
    }
  | { readonly problem: string };

/** RFC 9110 §5.6.2: the characters of a token. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110 §5.5: what a field value may not hold, and what is no single byte. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const notInValue = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;
/** Names that belong to the connection, not to the request (RFC 9110 §7.6.1, §10.1.1). */
const connectionHeaders = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect', 'te', 'trailer']);

/**
 * Reads the URL and headers of a request. User and password in the URL become an `authorization` header
 * (RFC 7617), as browsers and curl do it, unless there is one already.
 * @param userAgent sent when the request has no `user-agent` of its own; null: none
 */
export function readTarget(request: OutboundRequest, userAgent: string | null): Target {
  if (!URL.canParse(request.url)) {
    return { problem: `the URL cannot be read: ${JSON.stringify(withoutUserinfo(request.url))}` };
  }
  const url = new URL(request.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { problem: `the URL is not http or https, but ${url.protocol}` };
  }
  if (!token.test(request.method))
    return { problem: `the method ${JSON.stringify(request.method)} is not one` };
  const headers: string[] = [];
  const names = new Set<string>();
  for (const [name, value] of Object.entries(request.headers)) {
    const problem = headerProblem(name, value);
    if (problem !== null) return { problem };
    headers.push(name, value);
    names.add(name.toLowerCase());
  }
  if (userAgent !== null && !names.has('user-agent')) headers.push('user-agent', userAgent);
  if ((url.username !== '' || url.password !== '') && !names.has('authorization')) {
    const credentials = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
    headers.push('authorization', `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`);
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    place: `${url.hostname}:${port}`,
    headers,
  };
}

function headerProblem(name: string, value: string): string | null {
  if (!token.test(name)) return `${JSON.stringify(name)} is not a header name that HTTP allows`;
  if (connectionHeaders.has(name.toLowerCase()))
    return `the header ${name} belongs to the connection and cannot be set`;
  const found = notInValue.exec(value);
  if (found === null) return null;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `the value of the header ${name} has the character U+${code}, which HTTP does not allow`;
}

/** Credentials as they were before they were put into the URL; a stray `%` stays. */
function percentDecoded(text: string): string {
  return Buffer.from(
    text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}

function withoutUserinfo(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//');
}
