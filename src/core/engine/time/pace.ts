/**
 * Called between two pieces of work. Returns a promise if others should get a turn of the event loop first, otherwise
 * undefined. Without it, work that waits for no I/O would block everything else until its end.
 */
export type Pace = () => Promise<void> | undefined;

/** The maximum number of pieces of work in one turn, and the maximum length of a turn in milliseconds. */
const mostPieces = 100;
const mostMs = 5;

/** A pace for callers that do not share the event loop. */
export const unhurried: Pace = () => undefined;

/**
 * A pace for all work of a process. Callers that ask while a turn is awaited wait for the same one, so that a thousand
 * spaces take no longer turns than one.
 * @param now steady milliseconds
 * @param soon calls back on the next turn of the event loop
 */
export function createPace(now: () => number, soon: (callback: () => void) => void): Pace {
  let turn: Promise<void> | undefined;
  let begunAt = now();
  let pieces = 0;
  return () => {
    if (turn !== undefined) return turn;
    if (++pieces < mostPieces && now() - begunAt < mostMs) return undefined;
    turn = new Promise((resolve) => {
      soon(() => {
        turn = undefined;
        begunAt = now();
        pieces = 0;
        resolve();
      });
    });
    return turn;
  };
}
