import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { RingbackError } from '../../core/errors.ts';
import { unbracket } from '../../core/unbracket.ts';
import { callbackMark } from '../../http-client/callback-mark.ts';
import { readHostNames } from './allowed-callers.ts';

/**
 * Admits a request to the server, or throws.
 * @throws {RingbackError} `request.forbidden`, `control.forbidden`, `control.callback`, `auth.missing`, `auth.wrong`
 */
export type Guard = (request: GuardedRequest) => Admission;

export interface GuardedRequest {
  /**
   * The area of the request. An inbox acts as the consumer, so it accepts every caller. The files of the dashboard
   * (`page`) hold nothing of a space, so they need no token: a browser that opens a page cannot send one.
   */
  readonly area: Area;
  /** Whether the request reads the health of the server. */
  readonly isHealth?: boolean;
  readonly method: string;
  /** `host` is that of an absolute target, if there is one. */
  readonly headers: IncomingHttpHeaders;
}

export type Area = 'provider' | 'control' | 'page' | 'inbox';

export interface Admission {
  /** CORS headers of the response. */
  readonly headers: Readonly<Record<string, string>>;
  /** True for a CORS preflight, whose response consists of `headers`. */
  readonly isPreflight: boolean;
  /** Whether the request may create a space, which may evict another one. */
  readonly mayMakeSpace: boolean;
}

/** The admission of a request to which no rule applies. */
export const admitted: Admission = { headers: {}, isPreflight: false, mayMakeSpace: true };

export interface GuardOptions {
  /** The token that callers of the control API must send. Null: none is required. */
  readonly token: string | null;
  /**
   * Whether the server is in a container: its network gives it names that it cannot know, and probes of its health have
   * no token.
   */
  readonly container: boolean;
  /** Host names of this server: bound host, public URL's host, allowed hosts. `*.name` means every name below one. */
  readonly hosts: readonly string[];
  /** Host names of the real providers, accepted only for requests to the providers. */
  readonly providerHosts: readonly string[];
  /** Origins of pages that may call the server, as browsers write them. */
  readonly origins: ReadonlySet<string>;
  /** The server's public origin. Null: that of the request's host. */
  readonly publicOrigin: string | null;
}

/**
 * The origin of the page that sends a request, relative to the server. `own`: the same origin. `near`: another port of
 * its host or of this machine, or behind a proxy. `allowed`: one that the options allow. `none`: no page sent it.
 */
type Place = 'none' | 'own' | 'near' | 'foreign' | 'allowed';

/** Docker's name for the machine that a container runs on; its top-level name is reserved for private networks. */
const dockerHost = 'host.docker.internal';

/**
 * Creates the guard of the server. A page that happens to be open in a developer's browser must not be able to use the
 * control API or a provider, neither directly (`Origin`, `Sec-Fetch-Site`) nor by a name that it resolves to this
 * machine (DNS rebinding, `Host`).
 */
