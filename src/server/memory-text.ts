import type { MemoryUse } from '../core/engine/memory-budget.ts';

/** The message before evictions start. */
export function memoryText({ bytes, limit }: MemoryUse): string {
  return `records use ${mebibytes(bytes)} of ${mebibytes(limit)} MiB of memory; beyond the limit, the oldest are evicted`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
