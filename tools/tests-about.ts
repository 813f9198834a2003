import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/loading/contract-files.ts';

/** The test files whose path or test titles contain all the words; without words, all files. */
export function testsAbout(words: readonly string[]): readonly string[] {
  const files = globSync('test/**/*.test.ts', { cwd: packageRoot }).sort();
  return files.filter((file) => {
    const text = words.length === 0 ? '' : `${file}\n${titlesOf(file)}`.toLowerCase();
    return words.every((word) => text.includes(word.toLowerCase()));
  });
}

/** The first argument of each `describe`, `it` and `test`, with or without `.each`. */
const title = /(?:\b(?:describe|it|test)(?:\.\w+)?|\]\)|\))\(\s*(?:'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`)\s*,/g;

/** The titles in a test file, one per line. */
export function titlesOf(file: string): string {
  const source = readFileSync(join(packageRoot, file), 'utf8');
  return [...source.matchAll(title)].map(([, ...texts]) => texts.join('')).join('\n');
}
