import { getHeapStatistics } from 'node:v8';

/** What a server keeps at most: the rest is for requests under way, for garbage, and for what is counted too low. */
const share = 1 / 4;

/** V8's limit includes its young generation, which what is kept leaves soon: up to 192 MiB (Node 24). */
const youngBytes = 192 * 1024 ** 2;

/** A smaller heap has room for nothing else. */
const leastBytes = 16 * 1024 ** 2;

/** A quarter of what V8 allows its old generation, which `--max-old-space-size` sets and else the memory of the machine does. */
export function defaultMemoryBytes(): number {
  const { heap_size_limit: limit } = getHeapStatistics();
  return Math.max(leastBytes, Math.floor((limit - youngBytes) * share));
}
