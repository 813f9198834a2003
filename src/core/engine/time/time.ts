import { maxDurationMs } from '../../duration.ts';
import { type Clock, endOfTime, realClock, type VirtualClock, virtualClock } from './clock.ts';
import type { Pace } from './pace.ts';
import { realSchedule, type SteadyTimers } from './real-schedule.ts';
import type { Schedule, VirtualSchedule } from './schedule.ts';
import { virtualSchedule } from './virtual-schedule.ts';

/** The time of a space: one clock and its schedules. Each schedule starts when the one before has ended. */
export type Time = VirtualTime | RealTime;

export interface VirtualTime {
  readonly kind: 'virtual';
  readonly clock: VirtualClock;
  /** Turns the clock back to its start if it has less than 100 years left. */
  createSchedule(): VirtualSchedule;
}

export interface RealTime {
  readonly kind: 'real';
  readonly clock: Clock;
  createSchedule(): Schedule;
}

/** @param start default: 2030-01-01T00:00:00Z */
export function virtualTime(start?: number, pace?: Pace): VirtualTime {
  const clock = virtualClock(start);
  return {
    kind: 'virtual',
    clock,
    createSchedule() {
      if (clock.now() > endOfTime - maxDurationMs) clock.turnBack();
      return virtualSchedule(clock, pace);
    },
  };
}

/** @param realNow the time of the machine, in milliseconds since 1970 */
export function realTime(realNow: () => number, timers: SteadyTimers, speed = 1): RealTime {
  const clock = realClock(realNow, speed);
  return { kind: 'real', clock, createSchedule: () => realSchedule(clock, timers, speed) };
}
