import type { Clock } from './clock.ts';
import { JobQueue } from './job-queue.ts';
import type { Job, JobHandler, Schedule } from './schedule.ts';

/** The machine's timers, injected so that the core has none of its own. */
export interface Timers {
  /** Calls back once, after about `ms` milliseconds. Returns a handle for `clear`. */
  set(callback: () => void, ms: number): unknown;
  clear(timer: unknown): void;
  /** Calls back once, on the next turn of the event loop. */
  soon(callback: () => void): void;
}

/** Timers, and the clock that they run by. */
export interface SteadyTimers extends Timers {
  /** Milliseconds of a steady clock, which ignores changes of the system time and includes the machine's sleep. */
  now(): number;
}

/**
 * The longest wait of one timer, after which the clock is checked again. While the machine sleeps, timers stop and the
 * clock continues, so a job is late by at most this time after the machine wakes.
 */
const longestWaitMs = 30_000;

/** The maximum number of jobs that start in one turn of the event loop. */
const jobsPerTurn = 100;

/** The difference between the clock and the steady one that counts as a jump, in milliseconds. */
const jumpMs = 100;

/**
 * A schedule in this process that runs its jobs by a steady clock, with one heap and one timer. The wait of a job is
 * fixed when it is added, so a jump of the clock does not change it. Timers have whole milliseconds only, so the last
 * one ends within the last millisecond before a job is due, and the rest is waited for turn by turn.
 * @param speed milliseconds of the clock per millisecond of the timers
 */
export function realSchedule(clock: Clock, timers: SteadyTimers, speed = 1): Schedule {
  return new MemoryRealSchedule(clock, timers, speed);
}

class MemoryRealSchedule implements Schedule {
  readonly #clock: Clock;
  readonly #timers: SteadyTimers;
  readonly #speed: number;
  readonly #queue = new JobQueue();
  /** The clock's time when the steady one was zero. The same for all jobs, so that equal times stay in order. */
  #origin = Number.NaN;
  #running = 0;
  /** Called when no handler runs anymore. */
  #onIdle: (() => void)[] = [];
  #handler: JobHandler = () => Promise.resolve();
  #timer: unknown;
  /** The steady due time that the timer waits for. */
  #armedFor = Number.POSITIVE_INFINITY;
  /** Whether it is waiting for a turn of the event loop. */
  #awaitsTurn = false;
  #closed = false;

  constructor(clock: Clock, timers: SteadyTimers, speed: number) {
    this.#clock = clock;
    this.#timers = timers;
    this.#speed = speed;
  }

  start(handler: JobHandler): void {
    this.#handler = handler;
  }

  async add(job: Job): Promise<void> {
    const due = this.#steadyDue(job.due);
    this.#queue.add(job, due);
    if (due < this.#armedFor) this.#arm(due);
  }

  async pending(): Promise<number> {
    return this.#queue.size;
  }

  async isBusy(): Promise<boolean> {
    return this.#queue.size > 0 || this.#running > 0;
  }

  async clear(): Promise<void> {
    this.#queue.clear();
    this.#disarm();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#disarm();
    if (this.#running > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #steadyDue(due: number): number {
    const origin = this.#clock.now() - this.#timers.now() * this.#speed;
    if (!(Math.abs(origin - this.#origin) <= jumpMs * this.#speed)) this.#origin = origin;
    return (due - this.#origin) / this.#speed;
  }

  #arm(due: number): void {
    if (this.#closed) return;
    this.#disarm();
    this.#armedFor = due;
    const ms = Math.floor(due - this.#timers.now());
    if (ms >= 1) this.#timer = this.#timers.set(this.#onTimer, Math.min(ms, longestWaitMs));
    else this.#awaitTurn();
  }

  #awaitTurn(): void {
    if (this.#awaitsTurn) return;
    this.#awaitsTurn = true;
    this.#timers.soon(this.#onTurn);
  }

  readonly #onTimer = (): void => this.#runDue();

  readonly #onTurn = (): void => {
    this.#awaitsTurn = false;
    this.#runDue();
  };

  #disarm(): void {
    if (this.#timer !== undefined) this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  /** Starts all jobs that are due. If the timer fired too early, there are none, and it waits for the rest. */
  #runDue(): void {
    if (this.#closed) return;
    this.#disarm();
    const now = this.#timers.now();
    let started = 0;
    for (let due = this.#queue.firstDue(); due !== undefined; due = this.#queue.firstDue()) {
      if (due > now) {
        this.#arm(due);
        return;
      }
      if (++started > jobsPerTurn) {
        this.#awaitTurn();
        return;
      }
      const job = this.#queue.take();
      if (job !== undefined) this.#run(job);
    }
  }

  #run(job: Job): void {
    this.#running++;
    void this.#handler(job).finally(this.#ended);
  }

  readonly #ended = (): void => {
    if (--this.#running > 0) return;
    for (const tell of this.#onIdle.splice(0)) tell();
  };
}
