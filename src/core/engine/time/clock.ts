/** Tells the time that the engine lives in. */
export interface Clock {
  readonly kind: 'real' | 'virtual';
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** A clock that stands still until it is moved. */
export interface VirtualClock extends Clock {
  readonly kind: 'virtual';
  /** Moves the clock on: an earlier time leaves it where it is. */
  moveTo(time: number): void;
  /** Turns the clock back to where it started. */
  turnBack(): void;
}

/** Where virtual time begins unless told otherwise: 2030-01-01T00:00:00Z, so that no run depends on today. */
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

/** The second that was written last, `2030-01-01T00:00:00.`: what is written after it mostly lies in the same one. */
let lastSecond = Number.NaN;
let lastSecondText = '';

/** The last time that a date can hold (ECMA-262 §21.4.1.1), 275760-09-13; the first one is as far before 1970. */
const lastTime = 8.64e15;

/** The time itself, or the nearest that a date can hold; 1970 for what is not a number. */
function datable(time: number): number {
  return Math.max(-lastTime, Math.min(lastTime, time)) || 0;
}

/**
 * `2030-01-01T00:00:00.000Z`. Never throws, since views and logs write times: past the last time that RFC 3339 can write, it
 * gives that one.
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
