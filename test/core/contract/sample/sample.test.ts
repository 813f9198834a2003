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

test('what nothing satisfies is made as well as it can be, with its violations', () => {
  const schema: JsonValue = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string', enum: [1] } },
  };
  const { violations } = sample(schema, options(schema));
  expect(violations.length).toBeGreaterThan(0);
});
