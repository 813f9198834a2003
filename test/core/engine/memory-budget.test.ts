import { describe, expect, test } from 'vitest';
import { MemoryBudget, type MemoryPart, type MemoryUse } from '../../../src/core/engine/memory-budget.ts';

/** A part that holds items of these sizes, oldest first, and counts them in a budget. */
function makePart(budget: MemoryBudget, sizes: number[]): MemoryPart & { readonly sizes: number[] } {
  const part = {
    sizes,
    get bytes() {
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    async evictOldest() {
      const oldest = sizes.shift();
      budget.add(-(oldest ?? 0));
      return oldest !== undefined;
    },
  };
  budget.add(part.bytes);
  budget.addPart(part);
  return part;
}

describe('a memory budget', () => {
  test('evicts nothing below its limit', () => {
    const budget = new MemoryBudget({ limit: () => 100 });
    makePart(budget, [60, 40]);
    expect(budget.isFull).toBe(false);
    expect(budget.relieve()).toBeUndefined();
  });

  test('evicts from the largest part, oldest first, and no more than necessary', async () => {
    const budget = new MemoryBudget({ limit: () => 100 });
    const small = makePart(budget, [30]);
    const large = makePart(budget, [50, 40, 10]);
    await budget.relieve();
    expect(small.sizes).toEqual([30]);
    expect(large.sizes).toEqual([40, 10]);
    expect(budget.bytes).toBe(80);
  });

  test('continues with the next part when the largest has nothing to evict', async () => {
    const budget = new MemoryBudget({ limit: () => 100 });
    const stuck = makePart(budget, [90]);
    stuck.evictOldest = async () => false;
    const other = makePart(budget, [5, 30]);
    await budget.relieve();
    expect(other.sizes).toEqual([]);
    expect(budget.full).toBeNull();
  });

  test('stays full when nothing can be evicted, and reports which of the two budgets is full', async () => {
    const whole = new MemoryBudget({ limit: () => 100 });
    const own = new MemoryBudget({ limit: () => 80, whole });
    own.add(90);
    await own.relieve();
    expect(own.full).toBe(own);
    own.add(-90);
    expect(own.full).toBeNull();
    whole.add(101);
    expect(own.full).toBe(whole);
    expect(own.isFull).toBe(true);
  });

  test('of a server evicts from the largest space, whichever space needs memory', async () => {
    const server = new MemoryBudget({ limit: () => 100 });
    const [quiet, loud] = [0, 0].map(() => new MemoryBudget({ limit: () => 1_000, whole: server }));
    const kept = makePart(quiet as MemoryBudget, [20]);
    const flood = makePart(loud as MemoryBudget, [30, 30, 30]);
    await quiet?.relieve();
    expect(kept.sizes).toEqual([20]);
    expect(flood.sizes).toEqual([30, 30]);
    expect(server.bytes).toBe(80);
  });

  test('makes room for what is added just as another eviction ends', async () => {
    let joined: Promise<void> | undefined;
    const budget = new MemoryBudget({
      limit: () => 100,
      // Called just before the eviction checks for the last time.
      pace() {
        queueMicrotask(() => {
          if (joined !== undefined) return;
          budget.add(50);
          joined = budget.relieve();
        });
        return undefined;
      },
    });
    makePart(budget, [60, 60]);
    await budget.relieve();
    await joined;
    expect(joined).toBeDefined();
    expect(budget.isFull).toBe(false);
  });

  test('warns once when it is nearly full, and again only after it was emptier', () => {
    const told: MemoryUse[] = [];
    const budget = new MemoryBudget({ limit: () => 100, onHigh: (use) => told.push(use) });
    for (const change of [80, 1, 5, -10, 9, -16, 20]) {
      budget.add(change);
      budget.relieve();
    }
    expect(told).toEqual([
      { bytes: 81, limit: 100 },
      { bytes: 89, limit: 100 },
    ]);
  });

  test('of a closed space gives its memory back to the server, and is no longer counted there', () => {
    const whole = new MemoryBudget({ limit: () => 100 });
    const own = new MemoryBudget({ limit: () => 100, whole });
    own.add(30);
    own.close();
    own.add(5);
    expect(whole.bytes).toBe(0);
  });
});
