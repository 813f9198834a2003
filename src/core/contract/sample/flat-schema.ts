import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { follow } from '../request-names.ts';
import { matchesPattern } from './patterns.ts';

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object';

/** Alternatives of which one must be chosen. */
export interface Union {
  readonly kind: 'oneOf' | 'anyOf';
  readonly branches: readonly JsonValue[];
  readonly discriminator: JsonObject | null;
}

export interface Conditional {
  readonly condition: JsonValue;
  readonly whenTrue: JsonValue | undefined;
  readonly whenFalse: JsonValue | undefined;
}

/** A schema of which others are variants, by the value of a property (OpenAPI 3.1 §4.8.25). */
export interface Base {
  readonly schema: JsonObject;
  readonly discriminator: JsonObject;
}

export const allTypes: readonly JsonType[] = [
  'string',
  'number',
  'integer',
  'boolean',
  'null',
  'array',
  'object',
];

/**
 * What several schemas demand of one value together. References and `allOf` are merged. Alternatives and conditions
 * are listed, to be chosen and added.
 */
export class FlatSchema {
  readonly document: JsonObject;
  /** Whether nothing is valid: `false`. */
  isNever = false;
  /** Null: any. */
  types: ReadonlySet<JsonType> | null = null;
  /** From `enum` and `const`. Null: any. */
  values: readonly JsonValue[] | null = null;
  /** `example`, `examples` and `default`, the nearest first. */
  examples: readonly JsonValue[] = [];
  /** The schemas of each. An array is replaced, never changed: it identifies them. */
  properties = new Map<string, readonly JsonValue[]>();
  required = new Set<string>();
  /** Properties that the choice of a discriminator sets. */
  chosen = new Map<string, JsonValue>();
  /** Properties that must be absent. */
  forbidden = new Set<string>();
  /** The name tests of each schema with `additionalProperties: false`. */
  closed: readonly ((name: string) => boolean)[] = [];
  additional: readonly JsonValue[] = [];
  patternProperties: readonly (readonly [string, JsonValue])[] = [];
  propertyNames: readonly JsonValue[] = [];
  dependentRequired: readonly (readonly [string, readonly string[]])[] = [];
  dependentSchemas: readonly (readonly [string, JsonValue])[] = [];
  minProperties = 0;
  maxProperties = Number.POSITIVE_INFINITY;
  items: readonly JsonValue[] = [];
  prefixItems: readonly (readonly JsonValue[])[] = [];
  contains: readonly { readonly schema: JsonValue; readonly min: number }[] = [];
  minItems = 0;
  maxItems = Number.POSITIVE_INFINITY;
  uniqueItems = false;
  minimum = Number.NEGATIVE_INFINITY;
  maximum = Number.POSITIVE_INFINITY;
  exclusiveMinimum = Number.NEGATIVE_INFINITY;
  exclusiveMaximum = Number.POSITIVE_INFINITY;
  multiplesOf: readonly number[] = [];
  minLength = 0;
  maxLength = Number.POSITIVE_INFINITY;
  patterns: readonly string[] = [];
  format = '';
  isBase64 = false;
  unions: readonly Union[] = [];
  conditionals: readonly Conditional[] = [];
  negations: readonly JsonValue[] = [];
  bases: readonly Base[] = [];
  isReadOnly = false;
  isWriteOnly = false;
  /** The schemas that were merged. */
  parts = new Set<JsonValue>();

  constructor(document: JsonObject) {
    this.document = document;
  }

  copy(): FlatSchema {
    const copy = Object.assign(new FlatSchema(this.document), this);
    copy.properties = new Map(this.properties);
    copy.required = new Set(this.required);
    copy.chosen = new Map(this.chosen);
    copy.forbidden = new Set(this.forbidden);
    copy.parts = new Set(this.parts);
    return copy;
  }

