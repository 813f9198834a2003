import { expect, test } from 'vitest';
import type { JsonValue } from '../../../src/core/json.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { idLike, isId, withId } from '../../../src/providers/contract/new-id.ts';

test.each([
  ['pay_8fK2aZ', /^pay_[1-9][a-z][A-Z][1-9][a-z][A-Z]$/],
  ['ORD-2024-0007', /^ORD-2024-\d[0-9][0-9][1-9]$/],
  ['65ec788ad68e4827', /^[0-9a-f]{16}$/],
  [
    'a65ec788-d68e-4827-9bdd-70f1ede3bca7',
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  ],
  ['invoice', /^invoice-[0-9a-f]{8}$/],
])('another id like %s is of its form', (id, form) => {
  for (const seed of ['1', '2', '3', '4', '5', '6', '7', '8']) {
    const made = String(idLike(id, seededRandom(seed)));
    expect(made).toMatch(form);
    expect(made).not.toBe(id);
  }
  // Of a UUID, nothing stays, not even the version.
  if (id.startsWith('a65ec788'))
    expect(String(idLike(id, seededRandom('1'))).slice(0, 23)).not.toBe(id.slice(0, 23));
});

test.each([
  [7, 1_000, 999_999],
  [12_345, 10_000, 99_999],
  [-12_345, 10_000, 99_999],
  [Number.MAX_SAFE_INTEGER, 10 ** 15, Number.MAX_SAFE_INTEGER],
])('another number like %i has as many digits', (id, least, most) => {
  for (let seed = 0; seed < 60; seed++) {
    const made = Number(idLike(id, seededRandom(seed)));
    expect(made).toBeGreaterThanOrEqual(least);
    expect(made).toBeLessThanOrEqual(most);
  }
});

test.each<[JsonValue, JsonValue]>([
  ['o1', 'o2'],
  ['https://a.test/orders/o1?x=o1#o1', 'https://a.test/orders/o2?x=o2#o2'],
  ['/orders/o12', '/orders/o12'],
  ['o1 = first', 'o1 = first'],
  ['id=o1', 'id=o1'],
  [
    { id: 'o1', list: ['o1', 1] },
    { id: 'o2', list: ['o2', 1] },
  ],
])('with another id, %j is %j', (value, expected) => {
  expect(withId(value, 'o1', 'o2')).toEqual(expected);
});

test.each<[JsonValue, boolean]>([
  ['a', true],
  ['', false],
  [0, true],
  [1.5, false],
  [null, false],
])('%j is an id: %s', (value, expected) => {
  expect(isId(value)).toBe(expected);
});
