import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { completeValue } from '../../../src/providers/contract/changed/complete-value.ts';
import {
  pairProperties,
  renamed,
  renamedMembers,
  restored,
} from '../../../src/providers/contract/changed/renaming.ts';
import { meaningOf, requiredOf } from '../../../src/providers/contract/changed/schema-parts.ts';
import { createSampler } from '../../../src/providers/contract/sampler.ts';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 1 };

function pair(before: JsonValue, after: JsonValue, components: JsonObject = {}) {
  const document = { components: { schemas: components } };
  return pairProperties({ document, schema: before }, { document, schema: after });
}

describe('properties of two schemas are paired', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject, JsonObject]>([
    ['by equal schemas', { a: text, n: count }, { b: text, n: count }, { a: 'x', n: 1 }, { b: 'x', n: 1 }],
    [
      'in the order of the document',
      { a: text, b: text },
      { c: text, d: text },
      { a: '1', b: '2' },
      { c: '1', d: '2' },
    ],
    [
      'by their type, if there is one of each',
      { a: text },
      { b: { type: 'string', minLength: 9 } },
      { a: 'x' },
      { b: 'x' },
    ],
    [
      'not by their type, if there are several',
      { a: text, n: count },
      { b: { type: 'string', minLength: 9 }, c: { type: 'integer' } },
      { a: 'x', n: 1, z: 2 },
      { z: 2 },
    ],
    ['not two with the same one', { a: text, b: text }, { c: text }, { a: '1', b: '2' }, { c: '1' }],
    [
      'not by their type, if two are new',
      { a: text },
      { b: { type: 'string', minLength: 9 }, c: { type: 'string', maxLength: 3 } },
      { a: '1' },
      {},
    ],
    [
      'not by their type, if two are gone',
      { a: text, b: { type: 'string', maxLength: 3 } },
      { c: { type: 'string', minLength: 9 } },
      { a: '1', b: '2' },
      {},
    ],
    ['not with one of another type', { a: text }, { b: count }, { a: 'x' }, {}],
    ['not if they have the same name', { a: text }, { a: count }, { a: 'x' }, { a: 'x' }],
  ])('%s', (_, before, after, given, expected) => {
    const renaming = pair({ properties: before }, { properties: after });
    expect(renamed(given, renaming)).toEqual(expected);
  });

  test('below properties, items and references, and back', () => {
    const before = { properties: { list: { type: 'array', items: { $ref: '#/components/schemas/Old' } } } };
    const after = { properties: { list: { type: 'array', items: { $ref: '#/components/schemas/New' } } } };
    const renaming = pair(before, after, {
      Old: { allOf: [{ properties: { id: text } }, { properties: { size: count } }] },
      New: { properties: { key: text, size: count } },
    });
    const [old, current] = [{ list: [{ id: 'a', size: 1 }] }, { list: [{ key: 'a', size: 1 }] }];
    expect(renamed(old, renaming)).toEqual(current);
    expect(restored(current, renaming)).toEqual(old);
  });

  test('in schemas that refer to themselves', () => {
    const node = (name: string, self: string) => ({
      properties: { [name]: text, next: { $ref: `#/components/schemas/${self}` } },
    });
    const schemas = { Old: node('id', 'Old'), New: node('key', 'New') };
    const renaming = pair(
      { $ref: '#/components/schemas/Old' },
      { $ref: '#/components/schemas/New' },
      schemas,
    );
    expect(renamed({ id: 'a', next: { id: 'b' } }, renaming)).toEqual({ key: 'a', next: { key: 'b' } });
  });

  test('below a property that has another name, too', () => {
    const before = { properties: { a: { type: 'object', properties: { b: text } } } };
    const after = { properties: { c: { type: 'object', properties: { d: text } } } };
    const renaming = pair(before, after);
    expect(renamed({ a: { b: 'x' } }, renaming)).toEqual({ c: { d: 'x' } });
    expect(restored({ c: { d: 'x' } }, renaming)).toEqual({ a: { b: 'x' } });
  });

  test('by the first declaration of a property', () => {
    const before = { allOf: [{ properties: { a: text } }, { properties: { a: count } }] };
    const renaming = pair(before, { properties: { b: text, c: count } });
    expect(renamed({ a: 'x' }, renaming)).toEqual({ b: 'x' });
  });

  test('as members of a record, without those that are gone', () => {
    const names = new Map([
      ['a', 'b'],
      ['c', null],
    ]);
    expect(renamedMembers({ a: 1, c: 2, d: 3 }, names)).toEqual({ b: 1, d: 3 });
  });

  test('but a value that is there under its new name already wins', () => {
    const renaming = pair({ properties: { a: text } }, { properties: { b: text } });
    expect(renamed({ b: 'script', a: 'code' }, renaming)).toEqual({ b: 'script' });
  });
});

