import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { links } from './docs/markdown.ts';

const root = resolve(import.meta.dirname, '..');
let folder: string;
const unpacked: string[] = [];

/** Packs a copy of the sources in a separate folder, and unpacks what npm would publish. */
function pack(name: string): string {
  const sources = join(folder, name, 'checkout');
  mkdirSync(sources, { recursive: true });
  for (const entry of readdirSync(root)) {
    if (['node_modules', 'dist', '.git', 'test', 'bench'].includes(entry)) continue;
    cpSync(join(root, entry), join(sources, entry), {
      recursive: true,
      filter: (path) => !path.endsWith('node_modules'),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(sources, 'node_modules'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', '..'], { cwd: sources, stdio: 'pipe' });
  const [tarball = ''] = readdirSync(join(folder, name)).filter((file) => file.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', tarball], { cwd: join(folder, name) });
  return join(folder, name, 'package');
}

function contents(directory: string): ReadonlyMap<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return new Map(paths.map((path) => [path.slice(directory.length), readFileSync(path, 'latin1')]));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringback-packed-'));
  unpacked.push(pack('one'), pack('another'));
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the published package', () => {
  test('the published package is the same in whatever folder it is built', () => {
    const [one, another] = unpacked.map(contents);
    expect(one?.size).toBeGreaterThan(300);
    expect(another?.size).toBe(one?.size);
    const different = [...(one ?? [])].filter(([path, text]) => another?.get(path) !== text);
    expect(different.map(([path]) => path)).toEqual([]);
  });

  test('the published package names no folder of the build machine', () => {
    const folders = [folder, root, ...(homedir().length > 1 ? [homedir()] : [])].map((path) => `${path}/`);
    const naming = [...contents(unpacked[0] ?? '')].filter(([, text]) =>
      folders.some((path) => new RegExp(`(?<![\\w.-])${path.replace(/[.+]/g, '\\$&')}`).test(text)),
    );
    expect(naming.map(([path]) => path)).toEqual([]);
  });

  test('every link of a page of the published package leads to a file of it', () => {
    const folder = unpacked[0] ?? '';
    const pages = [...contents(folder)].filter(([path]) => path.endsWith('.md'));
    const dead = pages.flatMap(([path, text]) =>
      links(text)
        .map((target) => target.split('#')[0] ?? '')
        .filter((target) => target !== '' && !existsSync(resolve(join(folder, dirname(path)), target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(dead).toEqual([]);
    expect(pages.length).toBeGreaterThan(50);
  });

  test('the published package shows its scenario files where it is installed', async () => {
    const { scenarios } = JSON.parse(readFileSync(join(unpacked[0] ?? '', 'dist/shipped.json'), 'utf8'));
    expect(scenarios.length).toBeGreaterThan(80);
    const files = scenarios.map(({ source }: { source: { file: string } }) => source.file);
    expect(files.filter((file: string) => !/^scenarios\/\w+\/[\w-]+\.yaml$/.test(file))).toEqual([]);
    symlinkSync(join(root, 'node_modules'), join(unpacked[0] ?? '', 'node_modules'));
    const listed = execFileSync(process.execPath, ['bin/ringback.mjs', 'scenario', 'list', '--json'], {
      cwd: unpacked[0],
      encoding: 'utf8',
    });
    const [first] = JSON.parse(listed).scenarios;
    expect(readFileSync(first.source.file, 'utf8')).toContain(`name: ${first.shortName}`);
    expect(first.source.file.startsWith(unpacked[0] ?? '')).toBe(true);
  });
});
