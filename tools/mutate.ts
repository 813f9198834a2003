import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { packageRoot } from '../src/loading/contract-files.ts';
import { copyOfTree } from './mutants/copy-of-tree.ts';
import { nearestTests, untimed, widerTests } from './mutants/nearest-tests.ts';

/**
 * Breaks the code in one place at a time and checks that a test fails: `node tools/mutate.ts [--near] [id or file …]`.
 * Without names it takes all of `tools/mutants/*.json`. With `--near`, it tries only the tests nearest to each file. Works on a copy of the tree. A file in the temporary folder
 * records the killed mutants, so that a stopped run continues, and a run after a change tries only new, changed and
 * surviving mutants.
 */
interface Mutant {
  readonly id: string;
  readonly file: string;
  /** Source code that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Name, or a distinctive part, of the seed-sentence test that must fail; null: any test. */
  readonly seed: string | null;
  /** The defect that the mutant introduces. */
  readonly says: string;
}

type Verdict =
  | { readonly kind: 'killed'; readonly by: string; readonly bySeedTest: boolean }
  | { readonly kind: 'survived' }
  /** Its `find` does not occur exactly once in the file, or its seed test does not exist. */
  | { readonly kind: 'stale'; readonly why: string };

interface Tried extends Mutant {
  readonly verdict: Verdict;
}

const resultsFile = join(tmpdir(), 'ringback-mutants', 'killed.jsonl');
/** Time limit of one test run, in milliseconds, since a mutant may never end. */
const limitMs = { oneFile: 2 * 60_000, nearest: 4 * 60_000, wider: 30 * 60_000 };
const goal = { killed: 0.9, bySeedTest: 0.95 };

/** Stages whose tests pass without a mutant. */
const sound = new Set<string>();

const isNearOnly = process.argv.includes('--near');
const wanted = process.argv.slice(2).filter((argument) => argument !== '--near');
const all = readMutants();
const chosen = all.filter(
  ({ id, file }) => wanted.length === 0 || wanted.some((name) => id === name || file.startsWith(name)),
);
const copy = await copyOfTree(packageRoot);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    copy.remove();
    process.exit(1);
  });
try {
  const known = knownKills();
  const near = await tryAll(
    chosen,
    async (mutant) => known.get(keyOf(mutant)) ?? (await tryOut(mutant, nearStages)),
  );
  // A minute or more each: only for mutants that survive the nearest tests.
  const left = isNearOnly ? [] : near.filter(({ verdict }) => verdict.kind === 'survived');
  console.log(`\n${left.length} of ${near.length} are left for the wider tests`);
  const far = await tryAll(left, (mutant) => tryOut(mutant, wideStages));
  report(near.map((tried) => far.find(({ id }) => id === tried.id) ?? tried));
} finally {
  copy.remove();
}

async function tryAll(
  mutants: readonly Mutant[],
  verdictOf: (mutant: Mutant) => Promise<Verdict>,
): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const mutant of mutants) {
    const started = performance.now();
    const verdict = await verdictOf(mutant);
    tried.push({ ...mutant, verdict });
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    console.log(`${mutant.id} ${inWords(verdict)} (${tried.length} of ${mutants.length}, ${seconds} s)`);
  }
  return tried;
}

function readMutants(): readonly Mutant[] {
  const folder = join(packageRoot, 'tools', 'mutants');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const mutants = files.flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Mutant[]);
  const ids = mutants.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`Two mutants have the id "${twice}". Give one another id.`);
  return mutants;
}

/** Identifies a mutant of a given source. */
function keyOf(mutant: Mutant): string {
  const path = join(copy.folder, mutant.file);
  const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return createHash('sha256')
    .update(JSON.stringify([mutant, source]))
    .digest('hex');
}

function knownKills(): Map<string, Verdict> {
  if (!existsSync(resultsFile)) return new Map();
  const lines = readFileSync(resultsFile, 'utf8').split('\n');
  return new Map(lines.filter((line) => line !== '').map((line) => JSON.parse(line) as [string, Verdict]));
}

/** A test that fails without a mutant would kill every mutant. */
async function proveSound(stages: readonly Stage[]): Promise<void> {
  for (const { tests, limit, seed } of stages) {
    const key = tests.join(' ');
    if (seed !== undefined || sound.has(key)) continue;
    const { failure } = await runTests(tests, limit);
    if (failure !== null) throw new Error(`A test fails without a mutant: ${failure}. Repair it first.`);
    sound.add(key);
  }
}

async function tryOut(mutant: Mutant, stagesFor: StagesFor): Promise<Verdict> {
  const path = join(copy.folder, mutant.file);
  if (!existsSync(path)) return { kind: 'stale', why: `there is no file ${mutant.file}` };
  const source = readFileSync(path, 'utf8');
  const times = source.split(mutant.find).length - 1;
  if (times !== 1) return { kind: 'stale', why: `${mutant.file} has its text ${times} times, expected once` };
  const stages = stagesFor(mutant);
  await proveSound(stages);
  writeFileSync(
    path,
    source.replace(mutant.find, () => mutant.replace),
  );
  let verdict: Verdict;
  try {
    verdict = await lookForAFailure(stages);
  } finally {
    writeFileSync(path, source);
  }
  // A kill by another test than the named one is not recorded, so the next run tries again.
  if (verdict.kind === 'killed' && (mutant.seed === null || verdict.bySeedTest)) {
    await mkdir(dirname(resultsFile), { recursive: true });
    await appendFile(resultsFile, `${JSON.stringify([keyOf(mutant), verdict])}\n`);
  }
  return verdict;
}

