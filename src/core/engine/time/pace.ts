/**
 * Asked between two pieces of work: a promise when others should have a turn of the event loop first, undefined to go on.
 * Without it, work that waits for no I/O would keep all else waiting to its end.
 */
export type Pace = () => Promise<void> | undefined;

/** Most pieces of work in one turn, and how long a turn may take, in milliseconds. */
const mostPieces = 100;
const mostMs = 5;

/** For callers that have no one else to serve. */
export const unhurried: Pace = () => undefined;

/**
 * A pace for all work of a process: callers that ask while a turn is awaited wait for the same one, so that a thousand spaces
 * take no longer turns than one.
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
