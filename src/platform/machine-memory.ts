import { getHeapStatistics } from 'node:v8';

/**
 * Share of the heap for records. The rest is for requests in progress, for garbage, and for estimates that are too low.
 */
const share = 1 / 4;

/** V8's limit includes the young generation, which long-lived records leave soon: up to 192 MiB (Node 24). */
const youngBytes = 192 * 1024 ** 2;

/** A smaller heap has no room for anything else. */
const leastBytes = 16 * 1024 ** 2;

/**
 * A quarter of V8's limit for the old generation, which depends on `--max-old-space-size` or else on the memory of the
 * machine.
 */
export function defaultMemoryBytes(): number {
  const { heap_size_limit: limit } = getHeapStatistics();
  return Math.max(leastBytes, Math.floor((limit - youngBytes) * share));
}
