import { describe, expect, it } from 'vitest';
import { isoTime, virtualEpoch } from '../../../src/core/delivery/clock.ts';

describe('isoTime', () => {
  it.each([
    0,
    virtualEpoch,
    virtualEpoch + 7,
    virtualEpoch + 42.9,
    virtualEpoch + 999.999,
    virtualEpoch + 1_000,
    -1,
    -0.5,
    -1_000,
    -62_167_219_200_000,
    8_640_000_000_000_000,
    -8_640_000_000_000_000,
  ])('writes %s as Date does', (time) => {
    const text = new Date(time).toISOString();
    expect(isoTime(time)).toBe(text);
    // Again, with the second remembered.
    expect(isoTime(time)).toBe(text);
  });

  it('refuses what is no time, whatever was written before', () => {
    isoTime(virtualEpoch);
    expect(() => isoTime(Number.NaN)).toThrow(RangeError);
    expect(() => isoTime(8_640_000_000_001_000)).toThrow(RangeError);
    expect(isoTime(virtualEpoch)).toBe('2030-01-01T00:00:00.000Z');
  });
});
