import { afterEach, expect, it } from 'vitest';
import { encodeBody } from '../../../src/core/contract/media/encode-body.ts';
import { load } from '../../loading/foreign/write-files.ts';
import { closeEchoServers, startForeignServer } from './support.ts';

afterEach(closeEchoServers);

const item = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
const document = {
  openapi: '3.2.0',
  info: { title: 'Streams', version: '1' },
  paths: {
    '/x': {
      query: {
        operationId: 'find',
        requestBody: { required: true, content: { 'application/jsonl': { itemSchema: item } } },
        responses: { 200: { description: '', content: { 'application/json-seq': { itemSchema: item } } } },
      },
    },
  },
};

it('a sequence of OpenAPI 3.2 is an array of its items', async () => {
  const loaded = await load({ 'streams.json': document });
  const { send, refusal, contract } = await startForeignServer(loaded.document);
  const query = (body: string) => ({
    method: 'QUERY',
    headers: { 'content-type': 'application/jsonl' },
    body,
  });
  expect((await send('/x', query('{"n":1}\n{"n":2}\n'))).body).toEqual([{ n: 1 }, { n: 2 }]);
  expect((await refusal('/x', query('{"n":1}\n{"n":"2"}\n'))).violations).toEqual(['body/1/n type']);
  expect((await refusal('/x', query('{"n":1}\n{"n":'))).violations).toEqual(['body syntax']);
  const media = contract.operations[0]?.answers.get('200')?.content.get('application/json-seq');
  if (media === undefined) throw new Error('no response');
  expect(media.validate([{ n: 1 }])).toEqual([]);
  expect(media.validate([{ n: 'a' }])).not.toEqual([]);
  expect(encodeBody('application/json-seq', [{ n: 1 }], media, contract.document).text).toBe('\x1e{"n":1}\n');
});
