import { machineTimers, steadyNow } from '../machine-time.ts';

/** How long work goes on before callbacks and other requests get their turn, in milliseconds. */
const turnMs = 4;

/** Says when long work has had its turn. */
export class Turns {
  #endsAt = steadyNow() + turnMs;

  /** Waits for the next turn when this one is over; undefined: it is not. */
  next(): Promise<void> | undefined {
    return steadyNow() < this.#endsAt ? undefined : this.#wait();
  }

  async #wait(): Promise<void> {
    await new Promise<void>((resolve) => machineTimers.soon(resolve));
    this.#endsAt = steadyNow() + turnMs;
  }
}

/** Makes something of each item, without holding the event loop up for longer than a turn. */
export async function inTurns<T, R>(
  items: Iterable<T>,
  make: (item: T) => R | Promise<R>,
): Promise<readonly R[]> {
  const made: R[] = [];
  const turns = new Turns();
  for (const item of items) {
    made.push(await make(item));
    const wait = turns.next();
    if (wait !== undefined) await wait;
  }
  return made;
}

/** Does work to its end that is made of pieces, and lets others have their turn between them. */
export async function finishInTurns<T>(work: Iterator<void, T, void>): Promise<T> {
  const turns = new Turns();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    const wait = turns.next();
    if (wait !== undefined) await wait;
  }
}
