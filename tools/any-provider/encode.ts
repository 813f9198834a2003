import type { JudgedMedia, JudgedParameter } from './document.ts';
import type { Schema, SchemaObject, Schemas } from './schemas.ts';
import { isObject, type Loose } from './source.ts';

export interface EncodedBody {
  readonly contentType: string;
  readonly bytes: Uint8Array | string;
}

const text = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const encoded = (value: unknown): string => encodeURIComponent(text(value));

/** Writes a parameter by its style (OpenAPI 3.1 §4.8.12.4): `name=value` for queries and cookies. */
export function encodeParameter(parameter: JudgedParameter, value: unknown): string {
  const { name, mediaType, style, explode } = parameter;
  const where = parameter.in;
  if (where === 'querystring') return isObject(value) ? encodeForm(value) : encoded(value);
  const write = where === 'header' || where === 'cookie' ? text : encoded;
  const named = (content: string): string =>
    where === 'query' || where === 'cookie'
      ? `${where === 'query' ? encoded(name) : name}=${content}`
      : content;
  if (mediaType !== null) return named(write(JSON.stringify(value)));
  if (Array.isArray(value)) return encodeList(parameter, value.map(write), named);
  if (isObject(value)) {
    const pairs = Object.entries(value).map(([key, item]) => [write(key), write(item)] as const);
    if (style === 'deepObject')
      return pairs.map(([key, item]) => `${encoded(name)}[${key}]=${item}`).join('&');
    if (explode && where === 'query') return pairs.map(([key, item]) => `${key}=${item}`).join('&');
    const joined = pairs.map(([key, item]) => (explode ? `${key}=${item}` : `${key},${item}`)).join(',');
    if (style === 'label') return `.${explode ? joined.replaceAll(',', '.') : joined}`;
    if (style === 'matrix')
      return explode ? pairs.map(([key, item]) => `;${key}=${item}`).join('') : `;${name}=${joined}`;
    return named(joined);
  }
  if (style === 'label') return `.${write(value)}`;
  if (style === 'matrix') return `;${name}=${write(value)}`;
  return named(write(value));
}

function encodeList(
  { name, in: where, style, explode }: JudgedParameter,
  items: readonly string[],
  named: (content: string) => string,
): string {
  if (style === 'label') return `.${items.join(explode ? '.' : ',')}`;
  if (style === 'matrix')
    return explode ? items.map((item) => `;${name}=${item}`).join('') : `;${name}=${items.join(',')}`;
  if (where === 'query' && explode) return items.map((item) => named(item)).join('&');
  const separator = { spaceDelimited: '%20', pipeDelimited: '%7C' }[style] ?? ',';
  return named(items.join(separator));
}

/**
 * Writes a body in a media type.
 * @param schemas for what only the schema says: which fields are files, and the names of XML elements
 */
export function encodeBody(media: JudgedMedia, value: unknown, schemas: Schemas): EncodedBody {
  const { type } = media;
  const schema: Schema = media.schema === null ? true : { $ref: `#/$defs/${media.schema}` };
  if (type.startsWith('multipart/'))
    return encodeMultipart(type, value, propertiesOf(schemas, schema), schemas);
  if (type === 'application/x-www-form-urlencoded')
    return { contentType: type, bytes: isObject(value) ? encodeForm(value) : text(value) };
  if (type.includes('*')) return encodeRange(type, value);
  if (/^application\/(json-seq|x-ndjson|jsonl)/.test(type))
    return {
      contentType: type,
      bytes: [value]
        .flat()
        .map((item) => `${JSON.stringify(item)}\n`)
        .join(''),
    };
  if (/json/.test(type)) return { contentType: type, bytes: JSON.stringify(value) };
  if (/xml/.test(type)) return { contentType: type, bytes: encodeXml(schemas, schema, value) };
  return { contentType: type, bytes: typeof value === 'string' ? value : JSON.stringify(value) };
}

