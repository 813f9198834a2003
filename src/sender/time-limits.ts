import type { Timers } from '../core/engine/time/real-schedule.ts';
import { machineTimers } from '../platform/machine-time.ts';

/** The longest wait of one timer of Node.js. */
export const maxTimerMs = 2 ** 31 - 1;

/** Something with a time limit. */
export interface Limited {
  /** Start time, by the clock of its limit. */
  readonly startedAt: number;
  /** Called when the time is up. */
  timeOut(): void;
  /** Called to end it immediately. */
  cutOff(): void;
}

/** Everything in progress with the same limit. Since it ends in the order in which it started, one timer is enough. */
export interface TimeLimit {
  begin(each: Limited): void;
  end(each: Limited): void;
}

/** Keeps track of everything in progress, and ends what takes too long. */
export class TimeLimits {
  readonly #now: () => number;
  readonly #onIdle: () => void;
  readonly #timers: Timers;
  /** By limit in milliseconds. Contains only groups that are not empty. */
  readonly #groups = new Map<number, Group>();

  /**
   * @param now a clock that never goes back, in milliseconds
   * @param onIdle called when nothing is in progress anymore
   * @param timers default: those of the machine
   */
  constructor(now: () => number, onIdle: () => void, timers: Timers = machineTimers) {
    this.#now = now;
    this.#onIdle = onIdle;
    this.#timers = timers;
  }

  get idle(): boolean {
    return this.#groups.size === 0;
  }

  /** How many are in progress. */
  get count(): number {
    let count = 0;
    for (const group of this.#groups.values()) count += group.count;
    return count;
  }

  /** The group of a limit. Use it immediately, since empty groups are dropped. */
  of(limitMs: number): TimeLimit {
    const known = this.#groups.get(limitMs);
    if (known !== undefined) return known;
    const group = new Group(limitMs, this.#now, this.#timers, () => {
      this.#groups.delete(limitMs);
      if (this.idle) this.#onIdle();
    });
    this.#groups.set(limitMs, group);
    return group;
  }

  cutOffAll(): void {
    for (const group of [...this.#groups.values()]) group.cutOffAll();
  }
}

class Group implements TimeLimit {
  readonly #limitMs: number;
  readonly #now: () => number;
  readonly #timers: Timers;
  readonly #onEmpty: () => void;
  /** In start order. */
  readonly #underWay = new Set<Limited>();
  #timer: unknown;

  constructor(limitMs: number, now: () => number, timers: Timers, onEmpty: () => void) {
    this.#limitMs = limitMs;
    this.#now = now;
    this.#timers = timers;
    this.#onEmpty = onEmpty;
  }

  get count(): number {
    return this.#underWay.size;
  }

  begin(each: Limited): void {
    this.#underWay.add(each);
    if (this.#timer === undefined) this.#wait(this.#limitMs);
  }

  end(each: Limited): void {
    if (!this.#underWay.delete(each) || this.#underWay.size > 0) return;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#onEmpty();
  }

  cutOffAll(): void {
    for (const each of this.#underWay) each.cutOff();
  }

  #wait(ms: number): void {
    this.#timer = this.#timers.set(() => this.#check(), Math.min(ms, maxTimerMs));
  }

  /**
   * Ends what is out of time, and waits for the next one, which started later than the one that the timer was set for.
   */
  #check(): void {
    this.#timer = undefined;
    const now = this.#now();
    for (const each of this.#underWay) {
      const left = each.startedAt + this.#limitMs - now;
      if (left > 0) {
        this.#wait(Math.ceil(left));
        return;
      }
      each.timeOut();
    }
  }
}
