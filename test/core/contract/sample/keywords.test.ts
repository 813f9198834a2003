import { describe, expect, test } from 'vitest';
import { sample } from '../../../../src/core/contract/sample/sample.ts';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';
import { options } from './sampling.ts';

const text: JsonObject = { type: 'string' };
const whole: JsonObject = { type: 'integer' };

function object(properties: JsonObject, ...required: string[]): JsonObject {
  return { type: 'object', properties, required };
}

function formats(...names: string[]): Record<string, JsonValue> {
  return Object.fromEntries(names.map((format) => [`format ${format}`, { type: 'string', format }]));
}

function patterns(...sources: string[]): Record<string, JsonValue> {
  return Object.fromEntries(sources.map((pattern) => [`pattern ${pattern}`, { type: 'string', pattern }]));
}

/** One schema per keyword, and combinations that real contracts have. */
const schemas: Record<string, JsonValue> = {
  true: true,
  empty: {},
  null: { type: 'null' },
  boolean: { type: 'boolean' },
  'several types': { type: ['integer', 'null', 'array'] },
  const: { const: { a: [1, null] } },
  'const without a type': { properties: { a: { const: 0 } }, required: ['a'] },
  enum: { enum: ['a', 1, null, { b: 2 }] },
  'enum of the type alone': { type: 'integer', enum: ['a', 3] },
  'enum and const': { enum: ['a', 'b'], const: 'b' },
  'enum and pattern': { type: 'string', enum: ['abc', 'def1'], pattern: '\\d' },
  minimum: { type: 'integer', minimum: 1_000_000 },
  maximum: { type: 'number', maximum: -5.5 },
  'a tiny range': { type: 'number', minimum: 0.001, maximum: 0.0015 },
  'exclusive bounds': { type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 5 },
  'exclusive bounds of a number': { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.01 },
  'bounds of 3.0': {
    allOf: [
      { type: 'integer', minimum: 5 },
      { exclusiveMinimum: 5, maximum: 6 },
    ],
  },
  multipleOf: { type: 'integer', multipleOf: 7, minimum: 50, maximum: 60 },
  'multipleOf cents': { type: 'number', multipleOf: 0.01, minimum: 0 },
  'multipleOf with a large bound': { type: 'number', multipleOf: 0.5, minimum: 100.25 },
  'two multiples': { type: 'number', multipleOf: 4, allOf: [{ multipleOf: 6 }] },
  'a large integer': { type: 'integer', format: 'int64', minimum: 9_007_199_254_740_000 },
  minLength: { type: 'string', minLength: 300 },
  maxLength: { type: 'string', maxLength: 2 },
  'maxLength 0': { type: 'string', maxLength: 0 },
  'one character': { type: 'string', minLength: 1, maxLength: 1 },
  'length and format': { type: 'string', format: 'uri', minLength: 60, maxLength: 80 },
  'date-time of 25 characters': { type: 'string', format: 'date-time', minLength: 25, maxLength: 25 },
  'pattern and length': { type: 'string', pattern: '^[a-z]+$', minLength: 40, maxLength: 50 },
  'pattern and a large length': { type: 'string', pattern: '^[A-Za-z0-9]{1,500}$', minLength: 200 },
  'two patterns': { allOf: [{ type: 'string', pattern: '^a' }, { pattern: 'b$' }, { maxLength: 10 }] },
  'format and pattern': { type: 'string', format: 'date-time', pattern: 'Z$' },
  'format uri and https': { type: 'string', format: 'uri', pattern: '^https://' },
  ...formats(
    'date-time',
    'date',
    'time',
    'duration',
    'email',
    'idn-email',
    'hostname',
    'ipv4',
    'ipv6',
    'uri',
  ),
  ...formats(
    'uri-reference',
    'iri',
    'uri-template',
    'uuid',
    'json-pointer',
    'relative-json-pointer',
    'regex',
  ),
  ...formats('byte', 'binary', 'password', 'int32', 'unknown-format'),
  base64: { type: 'string', contentEncoding: 'base64' },
  ...patterns(
    '^\\d{4}-\\d{2}$',
    '^[A-Z]{2}\\d{2}[A-Z0-9]{1,30}$',
    '^(?=.*[A-Z])(?=.*\\d).{8,}$',
    '^(?!test)[a-z]{3,8}$',
    '^(https?|ftp)://[^\\s/$.?#].[^\\s]*$',
    '^\\+[1-9]\\d{1,14}$',
    '^\\p{L}[\\p{L}\\p{N}_-]{2,}$',
    '^[\\w.+-]+@[\\w-]+\\.[\\w.]+$',
    '(?<year>\\d{4})/(?:0[1-9]|1[0-2])',
    '^(usr|org)_[0-9A-HJKMNP-TV-Z]{26}$',
    '^((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}$',
    '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$',
    '^$|^[a-z]$',
    '^.{0,3}$',
    '[^a-z]',
    '^(a|b)\\1$',
    '\\S',
  ),
  'a pattern of a property that is not anchored': object(
    { code: { type: 'string', pattern: '[0-9]{3}' } },
    'code',
  ),
  required: object({ a: text }, 'a', 'undeclared'),
  'required without properties': { type: 'object', required: ['a', 'b'] },
  'no properties': { type: 'object', additionalProperties: false },
  additionalProperties: { type: 'object', additionalProperties: whole, minProperties: 2 },
  minProperties: { type: 'object', minProperties: 3 },
  maxProperties: { ...object({ a: text, b: text, c: whole, d: whole }, 'c'), maxProperties: 2 },
  'optional properties up to minProperties': { ...object({ a: text, b: text }), minProperties: 2 },
  patternProperties: {
    type: 'object',
    patternProperties: { '^x-': whole, '^[a-z]{2}$': text },
    additionalProperties: false,
    minProperties: 2,
  },
  'patternProperties of a declared one': {
    ...object({ 'x-a': { minimum: 5 } }, 'x-a'),
    patternProperties: { '^x-': whole },
  },
  propertyNames: {
    type: 'object',
    propertyNames: { pattern: '^[A-Z]{3}$' },
    minProperties: 2,
    additionalProperties: whole,
  },
  'propertyNames of an enum': {
    type: 'object',
    propertyNames: { enum: ['en', 'fr'] },
    additionalProperties: text,
    minProperties: 2,
  },
  dependentRequired: {
    ...object({ card: text, address: text, city: text }, 'card'),
    dependentRequired: { card: ['address', 'zip'] },
  },
  dependentSchemas: {
    ...object({ card: text }, 'card'),
    dependentSchemas: { card: object({ address: { type: 'string', minLength: 30 } }, 'address') },
  },
  unevaluatedProperties: {
    allOf: [object({ a: text }, 'a'), object({ b: whole })],
    properties: { c: { type: 'boolean' } },
    unevaluatedProperties: false,
  },
  'unevaluatedProperties and alternatives': {
    oneOf: [object({ a: text }, 'a'), object({ b: text }, 'b')],
    unevaluatedProperties: false,
  },
  'required, but undeclared and closed by a sibling': {
    allOf: [object({ a: text }, 'a'), { properties: { a: true, b: text }, additionalProperties: false }],
  },
  items: { type: 'array', items: text, minItems: 3 },
  maxItems: { type: 'array', items: text, maxItems: 0 },
  'items: false': { type: 'array', items: false },
  'an array of anything': { type: 'array' },
  prefixItems: { type: 'array', prefixItems: [text, whole], items: false, minItems: 2 },
  'prefixItems and items': { type: 'array', prefixItems: [text], items: whole, minItems: 4 },
  uniqueItems: { type: 'array', items: { enum: ['a', 'b', 'c'] }, uniqueItems: true, minItems: 3 },
  'uniqueItems of texts': { type: 'array', items: { type: 'string' }, uniqueItems: true, minItems: 8 },
  'uniqueItems of integers': {
    type: 'array',
    items: { type: 'integer', minimum: 1, maximum: 10 },
    uniqueItems: true,
    minItems: 10,
  },
  'uniqueItems of booleans': { type: 'array', items: { type: 'boolean' }, uniqueItems: true, minItems: 2 },
  contains: { type: 'array', items: { type: ['integer', 'string'] }, contains: { const: 7 }, minItems: 2 },
  'contains several': {
    type: 'array',
    contains: { type: 'integer', minimum: 5 },
    minContains: 2,
    maxContains: 3,
  },
  'contains and prefixItems': { type: 'array', prefixItems: [{ const: 'a' }], contains: { const: 'z' } },
  unevaluatedItems: { type: 'array', prefixItems: [text], unevaluatedItems: false, minItems: 1 },
  allOf: { allOf: [object({ a: text }, 'a'), object({ a: { minLength: 5 }, b: whole }, 'b')] },
  'allOf with siblings': {
    allOf: [object({ a: text })],
    properties: { a: { enum: ['x'] } },
    required: ['a'],
  },
  'allOf of alternatives': {
    allOf: [
      { oneOf: [object({ a: { const: 1 } }, 'a'), object({ a: { const: 2 } }, 'a')] },
      { oneOf: [object({ a: { const: 2 }, b: text }, 'a', 'b'), object({ a: { const: 3 } }, 'a')] },
    ],
  },
  'allOf of numbers and integers': { allOf: [{ type: 'number' }, { type: 'integer' }, { minimum: 3 }] },
  oneOf: { oneOf: [text, whole, { type: 'object' }] },
  'oneOf of required': { ...object({ a: text, b: text }), oneOf: [{ required: ['a'] }, { required: ['b'] }] },
  'oneOf of overlapping objects': {
    oneOf: [object({ a: text }, 'a'), object({ a: text, b: whole }, 'a', 'b')],
  },
  'oneOf of open objects': {
    oneOf: [object({ a: text }), object({ a: text, count: whole }), object({ a: text, b: text })],
  },
  'oneOf of optional properties within lists': {
    oneOf: [
      object({ list: { type: 'array', items: object({ id: text }) } }),
      object({ list: { type: 'array', items: object({ id: text, reason: text }) } }),
    ],
  },
  'number of whole numbers': { type: 'number', format: 'int64', maximum: 4 },
  'oneOf of overlapping numbers': { oneOf: [{ type: 'integer' }, { type: 'number', minimum: 100 }] },
  'oneOf of lengths': {
    oneOf: [
      { type: 'string', maxLength: 5 },
      { type: 'string', minLength: 3 },
    ],
  },
  'oneOf of optional properties': {
    oneOf: [
      { ...object({ a: text }), additionalProperties: false },
      { ...object({ b: text }, 'b'), additionalProperties: false },
    ],
  },
  'oneOf with null': { oneOf: [{ type: 'null' }, object({ a: text }, 'a')] },
  'oneOf beside properties': {
    ...object({ kind: { enum: ['a', 'b'] } }, 'kind'),
    oneOf: [object({ kind: { const: 'a' }, x: text }, 'x'), object({ kind: { const: 'b' }, y: text }, 'y')],
  },
  'oneOf whose first branch is impossible': { type: 'string', oneOf: [whole, { pattern: '^[xy]{3}$' }] },
  anyOf: { anyOf: [{ type: 'string', minLength: 5 }, whole] },
  'anyOf of required': {
    ...object({ email: text, phone: text }),
    anyOf: [{ required: ['email'] }, { required: ['phone'] }],
  },
  'anyOf in items': { type: 'array', minItems: 1, items: { anyOf: [object({ a: whole }, 'a'), text] } },
  'not a type': { not: { type: 'string' } },
  'not a constant': { type: 'string', enum: ['a', 'b'], not: { const: 'a' } },
  'not an enum': { type: 'integer', minimum: 1, maximum: 3, not: { enum: [1, 2] } },
  'not required': { ...object({ a: text, b: text }), not: { required: ['a'] } },
  'not both': { ...object({ a: text, b: text }), not: { required: ['a', 'b'] } },
  'none of': {
    ...object({ a: text, b: text, c: text }),
    not: { anyOf: [{ required: ['a'] }, { required: ['b'] }] },
  },
  'not a pattern': { type: 'string', not: { pattern: '^a' } },
  'not a value of a property': {
    ...object({ a: { enum: [1, 2] } }, 'a'),
    not: { properties: { a: { const: 1 } } },
  },
  'if then': {
    ...object({ kind: { enum: ['card', 'bank'] }, iban: text, number: text }, 'kind'),
    if: { properties: { kind: { const: 'bank' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { required: ['iban'] },
    else: { required: ['number'] },
  },
  'if else alone': { type: 'integer', if: { minimum: 100 }, else: { maximum: 5 } },
  'several ifs': {
    ...object({ kind: { enum: ['a', 'b', 'c'] } }, 'kind'),
    allOf: ['a', 'b', 'c'].map((kind) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: object({ [`of${kind}`]: { type: 'string', minLength: 30 } }, `of${kind}`),
    })),
  },
  '$ref with siblings': { $ref: '#/components/schemas/Name', maxLength: 4 },
  '$ref in allOf': { allOf: [{ $ref: '#/components/schemas/Node' }, { required: ['name'] }] },
  circle: { $ref: '#/components/schemas/Node' },
  'circle through required arrays': { $ref: '#/components/schemas/Tree' },
  'circle that only null ends': { $ref: '#/components/schemas/Chain' },
  'circle that an alternative ends': { $ref: '#/components/schemas/Expression' },
  'circle through maps': { $ref: '#/components/schemas/Map' },
  discriminator: { $ref: '#/components/schemas/Pet' },
  'discriminator with a mapping': {
    type: 'array',
    minItems: 4,
    items: { $ref: '#/components/schemas/Shape' },
  },
  'discriminator of a base': { $ref: '#/components/schemas/Event' },
  'a variant of a base': { $ref: '#/components/schemas/Created' },
  __proto__: true,
  'a property called __proto__': {
    type: 'object',
    properties: JSON.parse('{"__proto__": {"type": "integer"}}') as JsonObject,
    required: ['__proto__'],
  },
  'a property called constructor': object(
    { constructor: whole, toString: text },
    'constructor',
    'toString',
    'hasOwnProperty',
  ),
  'nullable left over': { type: 'object', properties: { a: { type: 'string', nullable: true } } },
  'deeply nested': Array.from({ length: 20 }).reduce<JsonObject>(
    (inner) => object({ a: inner }, 'a'),
    text as JsonObject,
  ),
  'nested arrays': {
    type: 'array',
    minItems: 1,
    items: { type: 'array', minItems: 1, items: { type: 'array', minItems: 1, items: whole } },
  },
  'a default that is wrong': object(
    { a: { type: 'integer', default: 'x' }, b: { type: 'string', format: 'uri', example: 'no uri' } },
    'a',
    'b',
  ),
};

const document: JsonObject = {
  components: {
    schemas: {
      Name: { type: 'string', minLength: 2 },
      Node: { type: 'object', properties: { name: text, next: { $ref: '#/components/schemas/Node' } } },
      Tree: object({ children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } }, 'children'),
      Chain: object({ next: { anyOf: [{ $ref: '#/components/schemas/Chain' }, { type: 'null' }] } }, 'next'),
      Expression: {
        oneOf: [
          object(
            { and: { type: 'array', minItems: 2, items: { $ref: '#/components/schemas/Expression' } } },
            'and',
          ),
          { ...object({ field: text }, 'field'), additionalProperties: false },
        ],
      },
      Map: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Map' } },
      Pet: {
        oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
        discriminator: { propertyName: 'petType' },
      },
      Cat: object({ petType: text, lives: whole }, 'petType'),
      Dog: object({ petType: text, bark: text }, 'petType', 'bark'),
      Shape: {
        oneOf: [{ $ref: '#/components/schemas/Circle' }, { $ref: '#/components/schemas/Square' }],
        discriminator: {
          propertyName: 'kind',
          mapping: { round: '#/components/schemas/Circle', square: 'Square' },
        },
      },
      Circle: object({ kind: { enum: ['round'] }, radius: whole }, 'kind', 'radius'),
      Square: object({ kind: { enum: ['square'] }, side: whole }, 'kind', 'side'),
      Event: {
        ...object({ type: text, time: { type: 'string', format: 'date-time' } }, 'type', 'time'),
        discriminator: { propertyName: 'type', mapping: { 'org.x.created': '#/components/schemas/Created' } },
      },
      Created: {
        allOf: [{ $ref: '#/components/schemas/Event' }, object({ data: object({ id: text }, 'id') }, 'data')],
      },
    },
  },
};

describe('a sample is valid', () => {
  test.each(Object.entries(schemas))('%s', (_, schema) => {
    for (let seed = 0; seed < 25; seed++) {
      const { value, violations } = sample(schema, options(schema, { seed: String(seed), document }));
      expect({ value, violations }).toEqual({ value, violations: [] });
    }
  });
});

test('a discriminator names the variant that follows', () => {
  const shapes = schemas['discriminator with a mapping'] as JsonObject;
  const { value } = sample(shapes, options(shapes, { document }));
  for (const shape of value as JsonObject[]) expect('radius' in shape).toBe(shape.kind === 'round');
  const pet = { $ref: '#/components/schemas/Pet' };
  const { value: found } = sample(pet, options(pet, { document }));
  expect(found).toHaveProperty('petType', 'lives' in (found as JsonObject) ? 'Cat' : 'Dog');
  const event = { $ref: '#/components/schemas/Event' };
  expect(sample(event, options(event, { document })).value).toMatchObject({
    type: 'org.x.created',
    data: {},
  });
});
