import type { Area } from './guard.ts';

/** Browsers do not guess another type for the response (Fetch §2.2.6). */
const noSniffing = 'nosniff';

/** A page from the response runs and loads nothing, has its own origin, and cannot be framed (CSP 3). */
const inert = "default-src 'none'; frame-ancestors 'none'; sandbox";

/**
 * The dashboard runs and loads its own files alone, and calls its own server alone. What a callback contains cannot run:
 * neither inline scripts, nor strings that become code (Trusted Types).
 */
const dashboard = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Types that cannot run code. A provider's downloads have these types, and a page of the consumer may frame them. */
const passive =
  /^(?:application\/(?:[\w.+-]+\+)?json|application\/(?:pdf|octet-stream)|image\/(?:jpeg|png|tiff|bmp|gif)|text\/plain)\s*(?:;|$)/i;

/**
 * Adds headers that prevent a response from attacking the control API, which has the same origin: an inbox or a
 * scripted response may be a page. They also prevent caching of control responses. Headers of a script do not replace
 * them.
 */
export function addProtection(headers: Record<string, string | number>, area: Area): void {
  let type = '';
  let isCacheable = area === 'provider';
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (lower === 'content-type') type = String(headers[name]);
    else if (lower === 'cache-control') isCacheable = true;
    else if (lower === 'x-content-type-options' || lower === 'content-security-policy') delete headers[name];
  }
  headers['x-content-type-options'] = noSniffing;
  if (!isCacheable) headers['cache-control'] = 'no-store';
  if (area === 'page') {
    headers['content-security-policy'] = dashboard;
    headers['cross-origin-resource-policy'] = 'same-origin';
    headers['referrer-policy'] = 'same-origin';
  } else if (area !== 'provider' || (type !== '' && !passive.test(type)))
    headers['content-security-policy'] = inert;
}
