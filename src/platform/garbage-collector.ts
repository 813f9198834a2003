import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

interface CollectOptions {
  /** The young generation only, or the whole heap. */
  readonly type: 'minor' | 'major';
  /** `last-resort`: also returns unused memory to the operating system, as V8 does before it runs out of memory. */
  readonly flavor?: 'last-resort';
}

type Collect = (options: CollectOptions) => void;

let found: Collect | null = null;

/**
 * Collects garbage immediately, for `idle-memory.ts` alone: in a process of our own. A new context is the only way to V8's collector that needs no flag on the command line: it sees
 * the flags of its moment. An engine without one uses more memory, that is all.
 */
export function collectGarbage(options: CollectOptions): void {
  found ??= findCollector();
  found(options);
}

function findCollector(): Collect {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return typeof gc === 'function' ? (gc as Collect) : () => undefined;
}
