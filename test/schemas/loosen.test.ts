import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { type ChangePolicy, loosen, strictSentence } from '../../tools/loosen.ts';

const head = {
  title: 'A (strict)',
  description: `An A. ${strictSentence}`,
};

/** Built from entries, since the linter takes an object literal with `then` for a promise. */
function condition(consequence: JsonObject): JsonObject {
  return Object.fromEntries([
    ['if', { required: ['m'] }],
    ['then', consequence],
  ]);
}

function body(schema: JsonObject, policy: ChangePolicy = 'values'): JsonObject {
  const {
    $comment: _comment,
    title: _title,
    description: _description,
    ...rest
  } = loosen({ ...head, ...schema }, policy, 'a.strict.schema.json');
  return rest;
}

test('a loose schema names its variant and says what it accepts', () => {
  expect(loosen(head, 'values', 'a.strict.schema.json')).toMatchObject({
    title: 'A',
    description: expect.stringMatching(/^An A\. Accepts what the provider may change/),
    $comment: expect.stringContaining('a.strict.schema.json'),
  });
});

test.each<[string, JsonObject, JsonObject]>([
  ['takes unknown properties', { additionalProperties: false }, {}],
  [
    'lets a string be null',
    { properties: { a: { type: 'string' } } },
    { properties: { a: { type: ['string', 'null'] } } },
  ],
  [
    'lets a number be null, and its bounds stay',
    { properties: { a: { type: 'integer', minimum: 0 } } },
    { properties: { a: { type: ['integer', 'null'], minimum: 0 } } },
  ],
  [
    'lets no boolean be null',
    { properties: { a: { type: 'boolean' } } },
    { properties: { a: { type: 'boolean' } } },
  ],
  [
    'keeps an id as it is',
    { properties: { file_id: { type: 'string' } } },
    { properties: { file_id: { type: 'string' } } },
  ],
  [
    'does not take a word for an id',
    { properties: { paid: { type: 'string' } } },
    { properties: { paid: { type: ['string', 'null'] } } },
  ],
  [
    'keeps the items of a list of ids as they are',
    { properties: { file_ids: { type: 'array', items: { type: 'string' } } } },
    { properties: { file_ids: { type: 'array', items: { type: 'string' } } } },
  ],
  [
    'opens an enumeration and keeps what is known',
    { properties: { a: { type: 'string', enum: ['x'] } } },
    { properties: { a: { anyOf: [{ type: ['string', 'null'] }, { type: 'string', enum: ['x'] }] } } },
  ],
  ['opens a closed list of property names', { propertyNames: { enum: ['x'] } }, {}],
  [
    'keeps the constant of event_type',
    { properties: { event_type: { type: 'string', const: 'error' } } },
    { properties: { event_type: { type: 'string', const: 'error' } } },
  ],
  [
    'demands ids, lists and objects only',
    {
      required: ['a_id', 'b', 'c', 'd', 'e'],
      properties: {
        b: { type: 'string' },
        c: { type: 'array' },
        d: { type: 'object' },
        e: { $ref: 'e.strict.schema.json' },
      },
    },
    {
      required: ['a_id', 'c', 'd', 'e'],
      properties: {
        b: { type: ['string', 'null'] },
        c: { type: 'array' },
        d: { type: 'object' },
        e: { $ref: 'e.schema.json' },
      },
    },
  ],
  [
    'keeps a demand for ids',
    { allOf: [condition({ properties: { a_id: true }, required: ['a_id'] })] },
    { allOf: [condition({ properties: { a_id: true }, required: ['a_id'] })] },
  ],
  [
    'drops a condition that only closes something',
    { allOf: [condition({ properties: { a: false, b: { const: 1 } } })] },
    {},
  ],
  [
    'drops a condition that only repeats what may be left out',
    { allOf: [condition({ properties: { a_id: true } })] },
    {},
  ],
])('%s', (_name, strict, loose) => {
  expect(body(strict)).toEqual(loose);
});

test('under the policy of additions nothing becomes nullable or optional', () => {
  const schema = {
    required: ['a'],
    properties: { a: { type: 'string', enum: ['x'] } },
    additionalProperties: false,
  };
  expect(body(schema, 'additions')).toEqual({
    required: ['a'],
    properties: { a: { anyOf: [{ type: 'string' }, { type: 'string', enum: ['x'] }] } },
  });
});

test('a strict schema whose description does not say so is refused', () => {
  expect(() => loosen({ ...head, title: 'A' }, 'values', 'a.json')).toThrow(/a\.json: its title/);
  expect(() => loosen({ ...head, description: 'An A.' }, 'values', 'a.json')).toThrow(/its description/);
  expect(() => loosen({ title: 'A (strict)' }, 'values', 'a.json')).toThrow(/needs the strings/);
  expect(() => body({ properties: { a: { enum: ['x'] } } })).toThrow(/"enum" needs a "type"/);
});
