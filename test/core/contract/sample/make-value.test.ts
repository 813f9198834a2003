import { describe, expect, test } from 'vitest';
import { Carried } from '../../../../src/core/contract/sample/carried.ts';
import { type MakeOptions, makeValue } from '../../../../src/core/contract/sample/make-value.ts';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';
import { seededRandom } from '../../../../src/core/random.ts';
import { options } from './sampling.ts';

type Changes = Partial<MakeOptions> & { readonly seed?: string };

/** One attempt, which nothing repairs. */
function make(schema: JsonValue, { seed = '1', ...changes }: Changes = {}): JsonValue {
  return makeValue([schema], {
    document: {},
    random: seededRandom(seed),
    now: Date.UTC(2026, 10, 30, 12),
    direction: 'callback',
    usesExamples: true,
    isMinimal: false,
    choose: (count) => seededRandom(seed).int(0, count - 1),
    separates: false,
    carried: null,
    ...changes,
  });
}

const properties = (given: JsonObject, ...required: string[]): JsonObject => ({
  type: 'object',
  properties: given,
  required,
});
const text = { type: 'string' };
const tagged = {
  components: {
    schemas: {
      Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] },
      Cat: properties({ kind: text, lives: { type: 'integer' } }),
      Dog: properties({ kind: text, barks: { type: 'boolean' } }),
      Base: { ...properties({ kind: text }), discriminator: { propertyName: 'kind' } },
    },
  },
};

