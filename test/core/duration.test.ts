import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, maxDurationMs, parseDuration } from '../../src/core/duration.ts';

test.each([
  ['0s', 0],
  ['0ms', 0],
  ['250ms', 250],
  ['2s', 2_000],
  ['1.5s', 1_500],
  ['0.0004s', 0],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  ['36525d', maxDurationMs],
])('%s is %i milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([0, 1.4, 250, maxDurationMs])('the number %d is a duration in milliseconds', (number) => {
  expect(parseDuration(number)).toBe(Math.round(number));
});

test.each([
  -1,
  -0.1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  maxDurationMs + 1,
  true,
  null,
  ['5s'],
  '',
  '5',
  's',
  '-1s',
  '+1s',
  '1 s',
  ' 1s',
  '1s ',
  '1e3s',
  '.5s',
  '1.s',
  '5M',
  '1w',
  '1m30s',
  'Infinitys',
  '٥s',
  '36526d',
  '9e99d',
])('%j is refused', (text) => {
  expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'duration.invalid' }));
});

test.each([
  [0, '0s'],
  [1, '1ms'],
  [1_500, '1500ms'],
  [90_000, '90s'],
  [120_000, '2m'],
  [7_200_000, '2h'],
  [86_400_000, '1d'],
])('%i milliseconds are formatted as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('a formatted duration parses to the same value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: maxDurationMs }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
    { seed: 1 },
  );
});
