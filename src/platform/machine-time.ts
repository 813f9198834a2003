import { uptime } from 'node:os';
import { performance as clock } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { runInNewContext } from 'node:vm';
import { createPace, type Pace } from '../core/engine/time/pace.ts';
import type { SteadyTimers } from '../core/engine/time/real-schedule.ts';
import { RingbackError } from '../core/errors.ts';
import { nodeProcess } from './node-process.ts';

/**
 * The maximum difference between the monotonic clock and the wall clock. The monotonic one stops while the machine
 * sleeps.
 */
const toleranceMs = 100;

/** The original, from before a test replaces it. The provider needs real time. */
const wallNow = realDateNow();
const { nextTick } = nodeProcess;

/** A monotonic clock, in milliseconds since the process began. */
export function steadyNow(): number {
  return clock.now();
}

/**
 * The time of the machine in milliseconds since 1970, with fractions, which `Date.now` lacks: a steady clock, set to
 * the wall clock whenever the two differ.
 */
export const machineNow: () => number = machineClock(wallNow, steadyNow);

/** If it is faked already, the one of a new realm is not. */
function realDateNow(): () => number {
  const isNative = Function.prototype.toString.call(Date.now).includes('[native code]');
  return isNative ? Date.now : runInNewContext('Date.now');
}

/**
 * Creates the clock of a machine.
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
 * Creates a steady clock that also counts the time in which the machine sleeps, when `steady` stands still on some
 * systems. If the wall clock differs from it, the machine has slept, or the time was set. The uptime tells which.
 * @param uptime milliseconds since the machine started, including sleep, to about 10 ms
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

/** Shortest sleep to detect, in milliseconds. */
const sleepMs = 1_000;

export const machineTimers: SteadyTimers = {
  now: wakefulClock(wallNow, steadyNow, () => uptime() * 1_000),
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  soon: (callback) => void setImmediate(callback),
};

/** Shared by all spaces of the process. */
export const machinePace: Pace = createPace(steadyNow, machineTimers.soon);

/**
 * Checks that Node.js can read and write. All its I/O uses `process.nextTick`, and hangs if that is faked.
 * @param always check even if it is still the one from the first import
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
      'Could not use the mock provider: process.nextTick is faked, so Node.js cannot read or write. Exclude nextTick from the timers that you fake, or restore real timers first.',
  });
}