  /** Adds what another schema demands. */
  add(schema: JsonValue | undefined): void {
    const queue = [schema];
    for (let next = queue.shift(); queue.length > 0 || next !== undefined; next = queue.shift()) {
      if (next === false) this.isNever = true;
      if (!isJsonObject(next) || this.parts.has(next)) continue;
      this.parts.add(next);
      this.#addValues(next);
      this.#addNumbers(next);
      this.#addTexts(next);
      this.#addArrays(next);
      this.#addObjects(next);
      this.#addChoices(next);
      const { $ref, $dynamicRef } = next;
      if (typeof $ref === 'string') queue.push(follow(this.document, { $ref }));
      if (typeof $dynamicRef === 'string') queue.push(this.#dynamic($dynamicRef));
      queue.push(...listOf(next.allOf));
    }
  }

  /** `$dynamicRef: '#name'` to the `$dynamicAnchor` of a component or of the document. */
  #dynamic(reference: string): JsonValue | undefined {
    const name = reference.replace(/^#/, '');
    if (name.startsWith('/')) return follow(this.document, { $ref: reference });
    const { components } = this.document;
    const schemas = isJsonObject(components) && isJsonObject(components.schemas) ? components.schemas : {};
    return Object.values(schemas).find((schema) => isJsonObject(schema) && schema.$dynamicAnchor === name);
  }

  #addValues(schema: JsonObject): void {
    this.#narrowTypes(typesOf(schema));
    if ('const' in schema) this.#narrowValues([schema.const as JsonValue]);
    if (Array.isArray(schema.enum)) {
      const values: readonly JsonValue[] = schema.enum;
      this.#narrowValues(schema.nullable === true && !values.includes(null) ? [...values, null] : values);
    }
    const { example, default: usual } = schema;
    const examples = [example, ...listOf(schema.examples), usual].filter((each) => each !== undefined);
    if (examples.length > 0) this.examples = [...this.examples, ...examples];
    this.isReadOnly ||= schema.readOnly === true;
    this.isWriteOnly ||= schema.writeOnly === true;
  }

  #narrowTypes(types: readonly JsonType[] | undefined): void {
    if (types === undefined) return;
    const known = this.types ?? new Set(allTypes);
    this.types = new Set(
      types.filter((type) => known.has(type) || (type === 'integer' && known.has('number'))),
    );
    if (this.types.size === 0 && types.includes('number') && known.has('integer'))
      this.types = new Set(['integer']);
    if (this.types.size === 0) this.isNever = true;
  }

  #narrowValues(values: readonly JsonValue[]): void {
    const { values: known } = this;
    this.values =
      known === null ? values : known.filter((value) => values.some((other) => isSame(value, other)));
    if (this.values.length === 0) this.isNever = true;
  }

  #addNumbers(schema: JsonObject): void {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
    if (typeof minimum === 'number') {
      if (exclusiveMinimum === true) this.exclusiveMinimum = Math.max(this.exclusiveMinimum, minimum);
      else this.minimum = Math.max(this.minimum, minimum);
    }
    if (typeof maximum === 'number') {
      if (exclusiveMaximum === true) this.exclusiveMaximum = Math.min(this.exclusiveMaximum, maximum);
      else this.maximum = Math.min(this.maximum, maximum);
    }
    if (typeof exclusiveMinimum === 'number')
      this.exclusiveMinimum = Math.max(this.exclusiveMinimum, exclusiveMinimum);
    if (typeof exclusiveMaximum === 'number')
      this.exclusiveMaximum = Math.min(this.exclusiveMaximum, exclusiveMaximum);
    if (typeof multipleOf === 'number' && multipleOf > 0)
      this.multiplesOf = [...this.multiplesOf, multipleOf];
  }

  #addTexts(schema: JsonObject): void {
    this.minLength = Math.max(this.minLength, numberOf(schema.minLength) ?? 0);
    this.maxLength = Math.min(this.maxLength, numberOf(schema.maxLength) ?? Number.POSITIVE_INFINITY);
    if (typeof schema.pattern === 'string') this.patterns = [...this.patterns, schema.pattern];
    if (typeof schema.format === 'string' && this.format === '') this.format = schema.format;
    this.isBase64 ||= /^base64(url)?$/i.test(String(schema.contentEncoding));
  }

  #addArrays(schema: JsonObject): void {
    this.minItems = Math.max(this.minItems, numberOf(schema.minItems) ?? 0);
    this.maxItems = Math.min(this.maxItems, numberOf(schema.maxItems) ?? Number.POSITIVE_INFINITY);
    this.uniqueItems ||= schema.uniqueItems === true;
    const tuple = Array.isArray(schema.items) ? schema.items : schema.prefixItems;
    const { length } = this.prefixItems;
    const more = listOf(tuple)
      .slice(length)
      .map((item) => [item]);
    const known = this.prefixItems.map((items, index) => [
      ...items,
      ...listOf(tuple).slice(index, index + 1),
    ]);
    if (tuple !== undefined) this.prefixItems = [...known, ...more];
    if (schema.items !== undefined && !Array.isArray(schema.items))
      this.items = [...this.items, schema.items];
    if (schema.contains !== undefined) {
      this.contains = [...this.contains, { schema: schema.contains, min: numberOf(schema.minContains) ?? 1 }];
    }
  }

  #addObjects(schema: JsonObject): void {
    for (const [name, property] of membersOf(schema.properties)) this.addProperty(name, property);
    for (const name of listOf(schema.required)) if (typeof name === 'string') this.required.add(name);
    this.minProperties = Math.max(this.minProperties, numberOf(schema.minProperties) ?? 0);
    this.maxProperties = Math.min(
      this.maxProperties,
      numberOf(schema.maxProperties) ?? Number.POSITIVE_INFINITY,
    );
    const others = schema.additionalProperties;
    if (others === false) this.closed = [...this.closed, nameTest(schema)];
    else if (isJsonObject(others)) this.additional = [...this.additional, others];
    if (isJsonObject(schema.unevaluatedProperties)) {
      this.additional = [...this.additional, schema.unevaluatedProperties];
    }
    this.patternProperties = [...this.patternProperties, ...membersOf(schema.patternProperties)];
    if (schema.propertyNames !== undefined) {
      this.propertyNames = [...this.propertyNames, schema.propertyNames];
    }
    for (const [name, names] of membersOf(schema.dependentRequired)) {
      this.dependentRequired = [...this.dependentRequired, [name, listOf(names).map(String)]];
    }
    this.dependentSchemas = [...this.dependentSchemas, ...membersOf(schema.dependentSchemas)];
  }

  addProperty(name: string, schema: JsonValue): void {
    const known = this.properties.get(name);
    this.properties.set(name, known === undefined ? [schema] : [...known, schema]);
  }

  #addChoices(schema: JsonObject): void {
    const discriminator = isJsonObject(schema.discriminator) ? schema.discriminator : null;
    for (const kind of ['oneOf', 'anyOf'] as const) {
      const branches = listOf(schema[kind]);
      if (branches.length > 0) this.unions = [...this.unions, { kind, branches, discriminator }];
    }
    if (discriminator !== null && schema.oneOf === undefined && schema.anyOf === undefined) {
      this.bases = [...this.bases, { schema, discriminator }];
    }
    if (schema.if !== undefined) {
      const conditional = { condition: schema.if, whenTrue: schema.then, whenFalse: schema.else };
      this.conditionals = [...this.conditionals, conditional];
    }
    if (schema.not !== undefined) this.negations = [...this.negations, schema.not];
  }
}

