import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { bodyProblems, firstOperation, load, withBody } from './documents.ts';

test.each<[JsonObject, unknown, string[]]>([
  [{ required: ['callback_method'] }, {}, [' [required] must have the property "callback_method"']],
  [{ type: 'integer' }, '25', [' [type] must be an integer; got "25"']],
  [{ type: ['string', 'null'] }, 0, [' [type] must be a string or null; got 0']],
  [{ type: 'object' }, [], [' [type] must be an object; got an array']],
  [
    { enum: ['GET', 'POST'] },
    'post',
    [' [enum] must be one of "GET", "POST"; got "post". Did you mean "POST"?'],
  ],
  [{ enum: [30, 91] }, 0, [' [enum] must be one of 30, 91; got 0']],
  [{ const: 'error' }, '', [' [const] must be "error"; got ""']],
  [
    { properties: { callback_method: {} }, additionalProperties: false },
    { calback_method: 1 },
    [
      ' [additionalProperties] must not have the unknown property "calback_method". Did you mean "callback_method"?',
    ],
  ],
  [
    { properties: { a: {} }, unevaluatedProperties: false },
    { entirely_else: 1 },
    [' [unevaluatedProperties] must not have the unknown property "entirely_else"'],
  ],
  [
    { type: 'string', format: 'uri' },
    'x y',
    [' [format] must be an absolute URI such as https://example.com/path; got "x y"'],
  ],
  [{ type: 'string', format: 'byte' }, '?', [' [format] must be of the format "byte"; got "?"']],
  [{ type: 'string', pattern: '^a' }, 'b', [' [pattern] must match the pattern ^a; got "b"']],
  [{ type: 'string', minLength: 1 }, '', [' [minLength] must have at least 1 character; got ""']],
  [{ type: 'string', maxLength: 2 }, '😀😀😀', [' [maxLength] must have at most 2 characters; got 3']],
  [{ type: 'array', minItems: 1 }, [], [' [minItems] must have at least 1 item; got 0']],
  [{ type: 'array', maxItems: 0 }, [1], [' [maxItems] must have at most 0 items; got 1']],
  [
    { type: 'array', uniqueItems: true },
    ['a', 'b', 'a'],
    [' [uniqueItems] must not contain duplicates: the items at 0 and 2 are equal'],
  ],
  [{ minProperties: 1 }, {}, [' [minProperties] must have at least 1 property; got 0']],
  [{ type: 'integer', minimum: 0 }, -1, [' [minimum] must be at least 0; got -1']],
  [{ type: 'integer', maximum: 1000 }, 1001, [' [maximum] must be at most 1000; got 1001']],
  [{ exclusiveMinimum: 0 }, 0, [' [exclusiveMinimum] must be more than 0; got 0']],
  [{ multipleOf: 5 }, 7, [' [multipleOf] must be a multiple of 5; got 7']],
  [{ not: { type: 'string' } }, 'x', [' [not] must not match the schema under "not"']],
  [{ properties: { a: false } }, { a: 1 }, ['/a [false schema] must be absent']],
  [
    { dependentRequired: { a: ['b'] } },
    { a: 1 },
    [' [dependentRequired] must have the property "b" when it has "a"'],
  ],
  [
    { propertyNames: { maxLength: 1 } },
    { ab: 1 },
    [' [maxLength] must not have the property "ab": its name must have at most 1 character; got 2'],
  ],
  [
    JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}'),
    { a: 1 },
    [' [required] must have the property "b"'],
  ],
  [
    { properties: { 'a/b~c': { items: { type: 'string' } } } },
    { 'a/b~c': ['x', 1] },
    ['/a~1b~0c/1 [type] must be a string; got 1'],
  ],
])('%j finds in %j: %j', (schema, value, expected) => {
  expect(bodyProblems(withBody(schema), value)).toEqual(expected);
});

test('a valid value always gives the same empty array', () => {
  const validate = firstOperation(load(withBody({}))).requestBody?.content.get('application/json')?.validate;
  expect(validate?.(1)).toEqual([]);
  expect(validate?.(1)).toBe(validate?.(2));
});

