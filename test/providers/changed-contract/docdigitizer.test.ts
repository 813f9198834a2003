import { expect, test } from 'vitest';
import { docdigitizerClient } from '../../support/clients.ts';
import { startConsumer } from '../../support/consumer.ts';
import { call, submitDocument } from '../../support/test-server.ts';
import { operationOf, rename, startChanged } from './support.ts';

test('a renamed request field calls back, at the URL that the changed expression finds', async () => {
  const mock = await startChanged((document) => {
    rename(document.components.schemas.Submission.properties, 'callbackUrl', 'notifyUrl');
    const operation = operationOf(document, 'submitDocument');
    for (const callback of Object.values(operation.callbacks) as object[])
      rename(callback, '{$request.body#/callbackUrl}', '{$request.body#/notifyUrl}');
  });
  const consumer = await startConsumer();
  const { status } = await submitDocument(mock.url, { notifyUrl: `${consumer.url}/new` });
  expect(status).toBe(202);
  await mock.settle();
  expect(consumer.requests.map(({ url }) => url.replace(/documentId=[^&]*/, 'documentId=x'))).toEqual([
    '/new?documentId=x&state=30&stateText=RECEIVEDMACHINELEARN',
    '/new?documentId=x&state=91&stateText=ANNOTATED',
  ]);
  expect((await mock.runs())[0].warnings).toEqual([]);
});

test('the old name of a renamed field is unknown, and calls nobody', async () => {
  const mock = await startChanged((document) => {
    rename(document.components.schemas.Submission.properties, 'callbackUrl', 'notifyUrl');
    const operation = operationOf(document, 'submitDocument');
    for (const callback of Object.values(operation.callbacks) as object[])
      rename(callback, '{$request.body#/callbackUrl}', '{$request.body#/notifyUrl}');
  });
  const consumer = await startConsumer();
  await submitDocument(mock.url, { callbackUrl: consumer.url });
  await mock.settle();
  expect(consumer.requests).toEqual([]);
  expect((await mock.runs())[0].warnings).toEqual([expect.objectContaining({ code: 'unknown-field' })]);
});

test('a renamed field without an expression is read under its new name', async () => {
  const mock = await startChanged(({ components }) =>
    rename(components.schemas.Submission.properties, 'document_class', 'kind'),
  );
  const { body } = await submitDocument(mock.url, { kind: 'invoice' });
  const { document_class } = await docdigitizerClient(mock.url).document(body.document_id);
  expect(document_class).toBe('invoice');
});

test.each([
  ['a suffix', '{$request.body#/callbackUrl}/events', '/base/events'],
  ['a part of the response', '{$request.body#/callbackUrl}/{$response.body#/document_id}', '/base/<id>'],
])('an expression with %s changes where callbacks go', async (_, expression, expected) => {
  const mock = await startChanged((document) => {
    const { callbacks } = operationOf(document, 'submitDocument');
    for (const callback of Object.values(callbacks) as object[])
      rename(callback, '{$request.body#/callbackUrl}', expression);
  });
  const consumer = await startConsumer();
  const { body } = await submitDocument(mock.url, { callbackUrl: `${consumer.url}/base` });
  await mock.settle();
  const path = expected.replace('<id>', body.document_id);
  expect(consumer.requests.map(({ url }) => url.split('?')[0])).toEqual([path, path]);
});

test('an expression that reads a header, or nothing, decides about the URL', async () => {
  const consumer = await startConsumer();
  const mock = await startChanged((document) => {
    const operation = operationOf(document, 'submitDocument');
    operation.parameters.push({ name: 'X-Notify', in: 'header', schema: { type: 'string' } });
    for (const callback of Object.values(operation.callbacks) as object[])
      rename(callback, '{$request.body#/callbackUrl}', '{$request.header.x-notify}');
  });
  await submitDocument(
    mock.url,
    { callbackUrl: `${consumer.url}/body` },
    { 'x-notify': `${consumer.url}/header` },
  );
  await submitDocument(mock.url, { callbackUrl: `${consumer.url}/body` });
  await mock.settle();
  expect(consumer.requests.map(({ url }) => url.split('?')[0])).toEqual(['/header', '/header']);
});

