import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/core/json.ts';
import { jsonBytes, jsonGrowth } from '../../src/core/json-bytes.ts';

const values: readonly JsonValue[] = [
  null,
  0,
  'text',
  'another text',
  [],
  [1, 'two', null],
  [1, 'two', { three: [3] }, 'four'],
  {},
  { a: 1, b: 'two' },
  { b: 'longer', c: { d: [{}, { e: null }] } },
  { a: [1, 2, 3], b: 'two', c: { d: [] } },
];

describe('the byte count of a JSON value', () => {
  test('grows with the content', () => {
    expect(jsonBytes('x'.repeat(1_000)) - jsonBytes('')).toBe(1_000);
    expect(jsonBytes([[], []])).toBeGreaterThan(jsonBytes([[]]));
    expect(jsonBytes({ a: 1, b: 1 })).toBeGreaterThan(jsonBytes({ a: 1 }));
  });

  test('is at least what V8 needs for many objects without members', () => {
    expect(jsonBytes(Array(1_000).fill({}))).toBeGreaterThanOrEqual(64 * 1_000);
    expect(jsonBytes(Array(1_000).fill([]))).toBeGreaterThanOrEqual(40 * 1_000);
  });

  test('of a change is the difference of both values, for every pair', () => {
    for (const old of values)
      for (const value of values)
        expect(jsonGrowth(old, value), `${JSON.stringify(old)} → ${JSON.stringify(value)}`).toBe(
          jsonBytes(value) - jsonBytes(old),
        );
  });

  test('of a change skips the parts that both values share', () => {
    const same = new Proxy(
      { a: 1 },
      {
        ownKeys: () => {
          throw new Error('looked at');
        },
      },
    );
    expect(jsonGrowth({ same, n: [1] }, { same, n: [1, 2] })).toBe(8);
  });
});
