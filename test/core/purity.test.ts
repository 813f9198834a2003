import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
/** Packages that are pure themselves. */
const purePackages = ['ajv', 'ajv-formats', 'yaml', 'tinyqueue', 'fastest-levenshtein', 'randexp'];
const forbidden: readonly [string, RegExp][] = [
  ['a node: module', /['"]node:/],
  ['the time of the machine', /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\b/],
  ['chance', /\bMath\.random\b|\bcrypto\b/],
  ['a timer', /\b(setTimeout|setInterval|setImmediate)\b/],
  ['the network', /\bfetch\(|\bXMLHttpRequest\b|\bWebSocket\b/],
  ['the process', /\bprocess\.|\bconsole\.|\bBuffer\./],
];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

/** The source without comments and string contents, except import specifiers. */
function code(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

/** Every module that the code imports, values and types alike. */
function imports(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom\s+|^import\s+|\bimport\(\s*)'([^']+)'/gm)].map(
    ([, specifier = '']) => specifier,
  );
}

describe.each(['src/core', 'src/providers'])('%s is pure', (folder) => {
  const files = sources(folder);

  test('the folder has files to check', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  test.each(files)('%s uses nothing from outside', (file) => {
    const text = code(file);
    for (const [what, pattern] of forbidden)
      expect(text.match(pattern)?.[0], `${file} uses ${what}`).toBeUndefined();
    for (const specifier of imports(text)) {
      if (specifier.startsWith('.')) {
        const target = relative(root, resolve(root, dirname(file), specifier));
        const inside =
          target.startsWith('src/core/') || (folder === 'src/providers' && target.startsWith(folder));
        expect(inside, `${file} imports ${target}`).toBe(true);
      } else {
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        expect(purePackages.includes(name), `${file} imports the package ${specifier}`).toBe(true);
      }
    }
  });
});
