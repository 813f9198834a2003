import { describe, expect, test } from 'vitest';
import { sample } from '../../../../src/core/contract/sample/sample.ts';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';
import { options } from './sampling.ts';

const person: JsonObject = {
  type: 'object',
  required: ['id', 'email', 'createdAt'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    email: { type: 'string', format: 'email' },
    createdAt: { type: 'string', format: 'date-time' },
    amount: { type: 'number', minimum: 0 },
    currency: { type: 'string', minLength: 3, maxLength: 3 },
    status: { type: 'string', enum: ['pending', 'failed', 'completed'] },
  },
};

test('one seed makes the same bytes, another seed others', () => {
  const first = JSON.stringify(sample(person, options(person, { seed: 'a' })));
  expect(JSON.stringify(sample(person, options(person, { seed: 'a' })))).toBe(first);
  expect(JSON.stringify(sample(person, options(person, { seed: 'b' })))).not.toBe(first);
});

test('a sample is valid and plausible', () => {
  const { value, violations, from } = sample(person, options(person));
  expect({ violations, from }).toEqual({ violations: [], from: 'sample' });
  expect(value).toMatchObject({
    email: expect.stringMatching(/@example\.com$/),
    createdAt: expect.stringMatching(/^2026-\d\d-\d\dT[\d:]+Z$/),
    currency: expect.stringMatching(/^[A-Z]{3}$/),
    status: 'completed',
  });
});

describe('examples', () => {
  const valid = {
    id: '7f0fb0c2-7d40-4e8c-9a58-4f6a4d1a0b11',
    email: 'a@b.test',
    createdAt: '2020-01-01T00:00:00Z',
  };
  const examples = [
    { name: 'broken', value: { id: 1 } },
    { name: null, value: valid },
    { name: 'second', value: { ...valid, status: 'failed' } },
  ];

  test('the first valid one comes first', () => {
    expect(sample(person, options(person, { examples }))).toEqual({
      value: valid,
      violations: [],
      from: 'example',
    });
  });

  test('the preferred one comes before', () => {
    const { value } = sample(person, options(person, { examples, preferExample: 'second' }));
    expect(value).toHaveProperty('status', 'failed');
  });

  test('one that breaks the schema is left out', () => {
    const { from, violations } = sample(person, options(person, { examples: examples.slice(0, 1) }));
    expect({ from, violations }).toEqual({ from: 'sample', violations: [] });
  });
});

test('of the values that are known, only those at fault are left out', () => {
  const schema = {
    type: 'object',
    required: ['weight', 'parcel'],
    properties: { weight: { type: 'number', multipleOf: 2 }, parcel: { type: 'string' } },
  };
  const { value, violations } = sample(schema, options(schema, { known: { weight: 7.5, parcel: 'p1' } }));
  expect(violations).toEqual([]);
  expect(value).toMatchObject({ parcel: 'p1' });
});

test('values that are known are repeated where they fit', () => {
  const known: JsonObject = {
    email: 'x@y.test',
    Amount: 12.5,
    currency: 'EURO',
    status: 'failed',
    id: 'no-uuid',
  };
  const { value } = sample(person, options(person, { known }));
  expect(value).toMatchObject({ email: 'x@y.test', amount: 12.5, status: 'completed' });
  expect(value).not.toMatchObject({ currency: 'EURO' });
  expect(value).not.toMatchObject({ id: 'no-uuid' });
});

test('overrides are a merge patch, and are judged', () => {
  const { value } = sample(person, options(person, { overrides: { status: 'failed', amount: null } }));
  expect(value).toHaveProperty('status', 'failed');
  expect(value).not.toHaveProperty('amount');
  const { violations } = sample(person, options(person, { overrides: { email: 7 } }));
  expect(violations).toEqual([expect.objectContaining({ location: '/email', code: 'type' })]);
});

test('an id is carried into the resource and what names it, not into others', () => {
  const text = { type: 'string' };
  const other = { type: 'object', properties: { id: text, name: text } };
  const data = { type: 'object', properties: { id: text, name: text, customer: other } };
  const properties = { id: text, parcel_id: text, event_id: text, order_ref: text, data };
  const schema = { type: 'object', properties };
  const known = { id: 'p-1', name: 'Box', orderRef: 'o-7' };
  const { value } = sample(schema, options(schema, { known }));
  expect(value).toMatchObject({
    id: 'p-1',
    parcel_id: 'p-1',
    order_ref: 'o-7',
    data: { id: 'p-1', name: 'Box' },
  });
  expect(value).not.toMatchObject({ event_id: 'p-1' });
  expect(value).not.toMatchObject({ data: { customer: { id: 'p-1' } } });
  expect(value).not.toMatchObject({ data: { customer: { name: 'Box' } } });
});

