import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonValue } from '../../src/core/json.ts';
import { packageRoot, readContractFiles } from '../../src/loading/contract-files.ts';
import { limitTime } from '../../src/platform/limit-time.ts';
import { scenarioSchemaFiles } from '../support/bundled.ts';

// The checks that the build compiles run without a time limit, so their time must be linear in the length of the string.

/** Repeated groups whose repetitions begin with a character that ends the previous one, so a string matches in one way only. */
const unambiguous = ['^(asc|desc)(,(asc|desc))*$', '^(/([^~/]|~[01])*)+$'];

const patterns = new Set<string>();
const lists: JsonValue[] = [];

beforeAll(async () => {
  for (const name of ['openapi.yaml', 'openapi.control.yaml']) {
    const { document, schemas } = await readContractFiles(join(packageRoot, name));
    for (const file of [document, ...schemas.values()]) visit(file);
  }
  for (const file of scenarioSchemaFiles.values()) visit(file);
});

function visit(value: JsonValue): void {
  if (Array.isArray(value)) value.forEach(visit);
  if (!isJsonObject(value)) return;
  if (typeof value.pattern === 'string') patterns.add(value.pattern);
  if (isJsonObject(value.patternProperties))
    for (const key of Object.keys(value.patternProperties)) patterns.add(key);
  if (value.uniqueItems === true) lists.push(value);
  Object.values(value).forEach(visit);
}

describe('the patterns of the shipped schemas', () => {
  it('patterns are anchored, and repeat no ambiguous group', () => {
    expect(patterns.size).toBeGreaterThan(20);
    const dangerous = [...patterns].filter((pattern) => {
      const plain = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
      const repeatsGroup = /\)(\*|\+|\{)/.test(plain) && !unambiguous.includes(pattern);
      return repeatsGroup || !plain.startsWith('^') || /\|\^|\^.*\|[^()]*$/.test(plain);
    });
    expect(dangerous).toEqual([]);
  });

  it('patterns take time proportional to the string', () => {
    const starts = [
      '',
      'a',
      'a:',
      'http:',
      '1',
      '1.',
      '2030-01-01',
      '2030-01-01T00:00:00.',
      '2030-01-01 ',
      '/',
      'asc',
    ];
    const pumps = ['a', 'A', '0', '-', '.', ' ', '/', ':', '~1', ',asc', '/a', '0.', 'a-', 'a:', '\u00e9'];
    const texts = starts.flatMap((start) => pumps.map((pump) => `${start}${pump.repeat(100_000)}\n!`));
    const slow = [...patterns].filter((pattern) => {
      const expression = new RegExp(pattern, 'u');
      return !texts.every((text) => limitTime(() => expression.test(text)));
    });
    expect(slow).toEqual([]);
  });

  it.each(['^[0-9]+[0-9]+$', '^(a+)+$', '\\s+$', '^(a|a)*$'])(
    'are judged by a test that finds %s slow',
    (pattern) => {
      const expression = new RegExp(pattern, 'u');
      const texts = ['0', 'a', ' '].map((pump) => `${pump.repeat(100_000)}\n!`);
      expect(texts.every((text) => limitTime(() => expression.test(text)))).toBe(false);
    },
  );
});

it('arrays of unique items in the shipped schemas are short, and hold strings', () => {
  expect(lists.length).toBeGreaterThan(0);
  for (const list of lists)
    expect(list).toMatchObject({ maxItems: expect.any(Number), items: { type: 'string' } });
});
