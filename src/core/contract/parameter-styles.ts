import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../json.ts';
import { isJsonMedia } from './coerce.ts';
import type { Parameter } from './contract.ts';
import { formDecode, percentDecode, percentEncode, percentEncodeReserved } from './percent-encoding.ts';
import type { SchemaView } from './schema-view.ts';
import { textOf, typedText } from './typed-text.ts';

type Decode = (text: string) => string;

/** What the styles depend on. */
export type StyledParameter = Pick<
  Parameter,
  'name' | 'in' | 'style' | 'explode' | 'allowReserved' | 'mediaType'
>;

/** Names, decoded, and values as they were sent, in the order of sending: of a query string, a form or the cookies. */
export type NamedTexts = readonly (readonly [name: string, text: string])[];

/**
 * Writes a parameter as it is sent (OpenAPI 3.1 §4.8.12.6, 3.2 §4.12.6):
 * in the path, what replaces `{name}`; in the query, `name=value`, without `?` and `&` around it; in a header, its value;
 * in cookies, `name=value`, several joined by `; `. An empty array or object in query and cookies gives an empty string.
 * A value that no style describes, such as an object in an array, is written as JSON.
 */
export function encodeParameter(parameter: StyledParameter, value: JsonValue): string {
  const { name, style, explode, mediaType } = parameter;
  const encode = escapeOf(parameter);
  const named = (text: string): string => {
    if (parameter.in === 'path' || parameter.in === 'header' || parameter.in === 'querystring') return text;
    return `${escapeName(parameter)(name)}=${text}`;
  };
  if (mediaType !== null) return named(encode(contentText(mediaType, value)));
  const items = Array.isArray(value)
    ? (value as readonly JsonValue[]).map((item) => encode(textOf(item)))
    : null;
  const members = isJsonObject(value)
    ? Object.entries(value).map(([key, member]) => [encode(key), encode(textOf(member))] as const)
    : null;
  const pairs = members?.map(([key, text]) => `${key}=${text}`);
  const flat = items ?? members?.flat();
  const key = escapeName(parameter)(name);
  switch (style) {
    case 'matrix':
      if (flat === undefined) return value === '' ? `;${key}` : `;${key}=${encode(textOf(value))}`;
      if (!explode) return flat.length === 0 ? '' : `;${key}=${flat.join(',')}`;
      return (pairs ?? flat.map((text) => `${key}=${text}`)).map((text) => `;${text}`).join('');
    case 'label':
      if (flat === undefined) return `.${encode(textOf(value))}`;
      return explode ? (pairs ?? flat).map((text) => `.${text}`).join('') : `.${flat.join(',')}`;
    case 'simple':
      if (flat === undefined) return encode(textOf(value));
      return explode && pairs !== undefined ? pairs.join(',') : flat.join(',');
    case 'deepObject':
      return deepPairs(key, value, parameter).join('&');
    case 'form':
    case 'cookie':
    case 'spaceDelimited':
    case 'pipeDelimited': {
      if (flat === undefined) return named(encode(textOf(value)));
      if (flat.length === 0) return '';
      if (explode) return (pairs ?? flat.map(named)).join(parameter.in === 'cookie' ? '; ' : '&');
      return named(flat.join(delimiters[style] ?? ','));
    }
  }
}

const delimiters: Readonly<Partial<Record<Parameter['style'], string>>> = {
  spaceDelimited: '%20',
  pipeDelimited: '%7C',
};

/** The text of a parameter that is described by a media type. */
function contentText(mediaType: string, value: JsonValue): string {
  return isJsonMedia(mediaType) ? JSON.stringify(value) : textOf(value);
}

function escapeOf(parameter: StyledParameter): (text: string) => string {
  if (parameter.in === 'header' || parameter.style === 'cookie') return asItIs;
  return parameter.allowReserved && parameter.in !== 'path' ? percentEncodeReserved : percentEncode;
}

function escapeName({ style }: StyledParameter): (text: string) => string {
  return style === 'cookie' ? asItIs : percentEncode;
}

