import { expect, test } from 'vitest';
import { callbackPayloads } from '../../src/types-generator/callback-payloads.ts';
import { load } from '../loading/foreign/write-files.ts';

const schema = { $ref: '#/components/schemas/Event' };

/** What the webhook of a document with one says. */
async function payloadOf(operation: object): Promise<unknown> {
  const document = {
    openapi: '3.1.1',
    info: { title: 'A', version: '1' },
    webhooks: { told: { post: { responses: { 204: { description: 'received' } }, ...operation } } },
    components: { schemas: { Event: { type: 'object', properties: { part: { type: 'object' } } } } },
  };
  const loaded = await load({ 'openapi.yaml': JSON.stringify(document) });
  const [only, ...others] = callbackPayloads(loaded);
  expect([only?.callback, others]).toEqual(['told', []]);
  return only?.payload;
}

test.each<[string, object, object]>([
  ['a component', { 'application/json': { schema } }, { kind: 'schema', name: 'Event' }],
  [
    'JSON, also with a charset, before others',
    { 'application/xml': {}, 'application/json; charset=utf-8': { schema } },
    { kind: 'schema', name: 'Event' },
  ],
  [
    'the first media type, where none is JSON',
    { 'application/xml': {}, 'text/csv': {} },
    { kind: 'body', mediaType: 'application/xml' },
  ],
  [
    'a body, where something is beside the reference',
    { 'application/json': { schema: { ...schema, required: ['part'] } } },
    { kind: 'body', mediaType: 'application/json' },
  ],
  [
    'a component of its own, where the reference leads into one',
    { 'application/json': { schema: { $ref: `${schema.$ref}/properties/part` } } },
    { kind: 'schema', name: 'Event_part' },
  ],
])('the payload is %s', async (_, content, expected) => {
  expect(await payloadOf({ requestBody: { content } })).toMatchObject(expected);
});

test('the payload is the query of a callback without a body, or nothing', async () => {
  const parameters = [{ name: 'state', in: 'query', schema: { type: 'string' } }];
  expect(await payloadOf({ parameters })).toMatchObject({ kind: 'query', operation: { parameters } });
  expect(await payloadOf({})).toEqual({ kind: 'none' });
});
