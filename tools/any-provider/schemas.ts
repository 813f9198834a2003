import { isObject, type Loose, type Place, type Source } from './source.ts';

/** A schema of JSON Schema 2020-12, or a boolean. References lead to `#/$defs/…` of {@link Schemas.definitions}. */
export type Schema = boolean | SchemaObject;
export type SchemaObject = { [keyword: string]: unknown; [discriminator]?: Discriminator };

/** The discriminator of a schema. It is a hint for making values and no part of the validation. */
export const discriminator: unique symbol = Symbol('discriminator');
export interface Discriminator {
  readonly property: string;
  /** By name of the definition: the value of the property that chooses it. */
  readonly values: ReadonlyMap<string, string>;
}

const schemaKeywords = ['additionalProperties', 'contains', 'else', 'if', 'items', 'not', 'propertyNames'];
schemaKeywords.push('then', 'unevaluatedItems', 'unevaluatedProperties');
const schemaLists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const schemaMaps = ['dependentSchemas', 'patternProperties', 'properties'];
const plainKeywords = [
  'const',
  'dependentRequired',
  'uniqueItems',
  'readOnly',
  'writeOnly',
  'default',
  'xml',
];
const numberKeywords = ['maxItems', 'maxLength', 'maxProperties', 'maximum', 'minItems', 'minLength'];
numberKeywords.push('minProperties', 'minimum', 'multipleOf', 'maxContains', 'minContains');
const types = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);
/** Formats that are asserted. Others are annotations. */
const formats = new Set('byte date date-time duration email hostname ipv4 ipv6 time uri uuid'.split(' '));

/**
 * The schemas of a contract as JSON Schema 2020-12, converted from 3.0, 3.1 and 3.2 by the letter of each
 * specification, and lenient where it does not say what a keyword means.
 */
export class Schemas {
  /** By name, filled when they are asked for. */
  readonly definitions: Record<string, Schema> = {};
  readonly #source: Source;
  readonly #old: boolean;
  readonly #names = new Map<string, string>();

  /** @param old whether the document is OpenAPI 3.0, whose `nullable` and `exclusiveMinimum` differ */
  constructor(source: Source, old: boolean) {
    this.#source = source;
    this.#old = old;
  }

  /** Adds a schema with all that it refers to. Its name in {@link definitions}. */
  add(place: Place): string {
    const target = this.#target(place);
    const key = `${target.file}#${target.pointer}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `s${this.#names.size}`;
    this.#names.set(key, name);
    this.definitions[name] = true;
    this.definitions[name] = this.#convert(target);
    return name;
  }

  /** A schema with all definitions that it needs, for a validator. */
  bundle(name: string): SchemaObject {
    const used = new Map<string, Schema>();
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (used.has(next)) continue;
      const schema = this.definitions[next] ?? true;
      used.set(next, schema);
      collectReferences(schema, open);
    }
    return {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $ref: `#/$defs/${name}`,
      $defs: Object.fromEntries(used),
    };
  }

  /** The definition that a schema refers to, or the schema itself. */
  get(schema: Schema): Schema {
    if (typeof schema === 'boolean' || typeof schema.$ref !== 'string') return schema;
    return this.definitions[schema.$ref.slice('#/$defs/'.length)] ?? true;
  }

