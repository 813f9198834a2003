import type { Area } from './guard.ts';

/** No browser takes a response for another type than it says (Fetch §2.2.6). */
const noSniffing = 'nosniff';

/** Whatever a browser shows of a response runs nothing, loads nothing, has an origin of its own and is in no frame (CSP 3). */
const inert = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Types in which nothing runs. A provider's downloads are of these, and a page of the consumer may show them in a frame. */
const passive =
  /^(?:application\/(?:[\w.+-]+\+)?json|application\/(?:pdf|octet-stream)|image\/(?:jpeg|png|tiff|bmp|gif)|text\/plain)\s*(?:;|$)/i;

/**
 * Adds the headers by which a response cannot be used against the control API, which has the same origin: an inbox or a
 * script's provider may send a page, and what the control API says is kept by no cache. A script's own headers do not
 * replace them.
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
  if (area !== 'provider' || (type !== '' && !passive.test(type))) headers['content-security-policy'] = inert;
}
