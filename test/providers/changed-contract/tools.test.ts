import { expect, test } from 'vitest';
import { explain } from '../../../src/core/explain/explain.ts';
import { renderText } from '../../../src/core/explain/render-text.ts';
import { loadCatalogue, loadScenarios } from '../../../src/loading/catalogue.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import { startConsumer } from '../../support/consumer.ts';
import { changedCopy, type Document, operationOf, rename, startChanged } from './support.ts';

async function explained(change: (document: Document) => void, scenario: string): Promise<string> {
  const catalogue = await loadCatalogue(await changedCopy(change));
  const scenarios = await loadScenarios(catalogue, []);
  return renderText(await explain({ ...catalogue, scenarios, scenario, createStore: createMemoryStore }));
}

test('explain sends the requests that a changed contract asks for', async () => {
  const text = await explained((document) => {
    const { schemas } = document.components;
    rename(schemas.Submission.properties, 'callbackUrl', 'notifyUrl');
    for (const callback of Object.values<Document>(operationOf(document, 'submitDocument').callbacks))
      rename(callback, '{$request.body#/callbackUrl}', '{$request.body#/notifyUrl}');
    document.webhooks.documentState.parameters[0].name = 'reference';
    delete document.webhooks.documentState['x-ringback-payload'];
  }, 'docdigitizer/rejected');
  expect(text).toMatch(
    /callback {2}#2 docdigitizer\.documentState GET reference=\S+ state=92 stateText=REJECTED → 200/,
  );
});

test('explain follows renamed ids from response to request', async () => {
  const text = await explained(({ components: { schemas } }) => {
    rename(schemas.ApplicationReceipt.properties, 'application_id', 'id');
    schemas.ApplicationReceipt.required = ['id', 'application_reference_id', 'status'];
    rename(schemas.UploadTicket.properties, 'upload_url', 'target');
    schemas.UploadTicket.required = ['file_id', 'file_reference_id', 'target'];
    schemas.ApplicationRegistration.properties.branch = { type: 'string', minLength: 2 };
    schemas.ApplicationRegistration.required.push('branch');
  }, 'informed/complete');
  expect(text.match(/informed\.(?:extractions|verifications)/g)).toEqual([
    'informed.extractions',
    'informed.extractions',
    'informed.verifications',
  ]);
});

test('a changed callback is fired by hand as the contract has it', async () => {
  const mock = await startChanged(({ webhooks }) => {
    webhooks.documentState.parameters[0].name = 'reference';
    webhooks.documentState.parameters.push({
      name: 'X-Tenant',
      in: 'header',
      required: true,
      schema: { const: 'acme' },
    });
    delete webhooks.documentState['x-ringback-payload'];
  });
  const consumer = await startConsumer();
  const order = { callback: 'docdigitizer.documentState', to: `${consumer.url}/h` };
  expect((await mock.control('POST', 'callbacks', order)).body).toMatchObject({ violations: [], faults: [] });
  expect(
    (
      await mock.control('POST', 'callbacks', {
        ...order,
        payload: { reference: 'r', state: 91, stateText: 'A' },
      })
    ).body,
  ).toMatchObject({ violations: [], faults: ['override'] });
  const [made, given] = consumer.requests;
  expect(made?.query).toEqual({ reference: expect.any(String), state: '91', stateText: 'ANNOTATED' });
  expect(given?.query).toEqual({ reference: 'r', state: '91', stateText: 'A' });
  expect([made?.headers['x-tenant'], given?.headers['x-tenant']]).toEqual(['acme', 'acme']);
});

test('a fault sends a callback before the response, at the URL of the changed expression', async () => {
  const mock = await startChanged((document) => {
    for (const callback of Object.values<Document>(operationOf(document, 'submitDocument').callbacks))
      rename(
        callback,
        '{$request.body#/callbackUrl}',
        '{$request.body#/callbackUrl}/{$response.body#/document_id}',
      );
  });
  const consumer = await startConsumer();
  await mock.control('PUT', 'scenarios/docdigitizer/hasty', {
    name: 'hasty',
    provider: 'docdigitizer',
    outcome: { final: 'annotated' },
    faults: [{ on: { callback: 'documentState', state: 30 }, early: true }],
  });
  const form = new FormData();
  form.append('callbackUrl', consumer.url);
  form.append('files', new Blob(['%PDF-1.4']), 'a.pdf');
  const headers = { authorization: 'Bearer x', 'x-ringback-scenario': 'hasty' };
  const answer = await fetch(`${mock.url}/docdigitizer/api/v2/documents`, {
    method: 'POST',
    body: form,
    headers,
  });
  const { document_id } = (await answer.json()) as { document_id: string };
  expect(consumer.requests.map(({ url }) => url.split('?')[0])).toEqual([`/${document_id}`]);
});
