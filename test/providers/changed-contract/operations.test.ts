import { expect, test } from 'vitest';
import { docdigitizerClient, informedClient } from '../../support/clients.ts';
import { jsonOf, startConsumer } from '../../support/consumer.ts';
import { call, submitDocument } from '../../support/test-server.ts';
import { type Document, startChanged } from './support.ts';

/** Adds an operation that creates notes, which no code knows, and one that reads them. */
function addNotes(document: Document, provider: string): void {
  const Note = {
    type: 'object',
    required: ['id', 'text'],
    properties: { id: { type: 'string', format: 'uuid' }, text: { type: 'string', minLength: 3 } },
  };
  document.components.schemas.Note = Note;
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } };
  const security = [{ informedBasic: [] }];
  document.paths[`/${provider}/notes`] = {
    post: {
      operationId: 'createNote',
      tags: [provider],
      security,
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['text', 'hook'],
              properties: { text: { type: 'string' }, hook: { type: 'string', format: 'uri' } },
            },
          },
        },
      },
      responses: { '201': { description: 'Created.', content } },
      callbacks: {
        noteStored: {
          '{$request.body#/hook}': {
            post: {
              tags: [provider],
              requestBody: { content },
              responses: { '2XX': { description: 'Taken.' } },
            },
          },
        },
      },
    },
  };
  document.paths[`/${provider}/notes/{id}`] = {
    get: {
      operationId: 'getNote',
      tags: [provider],
      security,
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      responses: { '200': { description: 'The note.', content } },
    },
  };
}

test.each(['docdigitizer', 'informed'])(
  'an operation added to %s is played by its contract',
  async (provider) => {
    const mock = await startChanged((document) => addNotes(document, provider));
    const consumer = await startConsumer();
    const url = `${mock.url}/${provider}/notes`;
    const headers = { authorization: `Basic ${btoa('user:password')}` };
    expect((await call('POST', url, { text: 'abc', hook: consumer.url })).status).toBe(401);
    expect((await call('POST', url, { text: 'abc' }, headers)).status).toBe(400);
    const { status, body } = await call('POST', url, { text: 'abc', hook: `${consumer.url}/n` }, headers);
    expect({ status, body }).toEqual({ status: 201, body: { id: expect.any(String), text: 'abc' } });
    expect((await call('GET', `${url}/${body.id}`, undefined, headers)).body).toEqual(body);
    await mock.settle();
    expect(consumer.requests.map(({ method, url: to }) => [method, to])).toEqual([['POST', '/n']]);
    expect(jsonOf(consumer.requests[0])).toEqual(body);
    const { body: data } = await mock.control('GET', 'data/notes');
    expect(JSON.stringify(data)).toContain(body.id);
  },
);

test('the list of callbacks says what an added operation sends by default', async () => {
  const mock = await startChanged((document) => addNotes(document, 'informed'));
  const { body } = await mock.control('GET', 'callbacks');
  const defaults = Object.fromEntries(
    body.callbacks.map((each: Document) => [each.callback, each.byDefault]),
  );
  expect(defaults).toMatchObject({
    'informed.noteStored': true,
    'informed.extractions': true,
    'informed.error': false,
  });
});

test('the operations that the contract keeps are played by code beside added ones', async () => {
  const mock = await startChanged((document) => addNotes(document, 'docdigitizer'));
  const consumer = await startConsumer();
  await submitDocument(mock.url, { callbackUrl: consumer.url }, { 'x-ringback-scenario': 'rejected' });
  await mock.settle();
  expect(consumer.requests.map(({ query }) => query.state)).toEqual(['30', '92']);
});

test('a removed operation is a 404, and the others work', async () => {
  const mock = await startChanged(({ paths }) => {
    delete paths['/docdigitizer/api/v1/tasks'];
    delete paths['/docdigitizer/api/v2/documents/{docid}'];
    delete paths['/informed/v1/{product}/applications'].get;
  });
  const consumer = await startConsumer();
  const { body } = await submitDocument(mock.url, { callbackUrl: consumer.url });
  const headers = { authorization: 'Bearer x' };
  const gone = await call(
    'GET',
    `${mock.url}/docdigitizer/api/v2/documents/${body.document_id}`,
    undefined,
    headers,
  );
  expect(gone.status).toBe(404);
  const v1 = await call('GET', `${mock.url}/docdigitizer/api/v1/documents/${body.document_id}`, undefined, {
    authorization: 'API_KEY x',
  });
  expect(v1.body.document.id).toBe(body.document_id);
  expect((await informedClient(mock.url).call('GET', 'applications')).status).toBe(405);
  const id = await informedClient(mock.url).register(`${consumer.url}/informed`);
  await informedClient(mock.url).add(id, 'a.pdf');
  await mock.settle();
  expect(consumer.requests.map(({ url }) => url.split('?')[0]).sort()).toEqual([
    '/',
    '/',
    '/informed',
    '/informed',
  ]);
  const { body: contract } = await mock.control('GET', 'contract');
  expect(contract['x-ringback-notes'].map(({ message }: { message: string }) => message)).toEqual([
    'The contract has no operation getDocument, which docdigitizer has: requests to it get 404.',
    'The contract has no operation listTasks, which docdigitizer has: requests to it get 404.',
    'The contract has no operation listApplications, which informed has: requests to it get 404.',
  ]);
});

test('a copy without changes is played by the code alone', async () => {
  const mock = await startChanged(() => undefined);
  const consumer = await startConsumer();
  const { body } = await submitDocument(mock.url, { callbackUrl: consumer.url });
  await mock.settle();
  expect((await docdigitizerClient(mock.url).document(body.document_id)).state).toBe(91);
  expect((await mock.control('GET', 'settings')).body).not.toHaveProperty(['docdigitizer.callbackAfter']);
});
