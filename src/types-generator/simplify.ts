import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';

/** Where {@link simplify} leaves the known values of an open enumeration. */
export const knownValues = 'x-known-values';

/** Says something about a file, not about a type. */
const noise: ReadonlySet<string> = new Set(['$schema', '$id', '$comment']);

/**
 * Rewrites what one schema says, its parts being rewritten already, and openapi-typescript would turn into something
 * wrong: open enumerations (`anyOf: [{enum}, {}]`) become a mark for the generator; a closed list of property names
 * leaves no room for further ones; conditions, and alternatives that say nothing about types, are left to validators.
 */
export function simplify(schema: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, member] of Object.entries(schema)) {
    if (noise.has(key)) continue;
    if (key === 'anyOf' && isOpenEnumeration(member)) {
      result[knownValues] = member[0].enum;
    } else if (key === 'allOf' && Array.isArray(member)) {
      const typed = (member as readonly JsonValue[]).filter(saysType);
      if (typed.length > 0) result[key] = typed;
    } else if (key === 'anyOf' && Array.isArray(member)) {
      // What one alternative leaves open, all of them together do.
      if ((member as readonly JsonValue[]).every(saysType)) result[key] = member;
    } else {
      result[key] = member;
    }
  }
  if (isJsonObject(schema.propertyNames) && 'enum' in schema.propertyNames) {
    result.additionalProperties = false;
  }
  // An example of a whole payload is longer than its type.
  if ('$id' in schema) delete result.examples;
  return result;
}

function isOpenEnumeration(member: JsonValue): member is [{ enum: JsonValue[] }, JsonObject] {
  if (!Array.isArray(member) || member.length !== 2) return false;
  const [known, rest] = member as readonly JsonValue[];
  return isJsonObject(known) && 'enum' in known && isJsonObject(rest) && Object.keys(rest).length === 0;
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
