import { expect, test } from 'vitest';
import { MachineLoad, type Used, usedByProcess } from '../../src/platform/machine-load.ts';

/** A process whose use is set by hand. */
function process(): { use: (ms: { wall: number; active: number; cpu: number }) => void; load: MachineLoad } {
  let used: Used = { at: 1_000, activeMs: 0, cpuMs: 0 };
  return {
    load: new MachineLoad(() => used),
    use: ({ wall, active, cpu }) => {
      used = { at: used.at + wall, activeMs: used.activeMs + active, cpuMs: used.cpuMs + cpu };
    },
  };
}

test('a process that has the processor whenever it works is not slowed down', () => {
  const { use, load } = process();
  use({ wall: 1_000, active: 400, cpu: 410 });
  expect(load.slowdown()).toBe(1);
});

test('a process that waits for the processor while it works is slowed down', () => {
  const { use, load } = process();
  use({ wall: 1_000, active: 900, cpu: 300 });
  expect(load.slowdown()).toBe(3);
});

test('a slowdown counts for some seconds, then what was measured last', () => {
  const { use, load } = process();
  use({ wall: 1_000, active: 900, cpu: 300 });
  load.slowdown();
  use({ wall: 1_000, active: 100, cpu: 100 });
  expect(load.slowdown()).toBe(3);
  use({ wall: 6_000, active: 200, cpu: 100 });
  expect(load.slowdown()).toBe(2);
});

test('a process that has hardly worked says nothing', () => {
  const { use, load } = process();
  use({ wall: 1_000, active: 5, cpu: 1 });
  expect(load.slowdown()).toBe(1);
});

test('the use of this process is read', () => {
  const before = usedByProcess();
  for (const start = Date.now(); Date.now() - start < 20; );
  const after = usedByProcess();
  expect(after.at).toBeGreaterThan(before.at);
  expect(after.cpuMs).toBeGreaterThan(before.cpuMs);
});
