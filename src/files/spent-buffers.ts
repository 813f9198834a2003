import { collectGarbage } from '../garbage-collector.ts';

/** So many bytes are received before the memory they passed through is freed. */
const roundBytes = 4 * 1024 * 1024;

let received = 0;

/**
 * Takes note of bytes that were received and dealt with, and frees the buffers they came in now and then.
 * Each chunk comes in a buffer of its own. V8 sees only the small object in front of it, and lets 64 MB of them and
 * more pile up before it collects; a collection of the young generation takes less than a millisecond.
 */
export function noteSpentBuffer(bytes: number): void {
  received += bytes;
  if (received < roundBytes) return;
  received = 0;
  collectGarbage({ type: 'minor' });
}
