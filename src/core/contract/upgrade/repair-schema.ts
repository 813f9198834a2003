import type { JsonObject, JsonValue } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import type { Say } from './repair-note.ts';
import { repairPattern, repairPatternProperties } from './repair-pattern.ts';
import { repairType } from './repair-type.ts';

type Schema = Record<string, JsonValue>;

/** Makes JSON Schema 2020-12 of a schema of OpenAPI 3.0, of another draft, or with slips whose meaning is plain. */
export function repairSchema(schema: Schema, say: Say): void {
  repairNullable(schema, say);
  repairType(schema, say);
  repairRequired(schema, say);
  repairExamples(schema, say);
  for (const [exclusive, limit] of limits) repairLimit(schema, exclusive, limit, say);
  if (schema.pattern !== undefined) repairPattern(schema, say);
  if (schema.patternProperties !== undefined) repairPatternProperties(schema, say);
  if (schema.items !== undefined || schema.dependencies !== undefined) repairOlderDrafts(schema, say);
  if (schema.discriminator !== undefined && !isJsonObject(schema.discriminator))
    repairDiscriminator(schema, say);
  for (const key of Object.keys(schema)) {
    const expected = expectations.get(key);
    if (expected !== undefined) repairValue(schema, key, expected, say);
  }
}

const limits = [
  ['exclusiveMinimum', 'minimum'],
  ['exclusiveMaximum', 'maximum'],
] as const;

/** `nullable` (OpenAPI 3.0 §4.7.24.1), with or without `type`, and in later versions. */
function repairNullable(schema: Schema, say: Say): void {
  const { nullable, type } = schema;
  if (schema.oneOf !== undefined || schema.anyOf !== undefined) repairNullArms(schema);
  if (nullable === undefined) return;
  delete schema.nullable;
  if (nullable !== true && nullable !== 'true') return;
  say('forgiven', '`nullable: true` is of OpenAPI 3.0, beside `type`: null is allowed in addition.');
  if (Array.isArray(schema.enum) && !schema.enum.includes(null))
    schema.enum = [...(schema.enum as JsonValue[]), null];
  if (type !== undefined) {
    const types = [type].flat() as JsonValue[];
    schema.type = types.includes('null') ? types : [...types, 'null'];
  } else if (schema.$ref !== undefined || schema.allOf !== undefined) {
    const { $ref, allOf } = schema;
    const whole: Schema = {
      ...($ref === undefined ? {} : { $ref }),
      ...(allOf === undefined ? {} : { allOf }),
    };
    delete schema.$ref;
    delete schema.allOf;
    const arms = [whole, { type: 'null' }];
    if (schema.anyOf === undefined) schema.anyOf = arms;
    else schema.allOf = [{ anyOf: arms }];
  } else {
    for (const key of ['oneOf', 'anyOf']) {
      const arms = schema[key];
      if (Array.isArray(arms) && !arms.some(allowsNull))
        schema[key] = [...(arms as JsonValue[]), { type: 'null' }];
    }
  }
}

const notes: ReadonlySet<string> = new Set(['deprecated', 'description', 'example', 'title']);

/** An alternative of `nullable` alone means null, not everything. */
function repairNullArms(schema: Schema): void {
  for (const arm of [schema.oneOf, schema.anyOf].flat() as readonly JsonValue[]) {
    if (!isJsonObject(arm) || arm.nullable !== true) continue;
    if (!Object.keys(arm).every((key) => key === 'nullable' || notes.has(key))) continue;
    delete (arm as Schema).nullable;
    (arm as Schema).type = 'null';
  }
}

function allowsNull(arm: JsonValue): boolean {
  return isJsonObject(arm) && (arm.nullable === true || ([arm.type].flat() as unknown[]).includes('null'));
}

/** `required: true` of a property (JSON Schema draft 3) belongs to its owner. */
function repairRequired(schema: Schema, say: Say): void {
  const { required, properties } = schema;
  const owned = isJsonObject(properties)
    ? Object.keys(properties).filter((name) => isFlag(properties[name]))
    : [];
  const isFine = required === undefined || (Array.isArray(required) && required.every(isText));
  if (isFine && owned.length === 0) return;
  const names = new Set<JsonValue>(Array.isArray(required) ? required.filter(isText) : []);
  if (isText(required) && required !== 'true' && required !== 'false') {
    say('forgiven', '`required` is a string, and is read as an array of it.', 'required');
    names.add(required);
  }
  for (const name of owned) {
    const property = (properties as JsonObject)[name] as Schema;
    say(
      'forgiven',
      '`required: true` or `false` in a property is read as said by its object.',
      'properties',
      name,
    );
    if (property.required === true) names.add(name);
    delete property.required;
  }
  if (names.size > 0) schema.required = [...names];
  // One of its own as a property.
  else if (typeof required !== 'boolean') delete schema.required;
}

function isFlag(property: JsonValue | undefined): boolean {
  return isJsonObject(property) && typeof property.required === 'boolean';
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string';
}

function repairExamples(schema: Schema, say: Say): void {
  const { example, examples } = schema;
  if (isJsonObject(examples)) {
    say(
      'forgiven',
      '`examples` of a schema is an object, and is read as an array of its values.',
      'examples',
    );
    const values = Object.values(examples);
    schema.examples = values.map((item) =>
      isJsonObject(item) && item.value !== undefined ? item.value : item,
    );
  } else if (examples !== undefined && !Array.isArray(examples)) schema.examples = [examples];
  if (example === undefined) return;
  schema.examples = [example, ...(Array.isArray(schema.examples) ? (schema.examples as JsonValue[]) : [])];
  delete schema.example;
}