describe('the first attempt is valid', () => {
  test.each<[string, JsonValue, JsonObject?]>([
    ['the largest minLength of allOf', { allOf: [{ ...text, minLength: 40 }, { minLength: 3 }] }],
    [
      'the smallest maximum of allOf',
      { allOf: [{ type: 'integer', maximum: 5, minimum: 4 }, { maximum: 900 }] },
    ],
    [
      'uniqueItems in one part',
      {
        allOf: [
          { type: 'array', uniqueItems: true },
          { items: { enum: [1, 2, 3] }, minItems: 3 },
        ],
      },
    ],
    ['what two enums share', { allOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] }],
    [
      'both schemas of a property',
      { allOf: [properties({ a: { ...text, minLength: 9 } }, 'a'), properties({ a: { maxLength: 9 } })] },
    ],
    ['no other properties', { ...properties({ a: text }), additionalProperties: false, minProperties: 1 }],
    [
      'at most so many properties',
      { ...properties({ a: text, b: text, c: text, d: text }), maxProperties: 2 },
    ],
    [
      'minContains',
      { type: 'array', items: { type: ['integer', 'string'] }, contains: { const: 7 }, minContains: 3 },
    ],
    [
      'a tuple',
      { type: 'array', prefixItems: [text, { type: 'integer' }, { type: 'boolean' }], minItems: 3 },
    ],
    [
      'different items',
      { type: 'array', items: { enum: ['a', 'b', 'c', 'd'] }, minItems: 4, uniqueItems: true },
    ],
    [
      'different numbers',
      { type: 'array', items: { type: 'integer', minimum: 1, maximum: 9 }, minItems: 4, uniqueItems: true },
    ],
    [
      'names of a pattern',
      { type: 'object', patternProperties: { '^a': { type: 'integer' } }, required: ['ab'] },
    ],
    ['what a property demands', { ...properties({ a: text }, 'a'), dependentRequired: { a: ['b', 'c'] } }],
    [
      'what the schema of a property demands',
      {
        ...properties({ a: text }, 'a'),
        dependentSchemas: { a: { properties: { b: { const: 3 } }, required: ['b'] } },
      },
    ],
    ['no value of a not', { enum: ['a', 'b', 'c'], not: { enum: ['a', 'c'] } }],
    ['no type of a not', { type: ['string', 'integer'], not: { type: 'string' } }],
    ['no property of a not', { ...properties({ a: text, b: text }), not: { required: ['a'] } }],
    [
      'one alternative alone',
      { oneOf: [properties({ a: text, b: text }, 'a'), properties({ a: text, b: text }, 'b')] },
    ],
    [
      'an alternative whose constant fits',
      {
        ...properties({ k: { const: 'b' } }, 'k'),
        oneOf: [
          properties({ k: { const: 'a' }, x: text }, 'x'),
          properties({ k: { const: 'b' }, y: text }, 'y'),
        ],
      },
    ],
    [
      'a condition',
      {
        ...properties({ k: text }),
        if: { properties: { k: { const: 'x' } }, required: ['k'] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { required: ['z'], properties: { z: { type: 'integer' } } },
      },
    ],
    [
      'a condition with a constant that may be missing',
      {
        ...properties({ k: { enum: ['x', 'y'] } }),
        if: { properties: { k: { const: 'x' } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { required: ['z'] },
      },
    ],
    ['both patterns', { ...text, pattern: '^[a-z]+$', allOf: [{ pattern: 'q' }] }],
    ['a pattern and a length', { ...text, pattern: '^[A-Z]*$', minLength: 7, maxLength: 9 }],
    ['a pattern of letters', { ...text, pattern: '^\\p{L}{3}-\\p{N}{2}$' }],
    ['a pattern with named groups', { ...text, pattern: '^(?<year>[0-9]{4})-(?<rest>[a-z]{9})$' }],
    ['a text that must be short', { ...text, maxLength: 2 }],
    ['a text that must be long', { ...text, minLength: 300, maxLength: 310 }],
    [
      'steps without a common divisor',
      { type: 'integer', multipleOf: 35, allOf: [{ multipleOf: 6 }], maximum: 900, minimum: 1 },
    ],
    ['two steps', { type: 'integer', multipleOf: 4, allOf: [{ multipleOf: 6 }], minimum: 1 }],
    ['a tiny step', { type: 'number', multipleOf: 1e-7, minimum: 1e-7, maximum: 5e-7 }],
    ['an exclusive minimum', { type: 'integer', exclusiveMinimum: 7, maximum: 8 }],
    ['a range far from the usual', { type: 'number', minimum: 5_000, maximum: 5_001 }],
    ['a range below the usual', { type: 'integer', maximum: -70 }],
    [
      'a circle of alternatives',
      { $ref: '#/components/schemas/Tree' },
      {
        components: {
          schemas: {
            Tree: {
              oneOf: [
                { type: 'array', items: { $ref: '#/components/schemas/Tree' }, minItems: 1 },
                { type: 'integer' },
              ],
            },
          },
        },
      },
    ],
  ])('%s', (_, schema, document = {}) => {
    for (const seed of ['1', '2', '3', '4', '5', '6']) {
      const { validate } = options(schema, { document });
      const value = make(schema, { seed, document });
      expect(validate(value), JSON.stringify(value)).toEqual([]);
    }
  });
});

describe('an example', () => {
  test.each<[JsonValue, JsonValue]>([
    [{ ...text, examples: ['a', 'abcdef'], minLength: 3, maxLength: 6 }, 'abcdef'],
    [{ ...text, examples: ['abcdefg', 'abc'], maxLength: 3 }, 'abc'],
    [{ ...text, format: 'email', examples: ['nobody', 'a@b.test'] }, 'a@b.test'],
    [{ ...text, pattern: '^b', examples: ['a', 'b'] }, 'b'],
    [{ type: 'integer', minimum: 3, examples: [1, 4] }, 4],
    [{ type: ['string', 'null'], examples: [null, '', 'x'] }, 'x'],
    [{ enum: ['a', 'b', 'c'], default: 'c' }, 'c'],
  ])('of %j is used where it fits', (schema, expected) => {
    expect(make(schema)).toBe(expected);
  });
});

describe('an enum', () => {
  test.each<[string, JsonValue]>([
    ['status', 'done'],
    ['type', null],
    ['state', 'done'],
  ])('gives the plainest value for %s', (name, plain) => {
    const values = ['pending', 'failed', 'done', 'late'];
    for (const seed of ['1', '2', '3', '4'])
      expect(make(properties({ [name]: { enum: values } }, name), { seed })).toEqual({
        [name]: plain ?? 'pending',
      });
  });

  test('gives null or an empty text only if it has nothing else', () => {
    for (const seed of ['1', '2', '3', '4']) expect(make({ enum: [null, '', 'a'] }, { seed })).toBe('a');
    expect(make({ enum: [null] })).toBeNull();
  });
});

describe('a value that is carried over', () => {
  const make2 = (schema: JsonValue, known: JsonObject) => make(schema, { carried: new Carried(known) });

  test('is used only where it fits', () => {
    const schema = properties(
      { reference: { ...text, maxLength: 4 }, orderNo: { type: 'integer' } },
      'reference',
      'orderNo',
    );
    expect(make2(schema, { reference: 'abcd', orderNo: 7 })).toEqual({ reference: 'abcd', orderNo: 7 });
    expect(make2(schema, { reference: 'abcde', orderNo: 'x' })).not.toMatchObject({ reference: 'abcde' });
    expect(make2(schema, { reference: 'abcde', orderNo: 'x' })).not.toMatchObject({ orderNo: 'x' });
  });
});

test.each([
  ['request', { a: 'readOnly' }, ['a', 'c'], ['c']],
  ['response', { b: 'writeOnly' }, ['b', 'c'], ['c']],
  ['callback', { a: 'readOnly' }, ['a', 'c'], ['a', 'c']],
] as const)('a %s has no properties that travel the other way', (direction, marks, names, expected) => {
  const given = Object.fromEntries(
    names.map((name) => [name, { ...text, ...(name in marks && { [Object.values(marks)[0] ?? '']: true }) }]),
  );
  expect(Object.keys(make(properties(given), { direction }) as object)).toEqual(expected);
});

test('a map has an entry, and a minimal one has none', () => {
  const map = { type: 'object', additionalProperties: { type: 'integer' } };
  expect(Object.values(make(map) as object)).toEqual([expect.any(Number)]);
  expect(make(map, { isMinimal: true })).toEqual({});
});

test('$dynamicRef leads to the schema with the anchor', () => {
  const schemas = { Node: { $dynamicAnchor: 'node', const: 7 } };
  expect(make({ $dynamicRef: '#node' }, { document: { components: { schemas } } })).toBe(7);
});

test('a condition that says what follows is met', () => {
  const schema = {
    ...properties({ k: { enum: ['x', 'y'] } }),
    if: { properties: { k: { const: 'x' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['z'], properties: { z: { const: 1 } } },
  };
  expect(make(schema, { isMinimal: true })).toEqual({ k: 'x', z: 1 });
});

test('an alternative that nothing satisfies is not chosen', () => {
  const schema = { oneOf: [{ allOf: [{ type: 'string' }, { type: 'integer' }] }, { const: 1 }, false] };
  for (const seed of ['1', '2', '3', '4', '5', '6']) expect(make(schema, { seed })).toBe(1);
});

test('a property that another part of the schema closes out is left out', () => {
  const closed = { ...properties({ a: text }), additionalProperties: false };
  expect(Object.keys(make({ allOf: [closed, properties({ b: text })] }) as object)).toEqual(['a']);
});

test('an example of another format is not used', () => {
  expect(make({ ...text, format: 'email', examples: ['nobody'] })).toMatch(/@example\.com$/);
});

test('a tuple has all its items, also if none is required', () => {
  expect(make({ type: 'array', prefixItems: [text, { const: 1 }, { type: 'boolean' }] })).toHaveLength(3);
});

test('of many values, the one that a not leaves is found', () => {
  const values = Array.from({ length: 300 }, (_, i) => i);
  expect(make({ enum: values, not: { enum: values.slice(1) } })).toBe(0);
});

test('null is chosen only if there is nothing else', () => {
  for (const seed of ['1', '2', '3', '4', '5'])
    expect(make({ oneOf: [{ type: 'null' }, { const: null }, { const: 'a' }] }, { seed })).toBe('a');
});

describe('a discriminator', () => {
  const cat = '#/components/schemas/Cat';
  test('has the tag of the mapping', () => {
    const schema = {
      oneOf: [{ $ref: cat }],
      discriminator: { propertyName: 'kind', mapping: { feline: cat } },
    };
    expect(make(schema, { document: tagged })).toMatchObject({ kind: 'feline' });
  });

  test('has the name of the schema without a mapping, even in a minimal value', () => {
    const schema = { oneOf: [{ $ref: cat }], discriminator: { propertyName: 'kind' } };
    expect(make(schema, { document: tagged, isMinimal: true })).toEqual({ kind: 'Cat' });
  });
});

test('texts follow the encoding, the format and the name of the property', () => {
  const made = make(
    properties(
      {
        photo: { ...text, contentEncoding: 'base64' },
        year: { type: 'integer' },
        createdAtMs: { type: 'integer' },
        createdAt: { type: 'integer' },
        responseTimeMs: { type: 'integer' },
        size: { type: 'number', format: 'int32' },
        iban: text,
        user: properties({ name: text }, 'name'),
        HTTPHost: text,
      },
      ...['responseTimeMs', 'photo', 'year', 'createdAtMs', 'createdAt', 'size', 'iban', 'user', 'HTTPHost'],
    ),
  ) as Record<string, never>;
  expect(made).toMatchObject({
    photo: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
    year: 2026,
    createdAt: Date.UTC(2026, 10, 30, 12) / 1000,
    user: { name: expect.stringMatching(/^[A-Z]\w+ [A-Z]\w+$/) },
    HTTPHost: expect.stringMatching(/\.example\.com$/),
  });
  expect(made.createdAtMs).toBe(Date.UTC(2026, 10, 30, 12));
  expect(made.responseTimeMs).toBeLessThan(1_000);
  expect(Number.isInteger(made.size)).toBe(true);
  // ISO 13616: the whole number is 1 modulo 97 with the first four characters at the end.
  const iban = String(made.iban);
  const digits = [...(iban.slice(4) + iban.slice(0, 4))].map((each) => Number.parseInt(each, 36)).join('');
  expect(BigInt(digits) % 97n).toBe(1n);
});
