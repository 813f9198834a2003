import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A contract to judge. */
export interface NamedContract {
  readonly name: string;
  readonly file: string;
  readonly group: 'own' | 'corpus' | 'github';
}

const ownFolder = join(import.meta.dirname, '../../test/contracts');

/** The project's own small documents: one per trait of real contracts. */
export function ownContracts(): readonly NamedContract[] {
  const roots = globSync(['*.{yaml,json}', '*/openapi.{yaml,json}'], { cwd: ownFolder }).sort();
  return roots.map((path) => ({
    name: path.replace(/(\/openapi)?\.(yaml|json)$/, ''),
    file: join(ownFolder, path),
    group: 'own',
  }));
}

/**
 * Public documents, from a folder with an `index.json`: `[{"id", "root"}]`. They are read where they are.
 * @param folder `RINGBACK_CORPUS`. Undefined: none
 */
export function corpusContracts(folder: string | undefined): readonly NamedContract[] {
  if (folder === undefined || !existsSync(join(folder, 'index.json'))) return [];
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    id: string;
    root: string;
  }[];
  return index.map(({ id, root }) => ({ name: id, file: join(folder, root), group: 'corpus' }));
}

const githubPackages = [
  { name: '@octokit/openapi', file: 'generated/api.github.com.json' },
  { name: '@octokit/openapi-webhooks', file: 'generated/api.github.com.json' },
];

/** The two documents of GitHub, which npm packs into a folder until this process ends: too large for a dependency. */
export function githubContracts(): readonly NamedContract[] {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-github-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return githubPackages.map(({ name, file }) => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', name, '--json', '--silent', '--pack-destination', folder], {
        encoding: 'utf8',
      }),
    ) as { filename: string }[];
    const into = mkdtempSync(join(folder, 'package-'));
    execFileSync('tar', ['-xzf', join(folder, packed?.filename ?? ''), '-C', into, `package/${file}`]);
    return { name: basename(name), file: join(into, 'package', file), group: 'github' };
  });
}
