import { describe, expect, it } from 'vitest';
import { grows, trendOf } from '../../tools/reliability/trend.ts';

const MiB = 2 ** 20;
/** Repeatable noise from -1 to 1. */
const noise = (index: number): number => Math.sin(index * 12.9898) * Math.cos(index * 78.233);
const series = (of: (index: number) => number): number[] =>
  Array.from({ length: 16 }, (_, index) => of(index));

describe('the verdict of a soak on a series', () => {
  it.each([
    ['flat', series(() => 40 * MiB)],
    ['flat with noise of a tenth', series((index) => 40 * MiB + 4 * MiB * noise(index))],
    ['flat with two measurements far off', series((index) => (index === 3 || index === 14 ? 90 : 40) * MiB)],
    ['falling', series((index) => (60 - index) * MiB)],
    ['growing by what noise is', series((index) => (40 + index * 0.1) * MiB)],
  ])('a series that is %s does not grow', (_what, values) => {
    expect(grows(values, 0.08, 3 * MiB)).toBe(false);
  });

  it.each([
    ['steadily', series((index) => (40 + index * 0.5) * MiB)],
    ['under noise', series((index) => (40 + index) * MiB + 2 * MiB * noise(index))],
    ['but for two measurements', series((index) => (index === 3 || index === 14 ? 10 : 40 + index) * MiB)],
  ])('a series that grows %s does', (_what, values) => {
    expect(grows(values, 0.08, 3 * MiB)).toBe(true);
  });
});

it('a trend is the growth from the first to the last value', () => {
  expect(trendOf([10, 12, 14, 16])).toEqual({ level: 13, growth: 6 });
});