test('an expression that reads what the operation does not declare decides about the URL', async () => {
  const consumer = await startConsumer();
  const mock = await startChanged((document) => {
    for (const callback of Object.values(operationOf(document, 'submitDocument').callbacks) as object[])
      rename(callback, '{$request.body#/callbackUrl}', '{$request.header.x-notify}');
  });
  await submitDocument(mock.url, {}, { 'x-notify': `${consumer.url}/header` });
  await mock.settle();
  expect(consumer.requests.map(({ url }) => url.split('?')[0])).toEqual(['/header', '/header']);
});

test('one callback of an operation has a URL of its own', async () => {
  const mock = await startChanged(
    (document) => {
      document.components.schemas.Submission.properties.overviewUrl = { type: 'string', format: 'uri' };
      rename(
        operationOf(document, 'submitDocument').callbacks.documentStateOverview,
        '{$request.body#/callbackUrl}',
        '{$request.body#/overviewUrl}',
      );
    },
    { settings: { 'docdigitizer.callbackVariant': 'documentStateOverview' } },
  );
  const consumer = await startConsumer();
  await submitDocument(mock.url, {
    callbackUrl: `${consumer.url}/state`,
    overviewUrl: `${consumer.url}/overview`,
  });
  await mock.settle();
  expect(consumer.requests.map(({ url }) => url.split('?')[0])).toEqual(['/overview']);
});

test('a renamed response field keeps its value', async () => {
  const mock = await startChanged(({ components: { schemas } }) => {
    rename(schemas.SubmissionAccepted.properties, 'document_id', 'id');
    schemas.SubmissionAccepted.required = ['id', 'document_ids'];
    rename(schemas.DocumentResults.properties, 'partial', 'incomplete');
    schemas.DocumentResults.required = ['incomplete', 'annotations', 'reasons'];
  });
  const { body } = await submitDocument(mock.url, {});
  expect(body).toEqual({ id: body.document_ids[0], document_ids: [expect.any(String)] });
  const { document_id, results } = await docdigitizerClient(mock.url).document(body.id);
  expect({ document_id, results }).toMatchObject({ document_id: body.id, results: { incomplete: true } });
  expect(results).not.toHaveProperty('partial');
});

test('a required response property that is new is made up, the same in each response', async () => {
  const mock = await startChanged(({ components: { schemas } }) => {
    for (const name of ['SubmissionAccepted', 'Document']) {
      schemas[name].properties.tracking_code = { type: 'string', format: 'uuid' };
      schemas[name].required.push('tracking_code');
    }
    schemas.CallbackLogEntry.properties.zone = { type: 'string', enum: ['eu', 'us'] };
    schemas.CallbackLogEntry.required.push('zone');
  });
  const consumer = await startConsumer();
  const client = docdigitizerClient(mock.url);
  const first = await submitDocument(mock.url, { callbackUrl: consumer.url });
  const second = await submitDocument(mock.url, {});
  expect(first.body.tracking_code).toMatch(/^[0-9a-f-]{36}$/);
  expect(second.body.tracking_code).not.toBe(first.body.tracking_code);
  await mock.settle();
  const document = await client.document(first.body.document_id);
  expect(document.tracking_code).toBe(first.body.tracking_code);
  expect(document.callbackLog.map(({ zone }: { zone: string }) => zone)).toEqual([
    expect.stringMatching(/^eu|us$/),
    expect.stringMatching(/^eu|us$/),
  ]);
  expect(await client.document(first.body.document_id)).toEqual(document);
});

