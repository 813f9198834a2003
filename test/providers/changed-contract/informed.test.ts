import { expect, test } from 'vitest';
import { informedClient, registration } from '../../support/clients.ts';
import { jsonOf, startConsumer } from '../../support/consumer.ts';
import { smallPdf } from '../../support/test-server.ts';
import { type Document, operationOf, rename, startChanged } from './support.ts';

/** Renames the field with the webhook URL of registrations, updates and their callbacks. */
function renameWebhook(document: Document): void {
  const { ApplicationRegistration } = document.components.schemas;
  rename(ApplicationRegistration.properties, 'webhook', 'notify_url');
  ApplicationRegistration.required = [
    'application_reference_id',
    'application_date',
    'notify_url',
    'services',
  ];
  for (const callback of Object.values<Document>(operationOf(document, 'registerApplication').callbacks))
    rename(callback, '{$request.body#/webhook}', '{$request.body#/notify_url}');
}

test('a renamed request field calls back, and so does an update of it', async () => {
  const mock = await startChanged(renameWebhook);
  const consumer = await startConsumer();
  const client = informedClient(mock.url);
  const body = { ...registration, notify_url: `${consumer.url}/one` };
  const registered = await client.call('POST', 'applications', body);
  expect(registered.status).toBe(201);
  const id = registered.body.application_id;
  await client.add(id, 'a.pdf');
  await mock.settle();
  expect(consumer.requests.map(({ url }) => url)).toEqual(['/one', '/one']);
  expect((await client.application(id)).webhook).toBe(`${consumer.url}/one`);
  await client.call('PUT', `applications/${id}`, { notify_url: `${consumer.url}/two` });
  await mock.settle();
  expect(consumer.requests.map(({ url }) => url)).toEqual(['/one', '/one', '/two']);
  const old = await client.call('POST', 'applications', { ...registration, webhook: consumer.url });
  expect(old).toMatchObject({ status: 400, body: { violations: [{ location: 'body', code: 'required' }] } });
});

test('a renamed request field without an expression is read under its new name', async () => {
  const mock = await startChanged(({ components: { schemas } }) => {
    rename(schemas.ApplicationRegistration.properties, 'application_reference_id', 'loan_number');
    schemas.ApplicationRegistration.required = ['loan_number', 'application_date', 'webhook', 'services'];
  });
  const consumer = await startConsumer();
  const client = informedClient(mock.url);
  const id = await client.register(consumer.url, { loan_number: 'L-7' });
  await client.add(id, 'a.pdf');
  await mock.settle();
  expect(consumer.requests.map((request) => jsonOf(request).application_reference_id)).toEqual([
    'L-7',
    'L-7',
  ]);
});

test('an expression decides where callbacks go, and one without a value sends none', async () => {
  const mock = await startChanged((document) => {
    const { callbacks } = operationOf(document, 'registerApplication');
    rename(
      callbacks.extractions,
      '{$request.body#/webhook}',
      '{$request.body#/webhook}/{$response.body#/application_id}',
    );
    rename(callbacks.verifications, '{$request.body#/webhook}', '{$request.query.verified}');
  });
  const consumer = await startConsumer();
  const client = informedClient(mock.url);
  const id = await client.register(`${consumer.url}/hook`);
  await client.add(id, 'a.pdf');
  await mock.settle();
  expect(consumer.requests.map(({ url }) => url)).toEqual([`/hook/${id}`]);
  const [run] = await mock.runs();
  expect(run.warnings).toEqual([
    {
      location: 'callback informed.verifications',
      code: 'callback.not-sent',
      message: expect.stringContaining('$request.query.verified'),
    },
  ]);
});

