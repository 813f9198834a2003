import { parseArgs } from 'node:util';
import type { MockProcess } from './mock-process.ts';

/** The options of every attack. */
export interface AttackOptions {
  /** The source of all chance. */
  readonly seed: number;
  /** The number of cases. */
  readonly cases: number;
  /** The only case to run, or null: all. */
  readonly only: number | null;
}

/** Reads `--seed`, `--cases` and `--case` of the command line. */
export function readAttackOptions(defaults: { readonly cases: number }): AttackOptions {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, cases: { type: 'string' }, case: { type: 'string' } },
  });
  const number = (text: string | undefined, name: string): number | null => {
    if (text === undefined) return null;
    if (!/^\d+$/.test(text))
      throw new Error(`Could not read --${name}. Got ${text}, expected a whole number.`);
    return Number(text);
  };
  return {
    seed: number(values.seed, 'seed') ?? 13,
    cases: number(values.cases, 'cases') ?? defaults.cases,
    only: number(values.case, 'case'),
  };
}

const shownFailures = 25;

/** Counts the cases of an attack, and prints each failure with the command that repeats it alone. */
export class Tally {
  passed = 0;
  failed = 0;
  readonly #name: string;
  readonly #seed: number;
  readonly #kinds = new Map<string, number>();
  readonly #startedAt = performance.now();

  constructor(name: string, seed: number) {
    this.#name = name;
    this.#seed = seed;
  }

  pass(): void {
    this.passed++;
  }

  /** @param kind identifies failures with one cause: only the first of each kind are shown */
  fail(caseNumber: number | null, kind: string, detail: string): void {
    this.failed++;
    const seen = (this.#kinds.get(kind) ?? 0) + 1;
    this.#kinds.set(kind, seen);
    if (seen > 2 || this.#kinds.size > shownFailures) return;
    const command = `node tools/reliability/${this.#name}.ts --seed ${this.#seed}`;
    console.log(`FAILED ${kind}\n  ${detail}`);
    if (caseNumber !== null) console.log(`  repeat: ${command} --case ${caseNumber}`);
  }

  /** Each complaint of the server is a failure, reported once. */
  complain(mock: MockProcess, caseNumber: number | null, from = 0): number {
    for (const complaint of mock.complaints.slice(from))
      this.fail(caseNumber, `complaint: ${complaint.slice(0, 60)}`, complaint.slice(0, 2_000));
    return mock.complaints.length;
  }

  /** The last lines: figures, then the count. */
  finish(figures: readonly string[]): void {
    for (const [kind, count] of [...this.#kinds].sort(([, a], [, b]) => b - a))
      console.log(`${count} × ${kind}`);
    for (const figure of figures) console.log(`figure: ${figure}`);
    console.log(
      `figure: seed ${this.#seed}, ${((performance.now() - this.#startedAt) / 1_000).toFixed(0)} s`,
    );
    console.log(`${this.#name}: ${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed > 0 || this.passed === 0 ? 1 : 0;
  }
}

/** Runs independent cases, several at a time. */
export async function runCases(
  { cases, only }: AttackOptions,
  atATime: number,
  run: (caseNumber: number) => Promise<void>,
): Promise<void> {
  if (only !== null) return run(only);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < cases) await run(next++);
  };
  await Promise.all(Array.from({ length: atATime }, work));
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