test('all violations are reported, each once', () => {
  const part = { type: 'object', required: ['a', 'b'] };
  expect(bodyProblems(withBody({ allOf: [part, { ...part, title: 'again' }] }), {})).toEqual([
    ' [required] must have the property "a"',
    ' [required] must have the property "b"',
  ]);
});

test('more than 100 violations are counted, not listed', () => {
  const found = bodyProblems(withBody({ type: 'array', items: { type: 'string' } }), Array(250).fill(1));
  expect(found).toHaveLength(101);
  expect(found.at(-1)).toBe(' [more] has 150 more violations');
});

test('a long value is truncated', () => {
  const [found] = bodyProblems(withBody({ const: 'x' }), 'y'.repeat(500));
  expect(found?.length).toBeLessThan(130);
});

describe('the violations of a union', () => {
  const event = (type: string, parts: JsonObject): JsonObject => ({
    type: 'object',
    required: ['event_type', ...Object.keys(parts)],
    properties: { event_type: { const: type }, ...parts },
  });
  const schemas = {
    Extractions: event('extractions', { documents: { type: 'object' } }),
    Errors: event('error', { message: { type: 'string' }, file: { type: 'string' } }),
    Event: {
      required: ['id'],
      oneOf: [{ $ref: '#/components/schemas/Extractions' }, { $ref: '#/components/schemas/Errors' }],
      discriminator: { propertyName: 'event_type', mapping: { error: '#/components/schemas/Errors' } },
    },
  };
  const problems = (value: unknown): string[] =>
    bodyProblems(withBody({ $ref: '#/components/schemas/Event' }, { schemas }), value);

  test('name the alternative with the right tag, even if another has fewer errors', () => {
    expect(problems({ id: 1, event_type: 'error' })).toEqual([
      ' [required] must have the property "message"',
      ' [required] must have the property "file"',
    ]);
  });

  test('list the known tags for an unknown tag', () => {
    expect(problems({ id: 1, event_type: 'extraction', documents: {} })).toEqual([
      '/event_type [enum] must be one of "extractions", "error"; got "extraction". Did you mean "extractions"?',
    ]);
  });

  test('include errors outside of the union', () => {
    expect(problems({ event_type: 'error', message: 1, file: 'x' })).toEqual([
      '/message [type] must be a string; got 1',
      ' [required] must have the property "id"',
    ]);
  });

  test('name the alternative of the right type', () => {
    const schema = { anyOf: [{ type: 'null' }, { type: 'string', maxLength: 1 }] };
    expect(bodyProblems(withBody(schema), 'abc')).toEqual([
      ' [maxLength] must have at most 1 character; got 3',
    ]);
  });

  test('list the types of all alternatives when none matches', () => {
    const schema = { oneOf: [{ type: 'null' }, { type: 'string' }, { type: 'string', maxLength: 1 }] };
    expect(bodyProblems(withBody(schema), 5)).toEqual([' [type] must be null or a string; got 5']);
  });

  test('name two alternatives that match where only one may', () => {
    const schema = { oneOf: [{ type: 'string' }, { type: 'integer' }, { minimum: 0 }, { type: 'null' }] };
    expect(bodyProblems(withBody(schema), 5)).toEqual([
      ' [oneOf] must match exactly one alternative; matches those at 1 and 2',
    ]);
  });

  test('are found in the same way within a branch', () => {
    const inner = { oneOf: [event('a', { x: { type: 'string' } }), event('b', { y: { type: 'string' } })] };
    const schema = {
      anyOf: [{ type: 'string' }, { type: 'object', properties: { list: { type: 'array', items: inner } } }],
    };
    expect(
      bodyProblems(withBody(schema), { list: [{ event_type: 'b', y: 1 }, { event_type: 'c' }] }),
    ).toEqual([
      '/list/0/y [type] must be a string; got 1',
      '/list/1/event_type [enum] must be one of "a", "b"; got "c"',
    ]);
  });
});