const memo = new WeakMap<JsonObject, WeakMap<object, FlatSchema>>();

/**
 * What schemas demand of one value together. Kept for as long as the document: by the schema if it is one, else by the
 * array.
 */
export function flatten(document: JsonObject, schemas: readonly JsonValue[]): FlatSchema {
  let known = memo.get(document);
  if (known === undefined) {
    known = new WeakMap();
    memo.set(document, known);
  }
  const [only] = schemas;
  const key = schemas.length === 1 && typeof only === 'object' && only !== null ? only : schemas;
  let flat = known.get(key);
  if (flat === undefined) {
    flat = new FlatSchema(document);
    for (const schema of schemas) flat.add(schema);
    known.set(key, flat);
  }
  return flat;
}

/** Whether two JSON values are equal. */
export function isSame(a: JsonValue, b: JsonValue): boolean {
  return (
    a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
  );
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function membersOf(value: JsonValue | undefined): readonly (readonly [string, JsonValue])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function typesOf({ type, nullable }: JsonObject): readonly JsonType[] | undefined {
  const types = [type].flat().filter((each): each is JsonType => allTypes.includes(each as JsonType));
  if (types.length === 0) return undefined;
  return nullable === true && !types.includes('null') ? [...types, 'null'] : types;
}

function nameTest({ properties, patternProperties }: JsonObject): (name: string) => boolean {
  const patterns = membersOf(patternProperties).map(([pattern]) => pattern);
  return (name) =>
    (isJsonObject(properties) && Object.hasOwn(properties, name)) ||
    patterns.some((pattern) => matchesPattern(pattern, name));
}
