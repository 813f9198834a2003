import TinyQueue from 'tinyqueue';
import type { Job } from './schedule.ts';

interface Entry {
  readonly job: Job;
  readonly order: number;
}

/** Jobs by due time; those of one time in the order in which they came. */
export class JobQueue {
  #heap = new TinyQueue<Entry>([], byDueTime);
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  add(job: Job): void {
    this.#heap.push({ job, order: this.#added++ });
  }

  /** The due time of the first job, or undefined when none waits. */
  firstDue(): number | undefined {
    return this.#heap.peek()?.job.due;
  }

  take(): Job | undefined {
    return this.#heap.pop()?.job;
  }

  clear(): void {
    this.#heap = new TinyQueue<Entry>([], byDueTime);
  }
}

function byDueTime(a: Entry, b: Entry): number {
  return a.job.due - b.job.due || a.order - b.order;
}
