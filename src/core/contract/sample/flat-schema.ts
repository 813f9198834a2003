import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { follow } from '../request-names.ts';

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
  readonly examples: JsonValue[] = [];
  readonly properties = new Map<string, JsonValue[]>();
  readonly required = new Set<string>();
  /** Properties that the choice of a discriminator sets. */
  readonly chosen = new Map<string, JsonValue>();
  /** Properties that must be absent. */
  readonly forbidden = new Set<string>();
  /** The name tests of each schema with `additionalProperties: false`. */
  readonly closed: ((name: string) => boolean)[] = [];
  readonly additional: JsonValue[] = [];
  readonly patternProperties: (readonly [string, JsonValue])[] = [];
  readonly propertyNames: JsonValue[] = [];
  readonly dependentRequired: (readonly [string, readonly string[]])[] = [];
  readonly dependentSchemas: (readonly [string, JsonValue])[] = [];
  minProperties = 0;
  maxProperties = Number.POSITIVE_INFINITY;
  readonly items: JsonValue[] = [];
  readonly prefixItems: JsonValue[][] = [];
  readonly contains: { readonly schema: JsonValue; readonly min: number }[] = [];
  minItems = 0;
  maxItems = Number.POSITIVE_INFINITY;
  uniqueItems = false;
  minimum = Number.NEGATIVE_INFINITY;
  maximum = Number.POSITIVE_INFINITY;
  exclusiveMinimum = Number.NEGATIVE_INFINITY;
  exclusiveMaximum = Number.POSITIVE_INFINITY;
  readonly multiplesOf: number[] = [];
  minLength = 0;
  maxLength = Number.POSITIVE_INFINITY;
  readonly patterns: string[] = [];
  format = '';
  isBase64 = false;
  readonly unions: Union[] = [];
  readonly conditionals: Conditional[] = [];
  readonly negations: JsonValue[] = [];
  readonly bases: Base[] = [];
  isReadOnly = false;
  isWriteOnly = false;
  /** The schemas that were merged. */
  readonly parts = new Set<JsonValue>();

  constructor(document: JsonObject) {
    this.document = document;
  }

  copy(): FlatSchema {
    const copy = new FlatSchema(this.document);
    for (const [key, value] of Object.entries(this)) {
      const target = copy as unknown as Record<string, unknown>;
      if (key === 'document') continue;
      if (key === 'properties')
        for (const [name, list] of this.properties) copy.properties.set(name, [...list]);
      else if (value instanceof Set && key !== 'types')
        for (const item of value) (target[key] as Set<unknown>).add(item);
      else if (value instanceof Map)
        for (const [name, item] of value) (target[key] as Map<unknown, unknown>).set(name, item);
      else if (Array.isArray(value) && key !== 'values') (target[key] as unknown[]).push(...value);
      else target[key] = value;
    }
    return copy;
  }

  /** Adds what another schema demands. */
  add(schema: JsonValue | undefined): void {
    if (schema === false) this.isNever = true;
    if (!isJsonObject(schema) || this.parts.has(schema)) return;
    this.parts.add(schema);
    this.#addValues(schema);
    this.#addNumbers(schema);
    this.#addTexts(schema);
    this.#addArrays(schema);
    this.#addObjects(schema);
    this.#addChoices(schema);
    if (typeof schema.$ref === 'string') this.add(follow(this.document, { $ref: schema.$ref }));
    if (typeof schema.$dynamicRef === 'string') this.add(this.#dynamic(schema.$dynamicRef));
    for (const part of listOf(schema.allOf)) this.add(part);
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
    if ('example' in schema) this.examples.push(schema.example as JsonValue);
    this.examples.push(...(Array.isArray(schema.examples) ? (schema.examples as JsonValue[]) : []));
    if ('default' in schema) this.examples.push(schema.default as JsonValue);
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
    if (typeof multipleOf === 'number' && multipleOf > 0) this.multiplesOf.push(multipleOf);
  }

  #addTexts(schema: JsonObject): void {
    this.minLength = Math.max(this.minLength, numberOf(schema.minLength) ?? 0);
    this.maxLength = Math.min(this.maxLength, numberOf(schema.maxLength) ?? Number.POSITIVE_INFINITY);
    if (typeof schema.pattern === 'string') this.patterns.push(schema.pattern);
    if (typeof schema.format === 'string' && this.format === '') this.format = schema.format;
    this.isBase64 ||= /^base64(url)?$/i.test(String(schema.contentEncoding));
  }

  #addArrays(schema: JsonObject): void {
    this.minItems = Math.max(this.minItems, numberOf(schema.minItems) ?? 0);
    this.maxItems = Math.min(this.maxItems, numberOf(schema.maxItems) ?? Number.POSITIVE_INFINITY);
    this.uniqueItems ||= schema.uniqueItems === true;
    const tuple = Array.isArray(schema.items) ? schema.items : schema.prefixItems;
    for (const [index, item] of listOf(tuple).entries()) {
      this.prefixItems[index] ??= [];
      this.prefixItems[index].push(item);
    }
    if (schema.items !== undefined && !Array.isArray(schema.items)) this.items.push(schema.items);
    if (schema.contains !== undefined) {
      this.contains.push({ schema: schema.contains, min: numberOf(schema.minContains) ?? 1 });
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
    if (others === false) this.closed.push(nameTest(schema));
    else if (isJsonObject(others)) this.additional.push(others);
    if (isJsonObject(schema.unevaluatedProperties)) this.additional.push(schema.unevaluatedProperties);
    this.patternProperties.push(...membersOf(schema.patternProperties));
    if (schema.propertyNames !== undefined) this.propertyNames.push(schema.propertyNames);
    for (const [name, names] of membersOf(schema.dependentRequired)) {
      this.dependentRequired.push([name, listOf(names).map(String)]);
    }
    this.dependentSchemas.push(...membersOf(schema.dependentSchemas));
  }

  addProperty(name: string, schema: JsonValue): void {
    const known = this.properties.get(name);
    if (known === undefined) this.properties.set(name, [schema]);
    else known.push(schema);
  }

  #addChoices(schema: JsonObject): void {
    const discriminator = isJsonObject(schema.discriminator) ? schema.discriminator : null;
    for (const kind of ['oneOf', 'anyOf'] as const) {
      const branches = listOf(schema[kind]);
      if (branches.length > 0) this.unions.push({ kind, branches, discriminator });
    }
    if (discriminator !== null && schema.oneOf === undefined && schema.anyOf === undefined) {
      this.bases.push({ schema, discriminator });
    }
    if (schema.if !== undefined) {
      this.conditionals.push({ condition: schema.if, whenTrue: schema.then, whenFalse: schema.else });
    }
    if (schema.not !== undefined) this.negations.push(schema.not);
  }
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
  const patterns = membersOf(patternProperties).flatMap(([pattern]) => {
    try {
      return [new RegExp(pattern, 'u')];
    } catch {
      return [];
    }
  });
  return (name) =>
    (isJsonObject(properties) && Object.hasOwn(properties, name)) ||
    patterns.some((pattern) => pattern.test(name));
}
