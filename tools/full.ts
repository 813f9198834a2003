import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/loading/contract-files.ts';

/**
 * `npm run full [-- <step>…]`: the checks that take too long for every change. Runs all steps, or the named ones, and
 * writes `docs/full-run.md`, where the other steps keep their last results.
 * Exits with 1 when a step has a failure, or does not print its count.
 */
interface Step {
  readonly name: string;
  /** For `bash -c`, in the project's root. Prints a line `<name>: N passed, N failed`, and one `figure: …` for each figure. */
  readonly command: string;
}

const steps: readonly Step[] = [
  { name: 'matrix', command: '.ci/matrix --full' },
  { name: 'examples', command: '.ci/examples' },
  { name: 'files', command: 'node tools/judge-files.ts' },
  { name: 'mutants', command: 'node tools/mutate.ts' },
  { name: 'contracts', command: 'node tools/any-provider/measure.ts --full' },
  {
    name: 'gallery',
    command: 'RINGBACK_GALLERY=whole npx vitest run --project=alone test/check/gallery.test.ts',
  },
  { name: 'reliability', command: 'node tools/reliability/run.ts --full' },
];

interface Result extends Step {
  readonly passed: number;
  readonly failed: number;
  /** Date of the run, as 2026-11-30. */
  readonly date: string;
  /** The commit of the run, as git describes it. */
  readonly commit: string;
  readonly figures: readonly string[];
}

/** Read before the page changes. */
const commit = execFileSync('git', ['describe', '--always', '--dirty', '--exclude=*'], {
  cwd: packageRoot,
  encoding: 'utf8',
}).trim();
const pageFile = join(packageRoot, 'docs', 'full-run.md');
const named = process.argv.slice(2);
const unknown = named.find((name) => !steps.some((step) => step.name === name));
if (unknown !== undefined)
  throw new Error(
    `Could not run "${unknown}": there is no such step. Expected ${steps.map(({ name }) => name).join(', ')}.`,
  );

const earlier = existsSync(pageFile) ? readPage(readFileSync(pageFile, 'utf8')) : [];
const fresh: Result[] = [];
for (const step of steps.filter(({ name }) => named.length === 0 || named.includes(name))) {
  console.log(`\n── ${step.name}: ${step.command}`);
  fresh.push(read(step, await run(step.command)));
  writeFileSync(pageFile, page(latest()));
}

const sum = (key: 'passed' | 'failed'): number => fresh.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;

/** The newest result of each step, in the order of the steps. */
function latest(): readonly Result[] {
  return steps.flatMap((step) => {
    const result = [...fresh, ...earlier].find(({ name }) => name === step.name);
    return result === undefined ? [] : [{ ...result, command: step.command }];
  });
}

/** Runs a command, shows what it prints and returns that. */
function run(command: string): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn('bash', ['-c', command], { cwd: packageRoot, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function read(step: Step, { code, output }: { readonly code: number; readonly output: string }): Result {
  const lines = output.split('\n');
  const counts = lines
    .map((line) => /^(.+): (\d+) passed, (\d+) failed$/.exec(line))
    .findLast((match) => match?.[1] === step.name);
  const failed = Number(counts?.[3] ?? 0);
  return {
    ...step,
    passed: Number(counts?.[2] ?? 0),
    date: new Date().toISOString().slice(0, 10),
    commit,
    // A step that exits with an error, or early, has failed whatever it counted.
    failed: failed === 0 && (code !== 0 || counts === undefined || counts === null) ? 1 : failed,
    figures: lines.filter((line) => line.startsWith('figure: ')).map((line) => line.slice('figure: '.length)),
  };
}

function page(all: readonly Result[]): string {
  const rows = all.map(
    ({ name, command, passed, failed, date, commit }) =>
      `| ${name} | \`${command}\` | ${passed} | ${failed} | ${date} | ${commit} |`,
  );
  const figures = all
    .filter((result) => result.figures.length > 0)
    .map(({ name, figures: lines }) => `## ${name}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`);
  return `${[
    '<!-- Written by "npm run full" (tools/full.ts). Do not edit. -->',
    '# The full run',
    '',
    '`npm run full` runs the checks that take too long for every change; `npm run full -- mutants` runs one of them.',
    'Each row shows its last run.',
    '',
    '| step | command | passed | failed | date | commit |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')}\n${figures.map((section) => `\n${section}`).join('')}`;
}

/** The results of a page that {@link page} wrote. */
function readPage(text: string): readonly Result[] {
  const rows = text.matchAll(/^\| (\S+) \| `([^`]*)` \| (\d+) \| (\d+) \| (\S+) \| (\S+) \|$/gm);
  return [...rows].map(([, name = '', command = '', passed, failed, date = '', commit = '']) => {
    const section = text.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
    const figures = section.split('\n').filter((line) => line.startsWith('- '));
    return {
      name,
      command,
      passed: Number(passed),
      failed: Number(failed),
      date,
      commit,
      figures: figures.map((line) => line.slice('- '.length)),
    };
  });
}
