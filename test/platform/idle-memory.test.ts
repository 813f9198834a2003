import { expect, it } from 'vitest';
import { idleMemory } from '../../src/platform/idle-memory.ts';

const mebibyte = 1024 * 1024;

/** A simulated process: set what it has used, check it, read what was collected. */
function makeProcess() {
  const seen = { cpuMs: 1_000, heapMiB: 50, collections: 0, left: 60 };
  const look = idleMemory({
    cpuMs: () => seen.cpuMs,
    heapBytes: () => seen.heapMiB * mebibyte,
    collect() {
      seen.collections++;
      seen.cpuMs += 400;
      seen.heapMiB = seen.left;
    },
  });
  return { seen, look };
}

it('collects the garbage of a busy period as soon as the process is idle', () => {
  const { seen, look } = makeProcess();
  seen.cpuMs += 4_000;
  seen.heapMiB = 400;
  look();
  expect(seen.collections).toBe(0);
  seen.cpuMs += 199;
  look();
  expect(seen.collections).toBe(1);
});

it('collects once, not repeatedly, however much is still in use', () => {
  const { seen, look } = makeProcess();
  seen.heapMiB = 400;
  seen.left = 300;
  for (let looks = 0; looks < 5; looks++) look();
  expect(seen.collections).toBe(1);
});

it('collects again when the heap has grown since the last collection', () => {
  const { seen, look } = makeProcess();
  seen.heapMiB = 400;
  seen.left = 300;
  look();
  seen.heapMiB = 363;
  look();
  expect(seen.collections).toBe(1);
  seen.heapMiB = 364;
  look();
  expect(seen.collections).toBe(2);
});

it('does not collect in a process that is small, busy or too large', () => {
  const { seen, look } = makeProcess();
  seen.heapMiB = 113;
  look();
  seen.heapMiB = 500;
  for (let looks = 0; looks < 5; looks++) {
    seen.cpuMs += 200;
    look();
  }
  seen.heapMiB = 513;
  look();
  look();
  expect(seen.collections).toBe(0);
});