test('renamed and new response properties and headers are answered', async () => {
  const mock = await startChanged((document) => {
    const { schemas } = document.components;
    rename(schemas.ApplicationReceipt.properties, 'application_id', 'id');
    schemas.ApplicationReceipt.properties.region = { type: 'string', enum: ['north', 'south'] };
    schemas.ApplicationReceipt.required = ['id', 'application_reference_id', 'status', 'region'];
    operationOf(document, 'registerApplication').responses['201'].headers.Location = {
      required: true,
      schema: { type: 'string', format: 'uri' },
    };
  });
  const client = informedClient(mock.url);
  const { body, headers } = await client.call('POST', 'applications', {
    ...registration,
    webhook: 'http://127.0.0.1:9/',
  });
  expect(body).toEqual({
    id: expect.any(String),
    application_reference_id: 'loan-1',
    status: 'Ready',
    region: expect.stringMatching(/north|south/),
  });
  expect(URL.canParse(headers.get('location') ?? '')).toBe(true);
  expect((await client.application(body.id)).application_id).toBe(body.id);
});

test('new required properties of payloads are filled in, renamed ones keep their values', async () => {
  const mock = await startChanged((document) => {
    const media = document.webhooks.extractions.post.requestBody.content['application/json'];
    media.schema = {
      allOf: [
        media.schema,
        {
          type: 'object',
          required: ['sequence'],
          properties: { sequence: { type: 'integer', minimum: 10, maximum: 20 } },
        },
      ],
    };
    document.webhooks.verifications.post.parameters = [
      { name: 'X-Tenant', in: 'header', required: true, schema: { enum: ['acme'] } },
    ];
  });
  const consumer = await startConsumer();
  const client = informedClient(mock.url);
  const id = await client.register(consumer.url);
  await client.add(id, 'a.pdf');
  await mock.settle();
  const [extractions, verifications] = consumer.requests;
  const { sequence, event_type, application_id } = jsonOf(extractions);
  expect({ event_type, application_id }).toEqual({ event_type: 'extractions', application_id: id });
  expect(sequence).toBeGreaterThan(9);
  expect(sequence).toBeLessThan(21);
  expect(verifications?.headers['x-tenant']).toBe('acme');
});

test('security: [] needs no credentials, and another scheme is demanded in their place', async () => {
  const mock = await startChanged((document) => {
    document.components.securitySchemes.token = { type: 'http', scheme: 'bearer' };
    operationOf(document, 'registerApplication').security = [{ token: [] }];
    operationOf(document, 'listApplications').security = [];
  });
  const url = `${mock.url}/informed/v1/consumer/applications`;
  expect((await fetch(url)).status).toBe(200);
  const body = JSON.stringify({ ...registration, webhook: 'http://127.0.0.1:9/' });
  const post = (authorization: string) =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization } });
  const refused = await post(`Basic ${btoa('user:password')}`);
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="informed"']);
  expect((await post('Bearer t')).status).toBe(201);
});

test('a renamed property keeps its value where another media type is declared before JSON', async () => {
  const mock = await startChanged(({ webhooks }) => {
    const { requestBody } = webhooks.error.post;
    requestBody.content = {
      'text/plain': { schema: { type: 'string' } },
      'application/json': {
        schema: {
          type: 'object',
          required: ['event_type', 'loan'],
          properties: {
            event_type: { const: 'error' },
            loan: {
              type: 'string',
              minLength: 1,
            },
            application_reference_id: { type: 'string', minLength: 1 },
          },
          additionalProperties: false,
        },
      },
    };
  });
  const consumer = await startConsumer();
  const client = informedClient(mock.url);
  const id = await client.register(consumer.url, {}, 'unreadable');
  await client.add(id, 'a.pdf');
  await mock.settle();
  expect(jsonOf(consumer.requests[0])).toEqual({
    event_type: 'error',
    loan: id,
    application_reference_id: 'loan-1',
  });
});

test('a download whose response has a new header is still the file', async () => {
  const mock = await startChanged((document) => {
    operationOf(document, 'downloadDocument').responses['200'].headers = {
      'X-Archive': { required: true, schema: { enum: ['cold'] } },
    };
  });
  const consumer = await startConsumer();
  const client = informedClient(mock.url);
  await client.add(await client.register(consumer.url), 'paystub.pdf', Buffer.from(smallPdf()));
  await mock.settle();
  const { documents } = jsonOf(consumer.requests[0]);
  const answer = await fetch(documents.paystub[0].url);
  expect([answer.status, answer.headers.get('x-archive')]).toEqual([200, 'cold']);
  expect(await answer.text()).toBe(smallPdf());
});