test('known values replace those of an example', () => {
  const example = { name: null, value: { parcel: { reference: 'A' }, amount: 1, note: 'as it is' } };
  const known = { amount: 9.5, reference: 'B', note: 7 };
  const { value, from } = sample(true, options(true, { examples: [example], known }));
  expect({ value, from }).toEqual({
    value: { parcel: { reference: 'A' }, amount: 9.5, note: 'as it is' },
    from: 'example',
  });
});

describe('optional properties', () => {
  const schema: JsonObject = {
    type: 'object',
    required: ['both'],
    properties: {
      id: { type: 'string', readOnly: true },
      password: { type: 'string', writeOnly: true },
      both: { type: 'string', readOnly: true },
    },
  };

  test.each([
    ['request', ['both', 'password']],
    ['response', ['both', 'id']],
    ['callback', ['both', 'id', 'password']],
  ] as const)('that a %s does not carry are left out', (direction, names) => {
    const { value } = sample(schema, options(schema, { direction }));
    expect(Object.keys(value as JsonObject).sort()).toEqual(names);
  });
});

test('required properties alone are made where the others are refused', () => {
  const validate = (value: unknown) =>
    Object.keys(Object(value)).length > 3 ? [{ location: '', code: 'x', message: 'too many' }] : [];
  expect(sample(person, options(person, { validate })).from).toBe('required');
});

test('what the validator objects to is removed', () => {
  const schema: JsonObject = {
    type: 'object',
    required: ['a', 'b/c'],
    properties: { list: { type: 'array', minItems: 2 } },
  };
  const validate = (value: unknown) =>
    'b/c' in Object(value)
      ? [{ location: '', code: 'x', message: 'must not have the unknown property "b/c"' }]
      : [];
  const { value, from, violations } = sample(schema, options(schema, { validate }));
  expect({ from, violations }).toEqual({ from: 'mended', violations: [] });
  expect(value).toHaveProperty('a');
});

test('values are plausible for their names', () => {
  const names = [
    'phone_number',
    'countryCode',
    'ip',
    'links',
    'self',
    'firstName',
    'iban',
    'sha256',
    'eventType',
  ];
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const schema: JsonObject = {
    type: 'object',
    properties: {
      ...properties,
      age: { type: 'integer' },
      year: { type: 'integer' },
      latitude: { type: 'number' },
    },
  };
  const { value } = sample(schema, options(schema));
  expect(value).toMatchObject({
    phone_number: expect.stringMatching(/^\+1202555\d{4}$/),
    countryCode: expect.stringMatching(/^[A-Z]{2}$/),
    ip: expect.stringMatching(/^203\.0\.113\.\d+$/),
    self: expect.stringMatching(/^https:\/\/example\.com\//),
    iban: expect.stringMatching(/^DE\d{20}$/),
    sha256: expect.stringMatching(/^[\da-f]{64}$/),
    eventType: expect.stringMatching(/^[a-z]+\.[a-z]+$/),
    year: 2026,
  });
  const { age } = value as { age: number };
  expect(age).toBeGreaterThanOrEqual(18);
});

test('overrides choose the alternative that they belong to', () => {
  const alternative = (type: string): JsonObject => ({
    type: 'object',
    required: ['type', type],
    properties: { type: { const: type }, [type]: { type: 'string' } },
    additionalProperties: false,
  });
  const names = Array.from({ length: 30 }, (_, i) => `type${i}`);
  const schema = {
    type: 'object',
    required: ['data'],
    properties: { data: { oneOf: names.map(alternative) } },
  };
  for (const type of names) {
    const { value, violations } = sample(schema, options(schema, { overrides: { data: { type } } }));
    expect({ value, violations }).toEqual({
      value: { data: { type, [type]: expect.any(String) } },
      violations: [],
    });
  }
});

test('what nothing satisfies is made as well as it can be, with its violations', () => {
  const schema: JsonValue = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string', enum: [1] } },
  };
  const { violations } = sample(schema, options(schema));
  expect(violations.length).toBeGreaterThan(0);
});
