import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/loading/contract-files.ts';
import { exhaustive } from '../vitest.config.ts';
import { testsAbout } from './tests-about.ts';

/**
 * `npm test [-- <word>… <option of vitest>…]`: the quick tests, or those that match the words. Lists the skipped
 * exhaustive files at the end.
 */
const given = process.argv.slice(2);
const firstOption = given.findIndex((arg) => arg.startsWith('-'));
const words = firstOption === -1 ? given : given.slice(0, firstOption);
const options = given.slice(words.length);

const slow = new Set(exhaustive.flatMap((pattern) => globSync(pattern, { cwd: packageRoot })));
const found = testsAbout(words);
const files = found.filter((file) => !slow.has(file));
const skipped = found.filter((file) => slow.has(file));

if (found.length === 0) {
  console.error(`No test is about ${words.join(' and ')}: no path and no title of a test has the words.`);
  process.exitCode = 1;
}
if (files.length > 0) {
  const vitest = join(packageRoot, 'node_modules/vitest/vitest.mjs');
  const filter = words.length === 0 ? [] : files;
  const args = [vitest, 'run', '--project=shared', '--project=isolated', ...filter, ...options];
  process.exitCode = spawnSync(process.execPath, args, { cwd: packageRoot, stdio: 'inherit' }).status ?? 1;
}
if (skipped.length > 0) {
  console.log(`skipped: ${skipped.length} exhaustive files, run npm run test:all`);
  for (const file of skipped) console.log(`  ${file}`);
}
