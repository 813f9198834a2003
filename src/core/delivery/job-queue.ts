import type { AttemptJob, Job } from './schedule.ts';

/** A job without its time: of an attempt, which a million may wait for, the id of its delivery is enough. */
type Entry = string | Exclude<Job, AttemptJob>;

/**
 * Jobs by due time; those of one time in the order in which they came. A binary heap in three lists side by side, which
 * takes a fifth of the memory of a list of jobs: a million of them may wait.
 */
export class JobQueue {
  readonly #entries: Entry[] = [];
  readonly #dues: number[] = [];
  readonly #orders: number[] = [];
  #added = 0;

  get size(): number {
    return this.#entries.length;
  }

  add(job: Job): void {
    const { due } = job;
    const order = this.#added++;
    let at = this.size;
    // Up: a parent that comes later moves down.
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(due, order, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, job.kind === 'attempt' ? job.deliveryId : job, due, order);
  }

  /** The due time of the first job, or undefined when none waits. */
  firstDue(): number | undefined {
    return this.#dues[0];
  }

  take(): Job | undefined {
    const first = this.#entries[0];
    if (first === undefined) return undefined;
    const taken: Job =
      typeof first === 'string' ? { kind: 'attempt', due: this.#dues[0] ?? 0, deliveryId: first } : first;
    const entry = this.#entries.pop();
    const due = this.#dues.pop() ?? 0;
    const order = this.#orders.pop() ?? 0;
    if (entry === undefined || this.size === 0) return taken;
    // The last one takes the place of the first and goes down: the child that comes first moves up.
    let at = 0;
    for (let child = this.#firstChild(at); child !== null; child = this.#firstChild(at)) {
      if (this.#isBefore(due, order, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, entry, due, order);
    return taken;
  }

  clear(): void {
    for (const list of [this.#entries, this.#dues, this.#orders]) list.length = 0;
  }

  #firstChild(at: number): number | null {
    const left = 2 * at + 1;
    const right = left + 1;
    if (left >= this.size) return null;
    if (right >= this.size) return left;
    return this.#isBefore(this.#dues[right] ?? 0, this.#orders[right] ?? 0, left) ? right : left;
  }

  #isBefore(due: number, order: number, other: number): boolean {
    const otherDue = this.#dues[other] ?? 0;
    return due < otherDue || (due === otherDue && order < (this.#orders[other] ?? 0));
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#entries[from] as Entry, this.#dues[from] ?? 0, this.#orders[from] ?? 0);
  }

  #put(at: number, entry: Entry, due: number, order: number): void {
    this.#entries[at] = entry;
    this.#dues[at] = due;
    this.#orders[at] = order;
  }
}
