import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Folders of `src/` that hold modules, as relative paths, each after its parent. */
function folders(path = ''): string[] {
  return readdirSync(join(root, 'src', path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name))
    .filter((folder) => readdirSync(join(root, 'src', folder)).length > 0)
    .flatMap((folder) => [folder, ...folders(folder)]);
}

/** The folders below `src/` in the map of docs/design.md, by indentation. */
function mapped(): string[] {
  const page = readFileSync(join(root, 'docs/design.md'), 'utf8');
  const map = /^src\/\n((?: .*\n)+)/m.exec(page)?.[1] ?? '';
  const open: string[] = [];
  return [...map.matchAll(/^( +)([a-z-]+)\/ /gm)].map(([, indent = '', name = '']) => {
    const depth = indent.length / 2 - 1;
    open.splice(depth, open.length, name);
    return open.join('/');
  });
}

test('the map in docs/design.md has the folders of src, down to where one provider begins', () => {
  const inside = (path: string) => path.startsWith('providers/') || /^(check|files|testing)\//.test(path);
  expect(mapped().sort()).toEqual(
    folders()
      .filter((path) => !inside(path))
      .sort(),
  );
});

test('each folder with a place in the map says what lives there and what it may import', () => {
  for (const path of [...mapped(), 'providers/docdigitizer', 'providers/informed']) {
    const readme = join(root, 'src', path, 'README.md');
    expect(existsSync(readme), `src/${path} has no README.md`).toBe(true);
    expect(readFileSync(readme, 'utf8'), path).toMatch(/imports?\b/);
  }
});
