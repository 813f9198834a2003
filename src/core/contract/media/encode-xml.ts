import { isJsonObject, type JsonArray, type JsonValue } from '../../json.ts';
import type { SchemaView } from '../schema-view.ts';
import { textOf } from '../typed-text.ts';

/** The `xml` of a schema (OpenAPI 3.1 §4.8.26, 3.2 §4.26). */
export interface XmlShape {
  /** Local name, without prefix. Null: the name of the property or component. */
  readonly name: string | null;
  readonly prefix: string | null;
  readonly namespace: string | null;
  /** `none`: the items of an array, without an element around them. */
  readonly node: 'element' | 'attribute' | 'text' | 'cdata' | 'none';
}

/** How a value of a schema is an XML node. */
export function xmlShape(view: SchemaView): XmlShape {
  const xml = view.keyword('xml');
  const { name, prefix, namespace, attribute, wrapped, nodeType } = isJsonObject(xml) ? xml : {};
  const usual = view.has('array') && wrapped !== true ? 'none' : attribute === true ? 'attribute' : 'element';
  const isNode = typeof nodeType === 'string' && /^(element|attribute|text|cdata|none)$/.test(nodeType);
  return {
    name: typeof name === 'string' && name !== '' ? name : null,
    prefix: typeof prefix === 'string' && prefix !== '' ? prefix : null,
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : null,
    node: isNode ? (nodeType as XmlShape['node']) : usual,
  };
}

/**
 * Writes a value as an XML document. A schema names elements, attributes and namespaces; without one, properties are
 * elements. `null` is an empty element with `xsi:nil`.
 * @param component name of the root element if the schema has none
 */
export function encodeXml(value: JsonValue, view: SchemaView, component: string | null): string {
  const shape = xmlShape(view);
  const name = shape.name ?? view.component ?? component ?? 'root';
  // A document has one root: around the items of an array, too.
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value, view, shape)}`;
}

function element(name: string, value: JsonValue, view: SchemaView, shape: XmlShape): string {
  const tag = qualified(name, shape);
  const { namespace, prefix } = shape;
  const declared =
    namespace === null ? '' : ` xmlns${prefix === null ? '' : `:${prefix}`}="${inQuotes(namespace)}"`;
  if (value === null)
    return `<${tag}${declared} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>`;
  if (Array.isArray(value))
    return `<${tag}${declared}>${(value as JsonArray).map((item, i) => child(itemName(view, i) ?? name, item, view.item(i))).join('')}</${tag}>`;
  if (!isJsonObject(value)) return `<${tag}${declared}>${escaped(textOf(value))}</${tag}>`;
  let attributes = '';
  let content = '';
  for (const [key, member] of Object.entries(value)) {
    const property = view.property(key);
    const own = xmlShape(property);
    if (own.node === 'attribute') {
      if (member !== null) attributes += ` ${qualified(own.name ?? key, own)}="${inQuotes(textOf(member))}"`;
    } else if (own.node === 'text') content += escaped(textOf(member));
    else if (own.node === 'cdata')
      content += `<![CDATA[${textOf(member).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
    else content += child(key, member, property);
  }
  return content === ''
    ? `<${tag}${declared}${attributes}/>`
    : `<${tag}${declared}${attributes}>${content}</${tag}>`;
}

/** A property or an item: an element, or the elements of an array that is not wrapped. */
function child(name: string, value: JsonValue, view: SchemaView): string {
  const shape = xmlShape(view);
  if (!Array.isArray(value)) return element(shape.name ?? name, value, view, shape);
  if (shape.node !== 'none') return element(shape.name ?? name, value, view, shape);
  return (value as JsonArray).map((item, i) => child(itemName(view, i) ?? name, item, view.item(i))).join('');
}

function itemName(view: SchemaView, index: number): string | null {
  return xmlShape(view.item(index)).name;
}

/** The name with its prefix. What is no letter, digit or `._-` is replaced: an element could not have it. */
function qualified(name: string, { prefix }: XmlShape): string {
  const local = name.replace(/[^\p{L}\p{N}._:-]/gu, '_').replace(/^(?![\p{L}_])/u, '_');
  return prefix === null ? local : `${prefix}:${local}`;
}

function escaped(text: string): string {
  return text.replace(/[<>&\r]/g, (character) => entities[character] ?? '').replace(notXml, '\ufffd');
}

function inQuotes(text: string): string {
  return escaped(text).replace(/["\t\n]/g, (character) => entities[character] ?? '');
}

const entities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Characters that no XML document has (XML 1.0 §2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the ones to find.
const notXml = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
