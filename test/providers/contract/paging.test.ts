import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { filtered, pageOf, withPage } from '../../../src/providers/contract/paging.ts';
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

test('only parameters that are called like properties filter, and only what has a value', () => {
  const names = ['color', 'tags', 'q', 'limit'];
  const parameters = names.map((name) => ({ name, in: 'query', schema: { type: 'string' } }));
  const operation = onlyOperation(read({ paths: { '/a': { get: { responses: {}, parameters } } } } as never));
  const properties = new Map(['color', 'tags', 'limit'].map((name) => [name, { isWriteOnly: false }]));
  const place = { path: [], id: 'id', self: null, isExact: true, properties, shape: '' };
  const states = [{ color: 'red', q: 'x' }, { color: 'blue', limit: 'x' }, { tags: ['a'] }];
  const found = (query: JsonObject) =>
    filtered(
      states.map((state) => ({ state })),
      operation,
      query,
      place,
    ).map(({ state }) => state);
  expect(found({ color: 'red', tags: 'b', q: 'y', limit: '1' })).toEqual([states[0], states[2]]);
});

test.each<[number, JsonObject]>([
  [
    0,
    { total: 5, pages: 3, count: 2, next_cursor: 'b', next: '/a?page=2', meta: { hasMore: true, offset: 0 } },
  ],
  [4, { total: 5, pages: 3, count: 1, meta: { hasMore: false, offset: 4 } }],
])('the body around the page from %i says so', (offset, expected) => {
  const items = all.slice(offset, offset + 2);
  const hasMore = offset < 3;
  const made = { total: 99, pages: 99, count: 99, next_cursor: 'made', next: '/a?page=2' };
  const page = { items, total: 5, hasMore, offset, limit: 2, next: hasMore ? 'b' : null };
  expect(withPage({ ...made, meta: { hasMore: offset > 0, offset: 99 } }, page)).toEqual(expected);
});
