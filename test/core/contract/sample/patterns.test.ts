import { describe, expect, test } from 'vitest';
import { matchesPattern, textOfPatterns } from '../../../../src/core/contract/sample/patterns.ts';
import { seededRandom } from '../../../../src/core/random.ts';

const limits = { minLength: 0, maxLength: 1_000, preferred: [], isVaried: false };
const of = (patterns: readonly string[], changes: object = {}) =>
  textOfPatterns(patterns, seededRandom('1'), { ...limits, ...changes });

describe('a text of patterns', () => {
  test('is the first preferred one that matches all of them', () => {
    expect(of(['^[a-z]+$', 'q'], { preferred: ['A', 'abc', 'aqc', 'q'] })).toBe('aqc');
  });

  test('is another one each time if it must vary', () => {
    expect(of(['^[a-z]+$'], { preferred: ['abc'], isVaried: true })).not.toBe('abc');
  });

  test('has the demanded length', () => {
    expect(of(['^[A-Z]*$'], { minLength: 77, maxLength: 80 })).toMatch(/^[A-Z]{77,80}$/);
    expect(of(['^a*$'], { preferred: ['a', 'aaa'], minLength: 3 })).toBe('aaa');
  });

  test.each([
    ['\\p{Lu}{30}', /^[A-Z]{30}$/],
    ['\\p{N}{30}', /^[0-9]{30}$/],
    ['[\\p{Ll}_]{6}', /^[a-z_]{6}$/],
    ['(?<a>x{7})', /^x{7}$/],
    ['\\P{L}{9}', /^[^a-z]{9}$/i],
  ])('%s is understood', (source, expected) => {
    expect(of([`^${source}$`], { isVaried: true })).toMatch(expected);
  });

  test('is undefined if none is found', () => expect(of(['^a$', '^b$'])).toBeUndefined());
});

test('a pattern that may take forever counts as matched by a long text', () => {
  const started = performance.now();
  expect(matchesPattern('^(a+)+$', `${'a'.repeat(3_000)}!`)).toBe(true);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(matchesPattern('^b$', 'a')).toBe(false);
  expect(matchesPattern('(', 'a')).toBe(true);
});
