import type { JudgedMedia, JudgedOperation, JudgedParameter } from './document.ts';
import { type EncodedBody, encodeBody, encodeParameter } from './encode.ts';
import { type Manner, makeValue } from './make-value.ts';
import type { Schemas } from './schemas.ts';
import { isObject } from './source.ts';
import type { Judge } from './validate.ts';

/** A request whose values are valid under the contract. */
export interface MadeRequest {
  readonly manner: string;
  readonly operation: JudgedOperation;
  /** By `in name`, e.g. `query limit`. */
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly media: JudgedMedia | null;
  readonly body: unknown;
}

export interface WireRequest {
  readonly method: string;
  /** Path with query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: EncodedBody | null;
}

export interface Makers {
  readonly schemas: Schemas;
  readonly judge: Judge;
}

export const minimal: Manner = { full: false, examples: false, branch: 0, omitReadOnly: false, salt: 0 };
export const full: Manner = { ...minimal, full: true };
const branches = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * The valid requests that an operation is tried with: one with what is required, one with all that is declared, and
 * one for each further media type. Empty if no valid value was found for something that is required.
 */
export async function makeRequests(
  operation: JudgedOperation,
  makers: Makers,
): Promise<readonly MadeRequest[]> {
  const found: MadeRequest[] = [];
  for (const [label, manner] of [
    ['required', minimal],
    ['all', full],
  ] as const) {
    const media = preferred(operation.bodies);
    const request = await makeRequest(operation, media, manner, label, makers);
    if (request !== null) found.push(request);
  }
  for (const media of operation.bodies.filter((one) => one !== preferred(operation.bodies)).slice(0, 3)) {
    if (!isWritable(media)) continue;
    const request = await makeRequest(operation, media, minimal, media.type, makers);
    if (request !== null) found.push(request);
  }
  const seen = new Set<string>();
  return found.filter((request) => {
    const text = JSON.stringify([[...request.parameters], request.media?.type, request.body]);
    return !seen.has(text) && seen.add(text);
  });
}

/** Media types that the judge can write from a value. */
const isWritable = ({ type }: JudgedMedia): boolean => !/xml/.test(type);

/** The media type that is tried first: JSON, if it is declared. */
export function preferred(bodies: readonly JudgedMedia[]): JudgedMedia | null {
  const json = bodies.find(({ type }) => /^application\/(.+\+)?json$/.test(type));
  return json ?? bodies.find(isWritable) ?? bodies[0] ?? null;
}

/** A valid request, made in one manner. Null if no valid value was found for something that is required. */
export async function makeRequest(
  operation: JudgedOperation,
  media: JudgedMedia | null,
  manner: Manner,
  label: string,
  makers: Makers,
): Promise<MadeRequest | null> {
  const parameters = new Map<string, unknown>();
  for (const parameter of operation.parameters) {
    if (!parameter.required && !(manner.full && parameter.in !== 'cookie')) continue;
    const value = await findValue(
      parameter.schema,
      parameter.examples,
      manner,
      makers.judge,
      plain(parameter),
    );
    if (value !== undefined) parameters.set(`${parameter.in} ${parameter.name}`, value);
    else if (parameter.required) return null;
  }
  const withBody = media !== null && (operation.bodyRequired || manner.full || label === media.type);
  if (!withBody) return { manner: label, operation, parameters, media: null, body: undefined };
  const body =
    media.schema === null ? {} : await findValue(media.schema, media.examples, manner, makers.judge);
  return body === undefined ? null : { manner: label, operation, parameters, media, body };
}

/** Values of parameters must survive their style: no empty arrays or nested objects, no empty path segment. */
function plain(parameter: JudgedParameter): (value: unknown) => boolean {
  if (parameter.mediaType !== null) return () => true;
  const scalar = (value: unknown): boolean => typeof value !== 'object' && value !== '';
  return (value) => {
    if (Array.isArray(value)) return value.length > 0 && value.every(scalar);
    if (isObject(value)) return Object.keys(value).length > 0 && Object.values(value).every(scalar);
    return scalar(value) && !/[\r\n]/.test(String(value));
  };
}

/** A value that both validators take, or that breaks nothing but an exclusive choice. Undefined if none was found. */
export async function findValue(
  schema: string,
  examples: readonly unknown[],
  manner: Manner,
  judge: Judge,
  usable: (value: unknown) => boolean = () => true,
): Promise<unknown> {
  const { schemas } = judge;
  const made = function* (): Generator<unknown> {
    for (const branch of branches) {
      const value = makeValue(schemas, schema, { ...manner, branch });
      yield value;
      yield mend(value, schema, judge);
    }
    yield* examples;
    for (const salt of [0, 1, 2])
      for (const branch of branches) {
        yield makeValue(schemas, schema, { ...manner, branch, salt, examples: true });
        yield makeValue(schemas, schema, { ...minimal, branch, salt });
        yield makeValue(schemas, schema, { ...full, branch, salt });
      }
  };
  let nearly: unknown;
  for (const value of made()) {
    if (value === undefined || !usable(value)) continue;
    const errors = judge.errors(schema, value);
    // Branches of `oneOf` that differ in nothing: no value is valid, and what is meant is plain.
    if (errors.length > 0 && errors.every(({ params }) => params.passingSchemas?.length > 1))
      nearly ??= value;
    if (errors.length === 0 && (await judge.problem(schema, value)) === null) return value;
  }
  return manner.full ? undefined : nearly;
}

/** Removes the optional properties that break the schema. */
function mend(value: unknown, schema: string, judge: Judge): unknown {
  const copy: unknown = structuredClone(value);
  for (let round = 0; round < 10; round++) {
    const errors = judge.errors(schema, copy);
    if (errors.length === 0) return copy;
    for (const { instancePath } of errors) remove(copy, instancePath.split('/').slice(1));
  }
  return copy;
}

function remove(value: unknown, path: readonly string[]): void {
  let owner = value;
  const keys = path.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (const key of keys.slice(0, -1)) owner = (owner as Record<string, unknown> | undefined)?.[key];
  const last = keys.at(-1);
  if (last !== undefined && isObject(owner)) delete (owner as Record<string, unknown>)[last];
}

/** Writes a request. Credentials are those of the contract's first alternative. */
export function writeRequest(request: MadeRequest, schemas: Schemas): WireRequest {
  const { operation, parameters, media, body } = request;
  const headers: Record<string, string> = { accept: '*/*' };
  const query: string[] = [];
  const cookies: string[] = [];
  let [path = '', keyed] = operation.path.replace(/#.*$/s, '').split('?');
  const place = (where: string, name: string, text: string): void => {
    if (where === 'path') path = path.replaceAll(`{${name}}`, text);
    else if (where === 'query') query.push(text);
    else if (where === 'header') headers[name.toLowerCase()] = text;
    else if (where === 'cookie') cookies.push(text);
    else query.push(text);
  };
  for (const parameter of operation.parameters) {
    const value = parameters.get(`${parameter.in} ${parameter.name}`);
    if (value === undefined) continue;
    const text = encodeParameter(parameter, value);
    if (keyed?.includes(`{${parameter.name}}`))
      keyed = keyed.replaceAll(`{${parameter.name}}`, encodeURIComponent(String(value)));
    else place(parameter.in, parameter.name, text);
  }
  for (const { in: where, name, value } of operation.credentials)
    place(where, name, where === 'header' ? value : `${name}=${value}`);
  if (cookies.length > 0) headers.cookie = cookies.join('; ');
  const encoded = media === null || body === undefined ? null : encodeBody(media, body, schemas);
  if (encoded !== null) headers['content-type'] = encoded.contentType;
  const search = [...(keyed === undefined ? [] : [keyed]), ...query].join('&');
  return {
    method: operation.method,
    target: search === '' ? path : `${path}?${search}`,
    headers,
    body: encoded,
  };
}
