import type { VirtualClock } from './clock.ts';
import { JobQueue } from './job-queue.ts';
import {
  type ClockMove,
  type Job,
  type JobHandler,
  settleHorizonMs,
  settleMaxJobs,
  type VirtualSchedule,
} from './schedule.ts';

/** A schedule in this process whose jobs run only while the clock is moved. */
export function virtualSchedule(clock: VirtualClock): VirtualSchedule {
  return new MemoryVirtualSchedule(clock);
}

class MemoryVirtualSchedule implements VirtualSchedule {
  readonly #clock: VirtualClock;
  readonly #queue = new JobQueue();
  #handler: JobHandler = () => Promise.resolve();
  /** Ends when the moves asked for so far have ended: moves run one after the other. */
  #moves: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** Grows with each `clear`: a move that was asked for before has nothing more to do. */
  #era = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
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

  /** Never by itself: whoever moves the clock waits for what happens then. */
  async isBusy(): Promise<boolean> {
    return false;
  }

  async clear(): Promise<void> {
    this.#queue.clear();
    this.#era++;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#moves;
  }

  advance(ms: number): Promise<ClockMove> {
    return this.#oneByOne((era) => this.#advance(ms, era));
  }

  advanceWithin(ms: number): Promise<ClockMove> {
    return this.#advance(ms, this.#era);
  }

  settle(limits: { horizonMs?: number; maxJobs?: number } = {}): Promise<ClockMove> {
    return this.#oneByOne(async (era) => {
      const maxJobs = limits.maxJobs ?? settleMaxJobs;
      const horizon = this.#clock.now() + (limits.horizonMs ?? settleHorizonMs);
      const jobs = await this.#runUntil(horizon, maxJobs, era);
      const pending = this.#queue.size;
      const isBroken = this.#closed || era !== this.#era;
      const bound = pending === 0 || isBroken ? null : jobs >= maxJobs ? 'count' : 'horizon';
      return { now: this.#clock.now(), jobs, pending, bound };
    });
  }

  async #advance(ms: number, era: number): Promise<ClockMove> {
    const target = this.#clock.now() + ms;
    const jobs = await this.#runUntil(target, Number.POSITIVE_INFINITY, era);
    if (era === this.#era) this.#clock.moveTo(target);
    return { now: this.#clock.now(), jobs, pending: this.#queue.size, bound: null };
  }

  async #runUntil(target: number, maxJobs: number, era: number): Promise<number> {
    let jobs = 0;
    while (jobs < maxJobs && !this.#closed && era === this.#era) {
      const due = this.#queue.firstDue();
      if (due === undefined || due > target) break;
      const job = this.#queue.take();
      if (job === undefined) break;
      this.#clock.moveTo(due);
      await this.#handler(job);
      jobs++;
    }
    return jobs;
  }

  /** @param move told the era in which it was asked for */
  #oneByOne<T>(move: (era: number) => Promise<T>): Promise<T> {
    const era = this.#era;
    const result = this.#moves.then(() => move(era));
    this.#moves = result.catch(() => undefined);
    return result;
  }
}
