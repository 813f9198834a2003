import { isJsonMedia } from '../../core/contract/coerce.ts';
import type { CallbackType, MediaTypeDeclaration, SecurityScheme } from '../../core/contract/contract.ts';
import { encodeBody } from '../../core/contract/media/encode-body.ts';
import { concreteMediaType } from '../../core/contract/media/media-kind.ts';
import { encodeParameter } from '../../core/contract/parameter-styles.ts';
import { withHeaders } from '../../core/engine/deliveries/compose-callback.ts';
import { traceHeader } from '../../core/engine/trace.ts';
import type { Violation } from '../../core/errors.ts';
import { fieldValue, isFieldName } from '../../core/header-field.ts';
import { isJsonObject, type JsonObject, type JsonValue, mergePatch } from '../../core/json.ts';
import type { CallbackDraft } from '../../core/provider/provider.ts';
import type { Random } from '../../core/random.ts';
import { declaredSignatures } from '../../core/signing/declared-signatures.ts';
import { encodeBasic } from './credentials.ts';
import type { Sampler } from './sampler.ts';

/** What a callback is made from. */
export interface CallbackOrder {
  readonly type: CallbackType;
  /** The URL of the consumer, before parameters are added. */
  readonly to: string;
  readonly method: string;
  /** Values to carry over by name. */
  readonly known: JsonObject;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What replaces made-up values: merge patches, and headers by name. */
  readonly payload?: JsonValue | undefined;
  readonly query?: JsonObject | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A whole payload in place of a made-up one. */
  readonly written?: JsonValue | undefined;
  /** The credential that the consumer expects: a token, a key, or `user:password`. Null: send none. */
  readonly credential: string | null;
}

export interface MadeCallback {
  readonly draft: CallbackDraft;
  /** How its made-up parts violate the contract. Empty: they are valid. */
  readonly violations: readonly Violation[];
}

/** Makes the request of a callback: body, parameters and credentials as the contract declares them. */
export function makeCallback(sampler: Sampler, order: CallbackOrder): MadeCallback {
  const { type, random, now, known } = order;
  const violations: Violation[] = [];
  const sampled = (place: string, media: MediaTypeDeclaration): JsonValue => {
    const made = sampler.sample(media, { random: random.stream(place), now, known, direction: 'callback' });
    for (const { location, ...rest } of made.violations)
      violations.push({ ...rest, location: `${place}${location}` });
    return made.value;
  };
  const declared: Record<string, string> = {};
  const cookies: string[] = [];
  const query: string[] = [];
  const queryPayload: Record<string, JsonValue> = {};
  let url = order.to;
  const { names: ofSignatures } = declaredSignatures(type);
  // Traces and signatures belong to single requests.
  const isAddedLater = (name: string): boolean => name === traceHeader || ofSignatures.has(name);
  for (const parameter of type.parameters) {
    const { name } = parameter;
    if (parameter.in === 'header' && isAddedLater(name.toLowerCase())) continue;
    const given = parameter.in === 'query' ? order.query?.[name] : undefined;
    const value = given ?? sampled(`${parameter.in}/${name}`, parameter.media);
    const isPayload = parameter.in === 'query' && type.query.includes(name);
    if (isPayload) queryPayload[name] = value;
    else if (parameter.in === 'path') url = url.replaceAll(`{${name}}`, encodeParameter(parameter, value));
    else if (parameter.in === 'header') {
      if (!ownHeaders.has(name.toLowerCase()) && isFieldName(name))
        declared[name] = fieldValue(encodeParameter(parameter, value));
    } else if (parameter.in === 'cookie') cookies.push(encodeParameter(parameter, value));
    else query.push(encodeParameter(parameter, value));
  }
  const knownQuery = type.parameters.filter((each) => each.in === 'query').map(({ name }) => name);
  for (const [name, value] of Object.entries(order.query ?? {})) {
    if (knownQuery.includes(name)) continue;
    if (type.query.length > 0) queryPayload[name] = value;
    else query.push(`${encodeURIComponent(name)}=${encodeURIComponent(textOf(value))}`);
  }
  const credentials: Record<string, string> = {};
  if (order.credential !== null) addCredentials(type.security, order.credential, credentials, cookies, query);
  if (cookies.length > 0) credentials.cookie = cookies.join('; ');
  url = withQuery(url, query);
  const headers = withHeaders(withHeaders(declared, credentials), order.headers ?? {});
  const target = { url, method: order.method, headers };
  if (!type.hasBody) {
    const payload = order.written ?? queryPayload;
    return {
      draft: { callback: type.name, target, payload: type.query.length > 0 ? payload : undefined },
      violations,
    };
  }
  const [mediaType, media] = chooseMedia(type);
  const made = order.written ?? sampled('body', media);
  const payload = order.payload === undefined ? made : mergePatch(made, order.payload);
  const body = mediaType === 'application/json' ? {} : { body: bodyOf(mediaType, media, sampler.document) };
  return { draft: { callback: type.name, target, payload, ...body }, violations };
}

/** Headers that the sender or the media type decides. */
const ownHeaders: ReadonlySet<string> = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'user-agent',
]);

/** JSON if the callback may be JSON, otherwise its first media type. */
export function chooseMedia({ content }: CallbackType): readonly [string, MediaTypeDeclaration] {
  const entries = [...content];
  const chosen =
    entries.find(([type]) => type === 'application/json') ??
    entries.find(([type]) => isJsonMedia(type)) ??
    entries[0];
  if (chosen === undefined) throw new RangeError('the callback has no body');
  return [concreteMediaType(chosen[0]), chosen[1]];
}

function bodyOf(
  mediaType: string,
  media: MediaTypeDeclaration,
  document: JsonObject,
): NonNullable<CallbackDraft['body']> {
  return {
    mediaType: encodeBody(mediaType, {}, media, document).contentType,
    content: (payload) => encodeBody(mediaType, payload ?? null, media, document).text,
  };
}

/** Adds the credentials of the first alternative that needs no certificate. */
function addCredentials(
  security: readonly (readonly SecurityScheme[])[],
  credential: string,
  headers: Record<string, string>,
  cookies: string[],
  query: string[],
): void {
  const schemes = security.find((each) => each.every(({ type }) => type !== 'mutualTLS')) ?? [];
  for (const { key, scheme } of schemes) {
    if (key?.in === 'header') headers[key.name] = credential;
    else if (key?.in === 'query')
      query.push(`${encodeURIComponent(key.name)}=${encodeURIComponent(credential)}`);
    else if (key?.in === 'cookie') cookies.push(`${key.name}=${credential}`);
    else if (scheme === 'basic') headers.authorization = `Basic ${encodeBasic(credential)}`;
    else if (scheme !== null)
      headers.authorization = `${scheme.charAt(0).toUpperCase()}${scheme.slice(1)} ${credential}`;
  }
}

/** Appends parameters to a URL that may have a query string. The fragment is dropped. */
function withQuery(url: string, pairs: readonly string[]): string {
  const [base = ''] = url.split('#', 1);
  const added = pairs.filter((pair) => pair !== '').join('&');
  if (added === '') return base;
  return `${base}${base.includes('?') ? '&' : '?'}${added}`;
}

function textOf(value: JsonValue): string {
  if (value === null) return '';
  return isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
}
