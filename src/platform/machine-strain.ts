import { readFileSync } from 'node:fs';

/**
 * Begins to measure how many times longer than on an idle machine the work of this thread takes. The result is at least
 * 1, and always 1 where the system does not say.
 */
export function measureStrain(): () => number {
  const before = timesOfThread();
  return () => strainBetween(before, timesOfThread());
}

/** Nanoseconds that the thread has worked so far, and that it was ready to work, but had no processor. */
type ThreadTimes = readonly [worked: number, waited: number];

export function strainBetween(before: ThreadTimes | null, after: ThreadTimes | null): number {
  if (before === null || after === null || after[0] <= before[0]) return 1;
  return 1 + Math.max(0, after[1] - before[1]) / (after[0] - before[0]);
}

/** Null: not Linux, or a container that hides it. */
function timesOfThread(): ThreadTimes | null {
  try {
    const [worked = Number.NaN, waited = Number.NaN] = readFileSync('/proc/thread-self/schedstat', 'utf8')
      .split(' ')
      .map(Number);
    return Number.isNaN(worked + waited) ? null : [worked, waited];
  } catch {
    return null;
  }
}
