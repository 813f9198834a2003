import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { showList, showResource } from '../../../src/providers/contract/show-resource.ts';
import { options } from '../../core/contract/sample/sampling.ts';

const item = {
  type: 'object',
  required: ['id', 'status'],
  properties: {
    id: { type: 'string' },
    status: { enum: ['new', 'paid'] },
    note: { type: 'string' },
    secret: { type: 'string' },
  },
};
const properties = new Map(
  Object.keys(item.properties).map((name) => [name, { isWriteOnly: name === 'secret' }] as const),
);
const own = { id: 'id', isExact: true, self: null, shape: '' };
const place = { ...own, properties, path: [] as readonly string[] };
const mediaOf = (schema: JsonObject) =>
  ({ pointer: null, schema, examples: [], validate: options(schema).validate }) as const;
const made = { id: 'x', status: 'new', note: 'made up' };

describe('a resource is shown', () => {
  const show = (state: JsonObject, shape = '', own = '') =>
    showResource(mediaOf(item), { ...place, shape: own }, made, { state, shape });

  test('with its own properties over those of the body, and without what is written only', () => {
    expect(show({ id: 'a', status: 'paid', secret: 's', other: 1 })).toEqual({
      body: { id: 'a', status: 'paid', note: 'made up' },
      refused: [],
    });
  });

  test('without properties that the schema refuses, and says which', () => {
    const { body, refused } = show({ id: 'a', status: 'lost', note: 7 });
    expect(body).toEqual({ id: 'a', status: 'new', note: 'made up' });
    expect(refused.map(({ location }) => location).toSorted()).toEqual(['/note', '/status']);
  });

  test('without a property of the body that its own ones exclude', () => {
    const paid = { properties: { status: { const: 'paid' } } };
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    const schema = { ...item, if: paid, then: { properties: { note: false } } };
    const state = { id: 'a', status: 'paid', note: 'made up' };
    expect(showResource(mediaOf(schema), place, made, { state, shape: '' }).body).toEqual({
      id: 'a',
      status: 'paid',
    });
  });

  test('as it is, if it has the schema of the body', () => {
    expect(show({ id: 'a', status: 'paid' }, 's', 's').body).toEqual({ id: 'a', status: 'paid' });
    expect(show({ id: 'a', status: 'paid' }, '', '').body).toEqual({
      id: 'a',
      status: 'paid',
      note: 'made up',
    });
    expect(show({ id: 'a', status: 'paid' }, 's', 't').body).toHaveProperty('note');
  });
});

test('a list shows each resource, and keeps what is around it', () => {
  const media = mediaOf({ type: 'object', properties: { data: { type: 'array', items: item } } });
  const body = { data: [made], total: 1 };
  const resources = ['a', 'b'].map((id) => ({
    state: { id, status: 'paid', note: id === 'b' ? 7 : 'n' },
    shape: '',
  }));
  expect(showList(media, { ...place, path: ['data'] }, body, resources)).toMatchObject({
    body: {
      data: [
        { id: 'a', status: 'paid', note: 'n' },
        { id: 'b', status: 'paid', note: 'made up' },
      ],
      total: 1,
    },
    refused: [{ location: '/note' }],
  });
});
