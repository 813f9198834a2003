import { machinePace } from '../../platform/machine-time.ts';

/** Maps each item without blocking the event loop for longer than a turn. */
export async function inTurns<T, R>(
  items: Iterable<T>,
  make: (item: T) => R | Promise<R>,
): Promise<readonly R[]> {
  const made: R[] = [];
  for (const item of items) {
    made.push(await make(item));
    const pause = machinePace();
    if (pause !== undefined) await pause;
  }
  return made;
}

/** Completes work that consists of pieces, and yields to other work between them. */
export async function finishInTurns<T>(work: Iterator<void, T, void>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    const pause = machinePace();
    if (pause !== undefined) await pause;
  }
}
