import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { assert, useProvider } from 'ringback/node-test';
import { createWebhook, type Files } from '../src/webhook.ts';

const payslip = readFileSync(new URL('payslip.pdf', import.meta.url));
const authorization = 'Bearer s3cret';
const provider = useProvider({ settings: { 'informed.endpointAuthorization': authorization } });

let files: Files;
let webhook: Server;
let port: number;

beforeEach(async () => {
  files = new Map();
  webhook = createWebhook(authorization, files).listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  ({ port } = webhook.address() as AddressInfo);
});
afterEach(() => {
  webhook.close();
  webhook.closeAllConnections();
});

test('extractions and errors are taken file by file', async () => {
  await provider.playNext('informed/one-file-password-protected');
  const [payslipId, statementId] = await upload('payslip.pdf', 'statement.pdf');
  await provider.settle();
  const deliveries = await provider.deliveries();
  assert.receivedCallbacks(deliveries, ['extractions', 'error']);
  assert.allAcknowledged(deliveries);
  equal(files.get(payslipId ?? ''), 'extracted');
  deepEqual(files.get(statementId ?? ''), { error: '**** This file requires a password for access' });
});

test('the same twice, at the same moment, changes nothing', async () => {
  await provider.playNext('informed/concurrent-extractions');
  await upload('payslip.pdf');
  await provider.settle();
  const deliveries = await provider.deliveries();
  equal(deliveries.length, 2);
  assert.allAcknowledged(deliveries);
  equal(files.size, 1);
});

test('half a body counts for nothing, the retry for all', async () => {
  await provider.playNext('informed/truncated-body');
  await upload('payslip.pdf');
  await provider.advance('5s');
  equal(files.size, 0);
  await provider.settle();
  assert.retried(await provider.deliveries(), 1);
  assert.delivered(await provider.deliveries());
  equal(files.size, 1);
});

test('what comes while the webhook is down comes again', async () => {
  webhook.close();
  webhook.closeAllConnections();
  await upload('payslip.pdf');
  await provider.advance('6s');
  equal(files.size, 0);
  webhook = createWebhook(authorization, files).listen(port, '127.0.0.1');
  await once(webhook, 'listening');
  await provider.settle();
  const deliveries = await provider.deliveries();
  assert.retried(deliveries);
  assert.delivered(deliveries);
  equal(files.size, 1);
});

for (const [scenario, status] of [
  ['invalid-json', 400],
  ['invalid-documents', 400],
  ['webhook-without-credentials', 401],
] as const) {
  test(`${scenario} is refused with ${status}, and not sent again`, async () => {
    await provider.playNext(`informed/${scenario}`);
    await upload('payslip.pdf');
    await provider.settle();
    const [delivery] = await provider.deliveries();
    equal(delivery?.attempts[0]?.statusCode, status);
    assert.not.retried(delivery);
    equal(files.size, 0);
  });
}

/** Registers an application and uploads files to it. Returns their ids. */
async function upload(...names: readonly string[]): Promise<string[]> {
  const base = `${provider.urls.informed}/v1/consumer/applications`;
  const { application_id } = await post(base, {
    application_reference_id: 'loan-1',
    application_date: '2029-12-28',
    services: ['extract'],
    webhook: `http://127.0.0.1:${port}/informed`,
  });
  const { image_files } = await post(`${base}/${application_id}/documents`, { image_files: names });
  for (const { upload_url } of image_files) await fetch(upload_url, { method: 'PUT', body: payslip });
  return image_files.map(({ file_id }: { file_id: string }) => file_id);
}

// biome-ignore lint/suspicious/noExplicitAny: the test's own client, as short as can be
async function post(url: string, body: object): Promise<any> {
  const headers = { authorization: `Basic ${btoa('user:password')}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
