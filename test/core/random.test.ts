import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';

const draws = (seed: string | number, count = 5): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.float());
};

test('the same seed gives the same values', () => {
  expect(draws(42)).toEqual(draws(42));
  expect(draws(42)).toEqual(draws('42'));
});

test.each([
  [0, 1],
  [0, ''],
  ['a', 'b'],
  ['ab', 'ba'],
  [42, -42],
])('the seeds %j and %j give different values', (a, b) => {
  expect(draws(a)).not.toEqual(draws(b));
});

test('a seed gives the same values in every release', () => {
  const random = seededRandom(42);
  expect(random.uuid()).toBe('f4d057c8-15bd-4c9d-8d2c-a733bae89509');
  expect(random.uuid()).toBe('b21b312d-f563-4862-ae33-9e1502115011');
  expect(random.int(0, 9)).toBe(8);
  expect(random.float()).toBe(0.3159349545229445);
});

test('uuids are version 4, variant 10 and distinct', () => {
  const random = seededRandom('uuids');
  const uuids = Array.from({ length: 2_000 }, () => random.uuid());
  expect(
    uuids.filter(
      (uuid) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid),
    ),
  ).toEqual([]);
  expect(new Set(uuids).size).toBe(2_000);
  expect(new Set(uuids.map((uuid) => uuid[19])).size).toBe(4);
});

describe('a stream', () => {
  test('depends on the seed and its label alone, not on what was drawn', () => {
    const untouched = seededRandom(7);
    const used = seededRandom(7);
    used.uuid();
    used.stream('other').float();
    expect(used.stream('a').uuid()).toBe(untouched.stream('a').uuid());
  });

  test('does not advance its source', () => {
    const random = seededRandom(7);
    random.stream('a').uuid();
    expect(random.uuid()).toBe(seededRandom(7).uuid());
  });

  test('differs by label, by seed and from its source', () => {
    const first = (random: { uuid(): string }): string => random.uuid();
    const random = seededRandom(7);
    const values = [
      first(random.stream('a')),
      first(random.stream('b')),
      first(random.stream('')),
      first(random.stream('a').stream('b')),
      first(seededRandom(8).stream('a')),
      first(random),
    ];
    expect(new Set(values).size).toBe(values.length);
  });
});

test('int draws every value from min to max, both included, about equally often', () => {
  const random = seededRandom('ints');
  const counts = new Map<number, number>();
  for (let i = 0; i < 6_000; i++) {
    const value = random.int(-2, 3);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test('int of a range of one value is that value', () => {
  expect(seededRandom(1).int(0, 0)).toBe(0);
});

test('float stays from 0 to below 1, with its mean in the middle', () => {
  const values = draws('floats', 10_000);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - 0.5)).toBeLessThan(0.02);
});

test('a chance of 0 never happens and one of 1 always does', () => {
  const random = seededRandom(3);
  const outcomes = (probability: number): Set<boolean> =>
    new Set(Array.from({ length: 1_000 }, () => random.chance(probability)));
  expect(outcomes(0)).toEqual(new Set([false]));
  expect(outcomes(1)).toEqual(new Set([true]));
  expect(outcomes(0.5).size).toBe(2);
});

test('pick gives items of the array and refuses an empty one', () => {
  const random = seededRandom(3);
  expect(['a', 'b']).toContain(random.pick(['a', 'b']));
  expect(random.pick([undefined])).toBeUndefined();
  expect(() => random.pick([])).toThrow(RangeError);
});
