import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/loading/contract-files.ts';
import { testsAbout } from '../../tools/tests-about.ts';
import { exhaustive } from '../../vitest.config.ts';

const terms = ['docs/glossary.md', 'docs/design.md'].flatMap((page) =>
  [...readFileSync(join(packageRoot, page), 'utf8').matchAll(/^\| (\*\*.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/\*\*(.*?)\*\*/g)].map(([, term = '']) => term),
  ),
);

test.each(terms)('npm test finds tests about "%s"', (term) => {
  expect(testsAbout([term]).length).toBeGreaterThan(0);
});

test('a test is found by all its words, in any case, and by its path', () => {
  expect(testsAbout(['DOCS', 'tests-about'])).toEqual(['test/docs/tests-about.test.ts']);
  expect(testsAbout(['glossary', 'no such word'])).toEqual([]);
  expect(testsAbout([])).toHaveLength(globSync('test/**/*.test.ts', { cwd: packageRoot }).length);
});

test('every exhaustive test file exists', () => {
  for (const pattern of exhaustive) {
    const names = /\{(.*)\}/.exec(pattern)?.[1]?.split(',') ?? [''];
    for (const name of names)
      expect(existsSync(join(packageRoot, pattern.replace(/\{.*\}/, name))), pattern).toBe(true);
  }
});
