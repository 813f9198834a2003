import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { memorySource } from '../src/files/byte-source.ts';
import { inspectFile } from '../src/files/inspect-file.ts';
import { judgeFile, missingPackages } from './judged-files/judges.ts';
import { knownDifferences } from './judged-files/known-differences.ts';
import { makeFiles } from './judged-files/make-files.ts';
import { inParallel } from './judged-files/run-program.ts';

/**
 * `node tools/judge-files.ts`: makes some 500 files with real tools, damages some, and compares the mock's verdict on each
 * with those of real readers. Prints the differences, and `files: N passed, N failed`.
 */
const missing = await missingPackages();
if (missing.length > 0) throw new Error(`Could not judge files: install ${missing.join(', ')}.`);
const folder = await mkdtemp(join(tmpdir(), 'judged-files-'));
try {
  const paths = await makeFiles(folder);
  const differences = await inParallel(paths, async (path) => {
    const { verdict, voices } = await judgeFile(path);
    const { problem } = inspectFile(memorySource(await readFile(path)), 100);
    const ours = problem === 'damaged' || problem === null ? 'ok' : problem;
    const name = basename(path);
    return ours === verdict || knownDifferences.has(name)
      ? null
      : `${name}: ${ours}, not ${JSON.stringify(voices)}`;
  });
  const failed = differences.filter((difference) => difference !== null);
  for (const difference of failed) console.log(difference);
  console.log(`figure: ${paths.length} files made with qpdf, Ghostscript, ImageMagick and libtiff`);
  console.log(`files: ${paths.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
