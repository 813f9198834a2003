import { expect, test } from 'vitest';
import { references } from '../../../src/core/contract/references.ts';
import { pointerOf } from '../../../src/core/json.ts';

const found = (root: object): string[] =>
  [...references(root as never, 'https://x.example/a.json')].map(
    ({ value, tokens, base }) => `${pointerOf(tokens)} ${value.$ref ?? value.$anchor ?? '-'} ${base}`,
  );

test('references are found in the order of the file, relative to the nearest $id', () => {
  expect(
    found({
      a: { $ref: 'a', b: [{ $ref: 'b' }] },
      c: { $id: 'c/', d: { $anchor: 'd' } },
      e: { $ref: 'e' },
    }),
  ).toEqual([
    '/a a https://x.example/a.json',
    '/a/b/0 b https://x.example/a.json',
    '/c - https://x.example/c/',
    '/c/d d https://x.example/c/',
    '/e e https://x.example/a.json',
  ]);
});

test('examples, constants and defaults have no references, properties of these names do', () => {
  const $ref = 'x';
  const data = {
    example: { $ref },
    examples: [{ $ref }],
    const: { $ref },
    enum: [{ $ref }],
    default: { $ref },
  };
  expect(found(data)).toEqual([]);
  const named = { properties: { ...data, examples: { $ref }, enum: { $ref }, $ref: { type: 'string' } } };
  expect(found(named).map((line) => line.split(' ')[0])).toEqual(
    ['example', 'examples', 'const', 'enum', 'default'].map((name) => `/properties/${name}`),
  );
});

test('a property that is called like a keyword names no schemas', () => {
  const properties = { properties: { default: { $ref: 'a' }, properties: { default: { $ref: 'b' } } } };
  expect(found(properties).map((line) => line.split(' ').slice(0, 2))).toEqual([
    ['/properties/default', 'a'],
  ]);
});

test('an $id has no empty fragment, also where it has no base', () => {
  const bases = (base: string): string[] =>
    [...references({ $id: 'a#' }, base)].map((reference) => reference.base);
  expect(bases('https://x.example/')).toEqual(['https://x.example/a']);
  expect(bases('')).toEqual(['a']);
});

test('a value that contains itself is visited once, however deep it is', () => {
  const root: Record<string, unknown> = { $ref: 'x' };
  root.self = root;
  expect(found(root)).toHaveLength(1);
  let deep: object = { $ref: 'y' };
  for (let depth = 0; depth < 50_000; depth++) deep = { a: deep };
  expect([...references(deep as never)]).toHaveLength(1);
});
