import { expect, test } from 'vitest';
import { informedClient } from '../../support/clients.ts';
import { jsonOf, startConsumer } from '../../support/consumer.ts';
import { submitDocument } from '../../support/test-server.ts';
import { type Document, operationOf, rename, startChanged } from './support.ts';

function archived(provider: string): Document {
  return {
    post: {
      tags: [provider],
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['document_id', 'shelf'],
              properties: {
                document_id: { type: 'string' },
                shelf: { type: 'integer', minimum: 1, maximum: 9 },
              },
              additionalProperties: false,
            },
          },
        },
      },
      responses: { '2XX': { description: 'Taken.' } },
    },
  };
}

test('a callback added to an operation is sent where a scenario names it', async () => {
  const mock = await startChanged((document) => {
    operationOf(document, 'submitDocument').callbacks.archived = {
      '{$request.body#/callbackUrl}/archive': archived('docdigitizer'),
    };
  });
  const consumer = await startConsumer();
  await mock.control('PUT', 'scenarios/docdigitizer/filed', {
    name: 'filed',
    provider: 'docdigitizer',
    timeline: [
      { after: '1s', set: { state: 91, stateText: 'ANNOTATED' }, callback: 'documentState' },
      { after: '2s', callback: 'archived' },
      { after: '3s', callback: 'archived', payload: { shelf: 3 } },
    ],
  });
  const { body } = await submitDocument(
    mock.url,
    { callbackUrl: `${consumer.url}/x` },
    { 'x-ringback-scenario': 'filed' },
  );
  await mock.settle();
  const [state, first, second] = consumer.requests;
  expect(state?.query).toMatchObject({ state: '91' });
  expect([first?.url, second?.url]).toEqual(['/x/archive', '/x/archive']);
  expect(jsonOf(first)).toEqual({ document_id: body.document_id, shelf: expect.any(Number) });
  expect(jsonOf(second)).toEqual({ document_id: body.document_id, shelf: 3 });
});

test('an added callback is fired by hand with a made-up payload', async () => {
  const mock = await startChanged((document) => {
    operationOf(document, 'registerApplication').callbacks.archived = {
      '{$request.body#/webhook}': archived('informed'),
    };
  });
  const consumer = await startConsumer();
  const { body } = await mock.control('POST', 'callbacks', {
    callback: 'informed.archived',
    to: `${consumer.url}/h`,
  });
  expect(body).toMatchObject({ state: 'delivered', violations: [] });
  expect(jsonOf(consumer.requests[0]).shelf).toBeGreaterThan(0);
  const { body: list } = await mock.control('GET', 'callbacks');
  const listed = list.callbacks.find(
    ({ callback }: { callback: string }) => callback === 'informed.archived',
  );
  expect(listed).toMatchObject({
    operation: 'registerApplication',
    method: 'POST',
    expression: '{$request.body#/webhook}',
    fireable: true,
    fromSubmission: true,
  });
});

test('an added webhook is sent to its target where a scenario names it', async () => {
  const consumer = await startConsumer();
  const mock = await startChanged(
    ({ webhooks }) => {
      webhooks.archived = archived('informed');
    },
    { settings: { 'webhooks.to': `${consumer.url}/all` } },
  );
  await mock.control('PUT', 'scenarios/informed/filed', {
    name: 'filed',
    provider: 'informed',
    timeline: [{ after: '1s', callback: 'archived' }],
  });
  await informedClient(mock.url).register('http://127.0.0.1:9/', {}, 'filed');
  await mock.settle();
  expect(consumer.requests.map(({ url }) => url)).toEqual(['/all']);
  expect(jsonOf(consumer.requests[0])).toEqual({
    document_id: expect.any(String),
    shelf: expect.any(Number),
  });
});

test('a callback that the contract lacks is not sent, and its run says so once', async () => {
  const mock = await startChanged((document) => {
    for (const id of ['registerApplication', 'updateApplication'])
      delete operationOf(document, id).callbacks.extractions;
    delete document.webhooks.extractions;
  });
  const consumer = await startConsumer();
  const client = informedClient(mock.url);
  const id = await client.register(consumer.url);
  await client.add(id, 'a.pdf');
  await client.add(id, 'b.pdf');
  await mock.settle();
  expect(consumer.requests.map((request) => jsonOf(request).event_type)).toEqual(['verifications']);
  const [run] = await mock.runs();
  expect(run.warnings).toEqual([
    {
      location: 'callback informed.extractions',
      code: 'callback.not-sent',
      message: 'The callback informed.extractions was not sent: your contract does not declare it.',
    },
  ]);
  const { body } = await mock.control('GET', 'contract');
  expect(body['x-ringback-notes']).toEqual([
    expect.objectContaining({
      message: 'The contract has no callback informed.extractions: it is not sent.',
    }),
  ]);
});

test('a callback that no operation declares anymore is a webhook', async () => {
  const mock = await startChanged((document) => {
    delete operationOf(document, 'submitDocument').callbacks.documentState;
  });
  const consumer = await startConsumer();
  await submitDocument(mock.url, { callbackUrl: `${consumer.url}/own` });
  await mock.settle();
  expect(consumer.requests).toEqual([]);
  expect((await mock.runs())[0].warnings[0].message).toContain('--webhooks-to <url>');
  await mock.set({ 'webhooks.to': `${consumer.url}/all` });
  await submitDocument(mock.url, { callbackUrl: `${consumer.url}/own` });
  await mock.settle();
  expect(consumer.requests.map(({ query, url }) => [url.split('?')[0], query.state])).toEqual([
    ['/all', '30'],
    ['/all', '91'],
  ]);
});

