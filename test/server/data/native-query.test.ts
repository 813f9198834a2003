import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { loadQueryRouter } from '../../../src/server/data/json-server.ts';
import { nativeQueryRouter } from '../../../src/server/data/native-query.ts';

/** Members that are missing, null, or of several types. */
const rows: readonly JsonObject[] = [
  { id: 'a', n: 10, text: 'b', flag: true, nested: { x: 1 }, list: ['p', 'q'], at: '2030-01-02', mixed: 5 },
  { id: 'b', n: 9, text: 'B', flag: false, nested: { x: null }, list: [], at: '2030-01-01', mixed: '5' },
  { id: 'c', n: null, text: '', nested: {}, list: ['q'], at: null, mixed: null },
  { id: 'd', n: 0, text: 'a', flag: true, nested: { x: 'y' }, list: [{ k: 1 }], mixed: true },
  { id: 'e', n: 100, text: 'a', flag: null, at: '2030-01-10', mixed: { a: 1 } },
  { id: 'f', n: -1, text: 'ä', nested: { x: 20 }, list: [1, 2], at: '2029-12-31', mixed: [3] },
  { id: 'g', n: 9, text: 'b', flag: false, nested: { x: 3 }, at: '2030-01-01', mixed: 'x' },
];

const filters = [
  '',
  'n=9',
  'n=9&n=10',
  'n=9&text=b',
  'n_ne=9',
  'n_ne=9&n_ne=10',
  'n_gte=9',
  'n_lte=9',
  'n_gte=0&n_lte=10',
  'n_gte=x',
  'text=',
  'text_ne=a',
  'text_gte=a',
  'flag=true',
  'flag_ne=true',
  'nested.x=1',
  'nested.x_gte=2',
  'nested.x_ne=y',
  'list.0=q',
  'list=p,q',
  'list.0.k=1',
  'nested=[object Object]',
  'at_gte=2030-01-01&at_lte=2030-01-05',
  'mixed=5',
  'mixed_gte=4',
  'mixed_lte=x',
  'id=a&id=c&id=z',
  'id=z',
  'nothing=1',
  'nothing_ne=1',
  'nothing_gte=1',
  'text=%C3%A4',
];
const orders = [
  '',
  '_sort=n',
  '_sort=n&_order=desc',
  '_sort=n&_order=DESC',
  '_sort=text',
  '_sort=flag,n',
  '_sort=flag,n&_order=desc,asc',
  '_sort=n,text&_order=asc,desc',
  '_sort=n,text&_order=desc',
  '_sort=nested.x',
  '_sort=at&_order=desc',
  '_sort=mixed',
  '_sort=mixed&_order=desc',
  '_sort=list',
  '_sort=nothing,id&_order=asc,desc',
  '_order=desc',
];
const pages = [
  '',
  '_limit=3',
  '_limit=0',
  '_page=1',
  '_page=1&_limit=3',
  '_page=2&_limit=3',
  '_page=3&_limit=3',
  '_page=9&_limit=3',
  '_start=2',
  '_start=2&_limit=2',
  '_start=2&_end=5',
  '_end=4',
  '_start=5&_end=4',
];

describe('queries without json-server', () => {
  it('give the results of json-server, over filters, orders and pages', async () => {
    const jsonServer = await loadQueryRouter(['runs']);
    let count = 0;
    const differing: string[] = [];
    for (const [i, filter] of filters.entries()) {
      for (const [j, order] of orders.entries()) {
        // Each filter and each order is combined with each page.
        for (const page of [pages[(i + j) % pages.length], pages[(3 * i + j + 5) % pages.length]]) {
          const search = [filter, order, page].filter((part) => part !== '').join('&');
          const asked = [
            `runs?${search}`,
            `http://mock/@a/_ringback/data/runs?${search}`,
            { runs: rows },
          ] as const;
          const [expected, got] = [await jsonServer.ask(...asked), await nativeQueryRouter.ask(...asked)];
          if (JSON.stringify(got) !== JSON.stringify(expected)) differing.push(search);
          count++;
        }
      }
    }
    expect(differing).toEqual([]);
    expect(count).toBe(filters.length * orders.length * 2);
  });

  it('of an empty collection are empty', async () => {
    const asked = ['runs?n=1&_sort=n&_page=1', 'http://mock/runs?n=1&_sort=n&_page=1', { runs: [] }] as const;
    const jsonServer = await loadQueryRouter(['runs']);
    expect(await nativeQueryRouter.ask(...asked)).toEqual(await jsonServer.ask(...asked));
  });
});
