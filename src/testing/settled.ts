import { RingbackError } from '../core/errors.ts';
import type { MoveRecord } from './records.gen.ts';

/**
 * Returns the clock move of `settle`.
 * @throws {RingbackError} `clock.unsettled` when a bound ended the move
 */
export function settled(move: MoveRecord): MoveRecord {
  const { bound, jobs, pending } = move;
  if (bound === null) return move;
  const after = bound === 'horizon' ? 'after 30 virtual days' : `after ${jobs} steps and attempts`;
  throw new RingbackError('clock.unsettled', {
    details: { bound, jobs, pending },
    detail: `Could not settle the clock: ${after}, ${pending} steps or attempts are still to come. Move it only as far as the test needs with advance(), or shorten the script.`,
  });
}
