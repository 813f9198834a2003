import { clearTimeout, setTimeout } from 'node:timers';
import { formatDuration } from '../core/duration.ts';

/** Thrown when code takes too long. */
export class Late extends Error {}

/**
 * Runs code of the user for at most `ms` milliseconds of real time. Code that never gives way cannot be interrupted.
 * @throws {Late}
 */
export async function limited<T>(run: () => T, ms: number, verb: string): Promise<Awaited<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(`it did not ${verb} within ${formatDuration(ms)}`)), ms);
  });
  try {
    return await Promise.race([(async () => run())(), late]);
  } finally {
    clearTimeout(timer);
  }
}
