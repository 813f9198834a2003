import { expect, test } from 'vitest';
import { measureStrain, strainBetween } from '../../src/platform/machine-strain.ts';

test('work takes longer by the time that it waits for a processor', () => {
  expect(strainBetween([1_000, 500], [2_000, 2_500])).toBe(3);
});

test('there is no strain where nothing was done, or the system does not say', () => {
  expect(strainBetween([1_000, 500], [1_000, 900])).toBe(1);
  expect(strainBetween(null, [1_000, 900])).toBe(1);
  expect(strainBetween([1_000, 900], null)).toBe(1);
});

test('a measurement is a number of at least one', () => {
  const strain = measureStrain();
  JSON.parse(JSON.stringify(Array.from({ length: 100_000 }, (_, i) => i)));
  expect(strain()).toBeGreaterThanOrEqual(1);
});
