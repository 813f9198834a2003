import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { applyJsonPatch, isJsonPatch } from '../../src/core/json-patch.ts';

const before = { name: 'Ada', tags: ['a', 'b'], home: { city: 'Bern' } };

/** Examples in the manner of RFC 6902, appendix A. */
const applied: readonly (readonly [string, readonly JsonObject[], JsonValue])[] = [
  ['adds a member', [{ op: 'add', path: '/age', value: 7 }], { ...before, age: 7 }],
  ['adds null', [{ op: 'add', path: '/name', value: null }], { ...before, name: null }],
  ['inserts an item', [{ op: 'add', path: '/tags/1', value: 'x' }], { ...before, tags: ['a', 'x', 'b'] }],
  ['appends an item', [{ op: 'add', path: '/tags/-', value: 'x' }], { ...before, tags: ['a', 'b', 'x'] }],
  ['removes a member', [{ op: 'remove', path: '/home' }], { name: 'Ada', tags: ['a', 'b'] }],
  ['removes an item', [{ op: 'remove', path: '/tags/0' }], { ...before, tags: ['b'] }],
  [
    'replaces below',
    [{ op: 'replace', path: '/home/city', value: 'Zug' }],
    { ...before, home: { city: 'Zug' } },
  ],
  ['replaces an item', [{ op: 'replace', path: '/tags/1', value: 'x' }], { ...before, tags: ['a', 'x'] }],
  ['replaces the whole', [{ op: 'replace', path: '', value: 1 }], 1],
  ['moves', [{ op: 'move', from: '/home/city', path: '/city' }], { ...before, home: {}, city: 'Bern' }],
  ['moves an item', [{ op: 'move', from: '/tags/0', path: '/tags/1' }], { ...before, tags: ['b', 'a'] }],
  [
    'copies',
    [{ op: 'copy', from: '/name', path: '/home/of' }],
    { ...before, home: { city: 'Bern', of: 'Ada' } },
  ],
  ['tests', [{ op: 'test', path: '/tags', value: ['a', 'b'] }], before],
  ['escapes', [{ op: 'add', path: '/a~1b~0c', value: 1 }], { ...before, 'a/b~c': 1 }],
];

describe('applyJsonPatch', () => {
  test.each(applied)('%s', (_, patch, after) => {
    const copy = structuredClone(before);
    expect(applyJsonPatch(copy, patch)).toEqual(after);
    expect(copy).toEqual(before);
  });

  test.each([
    ['a path that is not there', { op: 'replace', path: '/none', value: 1 }, 'nothing at the path'],
    ['a parent that is not there', { op: 'add', path: '/none/below', value: 1 }, 'nothing at the path'],
    ['an index beyond the end', { op: 'add', path: '/tags/3', value: 1 }, 'no index "3"'],
    ['an index that is no number', { op: 'add', path: '/tags/01', value: 1 }, 'no index "01"'],
    ['a member of a string', { op: 'add', path: '/name/first', value: 1 }, 'nothing can be at "first"'],
    ['a test that fails', { op: 'test', path: '/name', value: 'Bob' }, 'another one'],
    ['an operation without value', { op: 'add', path: '/x' }, 'no value'],
    ['an unknown operation', { op: 'swap', path: '/name' }, 'expected add, remove'],
    ['a path without slash', { op: 'remove', path: 'name' }, 'starts with "/"'],
  ])('refuses %s, with its index', (_, operation, message) => {
    const patch = [{ op: 'remove', path: '/home' }, operation];
    expect(() => applyJsonPatch(before, patch)).toThrow(RangeError);
    expect(() => applyJsonPatch(before, patch)).toThrow(message);
    expect(() => applyJsonPatch(before, patch)).toThrow('operation 1');
  });

  test('sets a member called __proto__ as any other', () => {
    const after = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { x: 1 } }]);
    expect(Object.keys(after as object)).toEqual(['__proto__']);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test('is told from a merge patch by its form', () => {
    expect(isJsonPatch([{ op: 'remove', path: '/a' }])).toBe(true);
    for (const value of [undefined, {}, [], [1], [{ op: 'remove' }], [{ path: '/a' }]])
      expect(isJsonPatch(value as JsonValue)).toBe(false);
  });
});
