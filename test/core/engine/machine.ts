import type { SteadyTimers } from '../../../src/core/engine/time/real-schedule.ts';

/** A machine whose time the test moves. It replaces `Date.now` and `setTimeout`. */
export function machine(start = 1_000_000, turnMs = 0) {
  let now = start;
  let turns = 0;
  let timers: { at: number; callback: () => void; waitedMs: number }[] = [];
  const api: SteadyTimers = {
    now: () => now,
    set(callback, ms) {
      const timer = { at: now + ms, callback, waitedMs: ms };
      timers.push(timer);
      return timer;
    },
    soon(callback) {
      turns++;
      now += turnMs;
      timers.push({ at: now, callback, waitedMs: 0 });
    },
    clear(timer) {
      timers = timers.filter((t) => t !== timer);
    },
  };
  return {
    timers: api,
    now: () => now,
    turns: () => turns,
    armed: () => timers.map((t) => t.waitedMs),
    /** Fires the timers due within `ms`, then lets the handlers' promises run. */
    async pass(ms: number) {
      const end = now + ms;
      for (;;) {
        const next = timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((t) => t !== next);
        now = Math.max(now, next.at);
        next.callback();
        for (let i = 0; i < 20; i++) await Promise.resolve();
      }
      now = Math.max(now, end);
    },
    /** Lets time pass without firing the timers. */
    sleep(ms: number) {
      now += ms;
      for (const timer of timers) timer.at += ms;
    },
    /** Fires the first timer immediately, whatever its time. */
    fireEarly() {
      timers.shift()?.callback();
    },
  };
}
