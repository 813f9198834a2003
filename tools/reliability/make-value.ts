import fc from 'fast-check';
import { type Chance, oddNumbers, oddStrings } from './chance.ts';
import type { Document, Node } from './contract-model.ts';

/** The options of value generation. */
export interface Making {
  readonly chance: Chance;
  readonly document: Document;
  /** The share of nodes that violate their schema; 0: the value is valid. */
  readonly mutate: number;
  /** A matching value of the current world: an existing id, a callable URL; undefined: none. */
  readonly known: (name: string, schema: Node) => unknown;
}

const durations = ['0ms', '1ms', '250ms', '1s', '2.5s', '1m', '1h', '2d', '30d', '36525d'];
const absent = Symbol('absent');

/** Makes a value of a schema: its limits are met exactly, exceeded by one, or ignored. */
export function makeValue(making: Making, schema: Node, name = '', depth = 0): unknown {
  const value = make(making, schema, name, depth);
  return value === absent ? null : value;
}

function make(making: Making, given: Node, name: string, depth: number): unknown {
  const { chance, document, mutate } = making;
  const schema = flatten(document.follow(given ?? {}).node, document, chance);
  if (mutate > 0 && chance.hits(mutate)) return outside(making, schema, name, depth);
  const known = making.known(name, schema);
  if (known !== undefined) return known;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return chance.pick(schema.enum);
  if (schema.examples?.length > 0 && chance.hits(0.3)) return structuredClone(chance.pick(schema.examples));
  const type = Array.isArray(schema.type) ? chance.pick(schema.type) : schema.type;
  switch (type ?? guess(schema)) {
    case 'object':
      return makeObject(making, schema, depth);
    case 'array':
      return makeArray(making, schema, name, depth);
    case 'string':
      return makeString(chance, schema);
    case 'integer':
      return makeNumber(chance, schema, true);
    case 'number':
      return makeNumber(chance, schema, false);
    case 'boolean':
      return chance.hits(0.5);
    case 'null':
      return null;
    default:
      return chance.pick<unknown>([null, true, 7, 'text', ['item'], { member: 1 }, chance.pick(oddStrings)]);
  }
}

function guess(schema: Node): string | undefined {
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return 'object';
  return schema.items === undefined ? undefined : 'array';
}

/** One schema in place of a combination: all of `allOf`, one of `anyOf` and of `oneOf`. */
function flatten(schema: Node, document: Document, chance: Chance): Node {
  const { allOf = [], anyOf, oneOf, ...own } = schema === true || schema === false ? {} : schema;
  const parts = [...allOf];
  if (anyOf !== undefined) parts.push(chance.pick(anyOf));
  if (oneOf !== undefined) parts.push(chance.pick(oneOf));
  const merged: Node = { ...own };
  for (const part of parts) {
    const { properties, required = [], ...rest } = flatten(document.follow(part).node, document, chance);
    const added = Object.entries(properties ?? {}).filter(([, value]) => value !== true);
    Object.assign(merged, rest);
    if (properties !== undefined) merged.properties = { ...merged.properties, ...Object.fromEntries(added) };
    merged.required = [...(merged.required ?? []), ...required];
  }
  return merged;
}

function makeObject(making: Making, schema: Node, depth: number): unknown {
  const { chance, mutate } = making;
  const required: readonly string[] = schema.required ?? [];
  const entries: [string, unknown][] = [];
  for (const [name, member] of Object.entries((schema.properties ?? {}) as Record<string, Node>)) {
    if (!required.includes(name) && (depth > 6 || chance.hits(0.5))) continue;
    if (mutate > 0 && chance.hits(mutate / 2)) continue;
    const value = make(making, member, name, depth + 1);
    if (value !== absent) entries.push([name, value]);
  }
  const { additionalProperties } = schema;
  const isFree =
    additionalProperties === true || (schema.properties === undefined && additionalProperties === undefined);
  if (isFree || typeof additionalProperties === 'object') {
    for (let count = chance.int(0, 2); count > 0; count--) {
      const name = chance.hits(0.8) ? `x${chance.word()}` : 'X-Own';
      entries.push([name, isFree ? chance.word() : makeValue(making, additionalProperties, name, depth + 1)]);
    }
  }
  if (mutate > 0 && chance.hits(mutate)) entries.push([chance.pick(oddStrings), chance.pick(oddStrings)]);
  // An own property even when named __proto__.
  return Object.fromEntries(entries);
}