export function createGuard(options: GuardOptions): Guard {
  const { origins, publicOrigin, token, container } = options;
  const named = options.hosts.filter((host) => isIP(unbracket(host)) === 0);
  const isOwnName = readHostNames([dockerHost, ...named]);
  const isProviderName = readHostNames(options.providerHosts);
  const expected = token === null ? null : digest(token);
  const common = origins.size === 0 ? {} : { vary: 'Origin' };
  const friend: Admission = { headers: common, isPreflight: false, mayMakeSpace: true };
  const stranger: Admission = { ...friend, mayMakeSpace: false };

  const isKnownHost = (host: string | undefined, area: Area): boolean => {
    // Every browser sends `Host`.
    if (host === undefined) return !isOwn(area);
    const name = hostName(host);
    if (name === null) return false;
    if (container || isLoopbackName(name) || isIP(name) !== 0 || isOwnName(name)) return true;
    return !isOwn(area) && isProviderName(name);
  };

  const placeOf = (origin: string | null, headers: IncomingHttpHeaders): Place => {
    const { host } = headers;
    const site = headers['sec-fetch-site'];
    if (origin !== null && origins.has(origin)) return 'allowed';
    if (site === 'cross-site') return 'foreign';
    if (headers.origin === undefined) return site === 'same-site' ? 'near' : 'none';
    if (origin === null || host === undefined) return 'foreign';
    if (origin === publicOrigin || isOriginOf(origin, host)) return 'own';
    const [from, to] = [hostName(authorityOf(origin)), hostName(host)];
    if (from === null || to === null) return 'foreign';
    const isNear = from === to || (isLoopbackHost(from) && isLoopbackHost(to)) || site === 'same-origin';
    return isNear ? 'near' : 'foreign';
  };

  return ({ area, isHealth = false, method, headers }) => {
    const { host } = headers;
    const isHolder = (): boolean => {
      const given = ownToken(headers) ?? (isOwn(area) ? bearerToken(headers) : undefined);
      return expected !== null && given !== undefined && isSame(given, expected);
    };
    if (container && isHealth) return isHolder() ? friend : stranger;
    const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
    const origin = originOf(headers);
    const place = placeOf(origin, headers);
    const isStrict = isOwn(area) || isPreflight;
    const isForeign = place === 'foreign' || (isStrict && place === 'near');
    // A page that reaches this machine by a name of its own does not have the token.
    const isKnown = isKnownHost(host, area) || isHolder();
    if (area !== 'inbox') {
      if (!isKnown) throw forbidden(area, hostProblem(host));
      if (isForeign) throw forbidden(area, pageProblem(origin, headers));
    }
    const reading =
      place === 'allowed' && headers.origin === origin ? readingHeaders(headers.origin, headers) : null;
    if (isPreflight && reading !== null) return { headers: reading, isPreflight, mayMakeSpace: false };
    // Errors need these headers too: the page must be able to read that its token is missing.
    const said = reading ?? {};
    if (area === 'control') {
      if (headers[callbackMark] !== undefined) throw fromCallback(said);
      if (expected !== null) checkToken(expected, headers, said);
    }
    const isTrusted = area === 'control' || expected === null || hasToken(expected, headers, area, said);
    const admission = isKnown && !isForeign && isTrusted ? friend : stranger;
    return reading === null ? admission : { ...admission, headers: reading };
  };
}

/** Whether binding this address keeps the server on this machine. */
export function isLoopbackHost(host: string): boolean {
  const name = unbracket(host.toLowerCase());
  return isLoopbackName(name) || isLoopbackAddress(name);
}

/**
 * The origin of the page that a browser sends the request for, in lower case. Null: there is none, or it is unknown.
 * Requests for images and links have no `Origin`, but their `Referer` reveals it (Fetch §3.1, Referrer Policy §3.4).
 */
function originOf(headers: IncomingHttpHeaders): string | null {
  const { origin, referer } = headers;
  if (origin !== undefined) return /^[a-z][a-z0-9+.-]*:\/\/[^\s/]+$/.test(origin) ? origin : null;
  if (headers['sec-fetch-site'] === undefined || referer === undefined || !URL.canParse(referer)) return null;
  return new URL(referer).origin;
}

/** Whether this origin is that of the server that the browser calls as `host`. */
function isOriginOf(origin: string, host: string): boolean {
  const own = `${origin.slice(0, origin.indexOf(':'))}://${host}`;
  return URL.canParse(own) && new URL(own).origin === origin;
}

function authorityOf(origin: string): string {
  return origin.slice(origin.indexOf('://') + 3);
}

/** How long a browser caches the response to a preflight, in seconds. */
const preflightAge = '600';

/**
 * The headers that allow a page to read the response and, by a preflight, to send the request (Fetch §3.2): with any
 * method and any header, since the page is allowed, and without cookies, since the server has none.
 */
function readingHeaders(origin: string, headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const method = headers['access-control-request-method'];
  if (method === undefined) {
    return { vary: 'Origin', 'access-control-allow-origin': origin, 'access-control-expose-headers': '*' };
  }
  const names = headers['access-control-request-headers'];
  return {
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    'access-control-allow-origin': origin,
    'access-control-allow-methods': method,
    ...(names !== undefined && { 'access-control-allow-headers': names }),
    'access-control-max-age': preflightAge,
  };
}

const tokenHeader = 'x-ringback-token';

/** Headers of a response. */
type ResponseHeaders = Readonly<Record<string, string>>;

