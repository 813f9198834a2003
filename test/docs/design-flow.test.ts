import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/design.md'), 'utf8');
const section = /^## From HTTP in to callback out\n(.*?)^## /ms.exec(page)?.[1] ?? '';

/** The functions that the section names, with their files; `Class.method` for a method. */
const named = [
  ...section.matchAll(/^\| (\d+) \| `([\w.]+)` \| `([\w./-]+)` \|/gm),
  ...section.matchAll(/()`(\w+\.\w+)` in\s+`([\w./-]+)`/g),
].map(([, place = '', name = '', file = '']) => ({ place, name, file }));

function isDeclared(name: string, code: string): boolean {
  const [owner = '', method] = name.split('.');
  const isThere = new RegExp(String.raw`^(?:export )?(?:async )?(?:function|class) ${owner}\b`, 'm').test(
    code,
  );
  const isMethod = new RegExp(String.raw`^  (?:async )?#?${method}\(`, 'm').test(code);
  return isThere && (method === undefined || isMethod);
}

test('the functions from incoming HTTP to outgoing callback are in the named files', () => {
  expect(named.map(({ place }) => place).filter((place) => place !== '')).toEqual(
    Array.from(section.matchAll(/^\| \d/gm), (_, index) => String(index + 1)),
  );
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(
    ({ name, file }) => !isDeclared(name, readFileSync(join(root, 'src', file), 'utf8')),
  );
  expect(missing).toEqual([]);
});
