import { isoTime } from '../core/delivery/clock.ts';
import { isDefective } from '../core/delivery/delivery.ts';
import type { SpaceEvent } from '../core/delivery/space.ts';

/** Whether an event tells of something that Ringback did wrong. */
export function isFailure(event: SpaceEvent): boolean {
  return event.kind === 'defect' || (event.kind === 'delivery.created' && isDefective(event.delivery));
}

export function failureText(what: string, error: unknown): string {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error: ${what}\n${reason}`;
}

/** Writes times as texts. Most lines are of the same millisecond as the one before. */
export function timeWriter(): (time: number) => string {
  let last = Number.NaN;
  let text = '';
  return (time) => {
    if (time !== last) {
      text = isoTime(time);
      last = time;
    }
    return text;
  };
}
