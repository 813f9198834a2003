import { uptime } from 'node:os';
import { performance as clock } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { runInNewContext } from 'node:vm';
import { createPace, type Pace } from '../core/engine/time/pace.ts';
import type { SteadyTimers } from '../core/engine/time/real-schedule.ts';
import { RingbackError } from '../core/errors.ts';
import { nodeProcess } from './node-process.ts';

/** How far the steady clock may depart from the wall clock: it stands still while the machine sleeps. */
const toleranceMs = 100;

/** As it is before a test puts its own in its place. The provider lives by real time. */
const wallNow = realDateNow();
const { nextTick } = nodeProcess;

/** A clock that never goes back, in milliseconds since the process began. */
export function steadyNow(): number {
  return clock.now();
}

/**
 * The time of the machine in milliseconds since 1970, with fractions, which `Date.now` lacks: that of a steady clock, set
 * by the wall clock whenever the two have come apart.
 */
export const machineNow: () => number = machineClock(wallNow, steadyNow);

/** Where it is faked already, that of a new realm is not. */
function realDateNow(): () => number {
  const isNative = Function.prototype.toString.call(Date.now).includes('[native code]');
  return isNative ? Date.now : runInNewContext('Date.now');
}

/**
 * Makes the clock of a machine.
 * @param wall milliseconds since 1970
 * @param steady milliseconds, never going back
 */
export function machineClock(wall: () => number, steady: () => number): () => number {
  let origin = wall() - steady();
  return () => {
    const now = origin + steady();
    if (Math.abs(now - wall()) <= toleranceMs) return now;
    origin = wall() - steady();
    return origin + steady();
  };
}

/**
 * Makes a steady clock in which the machine's sleep counts: `steady` stands still meanwhile, on some systems. When the wall
 * clock departs from it, either the machine has slept or somebody has set the time; the time since its start tells which.
 * @param uptime milliseconds since the machine started, its sleep included, to about 10 ms
 */
export function wakefulClock(wall: () => number, steady: () => number, uptime: () => number): () => number {
  const started = uptime() - steady();
  let difference = wall() - steady();
  let slept = 0;
  return () => {
    const now = steady();
    if (Math.abs(wall() - now - difference) > toleranceMs) {
      difference = wall() - now;
      const missed = uptime() - now - started;
      if (missed - slept > sleepMs) slept = missed;
    }
    return now + slept;
  };
}

/** Shortest sleep that counts, in milliseconds. */
const sleepMs = 1_000;

export const machineTimers: SteadyTimers = {
  now: wakefulClock(wallNow, steadyNow, () => uptime() * 1_000),
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  soon: (callback) => void setImmediate(callback),
};

/** One for all spaces of the process. */
export const machinePace: Pace = createPace(steadyNow, machineTimers.soon);

/**
 * Makes sure that Node can read and write: all of its I/O goes through `process.nextTick`, and hangs where that is faked.
 * @param always also when it is still what it was at the first import
 * @throws {RingbackError} `timers.faked`
 */
export async function requireNextTick(always = false): Promise<void> {
  if (!always && nodeProcess.nextTick === nextTick) return;
  let ran = false;
  nodeProcess.nextTick(() => {
    ran = true;
  });
  await new Promise<void>((resolve) => void setImmediate(resolve));
  if (ran) return;
  throw new RingbackError('timers.faked', {
    detail:
      'Failed to use the mock provider: process.nextTick is faked, so Node.js cannot read or write. Exclude nextTick from the timers that you fake, or restore real timers first.',
  });
}
