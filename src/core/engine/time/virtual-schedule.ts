import { formatDuration } from '../../duration.ts';
import { RingbackError } from '../../errors.ts';
import { endOfTime, isoTime, type VirtualClock } from './clock.ts';
import { JobQueue } from './job-queue.ts';
import { type Pace, unhurried } from './pace.ts';
import {
  type ClockMove,
  type Job,
  type JobHandler,
  type MoveCaller,
  type SettleLimits,
  settleHorizonMs,
  settleMaxJobs,
  type VirtualSchedule,
} from './schedule.ts';

/**
 * A schedule in this process whose jobs run only while the clock is moved.
 * @param pace called after each job. Default: jobs run without a break
 */
export function virtualSchedule(clock: VirtualClock, pace: Pace = unhurried): VirtualSchedule {
  return new MemoryVirtualSchedule(clock, pace);
}

class MemoryVirtualSchedule implements VirtualSchedule {
  readonly #clock: VirtualClock;
  readonly #pace: Pace;
  readonly #queue = new JobQueue();
  #handler: JobHandler = () => Promise.resolve();
  /** Resolves when all earlier moves have ended: moves run one after the other. */
  #moves: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(clock: VirtualClock, pace: Pace) {
    this.#clock = clock;
    this.#pace = pace;
  }

  start(handler: JobHandler): void {
    this.#handler = handler;
  }

  async add(job: Job): Promise<void> {
    this.#queue.add(job);
  }

  async pending(): Promise<number> {
    return this.#queue.size;
  }

  /** Never busy by itself: the caller that moves the clock waits for the result. */
  async isBusy(): Promise<boolean> {
    return false;
  }

  async clear(): Promise<void> {
    this.#queue.clear();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#moves;
  }

  advance(ms: number, caller?: MoveCaller): Promise<ClockMove> {
    return this.#oneByOne(() => this.#advance(ms, caller));
  }

  advanceWithin(ms: number): Promise<ClockMove> {
    return this.#advance(ms);
  }

  settle(limits: SettleLimits = {}, caller?: MoveCaller): Promise<ClockMove> {
    return this.#oneByOne(async () => {
      const maxJobs = limits.maxJobs ?? settleMaxJobs;
      const horizon = Math.min(endOfTime, this.#clock.now() + (limits.horizonMs ?? settleHorizonMs));
      const jobs = await this.#runUntil(horizon, maxJobs, caller);
      const pending = this.#queue.size;
      const bound = pending === 0 || this.#closed ? null : jobs >= maxJobs ? 'count' : 'horizon';
      return { now: this.#clock.now(), jobs, pending, bound };
    });
  }

  /** @throws {RingbackError} `clock.end` */
  async #advance(ms: number, caller?: MoveCaller): Promise<ClockMove> {
    const now = this.#clock.now();
    const target = now + ms;
    if (target > endOfTime) {
      throw new RingbackError('clock.end', {
        details: { advanceMs: ms, now: isoTime(now) },
        detail: `Could not move the clock on by ${formatDuration(ms)}: it would pass ${isoTime(endOfTime)}, its last time. Got ${isoTime(now)} as the time now. Reset the space, which turns its clock back.`,
      });
    }
    const jobs = await this.#runUntil(target, Number.POSITIVE_INFINITY, caller);
    if (!this.#closed && caller?.aborted !== true) this.#clock.moveTo(target);
    return { now: this.#clock.now(), jobs, pending: this.#queue.size, bound: null };
  }

  async #runUntil(target: number, maxJobs: number, caller?: MoveCaller): Promise<number> {
    let jobs = 0;
    while (jobs < maxJobs && !this.#closed && caller?.aborted !== true) {
      const due = this.#queue.firstDue();
      if (due === undefined || due > target) break;
      const job = this.#queue.take();
      if (job === undefined) break;
      this.#clock.moveTo(due);
      await this.#handler(job);
      jobs++;
      const pause = this.#pace();
      if (pause !== undefined) await pause;
    }
    return jobs;
  }

  #oneByOne<T>(move: () => Promise<T>): Promise<T> {
    const result = this.#moves.then(move);
    this.#moves = result.catch(() => undefined);
    return result;
  }
}
