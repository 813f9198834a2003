import type { Timers } from './core/delivery/real-schedule.ts';

/** How far the steady clock may depart from the wall clock: it stands still while the machine sleeps. */
const toleranceMs = 100;

let origin = performance.timeOrigin;

/**
 * The time of the machine in milliseconds since 1970, with fractions, which `Date.now` lacks: that of a steady clock, set
 * by the wall clock whenever the two have come apart.
 */
export function machineNow(): number {
  const now = origin + performance.now();
  if (Math.abs(now - Date.now()) <= toleranceMs) return now;
  origin = Date.now() - performance.now();
  return origin + performance.now();
}

export const machineTimers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  soon: (callback) => void setImmediate(callback),
};
