import { follow } from '../../../core/contract/request-names.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';

/** A schema, and the document that its `$ref`s point into. */
export interface PlacedSchema {
  readonly document: JsonObject;
  readonly schema: JsonValue;
}

/** Deeper compositions are not looked into. */
const mostDepth = 20;

/** The properties that a schema declares, also by `allOf`, `anyOf` and `oneOf`, in document order. */
export function propertiesOf({ document, schema }: PlacedSchema): ReadonlyMap<string, JsonValue> {
  const properties = new Map<string, JsonValue>();
  for (const part of partsOf(document, schema, 0)) {
    if (!isJsonObject(part.properties)) continue;
    for (const [name, value] of Object.entries(part.properties))
      if (!properties.has(name)) properties.set(name, value as JsonValue);
  }
  return properties;
}

/** The schema of the items of an array. Undefined: it declares none. */
export function itemsOf({ document, schema }: PlacedSchema): JsonValue | undefined {
  for (const { items } of partsOf(document, schema, 0)) if (items !== undefined) return items;
  return undefined;
}

/** The properties that a schema requires. */
export function requiredOf({ document, schema }: PlacedSchema): ReadonlySet<string> {
  const target = follow(document, schema);
  if (!isJsonObject(target)) return new Set();
  const own = Array.isArray(target.required) ? (target.required as readonly string[]) : [];
  const parts = Array.isArray(target.allOf) ? (target.allOf as readonly JsonValue[]) : [];
  return new Set([...own, ...parts.flatMap((part) => [...requiredOf({ document, schema: part })])]);
}

/** The schema of the values at a place, by the tokens of a JSON pointer. Undefined: it declares none. */
export function schemaAt(placed: PlacedSchema, tokens: readonly string[]): JsonValue | undefined {
  let schema: JsonValue | undefined = placed.schema;
  for (const token of tokens) {
    if (schema === undefined) return undefined;
    const here: PlacedSchema = { document: placed.document, schema };
    schema = propertiesOf(here).get(token) ?? (/^\d+$/.test(token) ? itemsOf(here) : undefined);
  }
  return schema;
}

function partsOf(document: JsonObject, schema: JsonValue | undefined, depth: number): readonly JsonObject[] {
  const target = follow(document, schema);
  if (!isJsonObject(target) || depth > mostDepth) return [];
  const parts = [target.allOf, target.anyOf, target.oneOf].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return [target, ...parts.flatMap((part: JsonValue) => partsOf(document, part, depth + 1))];
}

/** Keywords whose properties are named by the author of the contract. */
const naming = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);

/** Keywords that say nothing about which values are valid. */
const annotations = new Set([
  'description',
  'title',
  'summary',
  'example',
  'examples',
  'deprecated',
  '$comment',
]);

/** A text that is the same for schemas of one meaning: references are followed, and annotations left out. */
export function meaningOf({ document, schema }: PlacedSchema): string {
  return JSON.stringify(plain(document, schema, false, []));
}

function plain(
  document: JsonObject,
  value: JsonValue,
  isNames: boolean,
  within: readonly string[],
): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => plain(document, item, false, within));
  if (!isJsonObject(value)) return value;
  const { $ref } = value;
  if (!isNames && typeof $ref === 'string') {
    // A schema that refers to itself.
    if (within.includes($ref)) return { $ref: within.length - within.indexOf($ref) };
    const { $ref: _, ...beside } = value;
    const target = plain(document, follow(document, { $ref }) ?? true, false, [...within, $ref]);
    const own = plain(document, beside, false, within);
    return isJsonObject(target) ? { ...target, ...(own as JsonObject) } : target;
  }
  const members = Object.entries(value).filter(
    ([name]) => isNames || (!annotations.has(name) && !name.startsWith('x-')),
  );
  return Object.fromEntries(
    members.map(([name, item]) => [name, plain(document, item, !isNames && naming.has(name), within)]),
  );
}
