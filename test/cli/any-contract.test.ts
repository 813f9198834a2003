import { expect, test } from 'vitest';
import { checkContract, isContract } from '../../src/cli/check-contract.ts';
import { readOptions } from '../../src/cli/read-options.ts';
import { triggerAt } from '../../src/cli/trigger.ts';
import { explain } from '../../src/core/explain/explain.ts';
import { defaultSettings, withSettings } from '../../src/core/settings.ts';
import { loadCatalogue, loadScenarios } from '../../src/loading/catalogue.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { fileWith, payments } from '../providers/contract/support.ts';
import { startConsumer } from '../support/consumer.ts';

async function catalogue() {
  const loaded = await loadCatalogue(fileWith(payments));
  const scenario =
    'name: refused\ntimeline: [{ after: 1h, callback: failed, payload: { status: failed } }]\n';
  return { ...loaded, scenarios: await loadScenarios(loaded, [fileWith(scenario, 'mine.yaml')]) };
}

test('explain plays a scenario of any contract for a typical client', async () => {
  const explained = await explain({
    ...(await catalogue()),
    scenario: 'refused',
    createStore: createMemoryStore,
    callbackUrl: 'http://consumer.example/hook',
  });
  expect(explained.deliveries).toEqual([
    expect.objectContaining({
      payload: expect.objectContaining({ status: 'failed' }),
    }),
  ]);
  expect(explained.endsAtMs).toBe(3_600_000);
});

test('explain plays the default callback', async () => {
  const explained = await explain({
    ...(await catalogue()),
    scenario: 'default',
    createStore: createMemoryStore,
  });
  expect(explained.deliveries.map(({ callback }) => callback)).toEqual(['createPayment.succeeded']);
});

test.each(['refused', 'createPayment.failed', 'payout.sent'])('trigger sends %s', async (name) => {
  const consumer = await startConsumer();
  const { scenarios, ...loaded } = await catalogue();
  const { options } = readOptions('trigger', [name, '--to', consumer.url, '--instant'], {});
  const written: string[] = [];
  const code = await triggerAt({
    name,
    options,
    catalogue: loaded,
    scenarios,
    write: (text) => void written.push(text),
    note: () => undefined,
  });
  expect(code, written.join('')).toBe(0);
  expect(consumer.requests).toHaveLength(1);
  expect(JSON.parse(String(consumer.requests[0]?.body))).toHaveProperty('paymentId');
});

test('trigger refuses to edit what a scenario writes as a whole', async () => {
  const loaded = await loadCatalogue(fileWith(payments));
  const script = 'name: exact\ntimeline: [{ after: 1h, callback: failed, content: { status: failed } }]\n';
  const scenarios = await loadScenarios(loaded, [fileWith(script, 'mine.yaml')]);
  const args = ['exact', '--to', 'http://localhost:9', '--instant', '--override', 'status=paid'];
  const { options } = readOptions('trigger', args, {});
  const triggered = triggerAt({
    name: 'exact',
    options,
    catalogue: loaded,
    scenarios,
    write: () => undefined,
    note: () => undefined,
  });
  await expect(triggered).rejects.toThrow('its steps have a written `content`');
});

test.each([
  ['My API', 'expected lower-case letters'],
  ['a/b', 'expected lower-case letters'],
  ['informed', 'a bundled provider has this name'],
])('a contract cannot be named %j', async (name, why) => {
  await expect(loadCatalogue(fileWith(payments), { name })).rejects.toThrow(why);
});

test('a name without a contract of another provider is refused, not ignored', async () => {
  await expect(loadCatalogue(null, { name: 'pay' })).rejects.toThrow('no contract is given');
  await expect(loadCatalogue('openapi.yaml', { name: 'pay' })).rejects.toThrow('by their own names');
  const { providers } = await loadCatalogue(fileWith(payments), { name: 'pay' });
  expect([...providers.keys()]).toEqual(['pay']);
});

