import { expect, test } from 'vitest';
import { readStartTime } from '../../src/core/start-time.ts';

test.each([
  ['2031-03-01T08:00:00Z', '2031-03-01T08:00:00.000Z'],
  ['2031-03-01t08:00:00.25z', '2031-03-01T08:00:00.250Z'],
  ['2031-03-01T08:00:00+02:00', '2031-03-01T06:00:00.000Z'],
  ['2028-02-29T23:59:59-23:59', '2028-03-01T23:58:59.000Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ['9899-12-31T23:59:59Z', '9899-12-31T23:59:59.000Z'],
])('a virtual clock can start at %s', (text, time) => {
  expect(new Date(readStartTime(text) ?? Number.NaN).toISOString()).toBe(time);
});

test.each([
  '2031-03-01',
  '2031-03-01T08:00Z',
  '2031-03-01T08:00:00',
  '2031-03-01 08:00:00Z',
  '2031-02-29T08:00:00Z',
  '2031-13-01T08:00:00Z',
  '2031-00-01T08:00:00Z',
  '2031-03-01T24:00:00Z',
  '2031-03-01T08:60:00Z',
  '2031-03-01T08:00:60Z',
  '2031-03-01T08:00:00+24:00',
  '1969-12-31T23:59:59Z',
  '9900-01-01T00:00:00Z',
  'tomorrow',
  '',
  1_900_000_000_000,
  null,
])('a virtual clock cannot start at %j', (value) => {
  expect(readStartTime(value)).toBeNull();
});
