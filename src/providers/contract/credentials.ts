import type { Operation, SecurityScheme } from '../../core/contract/contract.ts';
import { RingbackError } from '../../core/errors.ts';
import type { RequestHead } from '../../core/provider/provider.ts';

/**
 * Checks that a request has the credentials of one of the operation's alternatives. Any are accepted, unless some are
 * configured.
 * @param accepted the values that are accepted: a token, a key, or `user:password`. Empty: any
 * @throws {RingbackError} `auth.missing`, `auth.wrong`
 */
export function checkCredentials(request: RequestHead, accepted: readonly string[]): void {
  const { operation } = request;
  const { security } = operation;
  if (security.length === 0) return;
  const complete = security.filter((schemes) =>
    schemes.every((scheme) => credential(request, scheme) !== null),
  );
  if (complete.length === 0) throw missing(operation);
  if (accepted.length === 0) return;
  const isRight = complete.some((schemes) =>
    schemes.every(
      (scheme) => scheme.type === 'mutualTLS' || accepted.includes(credential(request, scheme) ?? ''),
    ),
  );
  if (!isRight) {
    throw new RingbackError('auth.wrong', {
      headers: challengeOf(operation),
      detail: `Could not authenticate the request to ${operation.id}: its credentials are not among those of the setting that lists them.`,
    });
  }
}

/** The credential of a scheme in a request, or null. Clients without a certificate pass for those with one. */
function credential(request: RequestHead, { type, key, scheme }: SecurityScheme): string | null {
  if (type === 'mutualTLS') return '';
  if (key !== null) {
    const sent = { header: request.headers, query: request.query, cookie: request.cookies }[key.in];
    const name = key.in === 'header' ? key.name.toLowerCase() : key.name;
    const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
    return value === undefined || value === '' ? null : String(value);
  }
  const [, given = '', value = ''] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(request.headers.authorization ?? '') ?? [];
  if (scheme !== null && given.toLowerCase() !== scheme) return null;
  return scheme === 'basic' ? decodeBasic(value) : value;
}

/** `user:password` as Basic credentials: base64 of its UTF-8 bytes (RFC 7617 §2.1). */
export function encodeBasic(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** `user:password` (RFC 7617 §2), or null if it is not base64 of one. */
function decodeBasic(value: string): string | null {
  try {
    const text = new TextDecoder().decode(Uint8Array.from(atob(value), (char) => char.charCodeAt(0)));
    return text.includes(':') ? text : null;
  } catch {
    return null;
  }
}

function missing(operation: Operation): RingbackError {
  const ways = operation.security.map((schemes) => schemes.map(described).join(' and '));
  return new RingbackError('auth.missing', {
    headers: challengeOf(operation),
    detail: `Could not authenticate the request to ${operation.id}: the contract requires ${[...new Set(ways)].join(', or ')}. Any value is accepted.`,
  });
}

function described({ type, key, scheme, name }: SecurityScheme): string {
  if (key !== null) return `the ${key.in === 'query' ? 'query parameter' : key.in} ${key.name}`;
  if (type === 'mutualTLS') return 'a client certificate';
  return scheme === null
    ? `credentials of ${name}`
    : `Authorization: ${scheme === 'basic' ? 'Basic' : scheme === 'bearer' ? 'Bearer' : scheme} …`;
}

/** RFC 9110 §11.6.1. */
function challengeOf({ security, provider }: Operation): Readonly<Record<string, string>> {
  const scheme = security.flat().find((each) => each.scheme !== null)?.scheme ?? 'bearer';
  return { 'www-authenticate': `${scheme.charAt(0).toUpperCase()}${scheme.slice(1)} realm="${provider}"` };
}