function makeArray(making: Making, schema: Node, name: string, depth: number): unknown {
  const { chance } = making;
  const { minItems = 0, maxItems = 4, uniqueItems = false, items = {} } = schema;
  const length = chance.int(minItems, Math.min(maxItems, minItems + 3));
  const values = Array.from({ length }, () => makeValue(making, items, name, depth + 1));
  if (!uniqueItems) return values;
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function makeString(chance: Chance, schema: Node): string {
  const { pattern, format, minLength = 0, maxLength } = schema;
  if (format === 'binary') return chance.word(20);
  if (format === 'date-time') return '2030-01-01T00:00:00Z';
  if (pattern?.includes('(ms|s|m|h|d)')) return chance.pick(durations);
  if (pattern !== undefined) {
    const [made] = fc.sample(fc.stringMatching(new RegExp(pattern)), {
      seed: chance.int(0, 2 ** 30),
      numRuns: 1,
    });
    if (made !== undefined && [...made].length <= (maxLength ?? Number.POSITIVE_INFINITY)) return made;
    return schema.examples?.[0] ?? '';
  }
  if (maxLength !== undefined && chance.hits(0.1)) return 'm'.repeat(maxLength);
  if (minLength > 0 && chance.hits(0.1)) return 'n'.repeat(minLength);
  const odd = chance.pick(oddStrings);
  const fits = [...odd].length >= minLength && (maxLength === undefined || [...odd].length <= maxLength);
  return fits && chance.hits(0.3)
    ? odd
    : chance.word(chance.int(Math.max(1, minLength), Math.max(minLength, 12)));
}

function makeNumber(chance: Chance, schema: Node, whole: boolean): number {
  const { minimum = 0, maximum = 1_000_000 } = schema;
  if (chance.hits(0.2)) return minimum;
  if (chance.hits(0.2) && schema.maximum !== undefined) return maximum;
  const value = chance.int(minimum, Math.min(maximum, minimum + 100));
  return whole ? value : value + 0.25;
}

/** A value that the schema does not allow, mostly off by one. */
function outside(making: Making, schema: Node, name: string, depth: number): unknown {
  const { chance } = making;
  const { maxLength, minLength, maximum, minimum, maxItems, minItems, items } = schema;
  const ways: (() => unknown)[] = [
    () => null,
    () => absent,
    () => chance.pick(oddStrings),
    () => chance.pick(oddNumbers),
    () => chance.pick<unknown>([true, [], {}, [[]], [null], { a: { b: [] } }, 'x'.repeat(2_000)]),
    () => 'long '.repeat(chance.int(1, 3_000)),
    () => nested(chance.int(2, 70)),
  ];
  if (maxLength !== undefined)
    ways.push(
      () => 'm'.repeat(maxLength + 1),
      () => '😀'.repeat(maxLength),
    );
  if (minLength > 0) ways.push(() => 'n'.repeat(minLength - 1));
  if (maximum !== undefined) ways.push(() => maximum + 1);
  if (minimum !== undefined) ways.push(() => minimum - 1);
  if (minItems > 0) ways.push(() => []);
  if (items !== undefined) {
    const count = Math.min((maxItems ?? 1_000) + 1, 12_000);
    const item = makeValue({ ...making, mutate: 0 }, items, name, depth + 1);
    ways.push(() => Array.from({ length: count }, () => item));
    ways.push(() => item);
  }
  return chance.pick(ways)();
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Changes the source of a JSON body so that it is mostly malformed. */
export function mutateJsonText(chance: Chance, text: string): Buffer {
  const at = chance.int(0, text.length);
  const ways: (() => string | Buffer)[] = [
    () => text.slice(0, at),
    () => text.slice(at),
    () =>
      `${text.slice(0, at)}${chance.pick([',', '}', ']', '"', '\\', '\u0000', '{', '[', ':', '//', "'"])}${text.slice(at)}`,
    () => Buffer.concat([Buffer.from(text.slice(0, at)), chance.bytes(3), Buffer.from(text.slice(at))]),
    () => `\ufeff${text}`,
    () => Buffer.from(text, 'utf16le'),
    () => text.replace('{', '{"__proto__":{"polluted":true},'),
    () => text.replace('{', '{"constructor":{"prototype":{"polluted":true}},'),
    () => text.replace(/^\{("[^"]*":)/, '{$1 1,$1'),
    () =>
      text.replace(
        /:\s*("[^"]*"|\d+)/,
        chance.pick([': 1e999', ': -', ': 01', ': 0x10', ': "\\ud800"', ': "\\u00"', ': NaN', ': .5']),
      ),
    () => `${text} ${text}`,
    () => `[${text}]`,
    () => '['.repeat(chance.int(1, 20_000)),
    () => '{"a":'.repeat(chance.int(1, 5_000)),
    () => '',
    () => chance.bytes(chance.int(1, 200)),
    () => text.padEnd(chance.int(1, 200_000), ' '),
  ];
  const mutated = chance.pick(ways)();
  return typeof mutated === 'string' ? Buffer.from(mutated) : mutated;
}

/** Changes one node of a JSON value: its kind, its presence, its place. */
export function mutateValue(chance: Chance, value: unknown): unknown {
  const copy = { root: structuredClone(value) };
  const places: { readonly holder: Node; readonly key: string | number }[] = [];
  const visit = (holder: Node): void => {
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      places.push({ holder, key });
      if (typeof holder[key] === 'object' && holder[key] !== null) visit(holder[key]);
    }
  };
  visit(copy);
  const { holder, key } = chance.pick(places);
  const other = chance.pick(places);
  const ways: (() => void)[] = [
    () => {
      holder[key] = chance.pick(oddStrings);
    },
    () => {
      holder[key] = chance.pick(oddNumbers);
    },
    () => {
      holder[key] = chance.pick<unknown>([null, true, [], {}, [[]], chance.word()]);
    },
    () => {
      holder[key] = structuredClone(other.holder[other.key]);
    },
    () => {
      holder[key] = [holder[key], holder[key]];
    },
    () => {
      holder[key] = { [chance.word()]: holder[key] };
    },
    () => {
      holder[key] = chance.pick(durations);
    },
    () => {
      holder[key] = chance.int(-2, 700);
    },
    () => void (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key]),
    () => {
      holder[key] = nested(chance.int(2, 80));
    },
  ];
  chance.pick(ways)();
  return copy.root ?? null;
}
