import type { CallbackType } from '../../contract/contract.ts';
import { encodeBody } from '../../contract/media/encode-body.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectOf } from '../../json.ts';
import type { FaultName } from '../../scenario/fault-schemas.ts';
import { appendQuery, type ComposedCallback } from '../deliveries/compose-callback.ts';
import type { WireFault } from '../deliveries/sender.ts';
import type { CallbackTarget } from '../runs/run.ts';
import { breakPayload } from './break-payload.ts';
import { describeFault, inapplicable, type Strike } from './select-faults.ts';
import { wrongCredentials } from './wrong-credentials.ts';

/** The request of one attempt, with its faults. */
export interface FaultyRequest extends Omit<ComposedCallback, 'body'> {
  readonly body: string | Uint8Array | null;
  readonly wire: WireFault | null;
  /** Its faults in words, including those that do not apply to this kind of callback. */
  readonly faults: readonly string[];
}

/** A callback, and its request without faults. */
export interface FaultSubject {
  readonly type: CallbackType;
  /** The contract of the callback, in which the `$ref`s of its schemas are local. */
  readonly document: JsonObject;
  readonly target: CallbackTarget;
  /** Its properties are in the order in which they are sent. */
  readonly payload: JsonValue | undefined;
  readonly request: ComposedCallback;
}

const requestFaults: ReadonlySet<FaultName> = new Set([
  'corrupt',
  'auth',
  'signature',
  'slow',
  'reset_peer',
  'timeout',
]);

/**
 * True for a fault of single requests, false for one of the callback as a whole (`planDeliveries`). A delay before a
 * later attempt counts as well, so that the log of the attempt names it.
 */
export function strikesRequest({ fault, attempt }: Strike): boolean {
  return requestFaults.has(fault) || (fault === 'delay' && (attempt ?? 1) > 1);
}

/**
 * Applies the faults of one attempt to its request: `corrupt`, `auth`, and those that the sender plays on the wire.
 * `planDeliveries` applies faults of the callback as a whole, and `signAttempt` those of the signature, which is made last.
 *
 * Changes of the payload are made first, then those of its text, then those of its bytes, so that several corruptions
 * all remain in the request.
 */
export function injectFaults(subject: FaultSubject, strikes: readonly Strike[]): FaultyRequest {
  let request: FaultyRequest & { readonly payload: JsonValue | undefined } = {
    ...subject.request,
    payload: subject.payload,
    wire: null,
    faults: [],
  };
  const own = strikes.filter((strike) => strikesRequest(strike) && strike.fault !== 'signature');
  for (const strike of own.toSorted((a, b) => stage(a) - stage(b))) {
    const words = describeFault(strike);
    const change = changeOf(subject, request, strike);
    const faults = [...request.faults, change === null ? inapplicable(words) : words];
    request = { ...request, ...change, faults };
  }
  const { payload, ...faulty } = request;
  return faulty;
}

function stage({ fault, value }: Strike): number {
  if (fault !== 'corrupt') return 3;
  if (isJsonObject(value)) return 0;
  return value === 'charset' ? 2 : 1;
}

type RequestContent = Omit<FaultyRequest, 'faults'> & { readonly payload: JsonValue | undefined };

/** The change that a fault makes to a request. Null if it does not apply. */
function changeOf(
  { type, document, target }: FaultSubject,
  now: RequestContent,
  { fault, value }: Strike,
): Partial<RequestContent> | null {
  switch (fault) {
    case 'corrupt':
      if (isJsonObject(value)) return corruptPayload({ type, document, target }, now, value);
      return type.hasBody ? corruptBody(now, value) : corruptQuery(type, target, now, value);
    case 'auth':
      return wrongCredentials(now, value);
    case 'slow':
      return { wire: { ...now.wire, bytesPerSecond: memberOf(value, 'bytesPerSecond') } };
    case 'reset_peer':
      return { wire: { ...now.wire, resetAfterBytes: memberOf(value, 'after') } };
    case 'timeout':
      return { wire: { ...now.wire, silentForMs: Number(value) } };
    // The wait before this attempt was already longer, so the fault is only named.
    case 'delay':
      return {};
    default:
      return null;
  }
}

function memberOf(value: JsonValue, name: string): number {
  return Number(isJsonObject(value) ? value[name] : value);
}