test('descriptions, examples and the way to a component change no meaning', () => {
  const document = { components: { schemas: { Text: { type: 'string', description: 'Long.' } } } };
  const one = { properties: { description: { $ref: '#/components/schemas/Text' } }, title: 'One' };
  const two = { properties: { description: { type: 'string', examples: ['x'] } }, 'x-own': 1 };
  expect(meaningOf({ document, schema: one })).toBe(meaningOf({ document, schema: two }));
  expect(meaningOf({ document, schema: one })).not.toBe(
    meaningOf({ document, schema: { properties: { title: { type: 'string' } } } }),
  );
});

test('each example, by the singular too, changes no meaning, and a schema in itself has one', () => {
  const document = {
    components: {
      schemas: {
        One: { properties: { next: { $ref: '#/components/schemas/One' } } },
        Two: { example: 1, properties: { next: { $ref: '#/components/schemas/Two', example: 2 } } },
      },
    },
  };
  const meaning = (name: string): string =>
    meaningOf({ document, schema: { $ref: `#/components/schemas/${name}` } });
  expect(meaning('One')).toBe(meaning('Two'));
});

test('a schema requires what the parts of allOf require', () => {
  const schema = { required: ['a'], allOf: [{ required: ['b'] }, { allOf: [{ required: ['c'] }] }] };
  expect([...requiredOf({ document: {}, schema })]).toEqual(['a', 'b', 'c']);
});

describe('a value is completed', () => {
  const schema = {
    type: 'object',
    required: ['id', 'parts'],
    properties: {
      id: { type: 'string', pattern: '^[a-z]{3}$' },
      status: { type: 'string' },
      parts: {
        type: 'array',
        items: { type: 'object', required: ['kind'], properties: { kind: { enum: ['k'] } } },
      },
    },
    additionalProperties: false,
  };
  /** The rules of the schema above, as a validator says them. */
  const validate = (value: unknown) => {
    const {
      id,
      status: _,
      parts,
      ...others
    } = value as { status?: string; id?: string; parts?: readonly { kind?: string }[] };
    const missing = (location: string, name: string) => ({
      location,
      code: 'required',
      message: `must have the property "${name}"`,
    });
    return [
      ...(id === undefined
        ? [missing('', 'id')]
        : /^[a-z]{3}$/.test(id)
          ? []
          : [{ location: '/id', code: 'pattern', message: 'odd' }]),
      ...(parts === undefined ? [missing('', 'parts')] : []),
      ...(parts ?? []).flatMap(({ kind }, index) =>
        kind === 'k' ? [] : [missing(`/parts/${index}`, 'kind')],
      ),
      ...Object.keys(others).map((name) => ({
        location: '',
        code: 'additionalProperties',
        message: `must not have "${name}"`,
      })),
    ];
  };
  const complete = (given: JsonObject) =>
    completeValue(createSampler({}), { pointer: '', schema, examples: [], validate }, given, {
      random: seededRandom('test'),
      now: 0,
      known: {},
      direction: 'response',
    });

  test('not at all if it is valid', () => {
    const given = { id: 'abc', parts: [] };
    expect(complete(given)).toBe(given);
  });

  test('where something is missing, also in items', () => {
    expect(complete({ id: 'abc', parts: [{}, { kind: 'k' }] })).toEqual({
      id: 'abc',
      parts: [{ kind: 'k' }, { kind: 'k' }],
    });
  });

  test('and keeps what is valid', () => {
    const parts = [{ kind: 'k', note: 1 }];
    const status = 'as it was';
    expect(complete({ status, parts })).toEqual({ id: expect.stringMatching(/^[a-z]{3}$/), status, parts });
    expect(complete({ id: '123', parts, more: 1 })).toEqual({
      id: expect.stringMatching(/^[a-z]{3}$/),
      parts,
    });
    expect(complete({ id: 'abc', status, parts, more: 1 })).toEqual({ id: 'abc', status, parts });
  });

  test('not at all if it cannot be checked', () => {
    const slow = (value: unknown) =>
      (value as JsonObject).id === '1'
        ? [{ location: '', code: 'time-limit', message: 'could not be checked' }]
        : [];
    const from = { random: seededRandom('test'), now: 0, known: {}, direction: 'response' } as const;
    const media = { pointer: '', schema, examples: [], validate: slow };
    expect(completeValue(createSampler({}), media, { id: '1' }, from)).toEqual({ id: '1' });
  });
});
