import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../src/loading/contract-files.ts';

/**
 * Copies into each build only the declarations that its entries refer to: half of all declarations describe what no user
 * can import. Both builds have the same declarations; the nearest package.json sets the kind of module.
 * @param from the folder that holds the declarations of all sources
 * @param to the folder of each build, by its condition in `exports` of package.json
 */
export function shareDeclarations(from: string, to: Readonly<Record<'import' | 'require', string>>): void {
  const texts = new Map(
    readdirSync(from, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.d.ts'))
      .map((file) => [file, readFileSync(join(from, file), 'utf8')]),
  );
  for (const file of texts.keys()) rmSync(join(from, file));
  for (const condition of ['import', 'require'] as const) {
    for (const file of reachable(entries(condition), texts)) {
      const path = join(to[condition], file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, texts.get(file) ?? '');
    }
  }
}

interface Entry {
  readonly types?: string;
  readonly import?: { readonly types: string };
  readonly require?: { readonly types: string };
}

/** The declarations that `exports` of package.json names under a condition, relative to the build. */
function entries(condition: 'import' | 'require'): string[] {
  const { exports } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    exports: Readonly<Record<string, Entry | string>>;
  };
  return (
    Object.values(exports)
      .filter((entry) => typeof entry !== 'string')
      // An entry without conditions is for ES modules.
      .map((entry) => entry[condition]?.types ?? (condition === 'import' ? entry.types : undefined))
      .filter((path) => path !== undefined)
      .map((path) => path.replace(/^\.\/dist\/(cjs\/)?/, ''))
  );
}

function reachable(files: readonly string[], texts: ReadonlyMap<string, string>): ReadonlySet<string> {
  const found = new Set(files);
  for (const file of found) {
    const text = texts.get(file);
    if (text === undefined) throw new Error(`There is no declaration ${file}.`);
    for (const [, target = ''] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      found.add(join(dirname(file), target.replace(/\.[jt]s$/, '.d.ts')));
    }
  }
  return found;
}
