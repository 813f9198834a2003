import { describe, expect, it } from 'vitest';
import { isoTime, realClock, virtualClock, virtualEpoch } from '../../../../src/core/engine/time/clock.ts';

describe('isoTime', () => {
  it.each([
    0,
    virtualEpoch,
    virtualEpoch + 7,
    virtualEpoch + 9,
    virtualEpoch + 10,
    virtualEpoch + 99,
    virtualEpoch + 100,
    virtualEpoch + 42.9,
    virtualEpoch + 999.999,
    virtualEpoch + 1_000,
    -1,
    -0.5,
    -1_000,
    -62_167_219_200_000,
    253_402_300_799_999,
    -8_640_000_000_000_000,
  ])('writes %s as Date does', (time) => {
    const text = new Date(time).toISOString();
    expect(isoTime(time)).toBe(text);
    // Again, now with the second cached.
    expect(isoTime(time)).toBe(text);
  });

  it.each([
    [253_402_300_800_000, '9999-12-31T23:59:59.999Z'],
    [8_640_000_000_000_001, '9999-12-31T23:59:59.999Z'],
    [Number.POSITIVE_INFINITY, '9999-12-31T23:59:59.999Z'],
    [-8_640_000_000_000_001, '-271821-04-20T00:00:00.000Z'],
    [Number.NEGATIVE_INFINITY, '-271821-04-20T00:00:00.000Z'],
    [Number.NaN, '1970-01-01T00:00:00.000Z'],
  ])('writes %s, which RFC 3339 cannot write, as %s', (time, text) => {
    isoTime(virtualEpoch);
    expect(isoTime(time)).toBe(text);
    expect(isoTime(virtualEpoch)).toBe('2030-01-01T00:00:00.000Z');
  });
});

it('a real clock runs faster than that of the machine, from the moment it is made', () => {
  let machine = 1_000;
  const clock = realClock(() => machine, 60);
  expect(clock.now()).toBe(1_000);
  machine += 500;
  expect(clock.now()).toBe(31_000);
});

describe('a virtual clock', () => {
  it('begins on 1 January 2030', () => {
    expect(isoTime(virtualClock().now())).toBe('2030-01-01T00:00:00.000Z');
  });

  it('moves only when a test moves it, and never backward', () => {
    const clock = virtualClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.moveTo(5_000);
    expect(clock.now()).toBe(5_000);
    clock.moveTo(4_999);
    expect(clock.now()).toBe(5_000);
  });
});
