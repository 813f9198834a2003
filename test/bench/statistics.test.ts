import { expect, test } from 'vitest';
import { median, quantile, quantilesOf } from '../../bench/lib/statistics.ts';

test.each([
  { values: [3], expected: 3 },
  { values: [3, 1, 2], expected: 2 },
  { values: [4, 1, 3, 2], expected: 2.5 },
  { values: [10, 9, 100], expected: 10 },
  { values: [], expected: Number.NaN },
])('the median of $values is $expected', ({ values, expected }) => {
  expect(median(values)).toBe(expected);
});

test('a quantile is interpolated between two values', () => {
  expect(quantile([0, 10, 20, 30, 40], 0)).toBe(0);
  expect(quantile([40, 30, 20, 10, 0], 0.25)).toBe(10);
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
  expect(quantile([0, 10], 1)).toBe(10);
});

test('the quantiles of a distribution are named by percentage', () => {
  const quantiles = quantilesOf('late', [1, 2, 3]);
  expect(quantiles).toMatchObject({ 'late.q1': 1.02, 'late.q50': 2, 'late.q99.5': 2.99 });
});
