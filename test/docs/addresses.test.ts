import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What ships or is read by users: no tests, and no lock files. */
const files = execFileSync(
  'git',
  ['ls-files', 'src', 'bin', 'docs', 'schemas', 'scenarios', 'examples', '*.md', '*.yaml'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((path) => path !== '' && !path.endsWith('.pdf') && !path.endsWith('.png'));

test(`none of ${files.length} files names an address of Ringback that does not exist`, () => {
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((path) =>
    [
      ...readFileSync(join(root, path), 'utf8').matchAll(
        /https?:\/\/(?:[\w-]+\.)*ringback\.(?!invalid\b)[a-z]+\S*/gi,
      ),
    ].map(([url]) => `${path}: ${url}`),
  );
  expect(found).toEqual([]);
});

test('no published schema has an $id, which tools would fetch', () => {
  const schemas = files.filter((path) => path.startsWith('schemas/'));
  expect(schemas.length).toBeGreaterThan(5);
  for (const path of schemas)
    expect(JSON.parse(readFileSync(join(root, path), 'utf8')), path).not.toHaveProperty('$id');
});
