import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/core/json.ts';
import {
  contains,
  escapePointer,
  isJsonObject,
  mergePatch,
  parsePointer,
  resolvePointer,
} from '../../src/core/json.ts';

test.each<[JsonValue, JsonValue, boolean]>([
  [{ a: 1, b: 2 }, { a: 1 }, true],
  [{ a: { b: 1 } }, { a: {} }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [[1, 2], [1], false],
  [[1], [1, 2], false],
  [[{ a: 1, b: 2 }], [{ b: 2 }], true],
  [[1], { 0: 1 }, false],
  [null, {}, false],
  [null, null, true],
])('contains: %j has everything of %j: %s', (actual, expected, result) => {
  expect(contains(actual, expected)).toBe(result);
});

describe('mergePatch', () => {
  /** RFC 7396, appendix A: original, patch, result. */
  test.each<[JsonValue, JsonValue, JsonValue]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j with %j is %j (RFC 7396)', (original, patch, result) => {
    expect(mergePatch(original, patch)).toEqual(result);
  });

  test('keeps 0, false and empty strings', () => {
    expect(mergePatch({ a: 1, b: true, c: 'x' }, { a: 0, b: false, c: '' })).toEqual({
      a: 0,
      b: false,
      c: '',
    });
  });

  test('makes an object out of undefined', () => {
    expect(mergePatch(undefined, { a: 1, b: null })).toEqual({ a: 1 });
  });

  test('changes neither argument', () => {
    const target = Object.freeze({ a: Object.freeze({ b: 1 }) });
    const patch = Object.freeze({ a: Object.freeze({ b: null, c: 2 }) });
    expect(mergePatch(target, patch)).toEqual({ a: { c: 2 } });
    expect(target).toEqual({ a: { b: 1 } });
  });

  test('treats __proto__ as an ordinary name', () => {
    const result = mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}, "toString": {"a": 1}}'));
    expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":true},"toString":{"a":1}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('resolvePointer', () => {
  /** RFC 6901 §5. */
  const document = {
    foo: ['bar', 'baz'],
    '': 0,
    'a/b': 1,
    'c%d': 2,
    'e^f': 3,
    'g|h': 4,
    'i\\j': 5,
    'k"l': 6,
    ' ': 7,
    'm~n': 8,
  };

  test.each<[string, JsonValue]>([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('%j in the example of the RFC is %j', (pointer, value) => {
    expect(resolvePointer(document, pointer)).toEqual(value);
  });

  test.each(['/absent', '/foo/2', '/foo/-', '/foo/01', '/foo/0/x', '/toString', '/__proto__', '/foo/length'])(
    '%j refers to nothing',
    (pointer) => {
      expect(resolvePointer(document, pointer)).toBeUndefined();
    },
  );

  test('~01 is decoded to ~1, not to /', () => {
    expect(resolvePointer({ '~1': 'right', '/': 'wrong' }, '/~01')).toBe('right');
  });
});

test('a pointer without a leading slash is refused', () => {
  expect(() => parsePointer('a')).toThrow(SyntaxError);
});

test.each(['', 'a', 'a/b', 'm~n', '~1', '/~'])(
  'the token %j is the same after escaping and parsing',
  (token) => {
    expect(parsePointer(`/${escapePointer(token)}`)).toEqual([token]);
  },
);

test.each<[unknown, boolean]>([
  [{}, true],
  [[], false],
  [null, false],
  ['', false],
  [0, false],
  [undefined, false],
])('isJsonObject(%j) is %s', (value, expected) => {
  expect(isJsonObject(value)).toBe(expected);
});

test.each([{}, { a: 1 }, Object.create(null), runInNewContext('({})')])('%o is a JSON object', (value) => {
  expect(isJsonObject(value)).toBe(true);
});

test.each([null, undefined, [], 'a', new Date(0), Promise.resolve(), new Map(), new URL('http://a'), /a/])(
  '%o is not a JSON object',
  (value) => {
    expect(isJsonObject(value)).toBe(false);
  },
);