test('query parameters of a callback are renamed and added as the contract says', async () => {
  const mock = await startChanged(({ webhooks }) => {
    const { parameters } = webhooks.documentState;
    parameters[0].name = 'reference';
    parameters.push({ name: 'region', in: 'query', required: true, schema: { enum: ['eu'] } });
    delete webhooks.documentState['x-ringback-payload'];
  });
  const consumer = await startConsumer();
  const { body } = await submitDocument(mock.url, { callbackUrl: consumer.url });
  await mock.settle();
  expect(consumer.requests.map(({ query }) => query)).toEqual([
    { reference: body.document_id, state: '30', stateText: 'RECEIVEDMACHINELEARN', region: 'eu' },
    { reference: body.document_id, state: '91', stateText: 'ANNOTATED', region: 'eu' },
  ]);
});

test('faults and patches of a scenario apply to what the contract has changed', async () => {
  const mock = await startChanged(({ webhooks }) => {
    webhooks.documentState.parameters[0].name = 'reference';
    delete webhooks.documentState['x-ringback-payload'];
  });
  const consumer = await startConsumer();
  await mock.control('PUT', 'scenarios/docdigitizer/odd', {
    name: 'odd',
    provider: 'docdigitizer',
    outcome: { final: 'annotated' },
    faults: [{ on: { callback: 'documentState', state: 91 }, contradict: 'unknown-id' }],
  });
  const { body } = await submitDocument(
    mock.url,
    { callbackUrl: consumer.url },
    { 'x-ringback-scenario': 'odd' },
  );
  await mock.settle();
  const references = consumer.requests.map(({ query }) => query.reference);
  expect(references).toEqual([body.document_id, body.document_id, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  expect(references[2]).not.toBe(body.document_id);
});

test('a renamed property of a payload keeps its value, and a patch of a scenario replaces it', async () => {
  const mock = await startChanged(({ webhooks }) => {
    webhooks.error.post.requestBody.content['application/json'].schema = {
      type: 'object',
      required: ['event_type', 'application_id', 'reason', 'severity'],
      properties: {
        event_type: { const: 'error' },
        application_id: { type: 'string' },
        reason: { anyOf: [{ type: ['string', 'null'] }, { type: 'string', enum: ['a'] }] },
        severity: { type: 'string', enum: ['high'] },
      },
      additionalProperties: false,
    };
  });
  const consumer = await startConsumer();
  const client = informedClient(mock.url);
  const id = await client.register(consumer.url, {}, 'unreadable');
  await client.add(id, 'a.pdf');
  await mock.settle();
  expect(jsonOf(consumer.requests[0])).toEqual({
    event_type: 'error',
    application_id: id,
    reason: expect.any(String),
    severity: 'high',
  });
});

test('what a scenario patches into a changed payload stays, even if the contract forbids it', async () => {
  const mock = await startChanged(({ webhooks }) => {
    const media = webhooks.error.post.requestBody.content['application/json'];
    const properties = { severity: { type: 'string', enum: ['high'] } };
    media.schema = { allOf: [media.schema, { type: 'object', required: ['severity'], properties }] };
  });
  const consumer = await startConsumer();
  await mock.control('PUT', 'scenarios/informed/patched', {
    name: 'patched',
    provider: 'informed',
    timeline: [{ after: '1s', callback: 'error', payload: { severity: 'none', error_message: 'odd' } }],
  });
  await informedClient(mock.url).register(consumer.url, {}, 'patched');
  await mock.settle();
  expect(jsonOf(consumer.requests[0])).toMatchObject({ severity: 'none', error_message: 'odd' });
});

test('faults select a changed callback by values that have another name now', async () => {
  const mock = await startChanged(({ webhooks }) => {
    webhooks.documentStateV1.parameters[1].name = 'phase';
    webhooks.documentStateV1.parameters[1].schema = { type: 'string', minLength: 2 };
    delete webhooks.documentStateV1['x-ringback-payload'];
  });
  const consumer = await startConsumer();
  const language = { provider: 'docdigitizer', outcome: { final: 'annotated' } };
  const faults = [{ on: { state: 'classified' }, drop: true }];
  await mock.control('PUT', 'scenarios/docdigitizer/lossy', { name: 'lossy', ...language, faults });
  const form = new FormData();
  form.append('callback_url', consumer.url);
  form.append('files', new Blob(['%PDF-1.4']), 'a.pdf');
  const headers = { authorization: 'API_KEY k', 'x-ringback-scenario': 'lossy' };
  await fetch(`${mock.url}/docdigitizer/api/v1/documents/annotate`, { method: 'POST', body: form, headers });
  await mock.settle();
  expect(consumer.requests.map(({ query }) => query.phase)).toEqual(['start', 'annotated']);
});

test('another method of a callback is used', async () => {
  const mock = await startChanged(({ webhooks }) => {
    rename(webhooks.error, 'post', 'put');
  });
  const consumer = await startConsumer();
  const client = informedClient(mock.url);
  const id = await client.register(consumer.url, {}, 'unreadable');
  await client.add(id, 'a.pdf');
  await mock.settle();
  expect(consumer.requests.map(({ method }) => method)).toEqual(['PUT']);
});
