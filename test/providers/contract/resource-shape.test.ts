import { describe, expect, test } from 'vitest';
import { findList, findObject } from '../../../src/providers/contract/resource-shape.ts';

const text = { type: 'string' };
const object = (properties: object) => ({ type: 'object', properties });
const list = (items: object) => ({ type: 'array', items });
const thing = { noun: 'thing', parameter: 'thingId' };

/** Path of the resource, and name of its id. */
function found(schema: object, names = thing): string | null {
  const place = findObject({}, schema as never, names);
  return place === null ? null : [...place.path, place.id].join('.');
}

function listed(schema: object): string | null {
  return findList({}, schema as never, thing)?.path.join('.') ?? null;
}

describe('findObject', () => {
  test.each([
    ['in two wrappers', object({ data: object({ attributes: object({ id: text }) }) }), 'data.attributes.id'],
    ['not in three', object({ a: object({ data: object({ item: object({ id: text }) }) }) }), null],
    [
      'by its name before wrappers',
      object({ data: object({ id: text }), thing: object({ id: text }) }),
      'thing.id',
    ],
    ['with the id that the path names', object({ id: text, thing_id: text }), 'thing_id'],
    ['with the only id', object({ ownerId: text, name: text }), 'ownerId'],
    ['not with one of several others', object({ ownerId: text, groupId: text }), null],
    ['not with an object as its id', object({ id: object({}) }), null],
  ])('finds a resource %s', (_, schema, expected) => {
    expect(found(schema)).toBe(expected);
  });
});

describe('findList', () => {
  const ids = list(object({ id: text }));
  test.each([
    ['that is the body', ids, ''],
    ['by its name before others with ids', object({ other: ids, things: ids }), 'things'],
    ['that is called like lists before others', object({ payload: ids, items: ids }), 'items'],
    ['with ids before one without', object({ things: list(object({ name: text })), other: ids }), 'other'],
    [
      'not in a tuple',
      { type: 'array', prefixItems: [object({ id: text })], items: object({ id: text }) },
      null,
    ],
    ['not of texts', object({ things: list(text) }), null],
  ])('finds the list %s', (_, schema, expected) => {
    expect(listed(schema)).toBe(expected);
  });

  test.each([
    ['parties', 'party'],
    ['Boxes', 'box'],
    ['user_cards', 'userCard'],
  ])('finds the list %s of each %s, which has no id', (name, noun) => {
    const schema = object({ others: list(object({})), [name]: list(object({ name: text })) });
    expect(findList({}, schema as never, { noun, parameter: 'no' })?.path).toEqual([name]);
  });
});
