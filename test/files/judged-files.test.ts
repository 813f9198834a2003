import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../src/files/byte-source.ts';
import { inspectFile } from '../../src/files/inspect-file.ts';
import { judgeFile, missingPackages, pixelsOf } from '../../tools/judged-files/judges.ts';
import { knownDifferences } from '../../tools/judged-files/known-differences.ts';
import { makeFiles } from '../../tools/judged-files/make-files.ts';
import { inParallel } from '../../tools/judged-files/run-program.ts';
import { read } from '../docs/markdown.ts';

/** The verdict of the mock on a file, in the terms of the judges. */
async function ours(path: string): Promise<string> {
  const { problem } = inspectFile(memorySource(await readFile(path)), 100);
  return problem === null || problem === 'damaged' ? 'ok' : problem;
}

const missing = await missingPackages();
if (missing.length > 0)
  console.warn(`SKIPPED: files judged by the real readers. Install ${missing.join(', ')}.`);

// One file in eight; `npm run full` judges all of them.
const step = 8;

describe.skipIf(missing.length > 0 && process.env.CI === undefined)('files made with the real tools', () => {
  let folder = '';
  let paths: readonly string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'judged-files-'));
    paths = await makeFiles(folder, step);
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('get the verdict of most of poppler, mupdf and Ghostscript, or of ImageMagick', async () => {
    const judged = await inParallel(paths, async (path) => ({
      name: basename(path),
      ours: await ours(path),
      readers: (await judgeFile(path)).verdict,
    }));
    const differences = judged.filter(
      (file) => file.ours !== file.readers && !knownDifferences.has(file.name),
    );
    expect(differences).toEqual([]);
    expect(judged.length).toBeGreaterThan(80);
    expect(new Set(judged.map(({ readers }) => readers))).toEqual(
      new Set(['ok', 'password', 'corrupted', 'dimensions']),
    );
  }, 240_000);
});

interface IndexEntry {
  readonly file: string;
  readonly format: string;
  readonly expected: 'ok' | 'password' | 'corrupt' | 'too-small' | 'type';
  readonly sure: boolean;
}

const collected = process.env.RINGBACK_FILES;
if (collected === undefined) console.warn('SKIPPED: collected files. Set RINGBACK_FILES to their folder.');

describe.skipIf(collected === undefined && process.env.CI === undefined)(
  'files of public test collections',
  () => {
    const words = {
      ok: 'ok',
      password: 'password',
      corrupt: 'corrupted',
      'too-small': 'dimensions',
      type: 'type',
    };

    it('get the verdict of independent readers, except those that docs/files.md names', async () => {
      const folder = collected ?? '';
      const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as readonly IndexEntry[];
      const differing: IndexEntry[] = [];
      for (const entry of index) {
        if ((await ours(join(folder, entry.file))) !== words[entry.expected]) differing.push(entry);
      }
      const page = read('docs/files.md');
      expect(differing.map(({ file }) => file).filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
      const sure = index.filter((entry) => entry.sure);
      expect(sure.length).toBeGreaterThan(200);
      const wrong = differing.filter((entry) => entry.sure);
      // The labels of all other formats are for small images; that of a BigTIFF only says that readers open it.
      const opened = await Promise.all(
        wrong.map(async ({ file, format, expected: label }) => {
          const path = join(folder, file);
          const { width, height, problem } = inspectFile(memorySource(await readFile(path)), 100);
          const isSmall = format === 'bigtiff' && label === 'ok' && problem === 'dimensions';
          return isSmall && isDeepStrictEqual(await pixelsOf(path), { width, height });
        }),
      );
      const asLabeled = sure.length - wrong.length;
      const agreeing = asLabeled + opened.filter(Boolean).length;
      expect(agreeing / sure.length).toBeGreaterThanOrEqual(0.98);
      expect(page).toContain(`| exactly as labeled | ${asLabeled} of ${sure.length} |`);
      expect(page).toContain(`counts as well | ${agreeing} of ${sure.length} |`);
      const unsure = index.filter((entry) => !entry.sure).map(({ file }) => file);
      expect(unsure.filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
    });
  },
);
