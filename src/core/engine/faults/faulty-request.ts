import type { CallbackType } from '../../contract/contract.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
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
  readonly target: CallbackTarget;
  /** Its properties are in the order in which they are sent. */
  readonly payload: JsonObject;
  readonly request: ComposedCallback;
}

const requestFaults: ReadonlySet<FaultName> = new Set(['corrupt', 'auth', 'slow', 'reset_peer', 'timeout']);

/**
 * True for a fault of single requests, false for one of the callback as a whole (`planDeliveries`). A delay before a
 * later attempt counts as well, so that the log of the attempt names it.
 */
export function strikesRequest({ fault, attempt }: Strike): boolean {
  return requestFaults.has(fault) || (fault === 'delay' && (attempt ?? 1) > 1);
}

/**
 * Applies the faults of one attempt to its request: `corrupt`, `auth`, and those that the sender plays on the wire.
 * `planDeliveries` applies faults of the callback as a whole.
 *
 * Changes of the payload are made first, then those of its text, then those of its bytes, so that several corruptions
 * all remain in the request.
 */
export function injectFaults(subject: FaultSubject, strikes: readonly Strike[]): FaultyRequest {
  let request: FaultyRequest & { readonly payload: JsonObject } = {
    ...subject.request,
    payload: subject.payload,
    wire: null,
    faults: [],
  };
  const own = strikes.filter(strikesRequest);
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

type RequestContent = Omit<FaultyRequest, 'faults'> & { readonly payload: JsonObject };

/** The change that a fault makes to a request. Null if it does not apply. */
function changeOf(
  { type, target }: FaultSubject,
  now: RequestContent,
  { fault, value }: Strike,
): Partial<RequestContent> | null {
  switch (fault) {
    case 'corrupt':
      if (isJsonObject(value)) return corruptPayload(type, target, now, value);
      return type.hasBody ? corruptBody(now, value) : corruptQuery(target, now, value);
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
  type: CallbackType,
  target: CallbackTarget,
  { payload: before }: RequestContent,
  how: JsonObject,
): Partial<RequestContent> | null {
  let payload: JsonObject | null = null;
  if (typeof how.schema === 'string') payload = breakPayload(type, before, how.schema);
  if (typeof how.missingQuery === 'string' && !type.hasBody && Object.hasOwn(before, how.missingQuery)) {
    const { [how.missingQuery]: missing, ...rest } = before;
    payload = rest;
  }
  if (payload === null) return null;
  return type.hasBody
    ? { payload, body: JSON.stringify(payload) }
    : { payload, url: appendQuery(target.url, Object.keys(payload), payload) };
}

function corruptBody(
  { headers, body, wire }: RequestContent,
  how: JsonValue,
): Partial<RequestContent> | null {
  const text = typeof body === 'string' ? body : '';
  switch (how) {
    case 'truncate':
      return { wire: { ...wire, cutBodyInHalf: true } };
    case 'invalid-json':
      return { body: `${text.slice(0, -1)},` };
    case 'empty':
      return { body: '' };
    case 'content-type':
      return { headers: withContentType(headers, 'text/plain') };
    case 'charset':
      return { headers: withContentType(headers, 'application/json; charset=utf-8'), body: utf16(text) };
    default:
      return null;
  }
}

/** In a query string, an invalid escape takes the place of malformed JSON. A query string can be truncated like a body. */
function corruptQuery(
  target: CallbackTarget,
  { headers, url }: RequestContent,
  how: JsonValue,
): Partial<RequestContent> | null {
  const bare = appendQuery(target.url, [], {});
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