function asItIs(text: string): string {
  return text;
}

/** `a[b]=1`, and leniently `a[b][c]=1` below it. Items of an array repeat the name. */
function deepPairs(name: string, value: JsonValue, parameter: StyledParameter): string[] {
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).flatMap((item) => deepPairs(name, item, parameter));
  if (!isJsonObject(value)) return [`${name}=${escapeOf(parameter)(textOf(value))}`];
  return Object.entries(value).flatMap(([key, member]) =>
    deepPairs(`${name}%5B${percentEncode(key)}%5D`, member, parameter),
  );
}

/** What a parameter is read from. */
export interface ParameterSource {
  /** Of a path parameter the text in place of `{name}`, percent-encoded; of a header its value; otherwise null. */
  readonly text: string | null;
  /** The query string's parameters or the cookies. Empty for path and header. */
  readonly pairs: NamedTexts;
  /** Names that other parameters claim, so that an exploded object does not take them. */
  readonly others: ReadonlySet<string>;
  /** Decodes the texts of the pairs. Default: percent-encoding, with `+` for a space. */
  readonly decode?: Decode;
}

/**
 * Reads a parameter as {@link encodeParameter} writes it, and as common clients do: nested `a[b][c]`, `a[]` and `a[0]`,
 * JSON in place of an object, and delimiters that are percent-encoded or not. Strings are converted to the types of the
 * schema.
 * @param taken gets the names of the pairs that the value consists of
 * @returns undefined if it is absent
 */
export function decodeParameter(
  parameter: StyledParameter,
  view: SchemaView,
  source: ParameterSource,
  taken?: Set<string>,
): JsonValue | undefined {
  if (parameter.in !== 'path' && parameter.in !== 'header') return fromPairs(parameter, view, source, taken);
  if (source.text === null) return undefined;
  const decode = parameter.in === 'path' ? percentDecode : asItIs;
  if (parameter.mediaType !== null) return readContent(parameter.mediaType, decode(source.text), view);
  return fromText(parameter, view, source.text, decode);
}

/** A value described by a media type: parsed if it is JSON; otherwise a string, as is JSON that is malformed. */
function readContent(mediaType: string, text: string, view: SchemaView): JsonValue {
  if (!isJsonMedia(mediaType)) return typedText(text, view);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Validation reports it: a string matches no schema of a JSON value.
    return text;
  }
}

function fromText(
  { name, style, explode }: StyledParameter,
  view: SchemaView,
  given: string,
  decode: Decode,
): JsonValue {
  if (style === 'matrix') {
    const parts = given.split(';').filter((part) => part !== '');
    if (explode && view.isComplex && !isJsonText(given)) {
      if (view.has('array'))
        return arrayOf(
          parts.map((part) => valueAfter(part, name)),
          view,
          decode,
        );
      return objectOf(parts.map(splitPair), view, decode);
    }
    return delimited(valueAfter(parts.join(';'), name), ',', view, decode);
  }
  if (style === 'label') {
    const text = given.startsWith('.') ? given.slice(1) : given;
    if (!view.isComplex) return typedText(decode(text), view);
    if (explode && !view.has('array')) return objectOf(text.split('.').map(splitPair), view, decode);
    // Before 3.0.4, the specification separated them by dots without explode, too.
    return delimited(text, explode || !text.includes(',') ? '.' : ',', view, decode);
  }
  if (explode && view.isComplex && !view.has('array') && !isJsonText(given))
    return objectOf(given.split(',').map(splitPair), view, decode);
  return delimited(given, ',', view, decode);
}

/** `name=value` → `value`. A client may omit the name. */
function valueAfter(part: string, name: string): string {
  const [key, value] = splitPair(part);
  if (part.includes('=') && percentDecode(key) === name) return value;
  return percentDecode(part) === name ? '' : part;
}

function splitPair(text: string): readonly [key: string, value: string] {
  const mark = text.indexOf('=');
  return mark === -1 ? [text, ''] : [text.slice(0, mark), text.slice(mark + 1)];
}