function repairLimit(schema: Schema, exclusive: string, limit: string, say: Say): void {
  const value = schema[exclusive];
  if (typeof value !== 'boolean') return;
  say('forgiven', `\`${exclusive}: ${value}\` is read as in OpenAPI 3.0.`, exclusive);
  delete schema[exclusive];
  if (value && schema[limit] !== undefined) {
    schema[exclusive] = schema[limit] as JsonValue;
    delete schema[limit];
  }
}

/** `items` as an array, `additionalItems` and `dependencies` (JSON Schema before 2019-09). */
function repairOlderDrafts(schema: Schema, say: Say): void {
  if (Array.isArray(schema.items)) {
    say('forgiven', '`items` as an array is read as `prefixItems`.', 'items');
    schema.prefixItems = schema.items;
    delete schema.items;
    if (schema.additionalItems !== undefined) schema.items = schema.additionalItems;
    delete schema.additionalItems;
  }
  if (!isJsonObject(schema.dependencies)) return;
  say('forgiven', '`dependencies` is read as `dependentRequired` and `dependentSchemas`.', 'dependencies');
  const entries = Object.entries(schema.dependencies);
  const lists = entries.filter(([, value]) => Array.isArray(value));
  const schemas = entries.filter(([, value]) => !Array.isArray(value));
  if (lists.length > 0) schema.dependentRequired = Object.fromEntries(lists);
  if (schemas.length > 0) schema.dependentSchemas = Object.fromEntries(schemas);
  delete schema.dependencies;
}

/** Swagger 2.0 has the name alone. */
function repairDiscriminator(schema: Schema, say: Say): void {
  const { discriminator } = schema;
  if (typeof discriminator === 'string') {
    say('forgiven', '`discriminator` is a string, and is read as its `propertyName`.', 'discriminator');
    schema.discriminator = { propertyName: discriminator };
  } else delete schema.discriminator;
}

type Expectation = 'count' | 'number' | 'boolean' | 'text' | 'schema' | 'schemas' | 'map' | 'list' | 'limit';

/** What the value of each keyword has to be. Anything else would stop the compiler of schemas. */
const expectations: ReadonlyMap<string, Expectation> = new Map<string, Expectation>(
  Object.entries({
    ...keywords(
      'maxItems minItems maxLength minLength maxProperties minProperties maxContains minContains',
      'count',
    ),
    ...keywords('exclusiveMaximum exclusiveMinimum maximum minimum', 'number'),
    multipleOf: 'limit',
    ...keywords('deprecated readOnly uniqueItems writeOnly', 'boolean'),
    ...keywords('format contentEncoding contentMediaType title description', 'text'),
    ...keywords('additionalProperties contains contentSchema else if items not propertyNames then', 'schema'),
    ...keywords('unevaluatedItems unevaluatedProperties', 'schema'),
    ...keywords('allOf anyOf oneOf prefixItems', 'schemas'),
    ...keywords('dependentSchemas patternProperties properties', 'map'),
    enum: 'list',
  }) as [string, Expectation][],
);

function keywords(names: string, expected: Expectation): Record<string, Expectation> {
  return Object.fromEntries(names.split(' ').map((name) => [name, expected]));
}

function repairValue(schema: Schema, key: string, expected: Expectation, say: Say): void {
  const value = schema[key] as JsonValue;
  const better = mended(value, expected);
  if (better === value) return;
  if (better === undefined) {
    delete schema[key];
    // A key without a value, as some generators write.
    if (value === null) return;
    say('forgiven', `\`${key}\` has a value that it cannot have, and is ignored.`, key);
  } else {
    schema[key] = better;
    if (expected !== 'text')
      say('forgiven', `\`${key}\` has a value of another type, and is read as what it means.`, key);
  }
}

/** The value itself if it is as expected, a better one, or undefined. */
function mended(value: JsonValue, expected: Expectation): JsonValue | undefined {
  switch (expected) {
    case 'count':
    case 'number':
    case 'limit': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
      if (expected === 'number') return number;
      if (expected === 'limit') return number > 0 ? number : undefined;
      return number >= 0 && Number.isInteger(number) ? number : undefined;
    }
    case 'boolean':
      return typeof value === 'boolean'
        ? value
        : value === 'true'
          ? true
          : value === 'false'
            ? false
            : undefined;
    case 'text':
      return typeof value === 'string' ? value : typeof value === 'object' ? undefined : String(value);
    case 'schema':
      return typeof value === 'boolean' || isJsonObject(value) ? value : mended(value, 'boolean');
    case 'schemas':
      if (isJsonObject(value)) return [value];
      if (!Array.isArray(value)) return undefined;
      return schemasIn(value as JsonValue[]);
    case 'map':
      if (!isJsonObject(value)) return undefined;
      return Object.values(value).every(isSchema) ? value : withSchemas(value);
    case 'list':
      if (!Array.isArray(value)) return value === null || typeof value === 'object' ? undefined : [value];
      return value.length === 0 ? undefined : value;
  }
}

function isSchema(value: JsonValue): boolean {
  return isJsonObject(value) || typeof value === 'boolean';
}

function schemasIn(values: JsonValue[]): JsonValue | undefined {
  if (values.every(isSchema)) return values.length === 0 ? undefined : values;
  const kept = values.filter(isSchema);
  return kept.length === 0 ? undefined : kept;
}

/** A property without a value may be anything. */
function withSchemas(map: Readonly<Record<string, JsonValue>>): JsonValue {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, isSchema(value) ? value : {}]));
}
