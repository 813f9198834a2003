import type { Timers } from './core/delivery/real-schedule.ts';

/** How far the steady clock may depart from the wall clock: it stands still while the machine sleeps. */
const toleranceMs = 100;

/** As they are before a consumer's test puts its own in their place: the provider lives by real time all the same. */
const wallNow = Date.now;
const steadyNow = performance.now.bind(performance);
const { setTimeout: startTimer, clearTimeout: stopTimer, setImmediate: onNextTurn } = globalThis;

let origin = performance.timeOrigin;

/**
 * The time of the machine in milliseconds since 1970, with fractions, which `Date.now` lacks: that of a steady clock, set
 * by the wall clock whenever the two have come apart.
 */
export function machineNow(): number {
  const now = origin + steadyNow();
  if (Math.abs(now - wallNow()) <= toleranceMs) return now;
  origin = wallNow() - steadyNow();
  return origin + steadyNow();
}

export const machineTimers: Timers = {
  set: (callback, ms) => startTimer(callback, ms),
  clear: (timer) => stopTimer(timer as NodeJS.Timeout),
  soon: (callback) => void onNextTurn(callback),
};
