import { createRequire } from 'node:module';
import { discriminator, type Schema, type SchemaObject, type Schemas } from './schemas.ts';
import { isObject } from './source.ts';

/** Its types say a default export, which it does not have. */
const RandExp = createRequire(import.meta.url)('randexp') as new (
  pattern: string,
) => {
  max: number;
  randInt: (from: number, to: number) => number;
  gen(): string;
};

/** How a value is made. */
export interface Manner {
  /** Whether optional properties are included. */
  readonly full: boolean;
  /** Whether examples and defaults of the schemas are taken. */
  readonly examples: boolean;
  /** Which branch of `oneOf` and `anyOf` is taken, modulo their number. */
  readonly branch: number;
  /** Whether properties that only the server may set are left out. */
  readonly omitReadOnly: boolean;
  /** Makes strings differ. */
  readonly salt: number;
}

const usual: Readonly<Record<string, string>> = {
  date: '2031-05-17',
  'date-time': '2031-05-17T08:30:00Z',
  byte: 'dGV4dA==',
  duration: 'PT5M',
  email: 'pat.moreno@example.com',
  hostname: 'host.example.com',
  ipv4: '192.0.2.17',
  ipv6: '2001:db8::17',
  time: '08:30:00Z',
  uri: 'http://127.0.0.1:9/a',
  uuid: '0d9f4a1e-6c1b-4d55-9f7e-3f2a1b4c5d6e',
};
const candidates = [
  'text',
  '1',
  '2031-05-17',
  '2031-05-17T08:30:00Z',
  '08:30:00',
  '+15550100',
  'EUR',
  'US',
  'https://example.com/a',
  '0d9f4a1e-6c1b-4d55-9f7e-3f2a1b4c5d6e',
  'a@example.com',
  '2001:db8::17',
  '192.0.2.17',
  'PT1H',
  'abcdef0123456789abcdef0123456789',
];

/** Makes a value for a schema. It may be invalid: the caller judges it. */
export function makeValue(schemas: Schemas, name: string, manner: Manner): unknown {
  return new Maker(schemas, manner).make({ $ref: `#/$defs/${name}` }, 0, []);
}

class Maker {
  readonly #schemas: Schemas;
  readonly #manner: Manner;
  #count = 0;

  constructor(schemas: Schemas, manner: Manner) {
    this.#schemas = schemas;
    this.#manner = manner;
  }