  /** A reference that is nothing else is followed, so that circles of references end. */
  #target(place: Place): Place {
    const { value } = place;
    if (!isObject(value) || typeof value.$ref !== 'string') return place;
    return this.#old || Object.keys(value).length === 1 ? this.#source.follow(place) : place;
  }

  #convert(place: Place): Schema {
    const { value } = place;
    if (typeof value === 'boolean') return value;
    if (!isObject(value)) return true;
    const result: SchemaObject = {};
    if (typeof value.$ref === 'string')
      result.$ref = this.#reference(this.#source.resolve(value.$ref, place));
    if (typeof value.$dynamicRef === 'string') {
      const target = this.#reference(this.#source.resolve(value.$dynamicRef, place));
      result.allOf = [{ $ref: target }];
    }
    this.#copyPlain(value, result);
    const sub = (key: string): Schema => {
      const child = this.#source.child(place, key);
      return isObject(child.value) ? { $ref: this.#reference(child) } : this.#convert(child);
    };
    for (const key of schemaKeywords) {
      if (isObject(value[key]) || typeof value[key] === 'boolean') result[key] = sub(key);
    }
    for (const key of schemaLists) {
      const list = this.#list(place, key);
      if (list.length > 0) result[key] = [...((result[key] as Schema[] | undefined) ?? []), ...list];
    }
    if (Array.isArray(value.items)) {
      result.prefixItems = this.#list(place, 'items');
      if (value.additionalItems !== undefined) result.items = sub('additionalItems');
    }
    for (const key of schemaMaps) if (isObject(value[key])) result[key] = this.#map(place, key);
    this.#discriminator(place, result);
    return result;
  }

  #list(place: Place, key: string): readonly Schema[] {
    const list = this.#source.child(place, key);
    if (!Array.isArray(list.value)) return [];
    return list.value.map((_, index) => ({ $ref: this.#reference(this.#source.child(list, index)) }));
  }

  #map(place: Place, key: string): Record<string, Schema> {
    const map = this.#source.child(place, key);
    const keys = Object.keys(map.value as Loose).filter(
      (name) => key !== 'patternProperties' || pattern(name),
    );
    return Object.fromEntries(
      keys.map((name) => [name, { $ref: this.#reference(this.#source.child(map, name)) }]),
    );
  }

  #reference(place: Place): string {
    return `#/$defs/${this.add(place)}`;
  }

  #copyPlain(value: Loose, result: SchemaObject): void {
    for (const key of plainKeywords) if (value[key] !== undefined) result[key] = value[key];
    for (const key of numberKeywords) if (typeof value[key] === 'number') result[key] = value[key];
    this.#copyBounds(value, result);
    const declared = [value.type].flat().filter((type): type is string => types.has(type as string));
    if (this.#old && value.nullable === true && declared.length > 0) declared.push('null');
    if (declared.length > 0) result.type = declared.length === 1 ? declared[0] : [...new Set(declared)];
    if (Array.isArray(value.enum)) result.enum = value.enum;
    const required = Array.isArray(value.required)
      ? value.required.filter((name) => typeof name === 'string')
      : [];
    if (required.length > 0) result.required = [...new Set(required)];
    if (typeof value.pattern === 'string' && pattern(value.pattern)) result.pattern = pattern(value.pattern);
    if (typeof value.format === 'string' && formats.has(value.format)) result.format = value.format;
    if (value.format === 'url') result.format = 'uri';
    const bytes = value.format === 'binary' || value.contentMediaType !== undefined;
    if (bytes || value.type === 'file') result.contentMediaType = 'application/octet-stream';
    const examples = Array.isArray(value.examples) ? value.examples : [];
    const all = value.example === undefined ? examples : [value.example, ...examples];
    if (all.length > 0) result.examples = all;
  }

  #copyBounds(value: Loose, result: SchemaObject): void {
    for (const [exclusive, bound] of [
      ['exclusiveMinimum', 'minimum'],
      ['exclusiveMaximum', 'maximum'],
    ] as const) {
      if (typeof value[exclusive] === 'number') result[exclusive] = value[exclusive];
      else if (value[exclusive] === true && typeof value[bound] === 'number') {
        result[exclusive] = value[bound];
        delete result[bound];
      }
    }
  }

  #discriminator(place: Place, result: SchemaObject): void {
    const declared = isObject(place.value) ? place.value.discriminator : undefined;
    if (!isObject(declared) || typeof declared.propertyName !== 'string') return;
    const values = new Map<string, string>();
    for (const branch of [this.#raw(place, 'oneOf'), this.#raw(place, 'anyOf')].flat()) {
      const target = this.#target(branch);
      values.set(this.add(branch), target.pointer.split('/').at(-1) ?? '');
    }
    for (const [choice, reference] of Object.entries(isObject(declared.mapping) ? declared.mapping : {})) {
      if (typeof reference !== 'string') continue;
      const local = /[#/.]/.test(reference) ? reference : `#/components/schemas/${reference}`;
      const target = this.#source.resolve(local, place);
      if (target.value !== undefined) values.set(this.add(target), choice);
    }
    result[discriminator] = { property: declared.propertyName, values };
  }

  #raw(place: Place, key: string): readonly Place[] {
    const list = this.#source.child(place, key);
    return Array.isArray(list.value) ? list.value.map((_, index) => this.#source.child(list, index)) : [];
  }
}

function collectReferences(schema: Schema, found: string[]): void {
  if (typeof schema === 'boolean') return;
  if (typeof schema.$ref === 'string') found.push(schema.$ref.slice('#/$defs/'.length));
  for (const key of schemaKeywords) {
    if (schema[key] !== undefined) collectReferences(schema[key] as Schema, found);
  }
  for (const key of [...schemaLists, ...schemaMaps]) {
    for (const child of Object.values(schema[key] ?? {})) collectReferences(child as Schema, found);
  }
}

/** A pattern that JavaScript can read, without slashes around it. Undefined for one that it cannot. */
function pattern(text: string): string | undefined {
  const inner = /^\/(.*)\/[a-z]*$/s.exec(text)?.[1] ?? text;
  try {
    new RegExp(inner, 'u');
    return inner;
  } catch {
    return undefined;
  }
}
