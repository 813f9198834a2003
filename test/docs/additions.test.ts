import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledProviders } from '../../src/providers/bundled.ts';
import { additions } from '../../tools/docs/additions.ts';

const root = join(import.meta.dirname, '../..');

/** The files of a provider that people write. */
function filesOf(provider: string): string[] {
  const names = readdirSync(join(root, 'src/providers', provider), { recursive: true }) as string[];
  return names.filter((name) => name.endsWith('.ts') && !name.endsWith('.gen.ts')).sort();
}

test('the list of additions has each bundled provider', () => {
  expect(Object.keys(additions)).toEqual([...bundledProviders.keys()]);
});

test.each([...bundledProviders.keys()])(
  'each file of %s belongs to one addition that is listed',
  (provider) => {
    const files = filesOf(provider);
    const owners = files.map((file) =>
      (additions[provider] ?? []).filter(({ files: own }) =>
        own.some((name) => name === file || (name.endsWith('/') && file.startsWith(name))),
      ),
    );
    expect(files.filter((_, index) => owners[index]?.length !== 1)).toEqual([]);
    const listed = (additions[provider] ?? []).flatMap(({ files: own }) => own);
    expect(
      listed.filter(
        (name) => !files.some((file) => file === name || (name.endsWith('/') && file.startsWith(name))),
      ),
    ).toEqual([]);
  },
);

test('the page lists every addition', () => {
  const page = readFileSync(join(root, 'docs/bundled-providers.md'), 'utf8');
  const rows = [...page.matchAll(/^\| ([^|]+) \| [^|]+ \| `/gm)].map(([, what]) => what);
  expect(rows).toEqual(Object.values(additions).flatMap((list) => list.map(({ what }) => what)));
});