  make(schema: Schema, depth: number, within: readonly string[]): unknown {
    const stack =
      typeof schema === 'object' && typeof schema.$ref === 'string' ? [...within, schema.$ref] : within;
    const merged = this.#merge(schema, 0);
    if (merged.const !== undefined) return merged.const;
    const examples = Array.isArray(merged.examples) ? merged.examples : [];
    if (this.#manner.examples && examples.length > 0) return examples[0];
    if (this.#manner.examples && merged.default !== undefined && merged.default !== null)
      return merged.default;
    if (Array.isArray(merged.enum)) {
      const values = merged.enum.filter((value) => value !== null);
      return values.length === 0 ? null : values[this.#manner.salt % values.length];
    }
    switch (typeOf(merged)) {
      case 'object':
        return this.#object(merged, depth, stack);
      case 'array':
        return this.#array(merged, depth, stack);
      case 'boolean':
        return true;
      case 'null':
        return null;
      case 'integer':
      case 'number':
        return number(merged, this.#manner.salt);
      default:
        return this.#string(merged);
    }
  }

  #object(schema: SchemaObject, depth: number, stack: readonly string[]): unknown {
    const properties = (schema.properties ?? {}) as Record<string, Schema>;
    const required = new Set((schema.required as string[] | undefined) ?? []);
    const value: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      const merged = this.#merge(property, 0);
      if (merged.readOnly === true && (this.#manner.omitReadOnly || !required.has(name))) continue;
      const circular = typeof property === 'object' && stack.includes(property.$ref as string);
      if (!required.has(name) && (!this.#manner.full || depth > 3 || circular)) continue;
      if (depth > 14) continue;
      const made = this.make(property, depth + 1, stack);
      if (made !== undefined) define(value, name, made);
    }
    const rest = schema.additionalProperties as Schema | undefined;
    const missing = [...required].filter((name) => !Object.hasOwn(properties, name));
    for (const name of missing) define(value, name, this.make(rest ?? true, depth + 1, stack));
    for (let n = 1; Object.keys(value).length < Number(schema.minProperties ?? 0) && n < 50; n++) {
      const optional = Object.keys(properties).find((name) => !Object.hasOwn(value, name));
      const name =
        optional ??
        (isObject(schema.propertyNames)
          ? String(this.make(schema.propertyNames as Schema, 9, stack)) + n
          : `key${n}`);
      define(
        value,
        name,
        this.make(
          (optional === undefined ? undefined : properties[optional]) ?? rest ?? true,
          depth + 1,
          stack,
        ),
      );
    }
    this.#choose(schema, value);
    return value;
  }

  /** Sets the property of the discriminator to the branch that was taken. */
  #choose(schema: SchemaObject, value: Record<string, unknown>): void {
    const hint = schema[discriminator];
    if (hint === undefined || typeof schema.taken !== 'string') return;
    const choice = hint.values.get(schema.taken);
    const property = (schema.properties as Record<string, Schema> | undefined)?.[hint.property];
    const fixed = property === undefined ? {} : this.#merge(property, 0);
    if (choice === undefined || fixed.const !== undefined) return;
    if (Array.isArray(fixed.enum) && !fixed.enum.includes(choice)) return;
    value[hint.property] = choice;
  }

  #array(schema: SchemaObject, depth: number, stack: readonly string[]): unknown {
    const first = ((schema.prefixItems as Schema[] | undefined) ?? []).map((item) =>
      this.make(item, depth + 1, stack),
    );
    const items = (schema.items as Schema | undefined) ?? true;
    const circular = typeof items === 'object' && stack.includes(items.$ref as string);
    const wanted = Math.max(
      Number(schema.minItems ?? 0),
      this.#manner.full && depth < 6 && !circular ? 1 : 0,
    );
    const value: unknown[] = first;
    for (let n = 0; value.length < Math.min(wanted, 100) && n < 200; n++) {
      if (items === false || depth > 14) break;
      const made = n === 0 ? this.make(items, depth + 1, stack) : this.#other(items, n, depth, stack);
      const text = JSON.stringify(made);
      if (schema.uniqueItems !== true || !value.some((item) => JSON.stringify(item) === text))
        value.push(made);
    }
    if (isObject(schema.contains) && value.length === 0)
      value.push(this.make(schema.contains as Schema, depth + 1, stack));
    return value.slice(0, Number(schema.maxItems ?? value.length));
  }

  #other(items: Schema, n: number, depth: number, stack: readonly string[]): unknown {
    const manner = { ...this.#manner, salt: this.#manner.salt + n, branch: this.#manner.branch + n };
    return new Maker(this.#schemas, { ...manner, examples: false }).make(items, depth + 1, stack);
  }

  #string(schema: SchemaObject): string {
    const least = Number(schema.minLength ?? 0);
    const most = Number(schema.maxLength ?? Number.POSITIVE_INFINITY);
    const known = typeof schema.format === 'string' ? usual[schema.format] : undefined;
    if (typeof schema.pattern === 'string') {
      const fits = new RegExp(schema.pattern, 'u');
      const offered = [known, ...((schema.examples as unknown[] | undefined) ?? [])];
      const found = offered.find((text) => typeof text === 'string' && fits.test(text));
      return (found as string | undefined) ?? matching(schema.pattern, least, most, this.#manner.salt);
    }
    if (known !== undefined) return schema.format === 'uri' ? `${known}${this.#manner.salt || ''}` : known;
    const text = `text${this.#manner.salt + this.#count++}`;
    const padded = text.length < least ? text.padEnd(Math.min(least, 100_000), 'x') : text;
    return padded.length > most ? padded.slice(padded.length - most) : padded;
  }

  /** A schema with its references, `allOf` and one branch of each choice merged into one. */
  #merge(schema: Schema, depth: number): SchemaObject {
    if (typeof schema === 'boolean' || depth > 30) return {};
    let result: SchemaObject = { ...schema };
    const parts: Schema[] = [];
    if (typeof schema.$ref === 'string') parts.push(this.#schemas.get({ $ref: schema.$ref }));
    for (const part of (schema.allOf as Schema[] | undefined) ?? []) parts.push(part);
    for (const key of ['oneOf', 'anyOf'] as const) {
      const list = schema[key] as Schema[] | undefined;
      if (list === undefined || list.length === 0) continue;
      const branch = list[this.#manner.branch % list.length] as Schema;
      if (typeof branch === 'object' && typeof branch.$ref === 'string')
        result.taken = branch.$ref.slice('#/$defs/'.length);
      parts.push(branch);
    }
    for (const key of ['$ref', 'allOf', 'oneOf', 'anyOf']) delete result[key];
    for (const part of parts) result = combine(result, this.#merge(part, depth + 1));
    return result;
  }
}

function combine(a: SchemaObject, b: SchemaObject): SchemaObject {
  const result: SchemaObject = { ...b, ...a };
  if (a.properties !== undefined && b.properties !== undefined) {
    const properties: Record<string, Schema> = { ...(b.properties as Record<string, Schema>) };
    for (const [name, schema] of Object.entries(a.properties as Record<string, Schema>)) {
      const other = Object.hasOwn(properties, name) ? properties[name] : undefined;
      define(properties, name, other === undefined ? schema : { allOf: [schema, other] });
    }
    result.properties = properties;
  }
  if (a.required !== undefined && b.required !== undefined)
    result.required = [...new Set([...(a.required as string[]), ...(b.required as string[])])];
  if (Array.isArray(a.enum) && Array.isArray(b.enum)) {
    const both = a.enum.filter((value) => (b.enum as unknown[]).includes(value));
    if (both.length > 0) result.enum = both;
  }
  if (a.items !== undefined && b.items !== undefined) result.items = { allOf: [a.items, b.items] };
  for (const key of ['minLength', 'minItems', 'minimum', 'minProperties'])
    if (a[key] !== undefined && b[key] !== undefined) result[key] = Math.max(Number(a[key]), Number(b[key]));
  for (const key of ['maxLength', 'maxItems', 'maximum'])
    if (a[key] !== undefined && b[key] !== undefined) result[key] = Math.min(Number(a[key]), Number(b[key]));
  if (a[discriminator] ?? b[discriminator]) {
    const hint = a[discriminator] ?? b[discriminator];
    if (hint !== undefined) result[discriminator] = hint;
  }
  return result;
}

function typeOf(schema: SchemaObject): string {
  const declared = [schema.type ?? []].flat().filter((type) => type !== 'null') as string[];
  if (declared[0] !== undefined) return declared[0];
  if (schema.type === 'null' || (Array.isArray(schema.type) && schema.type.length > 0)) return 'null';
  if (has(schema, 'properties', 'required', 'additionalProperties', 'minProperties')) return 'object';
  if (has(schema, 'items', 'prefixItems', 'minItems')) return 'array';
  if (has(schema, 'minimum', 'maximum', 'multipleOf')) return 'number';
  return 'string';
}

const has = (schema: SchemaObject, ...keywords: readonly string[]): boolean =>
  keywords.some((keyword) => schema[keyword] !== undefined);

function number(schema: SchemaObject, salt: number): number {
  const whole = [schema.type].flat().includes('integer');
  const step = typeof schema.multipleOf === 'number' ? schema.multipleOf : whole ? 1 : 0;
  const least = Number(schema.minimum ?? schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
  const most = Number(schema.maximum ?? schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY);
  let value = least > 1 ? least : most < 1 ? most : 1;
  if (step > 0)
    value =
      least > 1
        ? Math.ceil(value / step) * step
        : Math.floor(value / step) * step || (most >= step ? step : 0);
  if (value === schema.exclusiveMinimum) value += step || (most - least < 2 ? (most - least) / 2 : 1);
  if (value === schema.exclusiveMaximum) value -= step || (most - least < 2 ? (most - least) / 2 : 1);
  const other = value + salt * (step || 1);
  return other <= most ? other : value;
}

function matching(pattern: string, least: number, most: number, salt: number): string {
  const fits = new RegExp(pattern, 'u');
  const good = (text: string): boolean => fits.test(text) && text.length >= least && text.length <= most;
  const known = candidates.slice(salt % 2).find(good);
  if (known !== undefined && salt === 0) return known;
  try {
    const made = new RandExp(pattern);
    let state = 7 + salt;
    made.randInt = (from: number, to: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return from + (state % (to - from + 1));
    };
    for (let max = 1; max <= 64; max *= 2) {
      made.max = Math.max(max, Math.min(least, 1000));
      for (let tries = 0; tries < 20; tries++) {
        const text = made.gen();
        if (good(text)) return text;
      }
    }
  } catch {
    // A pattern that the generator cannot read.
  }
  return known ?? 'text';
}

/** Sets a property that may be named `__proto__`. */
function define(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}
