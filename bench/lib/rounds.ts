import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Job, Metrics } from './job.ts';
import { machineCpuMs } from './process.ts';
import { median } from './statistics.ts';

/** The results of one round: the metrics of each subject as `subject.metric`. */
export type Round = Readonly<Record<string, number>>;

/** A measured contender: a subject of a job, in a build. */
export interface Contender {
  /** Prefix of the metrics' names; two builds of one subject have two. */
  readonly label: string;
  readonly subject: string;
  readonly dist: string;
}

export interface RoundsOptions {
  readonly rounds: number;
  readonly full: boolean;
  /** Called for each measurement. */
  readonly onMeasured: (line: MeasuredLine) => void;
}

/** One measurement, as `bench/results` keeps it. */
export interface MeasuredLine {
  readonly job: string;
  readonly subject: string;
  readonly round: number;
  readonly seconds: number;
  /** Cores that the machine's other processes used just before. */
  readonly busyCores: number;
  readonly metrics: Metrics;
}

/** Runs the contenders one after the other, each in a fresh process, in a rotated order each round. */
export async function playRounds(
  job: Job,
  contenders: readonly Contender[],
  { rounds, full, onMeasured }: RoundsOptions,
): Promise<Round[]> {
  const played: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    const found: Record<string, number> = {};
    for (const contender of round % 2 === 1 ? contenders : contenders.toReversed()) {
      const busyCores = await quietened();
      const start = performance.now();
      const metrics = await measure(job.name, contender, full);
      const seconds = Number(((performance.now() - start) / 1_000).toFixed(1));
      onMeasured({ job: job.name, subject: contender.label, round, seconds, busyCores, metrics });
      for (const [name, value] of Object.entries(metrics)) found[`${contender.label}.${name}`] = value;
    }
    played.push(found);
  }
  return played;
}

/** Waits at most one second for a machine load below 0.3 core; returns the load then. */
async function quietened(): Promise<number> {
  for (let looks = 1; ; looks++) {
    const before = machineCpuMs();
    const start = performance.now();
    await sleep(200);
    const cores = (machineCpuMs() - before) / (performance.now() - start);
    if (cores < 0.3 || looks === 5) return Number(cores.toFixed(2));
  }
}

async function measure(job: string, { subject, dist }: Contender, full: boolean): Promise<Metrics> {
  const program = join(import.meta.dirname, '..', 'measure.ts');
  const running = promisify(execFile)(
    process.execPath,
    [program, job, subject, '--dist', dist, ...(full ? ['--full'] : [])],
    { timeout: full ? 1_800_000 : 300_000 },
  );
  const stop = (): boolean => running.child.kill('SIGTERM');
  process.once('exit', stop);
  const { stdout } = await running;
  process.removeListener('exit', stop);
  return JSON.parse(stdout) as Metrics;
}

/** The median of a metric over the rounds. */
export function medianOf(rounds: readonly Round[], metric: string): number {
  return median(rounds.flatMap((round) => round[metric] ?? []));
}

/** The median of the rounds' ratios of two metrics, in which a shared cause, such as a busy machine, cancels out. */
export function medianRatio(rounds: readonly Round[], over: string, under: string): number {
  return median(
    rounds.flatMap((round) => {
      const [a, b] = [round[over], round[under]];
      return a === undefined || b === undefined ? [] : [a / b];
    }),
  );
}