function checkToken(expected: Buffer, headers: IncomingHttpHeaders, said: ResponseHeaders): void {
  const given = ownToken(headers) ?? bearerToken(headers);
  if (given === undefined) {
    throw new RingbackError('auth.missing', {
      detail:
        'Could not use the control API: this server requires a control token. Send "Authorization: Bearer <token>" or "X-Ringback-Token: <token>" with the value of --control-token.',
      headers: said,
    });
  }
  if (!isSame(given, expected)) throw wrongToken(said);
}

/** Whether a request to a provider or an inbox has the token. Its `Authorization` is for the provider. */
function hasToken(
  expected: Buffer,
  headers: IncomingHttpHeaders,
  area: Area,
  said: ResponseHeaders,
): boolean {
  const given = ownToken(headers);
  if (given === undefined) return false;
  if (isSame(given, expected)) return true;
  if (area === 'inbox') return false;
  throw wrongToken(said);
}

function ownToken(headers: IncomingHttpHeaders): string | undefined {
  const own = headers[tokenHeader];
  return typeof own === 'string' ? own : undefined;
}

/** Everything after the scheme: a token may contain spaces. */
function bearerToken({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(.+)$/i.exec(authorization)?.[1];
}

/** Compares digests, since `timingSafeEqual` requires equal lengths. */
function isSame(given: string, expected: Buffer): boolean {
  return timingSafeEqual(digest(given), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function wrongToken(headers: ResponseHeaders): RingbackError {
  return new RingbackError('auth.wrong', {
    detail: 'Could not accept the request: the token does not match the one of --control-token.',
    headers,
  });
}

function hostProblem(host: string | undefined): string {
  const got = `Host is ${JSON.stringify(host ?? '').slice(0, 300)}, which is not a name of this server`;
  const name = hostName(host ?? '');
  return name === null || !isPlain(name)
    ? `${got}. Expected localhost, an IP address or a name that --allow-host allows.`
    : `${got}. To allow it, start the server with --allow-host ${name}, in code with allowHosts: ['${name}'].`;
}

function pageProblem(origin: string | null, headers: IncomingHttpHeaders): string {
  if (origin !== null && isPlain(origin)) {
    return `a page of ${origin} sent it, which is another origin than that of this server. To allow it, start the server with --allow-origin ${origin}, in code with allowOrigins: ['${origin}'].`;
  }
  const got =
    headers.origin === undefined
      ? `Sec-Fetch-Site is ${JSON.stringify(headers['sec-fetch-site'])}`
      : `Origin is ${JSON.stringify(headers.origin).slice(0, 300)}`;
  return `${got}: a page of another origin sent it. Add the origin of the page to --allow-origin, or call the server from outside a browser.`;
}

/** Whether a message can show it unquoted, ready to copy into a shell. */
function isPlain(text: string): boolean {
  return text.length <= 253 && /^[\w.:/[\]-]+$/.test(text);
}

/** Whether the area is Ringback's own, in which no consumer has a part. */
function isOwn(area: Area): boolean {
  return area === 'control' || area === 'page';
}

function forbidden(area: Area, problem: string): RingbackError {
  return isOwn(area)
    ? new RingbackError('control.forbidden', { detail: `Could not use the control API: ${problem}` })
    : new RingbackError('request.forbidden', { detail: `Could not accept the request: ${problem}` });
}

function fromCallback(headers: ResponseHeaders): RingbackError {
  return new RingbackError('control.callback', {
    headers,
    detail:
      'Could not use the control API: the request is a callback of Ringback, and callbacks may not control the mock. Use the callback URL of an endpoint, or of an inbox: /_ringback/inbox/{name}.',
  });
}

/** The host of a `Host` value, without port and brackets, in lower case. Null if it is invalid. */
function hostName(value: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[^\s:/@[\]]+)(?::\d+)?$/i.exec(value);
  return match?.[1] === undefined ? null : unbracket(match[1].toLowerCase()).replace(/\.$/, '');
}

/** RFC 6761 §6.3: `localhost` and the names under it always are this machine. */
function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function isLoopbackAddress(address: string): boolean {
  return (
    (isIP(address) === 4 && address.startsWith('127.')) || address === '::1' || address === '0:0:0:0:0:0:0:1'
  );
}
