import { expect, test } from 'vitest';
import { sample } from '../../../../src/core/contract/sample/sample.ts';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';
import { seededRandom } from '../../../../src/core/random.ts';

const deep = (depth: number, wrap: (inner: JsonValue) => JsonValue): JsonValue => {
  let schema: JsonValue = { type: 'string' };
  for (let i = 0; i < depth; i++) schema = wrap(schema);
  return schema;
};

/** Each property refers to the schema itself: full samples would have 30^8 values. */
const wide: JsonObject = {
  type: 'object',
  required: Array.from({ length: 30 }, (_, i) => `p${i}`),
  properties: Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`p${i}`, { $ref: '#/components/schemas/Wide' }]),
  ),
};
const loop: JsonObject = { $ref: '#/components/schemas/Loop' };
const document: JsonObject = {
  components: {
    schemas: {
      Wide: wide,
      Loop: loop,
      AllOf: { allOf: [{ $ref: '#/components/schemas/AllOf' }, { type: 'object' }] },
      OneOf: { oneOf: [{ $ref: '#/components/schemas/OneOf' }, { $ref: '#/components/schemas/OneOf' }] },
      Not: { not: { $ref: '#/components/schemas/Not' } },
    },
  },
};

const hostile: Record<string, JsonValue> = {
  'a pattern of nested repetition': { type: 'string', pattern: '^(a+)+$', minLength: 30 },
  'a pattern of alternatives': { type: 'string', pattern: '^(a|aa|a)*b(a|aa|a)*c$' },
  'a pattern that is huge': { type: 'string', pattern: '(a{1000}){1000}' },
  'a pattern that is huge thrice': { type: 'string', pattern: '((a{1000}){1000}){1000}' },
  'a pattern of large ranges': { type: 'string', pattern: '^(([a-z]{0,5000}){0,5000}){0,5000}$' },
  'a pattern of 1 MB': { type: 'string', pattern: 'a?'.repeat(500_000) },
  'a pattern nested deeply': { type: 'string', pattern: `${'('.repeat(900)}a${')'.repeat(900)}` },
  'a pattern that nothing matches': { type: 'string', pattern: '^(?!.*).+$' },
  'a pattern that is none': { type: 'string', pattern: '[(' },
  'a pattern of properties': {
    type: 'object',
    patternProperties: { '^(a+)+$': true },
    additionalProperties: false,
    minProperties: 5,
  },
  'a pattern of names': { type: 'object', propertyNames: { pattern: '^(x+x+)+y$' }, minProperties: 3 },
  'a minLength of a billion': { type: 'string', minLength: 1_000_000_000 },
  'minItems of a billion': { type: 'array', minItems: 1_000_000_000, items: { type: 'string' } },
  'minProperties of a billion': { type: 'object', minProperties: 1_000_000_000 },
  'minContains of a billion': { type: 'array', contains: { const: 1 }, minContains: 1_000_000_000 },
  'unique items that run out': {
    type: 'array',
    items: { type: 'boolean' },
    uniqueItems: true,
    minItems: 900,
  },
  'contradictory bounds': { type: 'integer', minimum: 5, maximum: 4 },
  'strange numbers': { type: 'number', multipleOf: 1e-300, minimum: 1e300 },
  'steps without a common multiple': {
    allOf: [{ multipleOf: 0.1234567 }, { multipleOf: 0.7654321 }, { multipleOf: 3.3333 }],
    type: 'number',
  },
  'keywords of wrong types': {
    type: 7,
    properties: [],
    required: 'a',
    enum: {},
    items: 3,
    allOf: {},
    pattern: 1,
    minLength: 'x',
    oneOf: [],
    examples: 5,
  },
  'no schema': 'text',
  'an enum without values': { enum: [] },
  'objects within objects': deep(3_000, (inner) => ({
    type: 'object',
    required: ['a'],
    properties: { a: inner },
  })),
  'arrays within arrays': deep(3_000, (inner) => ({ type: 'array', minItems: 1, items: inner })),
  'allOf within allOf': deep(3_000, (inner) => ({ allOf: [inner] })),
  'oneOf within oneOf': deep(3_000, (inner) => ({ oneOf: [inner, inner] })),
  'not within not': deep(3_000, (inner) => ({ not: inner })),
  'not within anyOf': deep(3_000, (inner) => ({ not: { anyOf: [inner] } })),
  '5,000 alternatives': {
    oneOf: Array.from({ length: 5_000 }, (_, i) => ({
      type: 'object',
      required: [`p${i}`],
      properties: { [`p${i}`]: { const: i } },
    })),
  },
  '20,000 properties': {
    type: 'object',
    properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`p${i}`, { type: 'string' }])),
  },
  'a circle of required properties': wide,
  'a reference to itself': loop,
  'a reference to nothing': { $ref: '#/components/schemas/Nowhere' },
  'a reference that is no pointer': { $ref: '#%E0%A4%A' },
  'allOf of itself': { $ref: '#/components/schemas/AllOf' },
  'oneOf itself': { $ref: '#/components/schemas/OneOf' },
  'not itself': { $ref: '#/components/schemas/Not' },
};

/** Says no to everything, so that every way is tried. */
const refuse = (): { location: string; code: string; message: string }[] => [
  { location: '/a', code: 'x', message: 'must not have the unknown property "b"' },
];

test.each(Object.entries(hostile))('%s does not block', (_, schema) => {
  const before = process.cpuUsage();
  const options = {
    document,
    now: 0,
    random: seededRandom('1'),
    direction: 'callback',
    validate: refuse,
  } as const;
  const { value, violations } = sample(schema, options);
  const { user, system } = process.cpuUsage(before);
  expect(JSON.stringify(value).length).toBeLessThan(3_000_000);
  expect(violations).toHaveLength(1);
  // Without a bound it takes minutes. A slow machine is no failure.
  expect((user + system) / 1_000).toBeLessThan(2_000);
});
