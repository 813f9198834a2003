import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonItems, type JsonPieces, jsonChunks, startOf } from '../../src/server/http/json-pieces.ts';

async function written(value: JsonPieces): Promise<string> {
  let text = '';
  for await (const chunk of jsonChunks(value)) text += chunk;
  return text;
}

describe('JSON in pieces', () => {
  it.each<[string, JsonPieces, string]>([
    ['an empty array', new JsonItems([]), '[]'],
    ['an array', new JsonItems([1, 'ü"\n', null, { a: [] }]), '[1,"ü\\"\\n",null,{"a":[]}]'],
    ['an empty object', {}, '{}'],
    [
      'an object with arrays',
      { a: 1, b: new JsonItems([2]), c: new JsonItems([]) },
      '{"a":1,"b":[2],"c":[]}',
    ],
    ['a member that is not there', { a: undefined as never, b: 1 }, '{"b":1}'],
    [
      'arrays in items',
      new JsonItems([{ a: new JsonItems([1, 2]) }, { a: new JsonItems([]) }]),
      '[{"a":[1,2]},{"a":[]}]',
    ],
    ['a name that needs escapes', { '"': new JsonItems([1]) }, '{"\\"":[1]}'],
  ])('writes %s', async (_, value, text) => {
    expect(await written(value)).toBe(text);
  });

  it('writes any value as JSON.stringify does, including long arrays in items', async () => {
    const long = fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 101, maxLength: 120 });
    const item = fc.oneof(fc.jsonValue(), fc.record({ long, other: fc.jsonValue({ maxDepth: 1 }) }));
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 5 }), async (items) => {
        const value = JSON.parse(JSON.stringify(items));
        expect(await written({ items: new JsonItems(value) })).toBe(JSON.stringify({ items: value }));
      }),
      { numRuns: 50 },
    );
  });

  it('makes no item before the reader has taken the previous ones', async () => {
    let made = 0;
    const items = new JsonItems(
      (function* () {
        for (let i = 0; i < 100; i++) {
          made++;
          yield 'x'.repeat(64 * 1024);
        }
      })(),
    );
    const chunks = jsonChunks({ items });
    await chunks.next();
    await chunks.next();
    expect(made).toBeLessThanOrEqual(3);
    await chunks.return(undefined);
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  it('gives the first items of long arrays to validation', async () => {
    const value = { list: new JsonItems(Array.from({ length: 50 }, (_, id) => ({ id }))), total: 50 };
    await written(value);
    expect(startOf(value)).toEqual({ list: Array.from({ length: 10 }, (_, id) => ({ id })), total: 50 });
  });
});
