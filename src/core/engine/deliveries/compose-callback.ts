import type { CallbackType, Parameter } from '../../contract/contract.ts';
import { encodeParameter } from '../../contract/parameter-styles.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectOf } from '../../json.ts';
import type { CallbackDraft } from '../../provider/provider.ts';

/** The request of a callback, as every attempt of its delivery sends it. */
export interface ComposedCallback {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As a string, which is sent as UTF-8, or as bytes. Null: none. */
  readonly body: string | Uint8Array | null;
}

/** The payload of a callback, with its properties in the order in which they are sent. */
export function wirePayload(type: CallbackType, draft: CallbackDraft): JsonValue | undefined {
  const { payload } = draft;
  const order = draft.queryOrder ?? type.query;
  if (type.query.length === 0 || !isJsonObject(payload) || isOrdered(payload, order)) return payload;
  return Object.fromEntries(orderedNames(payload, order).map((name) => [name, payload[name] ?? null]));
}

/**
 * Makes the request that carries a callback. The payload is the body, as the draft serializes it or as JSON; or the
 * query parameters, which are appended to the consumer's URL in the order of the contract. A method that the contract
 * does not declare is replaced by its first one.
 */
export function composeCallback(type: CallbackType, draft: CallbackDraft): ComposedCallback {
  const { target, payload } = draft;
  const method = type.methods.find((known) => known === target.method) ?? type.methods[0] ?? 'POST';
  const written = draft.written?.payload === payload ? draft.written?.text : undefined;
  const url =
    type.query.length === 0
      ? withoutFragment(target.url)
      : written !== undefined
        ? joined(withoutFragment(target.url), written)
        : appendQuery(target.url, draft.queryOrder ?? type.query, objectOf(payload), type.parameters);
  if (draft.body !== undefined) {
    const headers = withMediaType(target.headers, draft.body.mediaType);
    return {
      method,
      url,
      headers,
      body: (type.hasBody ? written : undefined) ?? draft.body.content(payload),
    };
  }
  if (type.hasBody && (payload !== undefined || written !== undefined)) {
    const headers = withMediaType(target.headers, 'application/json');
    return { method, url, headers, body: written ?? JSON.stringify(payload) };
  }
  return { method, url, headers: target.headers, body: null };
}

type Headers = Readonly<Record<string, string>>;

/** Adds a media type, unless the headers have one, in upper or lower case. */
function withMediaType(headers: Headers, mediaType: string): Headers {
  for (const name in headers) if (name !== 'content-type' && isSameName(name, 'content-type')) return headers;
  return { 'content-type': mediaType, ...headers };
}

/** Sets headers. Each replaces one of the same name in upper or lower case. */
export function withHeaders(headers: Headers, more: Headers): Headers {
  const names = Object.keys(more);
  const others = Object.entries(headers).filter(([name]) => !names.some((own) => isSameName(name, own)));
  return { ...Object.fromEntries(others), ...more };
}

function isSameName(a: string, b: string): boolean {
  return a.length === b.length && a.toLowerCase() === b.toLowerCase();
}

/**
 * Appends parameters to a URL. An existing query string is kept unchanged. The fragment is dropped, since fragments are
 * never sent (RFC 9110 §4.2.5). Properties that the contract does not name come last.
 * @param parameters the declared ones, whose styles apply. Default: arrays and objects are sent as JSON
 */
export function appendQuery(
  url: string,
  order: readonly string[],
  payload: JsonObject,
  parameters: readonly Parameter[] = none,
): string {
  const base = withoutFragment(url);
  const names = isOrdered(payload, order) ? order : orderedNames(payload, order);
  let query = '';
  for (const name of names) {
    const pair = queryPair(name, payload[name] ?? null, parameters);
    if (pair !== '') query = query === '' ? pair : `${query}&${pair}`;
  }
  return joined(base, query);
}

function joined(base: string, query: string): string {
  if (query === '') return base;
  const joint = base.includes('?') ? (base.endsWith('?') || base.endsWith('&') ? '' : '&') : '?';
  return `${base}${joint}${query}`;
}

const none: readonly never[] = [];

function queryPair(name: string, value: JsonValue, parameters: readonly Parameter[]): string {
  const declared =
    parameters.length === 0 ? undefined : parameters.find((one) => one.in === 'query' && one.name === name);
  if (declared !== undefined && value !== null) return encodeParameter(declared, value);
  return `${encode(name)}=${encode(queryText(value))}`;
}

/** Whether a payload has exactly these properties, in this order, as most drafts have. */
function isOrdered(payload: JsonObject, order: readonly string[]): boolean {
  let at = 0;
  for (const name in payload) if (name !== order[at++]) return false;
  return at === order.length;
}

/** Checks first whether anything needs encoding, which takes far less time than `encodeURIComponent`. */
function encode(text: string): string {
  return /^[\w.~-]*$/.test(text) ? text : encodeURIComponent(text);
}

function orderedNames(payload: JsonObject, order: readonly string[]): string[] {
  const named = order.filter((name) => Object.hasOwn(payload, name));
  return [...named, ...Object.keys(payload).filter((name) => !order.includes(name))];
}

function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash === -1 ? url : url.slice(0, hash);
}

function queryText(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
