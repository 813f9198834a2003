import { expect, test } from 'vitest';
import { isJsonObject, type JsonValue } from '../../../src/core/json.ts';
import { startConsumer } from '../../support/consumer.ts';
import { startRingback } from '../../support/ringback.ts';
import { call } from '../../support/test-server.ts';

test('GET callbacks lists each callback of the bundled providers once', async () => {
  const { url } = await startRingback();
  const { body } = await call('GET', `${url}/_ringback/callbacks`);
  expect(body.callbacks.map((one: { callback: string }) => one.callback)).toEqual([
    'docdigitizer.documentState',
    'docdigitizer.documentStateOverview',
    'docdigitizer.documentStateV1',
    'informed.extractions',
    'informed.verifications',
    'informed.error',
  ]);
  expect(body.callbacks[0]).toEqual({
    callback: 'docdigitizer.documentState',
    event: 'documentState',
    kind: 'callback',
    operation: 'submitDocument',
    method: 'GET',
    expression: '{$request.body#/callbackUrl}',
    pointer: '/webhooks/documentState',
    fireable: true,
    fromSubmission: true,
    reason: null,
    byDefault: true,
  });
  const byDefault = body.callbacks.map((one: { byDefault: boolean }) => one.byDefault);
  expect(byDefault).toEqual([true, false, false, true, true, false]);
});

test('GET callbacks says what the default scenario of the space sends', async () => {
  const { url } = await startRingback();
  const script =
    'name: annotated\nprovider: docdigitizer\ntimeline: [{ after: 1s, callback: documentStateV1 }]';
  await fetch(`${url}/_ringback/scenarios/annotated`, { method: 'PUT', body: script });
  const { body } = await call('GET', `${url}/_ringback/callbacks`);
  const sent = body.callbacks.filter((one: { byDefault: boolean }) => one.byDefault);
  expect(sent[0].callback).toBe('docdigitizer.documentStateV1');
});

/** The `$ref`s of a document that are not local, or lead nowhere. */
function looseReferences(document: JsonValue): readonly string[] {
  const found: string[] = [];
  const visit = (value: JsonValue): void => {
    if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) visit(item);
    if (!isJsonObject(value)) return;
    const { $ref } = value;
    if (typeof $ref === 'string' && !$ref.startsWith('#/')) found.push($ref);
    for (const member of Object.values(value)) visit(member);
  };
  visit(document);
  return found;
}

test('GET contract shows the contract as one document, whose references are local', async () => {
  const { url } = await startRingback();
  const { status, body } = await call('GET', `${url}/_ringback/contract`);
  expect(status).toBe(200);
  expect(body.openapi).toMatch(/^3\.1\./);
  expect(Object.keys(body.webhooks)).toContain('documentState');
  expect(body['x-ringback-notes']).toEqual([]);
  expect(looseReferences(body)).toEqual([]);
});

test('POST callbacks takes the event of a callback, and names the nearest one', async () => {
  const consumer = await startConsumer();
  const { url } = await startRingback();
  const fire = (callback: string) =>
    call('POST', `${url}/_ringback/callbacks`, { callback, to: consumer.url });
  expect(await fire('extractions')).toMatchObject({
    status: 201,
    body: { callback: 'informed.extractions' },
  });
  expect(consumer.requests).toHaveLength(1);
  expect(await fire('extraction')).toMatchObject({
    status: 400,
    body: { violations: [{ message: 'unknown callback. Did you mean "extractions"?' }] },
  });
});

test('POST callbacks refuses a method that the contract does not declare', async () => {
  const { url } = await startRingback();
  const order = { callback: 'informed.error', to: 'http://127.0.0.1:9/', method: 'QUERY' };
  const { status, body } = await call('POST', `${url}/_ringback/callbacks`, order);
  expect([status, body.violations]).toEqual([
    400,
    [{ location: 'body/method', code: 'enum', message: 'must be POST' }],
  ]);
});

test('POST next needs the provider of its faults if there are several', async () => {
  const { url } = await startRingback();
  const { status, body } = await call('POST', `${url}/_ringback/next`, { respond: [{ status: 503 }] });
  expect([status, body.violations]).toEqual([
    400,
    [{ location: 'body', code: 'required', message: 'must have the property "provider"' }],
  ]);
});
