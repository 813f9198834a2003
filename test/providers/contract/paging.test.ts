import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { pageOf } from '../../../src/providers/contract/paging.ts';
import { onlyOperation, read } from '../../core/contract/foreign/support.ts';

const all = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));

function page(query: JsonObject) {
  const schema = { type: 'integer' };
  const parameters = [
    { name: 'page_size', in: 'query', schema: { ...schema, default: 2 } },
    { name: 'offset', in: 'query', schema },
    { name: 'page', in: 'query', schema },
    { name: 'starting-after', in: 'query', schema: { type: 'string' } },
  ];
  const operation = onlyOperation(read({ paths: { '/a': { get: { responses: {}, parameters } } } } as never));
  const { items, hasMore, next, total, offset, limit } = pageOf(all, operation, query);
  return [items.map(({ id }) => id).join(''), hasMore, next, total, offset, limit];
}

test.each<[JsonObject, unknown[]]>([
  [{}, ['ab', true, 'b', 5, 0, 2]],
  [{ page_size: 3 }, ['abc', true, 'c', 5, 0, 3]],
  [{ page_size: 5 }, ['abcde', false, null, 5, 0, 5]],
  [{ offset: 1 }, ['bc', true, 'c', 5, 1, 2]],
  [{ offset: 3 }, ['de', false, null, 5, 3, 2]],
  [{ page: 1 }, ['ab', true, 'b', 5, 0, 2]],
  [{ page: 3 }, ['e', false, null, 5, 4, 2]],
  [{ page: 0 }, ['ab', true, 'b', 5, 0, 2]],
  [{ 'starting-after': 'b' }, ['cd', true, 'd', 5, 2, 2]],
  [{ 'starting-after': '' }, ['ab', true, 'b', 5, 0, 2]],
  [{ offset: 9 }, ['', false, null, 5, 9, 2]],
])('the page for %j is %j', (query, expected) => {
  expect(page(query)).toEqual(expected);
});
