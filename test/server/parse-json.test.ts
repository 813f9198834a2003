import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRingbackError, type RingbackError } from '../../src/core/errors.ts';
import { findJsonError } from '../../src/core/json-syntax.ts';
import { parseJson } from '../../src/server/body/parse-json.ts';

function errorOf(body: string | Buffer, maxDepth = 64): RingbackError {
  try {
    parseJson(Buffer.from(body as string), maxDepth);
  } catch (error) {
    if (isRingbackError(error)) return error;
    throw error;
  }
  throw new Error('did not throw');
}

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes('"__proto__":'));
        expect(parseJson(Buffer.from(text), 1_000)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('skips a byte order mark', () => {
    expect(parseJson(Buffer.from('\ufeff{"a":1}'), 64)).toEqual({ a: 1 });
  });

  it('keeps the last of two equal keys', () => {
    expect(parseJson(Buffer.from('{"a":1,"a":2}'), 64)).toEqual({ a: 2 });
  });

  it.each([
    ['[[0]]', 2, true],
    ['[[[0]]]', 2, false],
    ['{"a":{"b":[]}}', 2, false],
    ['[[],[],[[]]]', 3, true],
    ['["[[[[","\\"[[[["]', 1, true],
    ['1', 0, true],
    ['[]', 0, false],
  ])('nests %s to a depth of %i: %s', (text, depth, fine) => {
    if (fine) expect(parseJson(Buffer.from(text), depth)).toEqual(JSON.parse(text));
    else expect(errorOf(text, depth)).toMatchObject({ code: 'request.too-large', status: 413 });
  });

  it('refuses a million brackets without recursion', () => {
    expect(errorOf('['.repeat(1_000_000)).message).toContain('more than 64 levels deep from byte 64');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(errorOf(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({
      code: 'request.malformed',
      violations: [{ code: 'encoding' }],
    });
    expect(errorOf(Buffer.from('{"a":1}', 'utf16le')).code).toBe('request.malformed');
  });

  it.each(['{"__proto__":{"x":1}}', '{"a":[{"b":1},{"__proto__":1}]}', '{"\\u005f_proto__":1}'])(
    'refuses the key __proto__ in %s',
    (text) => {
      expect(errorOf(text).violations[0]?.code).toBe('prototype');
    },
  );

  it('accepts __proto__ as a value, and constructor as a key', () => {
    expect(parseJson(Buffer.from('{"a":"__proto__","constructor":1}'), 64)).toEqual({
      a: '__proto__',
      constructor: 1,
    });
  });
});

describe('findJsonError', () => {
  it.each([
    ['{"a": x}', 1, 7, 'a value'],
    ['{\n  "a": 1,\n}', 3, 1, 'a property name in double quotes'],
    ['{\n  "a": 1\n  "b": 2}', 3, 3, '"," or "}"'],
    ['[1 2]', 1, 4, '"," or "]"'],
    ['[1,]', 1, 4, 'a value'],
    ['{"a" 1}', 1, 6, '":" after the property name'],
    ["{'a': 1}", 1, 2, 'a property name in double quotes or "}"'],
    ['', 1, 1, 'a value'],
    ['{"a":', 1, 6, 'a value'],
    ['{"a":1', 1, 7, '"," or "}"'],
    ['{} x', 1, 4, 'the end of the text'],
    ['[}', 1, 2, 'a value or "]"'],
    ['"a\nb"', 1, 1, 'a string that ends, without raw control characters or unknown escapes'],
    ['01', 1, 1, 'a value'],
    ['NaN', 1, 1, 'a value'],
  ])('places the error in %j', (text, line, column, expected) => {
    expect(findJsonError(text)).toMatchObject({ line, column, expected });
  });

  it('agrees with JSON.parse on every string', () => {
    const tokens = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-0.5e3',
      'true',
      'null',
      ' ',
      '\n',
      '"',
      '\\',
      'x',
      '01',
      '"\\u00e9"',
      '"\\x"',
    );
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 9 }), (parts) => {
        const text = parts.join('');
        expect(findJsonError(text) === null).toBe(isJson(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('places an error at the end of a megabyte', () => {
    const text = `["${'a'.repeat(1_000_000)}"`;
    expect(findJsonError(text)?.column).toBe(text.length + 1);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
