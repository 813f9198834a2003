import { afterEach, expect, test, vi } from 'vitest';
import { machineNow } from '../src/machine-time.ts';

afterEach(() => vi.restoreAllMocks());

test('the time of the machine is that of the wall clock, with fractions', () => {
  expect(Math.abs(machineNow() - Date.now())).toBeLessThan(100);
  const times = Array.from({ length: 1_000 }, machineNow);
  expect(times.some((time) => !Number.isInteger(time))).toBe(true);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('the time of the machine follows the wall clock when that was set, as after a sleep', () => {
  const wake = Date.now() + 3_600_000;
  vi.spyOn(Date, 'now').mockReturnValue(wake);
  expect(Math.abs(machineNow() - wake)).toBeLessThan(100);
});