/** Tests to run in one process. */
interface Stage {
  readonly tests: readonly string[];
  readonly limit: number;
  /** The test of a seed sentence: the only one that runs. */
  readonly seed?: string;
}

type StagesFor = (mutant: Mutant) => readonly Stage[];

/** From the test that must fail to those nearest to the file. */
function nearStages({ file, seed }: Mutant): readonly Stage[] {
  const own = globSync(`test/**/${basename(file, '.ts')}.test.ts`, { cwd: copy.folder });
  return [
    ...(seed === null ? [] : [{ tests: ['test/seeds'], limit: limitMs.oneFile, seed }]),
    { tests: own, limit: limitMs.oneFile },
    { tests: nearestTests(file), limit: limitMs.nearest },
  ].filter(({ tests }) => tests.length > 0);
}

function wideStages(): readonly Stage[] {
  return [{ tests: widerTests, limit: limitMs.wider }];
}

async function lookForAFailure(stages: readonly Stage[]): Promise<Verdict> {
  for (const { tests, limit, seed } of stages) {
    const { failure, ran } = await runTests(tests, limit, seed);
    if (failure !== null) return { kind: 'killed', by: failure, bySeedTest: seed !== undefined };
    if (seed !== undefined && ran === 0) return { kind: 'stale', why: `test/seeds has no test "${seed}"` };
  }
  return { kind: 'survived' };
}

interface TestRun {
  /** The first failed test, or another error; null: none. */
  readonly failure: string | null;
  /** The number of tests that ran. */
  readonly ran: number;
}

/** Runs test files in one process, until the first failure. */
async function runTests(files: readonly string[], limit: number, name?: string): Promise<TestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-mutant-'));
  const outputFile = join(folder, 'report.json');
  const args = [
    ...['node_modules/vitest/vitest.mjs', 'run', ...files, '--bail=1', '--retry=1', '--reporter=json'],
    // One worker that loads the sources once, since starting takes most of the time here.
    ...['--no-isolate', '--no-file-parallelism'],
    `--outputFile=${outputFile}`,
    ...['-t', name === undefined ? untimed : name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')],
  ];
  try {
    const end = await run(args, limit);
    if (end === 'timeout') return { failure: 'the time limit: the tests had no end', ran: 0 };
    const report = JSON.parse(readFileSync(outputFile, 'utf8')) as Report;
    const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    const ran = tests.filter(({ status }) => status === 'passed' || status === 'failed').length;
    const failed = tests.find(({ status }) => status === 'failed');
    const hasFailed = ({ status }: { readonly status: string }): boolean => status === 'failed';
    const suite =
      report.testResults.find(({ assertionResults }) => assertionResults.some(hasFailed)) ??
      report.testResults.find(hasFailed);
    const file = suite?.name.slice(copy.folder.length + 1);
    if (failed !== undefined) return { failure: `${file}: ${failed.fullName.trim()}`, ran };
    return { failure: end === 0 ? null : `${file ?? files.join(' ')} as a whole`, ran };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The used part of vitest's JSON report. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Runs Node in the copy, in its own process group, so that stopping it or a timeout ends its workers too. */
function run(args: readonly string[], limit: number): Promise<number | 'timeout'> {
  const child = spawn(process.execPath, args, { cwd: copy.folder, stdio: 'ignore', detached: true });
  const stop = (): void => void (child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'));
  process.once('exit', stop);
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, limit);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('exit', stop);
      resolve(late ? 'timeout' : (code ?? 1));
    });
  });
}

function inWords(verdict: Verdict): string {
  if (verdict.kind === 'stale') return `STALE: ${verdict.why}`;
  if (verdict.kind === 'survived') return 'SURVIVED';
  return `killed by ${verdict.bySeedTest ? 'its seed test' : verdict.by}`;
}

function report(tried: readonly Tried[]): void {
  const killed = tried.filter(({ verdict }) => verdict.kind === 'killed');
  const seeds = tried.filter(({ seed }) => seed !== null);
  const bySeedTest = seeds.filter(({ verdict }) => verdict.kind === 'killed' && verdict.bySeedTest);
  const failed = tried.filter(({ verdict }) => verdict.kind !== 'killed');
  const missed = seeds.filter((mutant) => !bySeedTest.includes(mutant) && !failed.includes(mutant));
  list('Not noticed by any test, or stale:', failed);
  list('Noticed, but not by the test of the sentence:', missed);
  console.log(`\nfigure: ${share(killed.length, tried.length)} of the mutants are killed`);
  if (seeds.length > 0)
    console.log(
      `figure: ${share(bySeedTest.length, seeds.length)} of those on seed sentences are killed by the sentence's own test`,
    );
  console.log(`mutants: ${killed.length} passed, ${failed.length} failed`);
  const good =
    killed.length >= goal.killed * tried.length && bySeedTest.length >= goal.bySeedTest * seeds.length;
  process.exitCode = good && tried.every(({ verdict }) => verdict.kind !== 'stale') ? 0 : 1;
}

function list(title: string, mutants: readonly Tried[]): void {
  if (mutants.length === 0) return;
  console.log(`\n${title}`);
  for (const { id, file, says, verdict } of mutants) {
    console.log(`  ${id} ${file}: ${says}${verdict.kind === 'stale' ? ` (stale: ${verdict.why})` : ''}`);
  }
}

function share(part: number, whole: number): string {
  return `${part} of ${whole} (${whole === 0 ? 0 : Math.floor((1_000 * part) / whole) / 10} %)`;
}
