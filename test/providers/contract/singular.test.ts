import { expect, test } from 'vitest';
import { sameNoun, singular } from '../../../src/providers/contract/singular.ts';

test.each([
  ['payments', 'payment'],
  ['boxes', 'box'],
  ['batches', 'batch'],
  ['parties', 'party'],
  ['access', 'access'],
  ['credit-notes', 'creditNote'],
  ['line_items', 'lineItem'],
])('one of %s is a %s', (plural, one) => {
  expect(singular(plural)).toBe(one);
});

test.each([
  [['v1', 'user'], ['v1', 'users'], true],
  [['v1', 'users'], ['v2', 'users'], false],
  [['users'], ['v1', 'users'], false],
  [[], [], false],
])('%j and %j name the same: %s', (a, b, expected) => {
  expect(sameNoun(a, b)).toBe(expected);
});
