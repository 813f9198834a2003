import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { fitsGlob, globCharacters, readGlob } from '../../../src/core/scenario/glob.ts';
import { matchesSubmission, specificity } from '../../../src/core/scenario/match-submission.ts';

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
])('the glob %j and the string %j: %s', (glob, text, expected) => {
  expect(matchesGlob(glob, text)).toBe(expected);
});

const matchesGlob = (glob: string, text: string) => fitsGlob(readGlob(glob), globCharacters(text));

test('globs match like the equivalent regular expression, whatever their length', () => {
  const random = seededRandom('globs');
  const word = (letters: string, most: number) =>
    Array.from({ length: random.int(0, most) }, () => random.pick([...letters])).join('');
  let fitting = 0;
  for (let i = 0; i < 20_000; i++) {
    const [glob, text] = [word(i % 2 === 0 ? 'ab?*' : 'aaaaaaaaaaa?*', i % 80), word('aab', i % 90)];
    const expected = new RegExp(`^${glob.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`).test(text);
    expect([glob, text, matchesGlob(glob, text)]).toEqual([glob, text, expected]);
    fitting += Number(expected);
  }
  expect(fitting).toBeGreaterThan(1_000);
});

test('a glob with many stars is matched quickly', () => {
  const started = performance.now();
  expect(matchesGlob(`${'*a'.repeat(50)}b`, 'a'.repeat(5000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});

test.each<[asked: JsonObject, given: JsonObject, fits: boolean]>([
  [{ a: 1 }, { a: 1, b: 2 }, true],
  [{ a: 1 }, { a: '1' }, false],
  [{ a: null }, {}, false],
  [{ a: { b: 1 } }, { a: { b: 1, c: 2 } }, true],
  [{ a: { b: 1 } }, { a: 1 }, false],
  [{ a: ['x', 'y'] }, { a: ['x', 'y'] }, true],
  [{ a: ['x'] }, { a: ['x', 'y'] }, false],
  [{ a: ['x', 'y'] }, { a: ['x'] }, false],
  [{ a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }, true],
  [{ a: ['x'] }, { a: 'x' }, false],
])('a match on the body %j and the body %j: %s', (asked, given, fits) => {
  const facts = { operation: 'send', fileName: null, body: given };
  expect(matchesSubmission({ body: asked }, facts)).toBe(fits);
});

test('a match must fit by operation, file name and body, and requires a file and a body where it names them', () => {
  const facts = { operation: 'send', fileName: 'A.PDF', body: { a: 1 } };
  expect(matchesSubmission(null, facts)).toBe(true);
  expect(matchesSubmission({ operation: 'send', fileName: '*.pdf', body: { a: 1 } }, facts)).toBe(true);
  for (const match of [{ operation: 'other' }, { fileName: '*.png' }, { body: { a: 2 } }])
    expect(matchesSubmission(match, facts)).toBe(false);
  expect(matchesSubmission({ fileName: '*' }, { ...facts, fileName: null })).toBe(false);
  expect(matchesSubmission({ body: { a: 1 } }, { ...facts, body: undefined })).toBe(false);
});

test.each([
  [{}, 0],
  [{ operation: 'send' }, 1],
  [{ operation: 'send', fileName: '*' }, 2],
  [{ body: { a: 1, b: { c: 'x', d: null } } }, 3],
  [{ body: { a: {}, b: [] } }, 2],
  [{ fileName: '*', body: { a: ['x', 'y'] } }, 3],
])('the match %j has %i conditions', (match, things) => {
  expect(specificity(match)).toBe(things);
});
