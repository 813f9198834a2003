import { machinePace } from '../../platform/machine-time.ts';

/** Makes something of each item, without holding the event loop up for longer than a turn. */
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

/** Does work to its end that is made of pieces, and lets others have their turn between them. */
export async function finishInTurns<T>(work: Iterator<void, T, void>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    const pause = machinePace();
    if (pause !== undefined) await pause;
  }
}