function corruptPayload(
  { type, document, target }: Pick<FaultSubject, 'type' | 'document' | 'target'>,
  { payload: before, headers, body, url }: RequestContent,
  how: JsonObject,
): Partial<RequestContent> | null {
  const isQuery = !type.hasBody && type.query.length > 0;
  const { missingQuery } = how;
  if (typeof missingQuery === 'string' && !(isQuery && isJsonObject(before))) {
    const without = withoutParameter(url, missingQuery);
    return without === url ? null : { url: without };
  }
  let payload: JsonValue | null = null;
  if (typeof how.schema === 'string' && before !== undefined)
    payload = breakPayload(type, before, how.schema);
  if (typeof missingQuery === 'string' && isJsonObject(before) && Object.hasOwn(before, missingQuery)) {
    const { [missingQuery]: missing, ...rest } = before;
    payload = rest;
  }
  if (payload === null) return null;
  if (isQuery) {
    const parameters = objectOf(payload);
    return { payload, url: appendQuery(target.url, Object.keys(parameters), parameters, type.parameters) };
  }
  if (!type.hasBody || body === null) return null;
  if (isJson(headers)) return { payload, body: JSON.stringify(payload) };
  const mediaType = mediaTypeOf(headers);
  const media = type.content.get(mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  return media === undefined ? null : { payload, body: encodeBody(mediaType, payload, media, document).text };
}

/** A URL without the query parameters of that name. */
function withoutParameter(url: string, name: string): string {
  const start = url.indexOf('?');
  if (start === -1) return url;
  const kept = url
    .slice(start + 1)
    .split('&')
    .filter((pair) => !new URLSearchParams(pair).has(name));
  return kept.length === 0 ? url.slice(0, start) : `${url.slice(0, start)}?${kept.join('&')}`;
}

function isJson(headers: RequestContent['headers']): boolean {
  return /[/+]json\b/i.test(mediaTypeOf(headers));
}

function mediaTypeOf(headers: RequestContent['headers']): string {
  const [, value = ''] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  return value;
}

function corruptBody(
  { headers, body, wire }: RequestContent,
  how: JsonValue,
): Partial<RequestContent> | null {
  if (body === null) return null;
  switch (how) {
    case 'truncate':
      return { wire: { ...wire, cutBodyInHalf: true } };
    case 'invalid-json':
      return typeof body === 'string' && isJson(headers) ? { body: `${body.slice(0, -1)},` } : null;
    case 'empty':
      return { body: '' };
    case 'content-type': {
      const isText = /^text\/plain\b/i.test(mediaTypeOf(headers));
      return { headers: withContentType(headers, isText ? 'application/octet-stream' : 'text/plain') };
    }
    case 'charset': {
      if (typeof body !== 'string') return null;
      const [mediaType = ''] = mediaTypeOf(headers).split(';', 1);
      return { headers: withContentType(headers, `${mediaType.trim()}; charset=utf-8`), body: utf16(body) };
    }
    default:
      return null;
  }
}

/** In a query string, an invalid escape takes the place of malformed JSON. A query string can be truncated like a body. */
function corruptQuery(
  type: CallbackType,
  target: CallbackTarget,
  { headers, url }: RequestContent,
  how: JsonValue,
): Partial<RequestContent> | null {
  const own = appendQuery(target.url, [], {});
  // The URL of a callback whose payload is not its query has all parameters already.
  const bare = type.query.length > 0 && own !== url ? own : (url.split('?', 1)[0] ?? url);
  if (bare === url && how !== 'content-type') return null;
  switch (how) {
    case 'truncate':
      return { url: url.slice(0, bare.length + Math.ceil((url.length - bare.length) / 2)) };
    case 'invalid-json':
      return { url: `${url}%` };
    case 'empty':
      return { url: bare };
    case 'content-type':
      return { headers: withContentType(headers, 'application/octet-stream') };
    case 'charset':
      // "ç" in ISO 8859-1: not UTF-8.
      return { url: `${url}%E7` };
    default:
      return null;
  }
}

function withContentType(
  headers: Readonly<Record<string, string>>,
  mediaType: string,
): Record<string, string> {
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type');
  return Object.fromEntries([['content-type', mediaType], ...others]);
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
  return bytes;
}