test('a response property that the contract forbids is replaced or left out', async () => {
  const mock = await startChanged(({ components: { schemas } }) => {
    schemas.SubmissionAccepted.additionalProperties = false;
    delete schemas.SubmissionAccepted.properties.document_ids;
    schemas.SubmissionAccepted.required = ['document_id'];
    schemas.SubmissionAccepted.properties.document_id = { type: 'string', pattern: '^doc_[0-9]{6}$' };
  });
  const { body } = await submitDocument(mock.url, {});
  expect(body).toEqual({ document_id: expect.stringMatching(/^doc_[0-9]{6}$/) });
});

test('new response headers are made up, renamed ones keep their values', async () => {
  const mock = await startChanged(({ components: { responses } }) => {
    const { headers } = responses.TaskAccepted;
    headers['X-Rate-Remaining'] = { required: true, schema: { type: 'integer', minimum: 5, maximum: 9 } };
    rename(headers, 'X-Document-Location', 'X-Document-Address');
  });
  const { status, headers } = await docdigitizerClient(mock.url).submit(
    {},
    { path: 'v1/documents/annotate', headers: { authorization: 'API_KEY k' } },
  );
  expect(status).toBe(202);
  expect(headers.get('x-rate-remaining')).toMatch(/^[5-9]$/);
  expect(headers.get('x-document-location')).toBeNull();
  expect(headers.get('x-document-address')).toContain(`${mock.url}/docdigitizer/api/v1/documents/`);
});

test('a response has the status that the contract declares in place of the former one', async () => {
  const mock = await startChanged((document) =>
    rename(operationOf(document, 'submitDocument').responses, '202', '201'),
  );
  const { status, body } = await submitDocument(mock.url, {});
  expect({ status, body }).toEqual({
    status: 201,
    body: { document_id: expect.any(String), document_ids: [body.document_id] },
  });
});

test('security: [] needs no credentials, and another scheme is demanded in their place', async () => {
  const mock = await startChanged((document) => {
    operationOf(document, 'submitDocument').security = [];
    document.components.securitySchemes.shared = { type: 'apiKey', in: 'query', name: 'key' };
    operationOf(document, 'getDocument').security = [{ shared: [] }];
  });
  const form = new FormData();
  form.append('files', new Blob(['%PDF-1.4']), 'a.pdf');
  const base = `${mock.url}/docdigitizer/api`;
  const submitted = await fetch(`${base}/v2/documents`, { method: 'POST', body: form });
  expect(submitted.status).toBe(202);
  const { document_id } = (await submitted.json()) as { document_id: string };
  const refused = await call('GET', `${base}/v2/documents/${document_id}`, undefined, {
    authorization: 'Bearer x',
  });
  expect(refused.status).toBe(401);
  expect(refused.body.detail).toContain('the query parameter key');
  expect((await call('GET', `${base}/v2/documents/${document_id}?key=a`)).status).toBe(200);
  expect((await call('GET', `${base}/v1/tasks`)).status).toBe(401);
});

test('security: [] of the whole contract counts where an operation says nothing', async () => {
  const mock = await startChanged((document) => {
    document.security = [];
    delete operationOf(document, 'listTasks').security;
  });
  const base = `${mock.url}/docdigitizer/api`;
  expect((await call('GET', `${base}/v1/tasks`)).status).toBe(200);
  expect((await call('GET', `${base}/v2/documents/x`)).status).toBe(401);
});

test('a renamed path parameter still finds the document', async () => {
  const mock = await startChanged((document) => {
    rename(document.paths, '/docdigitizer/api/v2/documents/{docid}', '/docdigitizer/api/v3/documents/{id}');
    operationOf(document, 'getDocument').parameters = [
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    ];
  });
  const { body } = await submitDocument(mock.url, {});
  const headers = { authorization: 'Bearer x' };
  const found = await call(
    'GET',
    `${mock.url}/docdigitizer/api/v3/documents/${body.document_id}`,
    undefined,
    headers,
  );
  expect(found).toMatchObject({ status: 200, body: { document_id: body.document_id } });
  const old = await call(
    'GET',
    `${mock.url}/docdigitizer/api/v2/documents/${body.document_id}`,
    undefined,
    headers,
  );
  expect(old.status).toBe(404);
});
