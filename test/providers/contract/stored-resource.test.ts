import { expect, test } from 'vitest';
import { readStored, viewStored } from '../../../src/providers/contract/stored-resource.ts';

const data = { id: 'a', collection: '/things', state: { id: 'a' }, isDeleted: false };
const record = { id: 'a', provider: 'mine', kind: 'things', createdAt: 1, data, patch: {} };

test('a record of another provider is no resource', () => {
  expect(readStored(record, 'mine')).toMatchObject({ key: 'a', createdAt: 1 });
  expect(readStored(record, 'other')).toBeNull();
  expect(readStored(undefined, 'mine')).toBeNull();
});

test('the data of a space shows no deleted resource', () => {
  expect(viewStored(record, 'mine')).toEqual({ collection: 'things', view: { id: 'a' } });
  expect(viewStored({ ...record, data: { ...data, isDeleted: true } }, 'mine')).toBeNull();
});
