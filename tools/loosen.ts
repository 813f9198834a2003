import type { JsonObject, JsonValue } from '../src/core/json.ts';
import { isJsonObject } from '../src/core/json.ts';

/**
 * What a provider may change without notice, and therefore what a schema for consumers accepts.
 * `values`: any value but an id may be null, and a property that may be null may be left out.
 * `additions`: new properties and new enumeration values only; nothing becomes nullable or optional.
 */
export type ChangePolicy = 'values' | 'additions';

/** The sentence in every strict schema's description that the loose variant replaces. */
export const strictSentence =
  'Strict variant: exactly the current shape, with nothing unknown, nothing missing and no new values.';

const looseSentence: Readonly<Record<ChangePolicy, string>> = {
  values:
    'Accepts what the provider may change without notice: unknown properties, null for any string or number, a missing property that may be null, new values of enumerations. Ids and `event_type` are always present.',
  additions:
    "Accepts additions: unknown properties and new values of enumerations. The parameters themselves are always present. Mock's choice: the provider publishes no change policy for them.",
};

/**
 * Makes the loose variant of a strict schema, by the provider's change policy (PROVIDERS §2.2):
 * objects accept unknown properties, strings and numbers may be null unless they are ids, nullable properties may be
 * omitted, and enumerations keep their values as known ones among others (`anyOf: [{type}, {type, enum}]`).
 * Ids and constants of `event_type` stay as they are.
 * @throws {Error} when the description lacks {@link strictSentence}
 */
export function loosen(strict: JsonObject, policy: ChangePolicy, source: string): JsonObject {
  const { $schema, title, description, examples, ...rest } = strict;
  if (typeof title !== 'string' || typeof description !== 'string') {
    throw new Error(`Could not loosen ${source}: it needs the strings title and description.`);
  }
  if (!title.endsWith(' (strict)') || !description.endsWith(strictSentence)) {
    throw new Error(
      `Could not loosen ${source}: its title has to end with " (strict)" and its description with "${strictSentence}".`,
    );
  }
  return {
    ...($schema === undefined ? {} : { $schema }),
    $comment: `Made from ${source} by "npm run generate". Change that file.`,
    title: title.slice(0, -' (strict)'.length),
    description: description.replace(strictSentence, looseSentence[policy]),
    ...loosenSchema(rest, policy, false),
    ...(examples === undefined ? {} : { examples }),
  };
}

/** `models/address.strict.schema.json` → `models/address.schema.json`. */
export function looseName(strictName: string): string {
  return strictName.replace('.strict.schema.json', '.schema.json');
}

function loosenSchema(schema: JsonObject, policy: ChangePolicy, fixed: boolean): JsonObject {
  const result: Record<string, JsonValue> = {};
  const isEnumeration = 'enum' in schema;
  for (const [keyword, value] of Object.entries(schema)) {
    switch (keyword) {
      case '$ref':
        result[keyword] = typeof value === 'string' ? looseName(value) : value;
        break;
      case 'type':
        if (!isEnumeration) result[keyword] = fixed ? value : loosenType(value, policy);
        break;
      case 'enum':
        result.anyOf = openEnumeration(schema, fixed ? schema.type : loosenType(schema.type, policy));
        break;
      case 'const':
        if (fixed) result[keyword] = value;
        break;
      case 'properties':
        result[keyword] = loosenProperties(value, policy);
        break;
      case 'required':
        result[keyword] = stillRequired(value, schema, policy);
        break;
      case 'additionalProperties':
        if (isJsonObject(value)) result[keyword] = loosenSchema(value, policy, false);
        break;
      case 'propertyNames':
        // A closed set of names is an enumeration too.
        break;
      case 'items':
        result[keyword] = isJsonObject(value) ? loosenSchema(value, policy, fixed) : value;
        break;
      case 'anyOf':
        result[keyword] = loosenEach(value, policy);
        break;
      case 'allOf': {
        const kept = loosenEach(value, policy).filter((entry) => Object.keys(entry).length > 0);
        if (kept.length > 0) result[keyword] = kept;
        break;
      }
      default:
        result[keyword] = value;
    }
  }
  return 'if' in schema ? loosenCondition(result, schema, policy) : result;
}

/**
 * Any value of the type, and those that are known. Each alternative has a type of its own: type generators make
 * `unknown` of one without, and repeat the alternatives for each of several types beside them.
 */
function openEnumeration(schema: JsonObject, type: JsonValue | undefined): JsonObject[] {
  if (schema.type === undefined || type === undefined)
    throw new Error('Could not loosen a schema: an "enum" needs a "type" beside it.');
  return [{ type }, { type: schema.type, enum: schema.enum ?? [] }];
}

function loosenProperties(properties: JsonValue, policy: ChangePolicy): JsonObject {
  if (!isJsonObject(properties))
    throw new Error('Could not loosen a schema: "properties" has to be an object.');
  const entries = Object.entries(properties).flatMap(([name, property]): [string, JsonValue][] => {
    // A condition repeats the properties that it requires.
    if (property === true) return [[name, true]];
    if (!isJsonObject(property)) return [];
    const loose = loosenSchema(property, policy, isFixed(name));
    return Object.keys(loose).length === 0 ? [] : [[name, loose]];
  });
  return Object.fromEntries(entries);
}

function loosenEach(schemas: JsonValue, policy: ChangePolicy): JsonObject[] {
  if (!Array.isArray(schemas))
    throw new Error('Could not loosen a schema: "anyOf" and "allOf" have to be lists.');
  return (schemas as readonly JsonValue[])
    .filter(isJsonObject)
    .map((entry) => loosenSchema(entry, policy, false));
}

/** A condition tests today's values, so `if` stays; it is removed when the loose `then` requires nothing. */
function loosenCondition(
  loosened: Record<string, JsonValue>,
  schema: JsonObject,
  policy: ChangePolicy,
): JsonObject {
  const consequence = isJsonObject(schema.then) ? loosenSchema(schema.then, policy, false) : {};
  const asksNothing = Object.values(consequence).every(
    (part) => isJsonObject(part) && Object.values(part).every((value) => value === true),
  );
  const { if: _if, then: _then, ...rest } = loosened;
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  return asksNothing ? rest : { ...rest, if: schema.if ?? true, then: consequence };
}

function loosenType<T extends JsonValue | undefined>(type: T, policy: ChangePolicy): T | JsonValue {
  if (policy === 'additions') return type;
  return type === 'string' || type === 'number' || type === 'integer' ? [type, 'null'] : type;
}

/** What cannot be null cannot be omitted either: ids, arrays, objects. */
function stillRequired(required: JsonValue, schema: JsonObject, policy: ChangePolicy): JsonValue {
  if (policy === 'additions' || !Array.isArray(required)) return required;
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  return (required as readonly JsonValue[]).filter((name) => {
    if (typeof name !== 'string' || isFixed(name)) return true;
    const property = properties[name];
    return (
      isJsonObject(property) &&
      ('$ref' in property || property.type === 'object' || property.type === 'array')
    );
  });
}

/** Ids and the discriminator of the callbacks. */
function isFixed(property: string): boolean {
  return property === 'event_type' || /_ids?$/.test(property);
}
