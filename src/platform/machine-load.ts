import { performance as node } from 'node:perf_hooks';
import { nodeProcess } from './node-process.ts';

/** The shortest span that says something, and how long a busy one counts, in milliseconds. */
const spanMs = 250;
const memoryMs = 5_000;
/** The least time at work in a span from which a ratio is taken, in milliseconds. */
const leastActiveMs = 20;

/** What a process has used so far, in milliseconds. */
export interface Used {
  /** On a steady clock. */
  readonly at: number;
  /** At work, also while another process had the processor. */
  readonly activeMs: number;
  readonly cpuMs: number;
}

export function usedByProcess(): Used {
  const { user, system } = nodeProcess.cpuUsage();
  return { at: node.now(), activeMs: node.eventLoopUtilization().active, cpuMs: (user + system) / 1_000 };
}

/**
 * How busy the machine is with other processes: a process that is often interrupted is at work for longer than it has
 * the processor. Whatever runs on the same machine is slower, too.
 */
export class MachineLoad {
  readonly #read: () => Used;
  #last: Used;
  #worst: { readonly at: number; readonly slowdown: number } = { at: 0, slowdown: 1 };

  constructor(read: () => Used = usedByProcess) {
    this.#read = read;
    this.#last = read();
  }

  /** How many times longer work takes than on a free machine, at the worst of the last seconds. At least 1. */
  slowdown(): number {
    const now = this.#read();
    const activeMs = now.activeMs - this.#last.activeMs;
    if (now.at - this.#last.at >= spanMs && activeMs >= leastActiveMs) {
      const slowdown = Math.max(1, activeMs / Math.max(1, now.cpuMs - this.#last.cpuMs));
      if (slowdown >= this.#worst.slowdown || now.at - this.#worst.at > memoryMs)
        this.#worst = { at: now.at, slowdown };
      this.#last = now;
    }
    return this.#worst.slowdown;
  }
}
