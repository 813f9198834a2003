import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { RingbackError } from '../../core/errors.ts';

/**
 * Lets a request to the control API through, or throws.
 * @param operationId the operation that the request was routed to, or null when it was routed to none
 * @throws {RingbackError} `control.forbidden`, `auth.missing`, `auth.wrong`
 */
export type ControlGuard = (operationId: string | null, headers: IncomingHttpHeaders) => void;

export interface ControlGuardOptions {
  /** The token that callers have to show; null: none is asked for. */
  readonly token: string | null;
  /** Host names by which the server may be called, besides the loopback ones: bound host, public URL's host, … */
  readonly hosts: readonly string[];
}

/** Operations that stand in for the consumer: they are called by anybody, from anywhere. */
const isOpen = (operationId: string | null): boolean => operationId?.startsWith('receiveInbox') ?? false;

/**
 * Makes the guard of the control API (DESIGN §5): a page that a developer happens to have open must not be able to
 * drive the mock, neither directly (`Origin`, `Sec-Fetch-Site`) nor through a name that resolves to this machine
 * (DNS rebinding, `Host`).
 */
export function createControlGuard(options: ControlGuardOptions): ControlGuard {
  const hosts = new Set(options.hosts.map((host) => unbracket(host.toLowerCase())));
  const token = options.token === null ? null : digest(options.token);
  return (operationId, headers) => {
    if (isOpen(operationId)) return;
    const host = hostName(headers.host ?? '');
    if (host === null || !(isLoopbackName(host) || isIP(host) !== 0 || hosts.has(host))) {
      throw forbidden(
        `Host is ${JSON.stringify(headers.host ?? '')}, expected localhost, an IP address or ${named(hosts)}; a server behind another name is started with --public-url or --allow-host`,
      );
    }
    if (headers['sec-fetch-site'] === 'cross-site') throw forbidden('Sec-Fetch-Site is cross-site');
    if (headers.origin !== undefined && !isSameSite(headers.origin, host, hosts)) {
      throw forbidden(`Origin is ${JSON.stringify(headers.origin)}, which is not this server's own`);
    }
    if (token !== null) checkToken(token, headers);
  };
}

/**
 * Whether binding this address keeps the server on this machine.
 * @param host as given to `--host`: a name or an address
 */
export function isLoopbackHost(host: string): boolean {
  const name = unbracket(host.toLowerCase());
  return isLoopbackName(name) || isLoopbackAddress(name);
}

/**
 * An IP address as `Host` is always fine: rebinding needs a name of the attacker's, and a page served from the
 * address itself is caught by its `Origin`.
 */
function isSameSite(origin: string, host: string, hosts: ReadonlySet<string>): boolean {
  const from = URL.canParse(origin) ? hostName(new URL(origin).host) : null;
  if (from === null) return false;
  return from === host || (isLoopbackHost(from) && isLoopbackHost(host)) || hosts.has(from);
}

function checkToken(expected: Buffer, headers: IncomingHttpHeaders): void {
  const own = headers['x-ringback-token'];
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const given = typeof own === 'string' ? own : bearer;
  if (given === undefined) {
    throw new RingbackError('auth.missing', {
      detail:
        'The control API of this server wants its token. Send "Authorization: Bearer <token>" or "X-Ringback-Token: <token>" with the value that --control-token has.',
    });
  }
  if (!timingSafeEqual(digest(given), expected)) {
    throw new RingbackError('auth.wrong', {
      detail:
        'The token of the control API is not the one that the server was started with (--control-token).',
    });
  }
}

/** Digests have one length, which `timingSafeEqual` needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function forbidden(reason: string): RingbackError {
  return new RingbackError('control.forbidden', { detail: `Failed to use the control API: ${reason}.` });
}

function named(hosts: ReadonlySet<string>): string {
  const names = [...hosts].filter((host) => isIP(host) === 0 && !isLoopbackName(host));
  return names.length === 0 ? 'a name that was allowed (none was)' : names.join(' or ');
}

/** The host of a `Host` value, without port and brackets, in lower case; null when it is none. */
function hostName(value: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[^\s:/@[\]]+)(?::\d+)?$/i.exec(value);
  return match?.[1] === undefined ? null : unbracket(match[1].toLowerCase()).replace(/\.$/, '');
}

function unbracket(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
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
