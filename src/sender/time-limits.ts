import type { Timers } from '../core/engine/time/real-schedule.ts';
import { machineTimers } from '../platform/machine-time.ts';

/** The longest wait of one timer of Node. */
export const maxTimerMs = 2 ** 31 - 1;

/** Something that must not take longer than its limit. */
export interface Limited {
  /** When it began, by the clock of its limit. */
  readonly startedAt: number;
  /** Its time is up: it ends itself. */
  timeOut(): void;
  /** It is to end at once, whatever its time. */
  cutOff(): void;
}

/** What is under way with one and the same limit. As all of it began in turn, its time is up in turn: one timer will do. */
export interface TimeLimit {
  begin(each: Limited): void;
  end(each: Limited): void;
}

/** Keeps what is under way, and ends what takes too long. */
export class TimeLimits {
  readonly #now: () => number;
  readonly #onIdle: () => void;
  readonly #timers: Timers;
  /** By limit in milliseconds; only those with something under way. */
  readonly #groups = new Map<number, Group>();

  /**
   * @param now a clock that never goes back, in milliseconds
   * @param onIdle called when nothing is under way any more
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

  /** The group of a limit; to be used at once, since one that is empty is dropped. */
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
  /** In the order in which they began. */
  readonly #underWay = new Set<Limited>();
  #timer: unknown;

  constructor(limitMs: number, now: () => number, timers: Timers, onEmpty: () => void) {
    this.#limitMs = limitMs;
    this.#now = now;
    this.#timers = timers;
    this.#onEmpty = onEmpty;
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

  /** Ends those whose time is up, and waits for the next one: it began later than the one that the timer was set for. */
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
