import { setInterval } from 'node:timers';
import { getHeapStatistics } from 'node:v8';
import { collectGarbage } from './garbage-collector.ts';

/** How often to look whether the process is idle, in milliseconds. */
const lookEveryMs = 10_000;

/**
 * The process is idle if it has used less CPU time than this since the last check, in milliseconds. Timers alone use
 * some 60.
 */
const idleCpuMs = 200;

/**
 * The minimum growth of the heap, in bytes. Collecting is not free: until V8 has compiled everything again, code runs
 * slower.
 */
const worthBytes = 64 * 1024 * 1024;

/** A larger heap is left to V8, in bytes: nothing is served meanwhile, up to 0.2 s for each 100 MiB. */
const mostBytes = 512 * 1024 * 1024;

/** What it looks at and what it does, so that both can be played. */
export interface IdleMemoryParts {
  /** CPU milliseconds of the process so far. */
  readonly cpuMs: () => number;
  /** What the heap takes, in bytes. */
  readonly heapBytes: () => number;
  readonly collect: () => void;
}

/**
 * Gives memory back once the process has nothing to do. V8 collects when something is made: a server that took in a burst and
 * now waits for the hour of its callbacks would keep all its garbage, and up to 128 MiB of room for new objects.
 * For a process of our own only. Worth the target for a million pending deliveries: without it, the process keeps all the
 * garbage of the burst beside their 220 MiB (decision 25).
 * @returns looks once; to be called again and again
 */
export function idleMemory({ cpuMs, heapBytes, collect }: IdleMemoryParts): () => void {
  let usedMs = cpuMs();
  let keptBytes = heapBytes();
  return () => {
    const now = cpuMs();
    const idle = now - usedMs < idleCpuMs;
    usedMs = now;
    const bytes = heapBytes();
    if (!idle || bytes - keptBytes < worthBytes || bytes > mostBytes) return;
    collect();
    keptBytes = heapBytes();
    usedMs = cpuMs();
  };
}

/** Looks at this process from now on. Does not keep it alive. */
export function giveIdleMemoryBack(): void {
  const look = idleMemory({
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    heapBytes: () => getHeapStatistics().total_physical_size,
    collect: () => collectGarbage({ type: 'major', flavor: 'last-resort' }),
  });
  setInterval(look, lookEveryMs).unref();
}