test('trigger names the test secret when callbacks are signed', async () => {
  const consumer = await startConsumer();
  const { scenarios, ...loaded } = await catalogue();
  const args = [
    'payout.sent',
    '--to',
    consumer.url,
    '--instant',
    '--seed',
    '1',
    '--set',
    'signing.scheme=stripe',
  ];
  const { options } = readOptions('trigger', args, {});
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  await triggerAt({
    name: 'payout.sent',
    options,
    catalogue: loaded,
    scenarios,
    write: () => undefined,
    note,
  });
  expect(notes).toEqual([
    expect.stringMatching(/^callbacks are signed; a test secret verifies them: whsec_\S+\. Set/),
  ]);
  expect(consumer.requests[0]?.headers['stripe-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
});

test('validate checks a contract: what it has, what is forgiven, what cannot be sent', async () => {
  const untidy = structuredClone(payments) as Record<string, unknown> & typeof payments;
  Object.assign(untidy.webhooks['payout.sent'].post, {
    requestBody: {
      content: { 'application/json': { schema: { allOf: [{ type: 'string' }, { type: 'integer' }] } } },
    },
  });
  const check = async (document: object, json = false): Promise<{ code: number; text: string }> => {
    let text = '';
    const code = await checkContract(fileWith(document), { json, allowRemoteRefs: false }, (more) => {
      text += more;
    });
    return { code, text };
  };
  const fine = await check(payments);
  expect(fine).toEqual({
    code: 0,
    text: 'Payment Service 1: 3 operations, 2 callbacks, 1 webhooks\nnothing was forgiven, and everything is supported\n',
  });
  const { code, text } = await check(untidy);
  expect(code).toBe(1);
  expect(text).toMatch(/unsupported {2}\S+openapi\.yaml:\d+:\d+ #\/webhooks\/payout\.sent\S*: No valid body/);
  expect(JSON.parse((await check(untidy, true)).text)).toMatchObject({
    valid: false,
    contract: { operations: 3, callbacks: 2, webhooks: 1 },
    notes: [{ kind: 'unsupported', line: expect.any(Number) }],
  });
});

test.each([
  ['openapi: 3.1.0\n', true],
  ['# mine\n"openapi": 3.0.0\n', true],
  ['{ "openapi": "3.1.0" }', true],
  ['{"type": "x", "openapi": 1}', false],
  ['{"event_type": "error"}', false],
  ['documentId=1&state=91', false],
])('%j is told apart from a callback', (text, expected) => {
  expect(isContract(text)).toBe(expected);
});

test.each([
  ['{$request.query.undeclared}', 'http://consumer.example/hook'],
  ['{request.body#/reference}', 'http://consumer.example/hook'],
  ['http://fixed.example/{$request.body#/absent}', 'http://fixed.example/rehearsal'],
])('explain submits what the callback key %s reads', async (key, url) => {
  const document = structuredClone(payments);
  const answer = { post: { responses: { 204: { description: 'received' } } } };
  const schema = { type: 'object', properties: { reference: { type: 'string' } } };
  Object.assign(document.paths['/payments'].post, {
    callbacks: { told: { [key]: answer } },
    requestBody: { content: { 'application/json': { schema } } },
  });
  const loaded = await loadCatalogue(fileWith(document));
  const explained = await explain({
    ...loaded,
    scenarios: await loadScenarios(loaded, []),
    scenario: 'default',
    createStore: createMemoryStore,
    callbackUrl: 'http://consumer.example/hook',
  });
  expect(explained.notes).toEqual([]);
  const urls = explained.deliveries.flatMap(({ attempts }) =>
    attempts.map((attempt) => attempt.request?.url),
  );
  expect(urls).toEqual([url]);
});

test.each([
  ['a token', { type: 'http', scheme: 'bearer' }],
  ['a key', { type: 'apiKey', in: 'header', name: 'X-Key' }],
  ['a key of the query', { type: 'apiKey', in: 'query', name: 'key' }],
  ['user and password', { type: 'http', scheme: 'basic' }],
])('explain submits with %s that the setting lists', async (_, scheme) => {
  const document = { ...structuredClone(payments), security: [{ scheme: [] }] };
  Object.assign(document.components, { securitySchemes: { scheme } });
  const loaded = await loadCatalogue(fileWith(document));
  const name = [...loaded.providers.keys()][0] ?? '';
  const explained = await explain({
    ...loaded,
    settings: withSettings(defaultSettings(loaded.providers), { [`${name}.credentials`]: ['jö:s3cret'] }),
    scenarios: await loadScenarios(loaded, []),
    scenario: 'default',
    createStore: createMemoryStore,
  });
  expect(explained.deliveries).toHaveLength(1);
});
