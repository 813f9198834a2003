import { describe, expect, test } from 'vitest';
import type { Resource } from '../../src/core/engine/records.ts';
import type { SpaceStore } from '../../src/core/engine/store.ts';

function resource(id: string, data: Resource['data'] = {}): Resource {
  return { id, provider: 'p', kind: 'document', createdAt: 1, data, patch: {} };
}

/** The contract suite of `SpaceStore`, which every implementation runs. `make` returns an empty store. */
export function storeContract(name: string, make: () => Promise<SpaceStore> | SpaceStore): void {
  describe(`the store contract: ${name}`, () => {
    test('returns what was put', async () => {
      const { resources } = await make();
      await resources.put(resource('a', { n: 1, list: [1, { deep: true }], nothing: null }));
      expect(await resources.get('a')).toEqual(
        resource('a', { n: 1, list: [1, { deep: true }], nothing: null }),
      );
    });

    test('has nothing under an id that was never put', async () => {
      const { resources } = await make();
      expect(await resources.get('a')).toBeUndefined();
      expect(await resources.delete('a')).toBe(false);
      expect(await resources.count()).toBe(0);
      expect(await resources.list()).toEqual([]);
    });

    test('returns many records in the order of the given ids, without the missing ones', async () => {
      const { resources } = await make();
      for (const id of ['a', 'b', 'c']) await resources.put(resource(id));
      expect((await resources.getMany(['c', 'gone', 'a'])).map((r) => r.id)).toEqual(['c', 'a']);
      expect((await resources.getMany(new Set(['b']))).map((r) => r.id)).toEqual(['b']);
      expect(await resources.getMany([])).toEqual([]);
    });

    test('lists records in the order in which they were first put, replaced ones in their place', async () => {
      const { resources } = await make();
      for (const id of ['c', 'a', 'b']) await resources.put(resource(id));
      await resources.put(resource('c', { replaced: true }));
      expect((await resources.list()).map((r) => r.id)).toEqual(['c', 'a', 'b']);
      expect(await resources.get('c')).toEqual(resource('c', { replaced: true }));
      expect(await resources.count()).toBe(3);
    });

    test('a list is a snapshot', async () => {
      const { resources } = await make();
      await resources.put(resource('a'));
      const before = await resources.list();
      await resources.put(resource('b'));
      expect(before).toHaveLength(1);
    });

    test('update replaces the record with the result of the change and returns it', async () => {
      const { resources } = await make();
      await resources.put(resource('a', { n: 1 }));
      const updated = await resources.update('a', (old) => ({ ...old, data: { n: Number(old.data.n) + 1 } }));
      expect(updated).toEqual(resource('a', { n: 2 }));
      expect(await resources.get('a')).toEqual(resource('a', { n: 2 }));
    });

    test('update of a missing record does not call the change', async () => {
      const { resources } = await make();
      let called = false;
      const result = await resources.update('a', (old) => {
        called = true;
        return old;
      });
      expect(result).toBeUndefined();
      expect(called).toBe(false);
    });

    test('no update is lost among many concurrent ones', async () => {
      const { resources } = await make();
      await resources.put(resource('a', { n: 0 }));
      const add = () => resources.update('a', (old) => ({ ...old, data: { n: Number(old.data.n) + 1 } }));
      await Promise.all(Array.from({ length: 100 }, add));
      expect((await resources.get('a'))?.data).toEqual({ n: 100 });
    });

    test('deletes one record and clears all', async () => {
      const { resources } = await make();
      for (const id of ['a', 'b', 'c']) await resources.put(resource(id));
      expect(await resources.delete('b')).toBe(true);
      expect((await resources.list()).map((r) => r.id)).toEqual(['a', 'c']);
      await resources.clear();
      expect(await resources.count()).toBe(0);
    });

    test('counts the bytes of a record from when it is put until it is deleted', async () => {
      const { resources } = await make();
      expect(resources.bytes).toBe(0);
      await resources.put(resource('a', { text: 'x'.repeat(10_000) }));
      const large = resources.bytes;
      expect(large).toBeGreaterThan(10_000);
      await resources.put(resource('b', { list: [1, 2, 3] }));
      await resources.update('a', (old) => ({ ...old, data: {}, patch: { more: ['y'] } }));
      expect(resources.bytes).toBeLessThan(large);
      await resources.put(resource('b', { list: [] }));
      await resources.delete('a');
      await resources.delete('a');
      expect(resources.bytes).toBeGreaterThan(0);
      await resources.delete('b');
      expect(resources.bytes).toBe(0);
      await resources.put(resource('a'));
      await resources.clear();
      expect(resources.bytes).toBe(0);
    });

    test('keeps its collections separate', async () => {
      const store = await make();
      await store.resources.put(resource('a'));
      expect(await store.runs.get('a')).toBeUndefined();
      expect(await store.deliveries.count()).toBe(0);
      expect(await store.inbox.count()).toBe(0);
    });
  });
}
