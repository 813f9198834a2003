import type { MemoryUse } from '../core/engine/memory-budget.ts';

/** What is said before evictions start. */
export function memoryText({ bytes, limit }: MemoryUse): string {
  return `what is kept takes ${mebibytes(bytes)} of the ${mebibytes(limit)} MiB of memory that it may; beyond that, the oldest is evicted`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
