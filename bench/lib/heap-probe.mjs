// Loaded into a server with --import: reports to its parent how much of the heap is in use.
// `collect` collects garbage first; `collections` says whether any collection happened during the measurement.
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ['gc'] });

process.on('message', async ({ collect }) => {
  // The next collection frees what this one releases indirectly.
  for (let turn = 0; turn < 3; turn++) {
    if (collect) globalThis.gc();
    await nextTurn();
  }
  process.send({ usedBytes: process.memoryUsage().heapUsed, collections });
});
process.channel.unref();
