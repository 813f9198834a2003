import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/contract-files.ts';

/**
 * `npm run full`: the checks that take too long for every change. Runs each step and writes `docs/full-run.md`.
 * Exits with 1 when a step has a failure, or does not say what it counted.
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
  { name: 'reliability', command: 'node tools/reliability/run.ts --full' },
];

interface Result extends Step {
  readonly passed: number;
  readonly failed: number;
  readonly figures: readonly string[];
}

const results: Result[] = [];
for (const step of steps) {
  console.log(`\n── ${step.name}: ${step.command}`);
  results.push(read(step, await run(step.command)));
}
writeFileSync(join(packageRoot, 'docs', 'full-run.md'), page(results));

const sum = (key: 'passed' | 'failed'): number => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;

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
    // A step that ends badly, or early, has failed whatever it counted.
    failed: failed === 0 && (code !== 0 || counts === undefined || counts === null) ? 1 : failed,
    figures: lines.filter((line) => line.startsWith('figure: ')).map((line) => line.slice('figure: '.length)),
  };
}

function page(all: readonly Result[]): string {
  const rows = all.map(
    ({ name, command, passed, failed }) => `| ${name} | \`${command}\` | ${passed} | ${failed} |`,
  );
  const figures = all
    .filter((result) => result.figures.length > 0)
    .map(({ name, figures: lines }) => `## ${name}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`);
  return `${[
    '<!-- Written by "npm run full" (tools/full.ts). Do not edit. -->',
    '# The full run',
    '',
    `\`npm run full\` runs the checks that take too long for every change. Last run: ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}.`,
    '',
    '| step | command | passed | failed |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')}\n${figures.map((section) => `\n${section}`).join('')}`;
}
