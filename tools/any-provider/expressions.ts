import type { MadeRequest } from './make-request.ts';
import { isObject } from './source.ts';
import type { Judge } from './validate.ts';

/** Where a value of an expression comes from. */
export type From =
  | { readonly from: 'literal'; readonly text: string }
  | { readonly from: 'query' | 'header' | 'path' | 'cookie'; readonly name: string }
  | { readonly from: 'body'; readonly path: readonly string[] }
  | { readonly from: 'url' | 'method' | 'statusCode' }
  | { readonly from: 'response-header'; readonly name: string }
  | { readonly from: 'response-body'; readonly path: readonly string[] };

export interface ReceivedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * Reads the key of a callback, as a person would: by the letter of OpenAPI 3.1 §4.8.20.4, or what it plainly means.
 * Null for prose.
 */
export function readKey(key: string, request: MadeRequest | null): readonly From[] | null {
  const text = key.trim().replaceAll(/\s*([{}])\s*/g, '$1');
  const whole = /^\$?(request|response|url|method)\b[^{}]*$/.test(text) ? `{${text}}` : text;
  const closed = /^\{[^{}]*$/.test(whole) ? `${whole}}` : /^[^{}]*\}$/.test(whole) ? `{${whole}` : whole;
  const parts: From[] = [];
  for (const piece of closed.match(/\{[^{}]*\}|[^{}]+/g) ?? []) {
    if (!piece.startsWith('{')) parts.push({ from: 'literal', text: piece });
    else {
      const source = readExpression(piece.slice(1, -1).trim(), request);
      if (source === null) return null;
      parts.push(source);
    }
  }
  const [first] = parts;
  const isUrl = first !== undefined && (first.from !== 'literal' || /^https?:\/\//i.test(first.text));
  return isUrl ? parts : null;
}

export function readExpression(text: string, request: MadeRequest | null): From | null {
  const expression = text.replace(/^\$/, '');
  if (expression === 'url' || expression === 'method' || expression === 'statusCode')
    return { from: expression };
  const match = /^(request|response)\.(query|header|path|cookie|body)(?:[.#/]*)(.*)$/s.exec(expression);
  if (match === null) return /^[\w-]+$/.test(expression) ? byName(expression, request) : null;
  const [, side, where = '', rest = ''] = match;
  if (where === 'body') {
    const pointer = /body#/.test(expression)
      ? rest.split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
      : rest.split(/[./]/);
    return { from: side === 'request' ? 'body' : 'response-body', path: rest === '' ? [] : pointer };
  }
  if (side === 'response') return where === 'header' ? { from: 'response-header', name: rest } : null;
  return rest === '' ? null : { from: where as 'query', name: rest };
}

/** `{name}`: a field of the body or a parameter of that name. */
function byName(name: string, request: MadeRequest | null): From | null {
  if (request === null) return null;
  const parameter = request.operation.parameters.find((one) => one.name === name);
  if (parameter !== undefined) return { from: parameter.in as 'query', name };
  return isObject(request.body) && Object.hasOwn(request.body, name) ? { from: 'body', path: [name] } : null;
}

/** A request with a value at a place that an expression reads. Null if it cannot be put there. */
export function putValue(request: MadeRequest, place: From, value: unknown): MadeRequest | null {
  if (place.from === 'body') {
    const body = putIn(request.body, place.path, value);
    const media = request.media ?? request.operation.bodies[0] ?? null;
    return body === undefined || media === null ? null : { ...request, media, body };
  }
  if (place.from !== 'query' && place.from !== 'header' && place.from !== 'path' && place.from !== 'cookie')
    return null;
  return withParameter(request, place.from, place.name, value);
}

/** A request with a URL at every place where callbacks read theirs, declared or not. */
export function withUrls(
  base: MadeRequest,
  callbacks: readonly { readonly expression: string | null }[],
  url: string,
): MadeRequest {
  let request = base;
  for (const { expression } of callbacks) {
    const [first] = readKey(expression ?? '', request) ?? [];
    if (first !== undefined) request = putValue(request, first, url) ?? request;
  }
  return request;
}

/** The request with a URL at every place where callbacks read theirs, or unchanged if that makes its body invalid. */
export function withValidUrls(
  request: MadeRequest,
  callbacks: readonly { readonly expression: string | null }[],
  url: string,
  judge: Judge,
): MadeRequest {
  const local = withUrls(request, callbacks, url);
  const schema = local.media?.schema;
  const fits = local.media === request.media && (!schema || judge.errors(schema, local.body).length === 0);
  return fits ? local : request;
}

function withParameter(request: MadeRequest, where: string, name: string, value: unknown): MadeRequest {
  const { operation } = request;
  const same = (other: string): boolean =>
    where === 'header' ? other.toLowerCase() === name.toLowerCase() : other === name;
  const declared = operation.parameters.find((one) => one.in === where && same(one.name));
  const parameters = new Map(request.parameters).set(`${where} ${declared?.name ?? name}`, value);
  if (declared !== undefined) return { ...request, parameters };
  const rest = { required: false, style: where === 'query' ? 'form' : 'simple', explode: false };
  const added = { name, in: where, mediaType: null, schema: '', examples: [], ...rest };
  const extended = { ...operation, parameters: [...operation.parameters, added] };
  return { ...request, operation: extended, parameters };
}

function putIn(value: unknown, [key, ...rest]: readonly string[], leaf: unknown): unknown {
  if (key === undefined) return leaf;
  if (Array.isArray(value) || (/^\d+$/.test(key) && value === undefined)) {
    const list = Array.isArray(value) ? [...value] : [];
    list[Number(key)] = putIn(list[Number(key)], rest, leaf);
    return list;
  }
  const object = isObject(value) ? value : {};
  return { ...object, [key]: putIn(Object.hasOwn(object, key) ? object[key] : undefined, rest, leaf) };
}

/** The URL of a callback. Undefined if something is missing in the exchange. */
export function evaluate(
  parts: readonly From[],
  request: MadeRequest,
  response: ReceivedResponse,
  url: string,
): string | undefined {
  let result = '';
  for (const part of parts) {
    const value = readValue(part, request, response, url);
    if (value === undefined || value === null || value === '') return undefined;
    const text = typeof value === 'object' ? String([value].flat()[0]) : String(value);
    // `http://{url}` plainly means the URL.
    if (/^https?:\/\/$/.test(result) && URL.canParse(text)) result = text;
    else result += part.from === 'literal' || result === '' ? text : encodeURIComponent(text);
  }
  return result;
}

export function readValue(
  part: From,
  request: MadeRequest,
  response: ReceivedResponse,
  url: string,
): unknown {
  switch (part.from) {
    case 'literal':
      return part.text;
    case 'url':
      return url;
    case 'method':
      return request.operation.method;
    case 'statusCode':
      return response.status;
    case 'body':
      return at(request.body, part.path);
    case 'response-body':
      return at(response.body, part.path);
    case 'response-header':
      return response.headers[part.name.toLowerCase()];
    default: {
      const prefix = `${part.from} ${part.name}`.toLowerCase();
      const key = [...request.parameters.keys()].find((one) => one.toLowerCase() === prefix);
      return key === undefined ? undefined : request.parameters.get(key);
    }
  }
}

function at(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}
