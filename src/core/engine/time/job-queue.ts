import type { AttemptJob, Job } from './schedule.ts';

/** A job without its time. An attempt is stored as the id of its delivery, since a million may wait. */
type Entry = string | Exclude<Job, AttemptJob>;

const firstCapacity = 16;

/**
 * Jobs by due time. Jobs with the same time stay in insertion order. A binary heap in two parallel arrays takes a fifth
 * of the memory of an array of jobs, of which a million may wait.
 */
export class JobQueue {
  readonly #entries: Entry[] = [];
  /** Two numbers for each entry, next to each other: its due time and its insertion number. */
  #times = new Float64Array(2 * firstCapacity);
  #added = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** @param due the time to sort by. Default: the job's own */
  add(job: Job, due: number = job.due): void {
    const order = this.#added++;
    let at = this.size;
    if (2 * at === this.#times.length) this.#resize(2 * at);
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
    return this.size === 0 ? undefined : this.#dueOf(0);
  }

  take(): Job | undefined {
    const first = this.#entries[0];
    if (first === undefined) return undefined;
    const taken: Job =
      typeof first === 'string' ? { kind: 'attempt', due: this.#dueOf(0), deliveryId: first } : first;
    const entry = this.#entries.pop();
    if (entry === undefined || this.size === 0) return taken;
    // The last entry replaces the first and moves down: the earlier child moves up.
    const due = this.#dueOf(this.size);
    const order = this.#orderOf(this.size);
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
    this.#entries.length = 0;
    this.#resize(firstCapacity);
  }

  /** Frees the old memory immediately, not at the next garbage collection: it may be many megabytes. */
  #resize(capacity: number): void {
    this.#times = new Float64Array(
      this.#times.buffer.transfer(2 * capacity * Float64Array.BYTES_PER_ELEMENT),
    );
  }

  #dueOf(at: number): number {
    return this.#times[2 * at] ?? 0;
  }

  #orderOf(at: number): number {
    return this.#times[2 * at + 1] ?? 0;
  }

  #firstChild(at: number): number | null {
    const left = 2 * at + 1;
    const right = left + 1;
    if (left >= this.size) return null;
    if (right >= this.size) return left;
    return this.#isBefore(this.#dueOf(right), this.#orderOf(right), left) ? right : left;
  }

  #isBefore(due: number, order: number, other: number): boolean {
    const otherDue = this.#dueOf(other);
    return due < otherDue || (due === otherDue && order < this.#orderOf(other));
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#entries[from] as Entry, this.#dueOf(from), this.#orderOf(from));
  }

  #put(at: number, entry: Entry, due: number, order: number): void {
    this.#entries[at] = entry;
    this.#times[2 * at] = due;
    this.#times[2 * at + 1] = order;
  }
}