/** A value whose items, or keys and values in turn, are separated by a delimiter. */
function delimited(text: string, delimiter: string | RegExp, view: SchemaView, decode: Decode): JsonValue {
  if (!view.isComplex) return typedText(decode(text), view);
  const whole = decode(text);
  if (view.has('null') && whole === 'null') return null;
  if (isJsonText(whole)) {
    const value = readContent('application/json', whole, view);
    if (typeof value !== 'string') return value;
  }
  const parts = text === '' ? [] : text.split(delimiter);
  if (view.has('array')) return arrayOf(parts, view, decode);
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) pairs.push([parts[i] as string, parts[i + 1] as string]);
  // A key without a value: no object in this style.
  return parts.length % 2 === 1 ? whole : objectOf(pairs, view, decode);
}

function isJsonText(text: string): boolean {
  return /^(?:[{[]|%7B|%5B)/i.test(text);
}

function arrayOf(texts: readonly string[], view: SchemaView, decode: Decode): JsonValue {
  return texts.map((text, index) => typedText(decode(text), view.item(index)));
}

function objectOf(pairs: NamedTexts, view: SchemaView, decode: Decode): JsonValue {
  const result: Record<string, JsonValue> = {};
  for (const [key, text] of pairs) {
    const name = decode(key);
    setOwn(result, name, typedText(decode(text), view.property(name)));
  }
  return result;
}

/** In the query, separators may be percent-encoded, and a space may be a plus sign. */
const separators: Readonly<Partial<Record<Parameter['style'], RegExp>>> = {
  spaceDelimited: /%20|\+| /,
  pipeDelimited: /\||%7C/i,
};

function fromPairs(
  parameter: StyledParameter,
  view: SchemaView,
  { text, pairs, others, decode: given = formDecode }: ParameterSource,
  taken: Set<string> | undefined,
): JsonValue | undefined {
  const { name, style, explode, mediaType } = parameter;
  const decode = style === 'cookie' ? asItIs : given;
  if (parameter.in === 'querystring') return fromQuerystring(mediaType, view, text ?? '', pairs);
  if (pairs.length === 0) return undefined;
  const own = pairs.flatMap(([key, value]) => (key === name ? [value] : []));
  const first = own[0];
  if (first !== undefined) {
    taken?.add(name);
    if (mediaType !== null) return readContent(mediaType, decode(first), view);
    if (!view.isComplex) {
      if (own.length === 1) return typedText(decode(first), view);
      return own.map((value) => typedText(decode(value), view));
    }
    const separator = separators[style] ?? (explode && keepsCommas(view, own) ? null : ',');
    if (view.has('array') && separator === null) return arrayOf(own, view, decode);
    if (own.length === 1) return delimited(first, separator ?? ',', view, decode);
    if (view.has('array'))
      return arrayOf(
        own.flatMap((value) => value.split(separator ?? ',')),
        view,
        decode,
      );
  }
  const deep = deepValue(name, pairs, view, decode, taken);
  if (deep !== undefined || mediaType !== null || !explode || style === 'deepObject') return deep;
  return view.has('object') && !view.has('array') ? exploded(pairs, view, others, decode, taken) : undefined;
}

/**
 * Whether the values of an exploded array are its items: not if one value alone has commas, and the items can be no
 * strings.
 */
function keepsCommas(view: SchemaView, own: readonly string[]): boolean {
  const [first = ''] = own;
  if (own.length > 1) return true;
  if (first === '' || isJsonText(first)) return false;
  const item = view.item(0);
  return !first.includes(',') || item.has('string') || item.types.size === 0;
}

/** The properties of an exploded object, which are parameters of their own. */
function exploded(
  pairs: NamedTexts,
  view: SchemaView,
  others: ReadonlySet<string>,
  decode: Decode,
  taken: Set<string> | undefined,
): JsonValue | undefined {
  const isOpen = view.properties.size === 0;
  const own = pairs.filter(([key]) => (isOpen ? !others.has(key) : view.properties.has(key)));
  if (own.length === 0) return undefined;
  const result: Record<string, JsonValue> = {};
  for (const [key, text] of own) {
    taken?.add(key);
    const property = view.property(key);
    const value = property.has('array')
      ? [typedText(decode(text), property.item(0))]
      : typedText(decode(text), property);
    const before = Object.hasOwn(result, key) ? result[key] : undefined;
    setOwn(result, key, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value);
  }
  return result;
}

/** The whole query string as one value (OpenAPI 3.2 §4.12.5). */
function fromQuerystring(
  mediaType: string | null,
  view: SchemaView,
  text: string,
  pairs: NamedTexts,
): JsonValue | undefined {
  if (text === '') return undefined;
  if (mediaType !== null && mediaType !== 'application/x-www-form-urlencoded')
    return readContent(mediaType, percentDecode(text), view);
  return decodePairs(pairs, view);
}

/** An object from the pairs of a form or a query string, nested by brackets. */
export function decodePairs(pairs: NamedTexts, view: SchemaView, decode: Decode = formDecode): JsonObject {
  const root = new DeepNode();
  for (const [key, text] of pairs) root.add(pathOf(key), text);
  return root.members(view, decode);
}

/** What `name[a][b]=text` says about a parameter; undefined if there is none of its name. */
function deepValue(
  name: string,
  pairs: NamedTexts,
  view: SchemaView,
  decode: Decode,
  taken: Set<string> | undefined,
): JsonValue | undefined {
  let root: DeepNode | undefined;
  for (const [key, text] of pairs) {
    if (!key.startsWith(`${name}[`)) continue;
    taken?.add(key);
    root ??= new DeepNode();
    root.add(pathOf(key.slice(name.length), true), text);
  }
  return root?.value(view, decode);
}

/** `a[b][c]` → a, b, c. What is not in balanced brackets is part of the first name. */
function pathOf(key: string, bracketsOnly = false): readonly string[] {
  const match = /^([^[]*)((?:\[[^[\]]*\])+)$/.exec(key);
  if (match === null) return [key];
  const inner = (match[2] ?? '').slice(1, -1).split('][');
  return bracketsOnly ? inner : [match[1] ?? '', ...inner];
}

/** Deepest brackets that are read. What is below is part of the last name. */
const maxDepth = 32;

/** Values by the path of their names. */
class DeepNode {
  readonly #texts: string[] = [];
  readonly #below = new Map<string, DeepNode>();

  add(path: readonly string[], text: string): void {
    let node: DeepNode = this;
    for (const key of path.slice(0, maxDepth)) {
      let next = node.#below.get(key);
      if (next === undefined) {
        next = new DeepNode();
        node.#below.set(key, next);
      }
      node = next;
    }
    node.#texts.push(text);
  }

  value(view: SchemaView, decode: Decode): JsonValue {
    if (this.#below.size === 0) {
      if (view.has('array') && !(this.#texts.length === 1 && isJsonText(this.#texts[0] as string)))
        return arrayOf(this.#texts, view, decode);
      if (this.#texts.length > 1) return this.#texts.map((text) => typedText(decode(text), view));
      return typedText(decode(this.#texts[0] as string), view);
    }
    const isList =
      view.has('array') || (!view.has('object') && [...this.#below.keys()].every((key) => /^\d*$/.test(key)));
    if (!isList) return this.members(view, decode);
    const items = [...this.#below].flatMap(([key, node]) =>
      key === '' && node.#below.size === 0
        ? node.#texts.map((text) => typedText(decode(text), view.item(0)))
        : [node.value(view.item(Number(key) || 0), decode)],
    );
    return [...(arrayOf(this.#texts, view, decode) as JsonValue[]), ...items];
  }

  members(view: SchemaView, decode: Decode): JsonObject {
    const result: Record<string, JsonValue> = {};
    for (const [key, node] of this.#below) setOwn(result, key, node.value(view.property(key), decode));
    return result;
  }
}
