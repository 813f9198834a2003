import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure, Job } from './job.ts';
import { numberText, table, tableRow } from './report.ts';
import {
  type Contender,
  medianOf,
  medianRatio,
  playRounds,
  type Round,
  type RoundsOptions,
} from './rounds.ts';

export interface CompareOptions extends Omit<RoundsOptions, 'rounds'> {
  readonly root: string;
  /** The build of the current tree. */
  readonly dist: string;
  /** A commit, branch or tag whose `dist/` has the current layout. */
  readonly ref: string;
  readonly jobs: readonly Job[];
  readonly rounds: (job: Job) => number;
}

/** Measures the current build and that of a git ref in turns; returns a Markdown table of new, old and their ratio. */
export async function compare({
  root,
  dist,
  ref,
  jobs,
  rounds,
  ...options
}: CompareOptions): Promise<string> {
  const old = mkdtempSync(join(tmpdir(), 'ringback-compare-'));
  process.once('exit', () => rmSync(old, { recursive: true, force: true }));
  buildRef(root, ref, old);
  const rows: string[] = [];
  for (const job of jobs) {
    const contenders = job.ours.flatMap((subject): Contender[] => [
      { label: `${subject} new`, subject, dist },
      { label: `${subject} old`, subject, dist: join(old, 'dist') },
    ]);
    const played = await playRounds(job, contenders, { ...options, rounds: rounds(job) });
    rows.push(...job.figures.map((figure) => comparedRow(job, figure, played)));
  }
  return `${table(['job', 'figure', 'new', `old (${ref})`, 'new / old'], rows)}\n`;
}

function comparedRow(job: Job, { what, ours }: Figure, played: readonly Round[]): string {
  const point = ours.indexOf('.');
  const of = (age: string): string => `${ours.slice(0, point)} ${age}${ours.slice(point)}`;
  return tableRow([
    job.name,
    what,
    numberText(medianOf(played, of('new'))),
    numberText(medianOf(played, of('old'))),
    medianRatio(played, of('new'), of('old')).toFixed(2),
  ]);
}

/** Checks the ref's tree out into a folder, with the packages it names, and builds it with its own script. */
function buildRef(root: string, ref: string, folder: string): void {
  const commit = execFileSync('git', ['rev-parse', '--verify', `${ref}^{commit}`], {
    cwd: root,
    encoding: 'utf8',
  });
  const archive = execFileSync('git', ['archive', commit.trim()], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['x', '-C', folder], { input: archive });
  process.stderr.write(`building ${ref}\n`);
  if (lockOf(folder) === lockOf(root)) {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  } else {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] });
  }
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder, stdio: ['ignore', 2, 2] });
}

function lockOf(folder: string): string {
  return readFileSync(join(folder, 'package-lock.json'), 'utf8');
}
