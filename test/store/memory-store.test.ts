import { expect, test } from 'vitest';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { storeContract } from './store-contract.ts';

storeContract('memory', () => createMemoryStore());
storeContract('memory, frozen', () => createMemoryStore({ freeze: true }));

test('a frozen store refuses an in-place change', async () => {
  const { resources } = createMemoryStore({ freeze: true });
  const data = { list: [1] };
  await resources.put({ id: 'a', provider: 'p', kind: 'k', createdAt: 0, data, patch: {} });
  expect(() => data.list.push(2)).toThrow(TypeError);
});
