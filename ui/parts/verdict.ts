import type { Attempt, Delivery, Run } from '../api/records.ts';

/** What became of a delivery or of an attempt. Each has a colour and a shape of its own. */
export type Verdict = 'ok' | 'failed' | 'pending' | 'dropped';

const verdicts: Readonly<Record<Delivery['state'], Verdict>> = {
  delivered: 'ok',
  failed: 'failed',
  pending: 'pending',
  dropped: 'dropped',
};

export const verdictNames: Readonly<Record<Verdict, string>> = {
  ok: 'delivered',
  failed: 'failed',
  pending: 'pending',
  dropped: 'dropped by the script',
};

export function verdictOf({ state }: Delivery): Verdict {
  return verdicts[state];
}

export function attemptVerdict({ acknowledged }: Attempt): Verdict {
  return acknowledged ? 'ok' : 'failed';
}

/** The status that the consumer responded with, or the code of the error. */
export function resultText({ statusCode, code }: Attempt): string {
  return statusCode === null ? (code ?? 'no response') : String(statusCode);
}

/** What scripts did to the delivery and its attempts: intended. */
export function faultsIn({ faults, attempts }: Delivery): readonly string[] {
  return [...new Set([...faults, ...attempts.flatMap((attempt) => attempt.faults)])];
}

/** Breaches that no script asked for: by the consumer's responses, or, without a fault, by the payload. */
export function violationsIn({ faults, violations, attempts }: Delivery): number {
  const own = faults.length === 0 ? violations.length : 0;
  return attempts.reduce((sum, attempt) => sum + attempt.violations.length, own);
}

/** The deliveries of a run, counted by verdict. */
export function countVerdicts(deliveries: readonly Delivery[]): Readonly<Record<Verdict, number>> {
  const counts = { ok: 0, failed: 0, pending: 0, dropped: 0 };
  for (const delivery of deliveries) counts[verdictOf(delivery)]++;
  return counts;
}

/** A run is as good as its worst delivery. */
export function runVerdict(
  run: Run | null,
  { failed, pending, ok, dropped }: Readonly<Record<Verdict, number>>,
): Verdict {
  if (failed > 0) return 'failed';
  if (pending > 0 || run?.state === 'playing') return 'pending';
  return ok === 0 && dropped > 0 ? 'dropped' : 'ok';
}
