import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So many bytes are received before the memory they passed through is freed. */
const roundBytes = 4 * 1024 * 1024;

let received = 0;
let collect: ((options: { type: 'minor' }) => void) | null = null;

/**
 * Takes note of bytes that were received and dealt with, and frees the buffers they came in now and then.
 * Each chunk comes in a buffer of its own. V8 sees only the small object in front of it, and lets 64 MB of them and
 * more pile up before it collects; a collection of the young generation takes less than a millisecond.
 */
export function noteSpentBuffer(bytes: number): void {
  received += bytes;
  if (received < roundBytes) return;
  received = 0;
  collect ??= youngCollector();
  collect({ type: 'minor' });
}

/** The only way to V8's collector that needs no flag on the command line: a new context sees the flags of its moment. */
function youngCollector(): (options: { type: 'minor' }) => void {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  // An engine without it has only higher peaks.
  return typeof found === 'function' ? (found as (options: { type: 'minor' }) => void) : () => undefined;
}
