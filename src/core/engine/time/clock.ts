/** The time of the engine. */
export interface Clock {
  readonly kind: 'real' | 'virtual';
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** A clock that changes only when it is moved. */
export interface VirtualClock extends Clock {
  readonly kind: 'virtual';
  /** Moves the clock forward. An earlier time has no effect. */
  moveTo(time: number): void;
  /** Turns the clock back to where it started. */
  turnBack(): void;
}

/** The default start of virtual time: 2030-01-01T00:00:00Z, so that no run depends on today's date. */
export const virtualEpoch = Date.UTC(2030, 0, 1);

/** The last time of a virtual clock: RFC 3339 has years of four digits. */
export const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export function virtualClock(start: number = virtualEpoch): VirtualClock {
  let now = start;
  return {
    kind: 'virtual',
    now: () => now,
    moveTo(time) {
      if (time > now) now = time;
    },
    turnBack() {
      now = start;
    },
  };
}

/**
 * A clock that runs with another one, `speed` times as fast, from the moment it is made.
 * @param realNow the time of the machine, in milliseconds since 1970
 */
export function realClock(realNow: () => number, speed = 1): Clock {
  const origin = realNow();
  return { kind: 'real', now: speed === 1 ? realNow : () => origin + (realNow() - origin) * speed };
}

/** A cache of the last second that was written, `2030-01-01T00:00:00.`: the next time is usually in the same second. */
let lastSecond = Number.NaN;
let lastSecondText = '';

/** The last time of a `Date` (ECMA-262 §21.4.1.1), 275760-09-13. The first one is as far before 1970. */
const lastTime = 8.64e15;

/** The time itself, or the nearest valid time of a `Date`. 1970 for NaN. */
function datable(time: number): number {
  return Math.max(-lastTime, Math.min(lastTime, time)) || 0;
}

/**
 * Writes a time as `2030-01-01T00:00:00.000Z`. Never throws, since views and logs use it: past the last time of
 * RFC 3339, it returns that one.
 */
export function isoTime(time: number): string {
  const whole = Math.min(endOfTime, Math.trunc(datable(time)));
  const second = Math.floor(whole / 1_000);
  if (second !== lastSecond) {
    lastSecondText = new Date(second * 1_000).toISOString().slice(0, -4);
    lastSecond = second;
  }
  const ms = whole - second * 1_000;
  const rest = `${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z`;
  return lastSecondText + rest;
}
