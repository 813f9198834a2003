import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';

/** The keyword in which {@link simplify} stores the known values of an open enumeration. */
export const knownValues = 'x-known-values';

/** Keywords about a file, not about a type. */
const noise: ReadonlySet<string> = new Set(['$schema', '$id', '$comment']);

/**
 * Rewrites a schema, whose parts are rewritten already, where openapi-typescript would generate something wrong. Open
 * enumerations (`anyOf: [{type}, {type, enum}]` or `anyOf: [{}, {enum}]`, in any order) become a marker for the
 * generator. A closed set of property names allows no further ones. Conditions, and alternatives that say nothing about
 * types, are left to validators.
 */
export function simplify(schema: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(schema)) {
    if (noise.has(key)) continue;
    const open = key === 'anyOf' ? openEnumeration(member, schema.type) : undefined;
    if (open !== undefined) {
      Object.assign(result, open);
    } else if (key === 'allOf' && Array.isArray(member)) {
      const typed = (member as readonly JsonValue[]).filter(saysType);
      if (typed.length > 0) result[key] = typed;
    } else if (key === 'anyOf' && Array.isArray(member)) {
      // If one alternative allows anything, all of them together do.
      if ((member as readonly JsonValue[]).every(saysType)) result[key] = member;
    } else {
      result[key] = member;
    }
  }
  if (isJsonObject(schema.propertyNames) && 'enum' in schema.propertyNames) {
    result.additionalProperties = false;
  }
  // An example of an object is longer than its type.
  if (Array.isArray(schema.examples) && schema.examples.some((example) => typeof example === 'object'))
    delete result.examples;
  return result;
}

/** The type and known values of an open enumeration. */
function openEnumeration(member: JsonValue, typeBeside: JsonValue | undefined): JsonObject | undefined {
  if (!Array.isArray(member) || member.length !== 2) return undefined;
  const alternatives = (member as readonly JsonValue[]).filter(isJsonObject);
  const values = alternatives.find((schema) => 'enum' in schema)?.enum;
  const rest = alternatives.find((schema) => Object.keys(schema).every((key) => key === 'type'));
  const type = rest?.type ?? typeBeside;
  if (!Array.isArray(values) || rest === undefined || type === undefined) return undefined;
  const known = (values as readonly JsonValue[]).filter((value) => value !== null);
  const base = ([type].flat() as readonly JsonValue[]).filter((name) => name !== 'null');
  const wanted = base[0] === 'integer' ? 'number' : base[0];
  const isOne = base.length === 1 && known.length > 0 && known.every((value) => typeof value === wanted);
  return isOne ? { type, [knownValues]: known } : undefined;
}

const typeKeywords = [
  'type',
  '$ref',
  'enum',
  'const',
  'properties',
  'items',
  'prefixItems',
  'additionalProperties',
];
const combinations = ['allOf', 'anyOf', 'oneOf', knownValues];

function saysType(schema: JsonValue): boolean {
  return isJsonObject(schema) && [...typeKeywords, ...combinations].some((key) => key in schema);
}
