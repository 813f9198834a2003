import { describe, expect, it } from 'vitest';
import { applyEdits, checkEdits, readEdits, type WrittenEdits } from '../../src/cli/edit-payload.ts';

const payload = { state: 30, name: 'a', list: [{ id: 1 }, { id: 2 }], none: null, 'a/b': 1 };

function edits(written: Partial<WrittenEdits>) {
  return readEdits({ override: {}, add: {}, remove: [], ...written });
}

describe('payload edits', () => {
  it.each<[string, Partial<WrittenEdits>, object]>([
    ['replaces by JSON', { override: { state: '91' } }, { ...payload, state: 91 }],
    ['replaces by a string that is not JSON', { override: { name: 'x y' } }, { ...payload, name: 'x y' }],
    ['replaces by a quoted text', { override: { state: '"91"' } }, { ...payload, state: '91' }],
    ['replaces null', { override: { none: '0' } }, { ...payload, none: 0 }],
    ['replaces in a list', { override: { '/list/1/id': '9' } }, { ...payload, list: [{ id: 1 }, { id: 9 }] }],
    ['replaces an item', { override: { '/list/0': '[]' } }, { ...payload, list: [[], { id: 2 }] }],
    ['reads escapes of pointers', { override: { '/a~1b': '2' } }, { ...payload, 'a/b': 2 }],
    ['takes a name with a slash for a name', { override: { 'a/b': '2' } }, { ...payload, 'a/b': 2 }],
    ['does not replace what is not there', { override: { other: '1' } }, payload],
    ['adds a member', { add: { other: 'true' } }, { ...payload, other: true }],
    [
      'appends to a list',
      { add: { '/list/-': '{"id":3}' } },
      { ...payload, list: [{ id: 1 }, { id: 2 }, { id: 3 }] },
    ],
    ['inserts into a list', { add: { '/list/0': '0' } }, { ...payload, list: [0, { id: 1 }, { id: 2 }] }],
    ['does not add below what is not there', { add: { '/other/x': '1' } }, payload],
    ['does not insert past the end', { add: { '/list/9': '1' } }, payload],
    ['removes an item', { remove: ['/list/0'] }, { ...payload, list: [{ id: 2 }] }],
    ['removes below an item', { remove: ['/list/0/id'] }, { ...payload, list: [{}, { id: 2 }] }],
  ])('%s', (_, written, expected) => {
    expect(applyEdits(payload, edits(written))).toEqual(expected);
  });

  it('an edit removes a property without changing its input', () => {
    const given = { a: { b: 1 } };
    expect(applyEdits(given, edits({ remove: ['/a/b'] }))).toEqual({ a: {} });
    expect(given).toEqual({ a: { b: 1 } });
  });

  it('an edit sets a property named __proto__ without touching the prototype', () => {
    const edited = applyEdits({}, edits({ add: { __proto: '1', ['__proto__']: '{"x":1}' } }));
    expect(Object.getPrototypeOf(edited)).toBe(Object.prototype);
    expect((edited as { x?: number }).x).toBeUndefined();
  });

  it('an edit keeps a string in a query string a string', () => {
    const query = { documentId: 'a', state: 30 };
    expect(applyEdits(query, edits({ override: { documentId: '7', state: '91' } }), true)).toEqual({
      documentId: '7',
      state: 91,
    });
  });

  it.each<[Partial<WrittenEdits>, string]>([
    [{ override: { stae: '1' } }, '--override stae: no callback has a value there. Did you mean "state"?'],
    [
      { remove: ['/list/0/ib'] },
      '--remove /list/0/ib: no callback has a value there. Did you mean "/list/0/id"?',
    ],
    [{ add: { '/nothing/x': '1' } }, '--add /nothing/x: no callback has a value there.'],
  ])('an edit %j that would change nothing is refused', (written, message) => {
    expect(() => checkEdits([payload], edits(written))).toThrow(message);
  });

  it('an edit can build on the previous edit, and match one of several payloads', () => {
    const chain = edits({ add: { '/more': '{}', '/more/x': '1' } });
    expect(() => checkEdits([{}, payload], [...chain, ...edits({ remove: ['state'] })])).not.toThrow();
  });
});