function encodeRange(type: string, value: unknown): EncodedBody {
  if (type === '*/*' || type === 'application/*')
    return { contentType: 'application/json', bytes: JSON.stringify(value) };
  if (type.endsWith('*+json'))
    return { contentType: type.replace('*', 'vnd.any'), bytes: JSON.stringify(value) };
  if (type === 'text/*') return { contentType: 'text/plain', bytes: text(value) };
  return { contentType: type.replace('*', 'png'), bytes: new Uint8Array([137, 80, 78, 71]) };
}

function encodeForm(value: object): string {
  const search = new URLSearchParams();
  for (const [name, item] of Object.entries(value)) {
    for (const one of [item].flat()) search.append(name, text(one));
  }
  return search.toString();
}

function encodeMultipart(
  type: string,
  value: unknown,
  properties: ReadonlyMap<string, SchemaObject>,
  schemas: Schemas,
): EncodedBody {
  const boundary = 'judge-boundary-7Ma4';
  const parts = Object.entries(isObject(value) ? value : {}).flatMap(([name, item]) => {
    const property = properties.get(name) ?? {};
    const items = propertyOf(schemas, (property.items as Schema | undefined) ?? true);
    const file = (property.contentMediaType ?? items.contentMediaType) !== undefined;
    return [item].flat().map((one) => {
      const attached = file ? `; filename="${name}.bin"\r\ncontent-type: application/octet-stream` : '';
      const json = !file && isObject(one) ? '\r\ncontent-type: application/json' : '';
      const head = `content-disposition: form-data; name="${name}"${attached}${json}`;
      return `--${boundary}\r\n${head}\r\n\r\n${text(one)}\r\n`;
    });
  });
  return {
    contentType: `${type.replace('*', 'form-data')}; boundary=${boundary}`,
    bytes: `${parts.join('')}--${boundary}--\r\n`,
  };
}

/** Writes a value by the `xml` objects of its schema (OpenAPI 3.1 §4.8.26). */
function encodeXml(schemas: Schemas, schema: Schema, value: unknown): string {
  const xml = (of: SchemaObject): Loose => (isObject(of.xml) ? of.xml : {});
  const escaped = (item: unknown): string =>
    text(item).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const write = (name: string, of: SchemaObject, item: unknown): string => {
    if (Array.isArray(item)) {
      const items = propertyOf(schemas, (of.items as Schema | undefined) ?? true);
      const inner = item.map((one) => write(String(xml(items).name ?? name), items, one)).join('');
      return xml(of).wrapped === true ? `<${name}>${inner}</${name}>` : inner;
    }
    if (!isObject(item)) return `<${name}>${escaped(item)}</${name}>`;
    const properties = propertiesOf(schemas, of);
    let attributes = '';
    let content = '';
    for (const [key, child] of Object.entries(item)) {
      const property = properties.get(key) ?? {};
      const tag = String(xml(property).name ?? key);
      if (xml(property).attribute === true) attributes += ` ${tag}="${escaped(child)}"`;
      else content += write(tag, property, child);
    }
    return `<${name}${attributes}>${content}</${name}>`;
  };
  const root = propertyOf(schemas, schema);
  return write(String(xml(root).name ?? 'root'), root, value);
}

/** A schema without its references. */
function propertyOf(schemas: Schemas, schema: Schema): SchemaObject {
  let current = schema;
  for (let steps = 0; typeof current === 'object' && typeof current.$ref === 'string' && steps < 20; steps++)
    current = schemas.get(current);
  return typeof current === 'object' ? current : {};
}

/** The properties of an object schema, also of the parts of its `allOf`. */
export function propertiesOf(schemas: Schemas, schema: Schema, depth = 0): ReadonlyMap<string, SchemaObject> {
  const object = propertyOf(schemas, schema);
  const found = new Map<string, SchemaObject>();
  if (depth > 10) return found;
  for (const part of [object.allOf, object.oneOf, object.anyOf].flat() as (Schema | undefined)[])
    if (part !== undefined)
      for (const [name, property] of propertiesOf(schemas, part, depth + 1)) found.set(name, property);
  for (const [name, property] of Object.entries((object.properties ?? {}) as Record<string, Schema>))
    found.set(name, propertyOf(schemas, property));
  return found;
}
