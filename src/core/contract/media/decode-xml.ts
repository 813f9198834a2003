import { type JsonObject, type JsonValue, setOwn } from '../../json.ts';
import type { SchemaView } from '../schema-view.ts';
import { typedText } from '../typed-text.ts';
import { type XmlShape, xmlShape } from './encode-xml.ts';

/** An element of a parsed XML document. */
export interface XmlElement {
  /** With its prefix, as written. */
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly elements: readonly XmlElement[];
  /** The text in it, without that of its elements. */
  readonly text: string;
}

/**
 * The value of an XML document, as {@link encodeXml} writes it: strings converted to the types of the schema, and a single
 * element as an array where the schema says so. Lenient: prefixes, the name of the root, and whether an array is wrapped
 * do not matter. Unknown elements and attributes are properties, too.
 */
export function decodeXml(root: XmlElement, view: SchemaView): JsonValue {
  return xmlValue(root, view, xmlShape(view));
}

function xmlValue(element: XmlElement, view: SchemaView, shape: XmlShape): JsonValue {
  if (element.attributes.some(([name, value]) => localName(name) === 'nil' && value === 'true')) return null;
  if (view.has('array') && !view.has('object')) return itemsOf(element, view, shape);
  const attributes = element.attributes.filter(([name]) => !/^(xmlns(:|$)|xsi:)/.test(name));
  const isPlain = element.elements.length === 0 && attributes.length === 0;
  if (isPlain && (!view.has('object') || (view.has('string') && element.text !== ''))) {
    const text = view.has('string') || view.types.size === 0 ? element.text : element.text.trim();
    return typedText(text, view);
  }
  return membersOf(element, attributes, view);
}

/** The items in an element around them. */
function itemsOf(element: XmlElement, view: SchemaView, shape: XmlShape): JsonValue {
  if (element.elements.length > 0)
    return element.elements.map((item, i) => xmlValue(item, view.item(i), xmlShape(view.item(i))));
  // Without an element around it, an element with text is an item itself.
  if (element.text.trim() === '' || shape.node === 'element') return [];
  return [xmlValue(element, view.item(0), xmlShape(view.item(0)))];
}

function membersOf(
  { elements, text }: XmlElement,
  attributes: XmlElement['attributes'],
  view: SchemaView,
): JsonObject {
  const result: Record<string, JsonValue> = {};
  const seen = new Set<XmlElement | XmlElement['attributes'][number]>();
  for (const [key, property] of view.properties) {
    const shape = xmlShape(property);
    const name = shape.name ?? key;
    const named = elements.filter((each) => localName(each.name) === name);
    if (shape.node === 'attribute') {
      const attribute = attributes.find((each) => localName(each[0]) === name);
      if (attribute !== undefined) {
        seen.add(attribute);
        setOwn(result, key, typedText(attribute[1], property));
        continue;
      }
    }
    if (shape.node === 'text' || shape.node === 'cdata') {
      setOwn(result, key, typedText(text, property));
    } else if (property.has('array') && !property.has('object')) {
      const items = arrayMember(elements, name, property, shape);
      if (items === undefined) continue;
      for (const each of items.from) seen.add(each);
      setOwn(result, key, items.value);
    } else if (named[0] !== undefined) {
      for (const each of named) seen.add(each);
      const values = named.map((each) => xmlValue(each, property, shape));
      setOwn(result, key, values.length === 1 ? (values[0] as JsonValue) : values);
    }
  }
  for (const attribute of attributes) {
    const key = localName(attribute[0]);
    if (!seen.has(attribute) && !Object.hasOwn(result, key))
      setOwn(result, key, typedText(attribute[1], view.property(key)));
  }
  addUnknown(
    result,
    elements.filter((each) => !seen.has(each)),
    view,
  );
  return result;
}

/** The elements of an array: those in an element around them, or those with the name of its items. */
function arrayMember(
  elements: readonly XmlElement[],
  name: string,
  view: SchemaView,
  shape: XmlShape,
): { readonly value: JsonValue; readonly from: readonly XmlElement[] } | undefined {
  const item = view.item(0);
  const itemShape = xmlShape(item);
  const around = elements.filter((each) => localName(each.name) === name);
  const [first] = around;
  const isWrapped = shape.node === 'element' || (itemShape.name !== null && itemShape.name !== name);
  const inner = itemShape.name ?? name;
  if (
    isWrapped &&
    around.length === 1 &&
    first !== undefined &&
    (shape.node === 'element' || holds(first, inner))
  )
    return { value: itemsOf(first, view, { ...shape, node: 'element' }), from: around };
  const own = elements.filter((each) => localName(each.name) === inner);
  const from = own.length > 0 ? own : around;
  if (from.length === 0) return undefined;
  return { value: from.map((each, i) => xmlValue(each, view.item(i), itemShape)), from };
}

function holds(element: XmlElement, name: string): boolean {
  return element.elements.length > 0 && element.elements.every((each) => localName(each.name) === name);
}

function addUnknown(
  result: Record<string, JsonValue>,
  elements: readonly XmlElement[],
  view: SchemaView,
): void {
  const groups = new Map<string, XmlElement[]>();
  for (const each of elements) {
    const key = localName(each.name);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  for (const [key, group] of groups) {
    if (Object.hasOwn(result, key)) continue;
    const property = view.property(key);
    const values = group.map((each) => xmlValue(each, property, xmlShape(property)));
    setOwn(result, key, values.length === 1 ? (values[0] as JsonValue) : values);
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
