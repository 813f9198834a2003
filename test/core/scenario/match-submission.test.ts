import { expect, test } from 'vitest';
import { matchesGlob } from '../../../src/core/scenario/match-submission.ts';

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['?', '', false],
  ['?', '𝒳', true],
  ['*.pdf', 'a.PDF', true],
  ['*.pdf', 'a.pdf.zip', false],
  ['a*c', 'abbc', true],
  ['a*c', 'abcd', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a?c', 'ac', false],
  ['a.b', 'axb', false],
  ['[ab]', 'a', false],
  ['', '', true],
  ['', 'a', false],
])('the glob %j and the text %j: %s', (glob, text, expected) => {
  expect(matchesGlob(glob, text)).toBe(expected);
});

test('a glob of many stars is decided in no time', () => {
  const started = performance.now();
  expect(matchesGlob(`${'*a'.repeat(50)}b`, 'a'.repeat(5000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});
