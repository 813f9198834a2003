import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NockProviderOptions, nockProvider } from '../../src/testing/nock.ts';
import { fileWith, payments } from '../providers/contract/support.ts';

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

const headers = { 'content-type': 'application/json', 'x-api-key': 'any' };
const order = JSON.stringify({ amount: 1, callbackUrl: 'https://me.example/hook' });

async function pay(base: string): Promise<Record<string, string>> {
  const answer = await fetch(`${base}/payments`, { method: 'POST', headers, body: order });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Record<string, string>;
}

test('nockProvider plays a contract at its servers, and records its callbacks', async () => {
  await using provider = await nockProvider({ contract: fileWith(payments) });
  const { id } = await pay('https://api.pay.example/v1');
  const shown = await fetch(`https://api.pay.example/v1/payments/${id}?full=yes`, { headers });
  expect(await shown.json()).toMatchObject({ id });
  await provider.settle();
  expect(provider.requests()).toMatchObject([{ method: 'POST', url: 'https://me.example/hook' }]);
  expect(await provider.deliveries({ callback: 'succeeded' })).toMatchObject([
    { callback: 'createPayment.succeeded', payload: { paymentId: id } },
  ]);
  await expect(provider.deliveries({ callback: 'succeded' })).rejects.toThrow('Did you mean "succeeded"?');
  await expect(provider.runs({ provider: 'informed' })).rejects.toThrow('expected payment-service');
  expect(Object.keys(provider.scopes)).toEqual(['https://api.pay.example/v1']);
});

test('nockProvider plays a contract at the URL that the client has', async () => {
  await using _ = await nockProvider({
    contract: fileWith(payments),
    baseUrls: 'http://localhost:9999/mock/',
  });
  await pay('http://localhost:9999/mock');
  await expect(pay('https://api.pay.example/v1')).rejects.toThrow();
});

test('nockProvider plays a contract at every server, of which variables have their values', async () => {
  const servers = [
    {
      url: 'https://{region}.pay.example/{version}',
      variables: { region: { enum: ['eu', 'us'], default: 'eu' }, version: { default: 'v2' } },
    },
    { url: '/relative' },
    { url: 'http://sandbox.pay.example/' },
  ];
  await using provider = await nockProvider({ contract: fileWith({ ...payments, servers }) });
  const bases = ['https://eu.pay.example/v2', 'https://us.pay.example/v2', 'http://sandbox.pay.example'];
  for (const base of bases) await pay(base);
  expect(Object.keys(provider.scopes)).toEqual(bases);
  expect(await provider.runs()).toHaveLength(3);
});

test('nockProvider plays scenarios and faults of a contract', async () => {
  const scenarios = fileWith('name: fails\ntimeline: [{ after: 1h, callback: failed }]\n', 'fails.yaml');
  await using provider = await nockProvider({ contract: fileWith(payments), scenarios: [scenarios] });
  provider.playNext('fails');
  await pay('https://api.pay.example/v1');
  const { deliveries } = await provider.advance('1h');
  expect(deliveries.map(({ callback }) => callback)).toEqual(['createPayment.failed']);
});

test.each<[string, object, Omit<NockProviderOptions, 'contract'>, string]>([
  [
    'a contract without an absolute server',
    { ...payments, servers: [{ url: '/v1' }] },
    {},
    'Could not call nockProvider: the contract has no absolute URL under "servers". Give the one of your client as baseUrls, e.g. https://api.example.com.',
  ],
  [
    'base URLs of the bundled providers',
    payments,
    { baseUrls: { informed: 'https://a.example' } },
    'Could not call nockProvider. Got {"informed":"https://a.example"} for baseUrls, expected an absolute http or https URL without a query, e.g. https://api.example.com.',
  ],
  [
    'a base URL with a query',
    payments,
    { baseUrls: 'https://a.example?b' },
    'Could not call nockProvider. Got "https://a.example?b" for baseUrls, expected an absolute http or https URL without a query, e.g. https://api.example.com.',
  ],
])('nockProvider refuses %s', async (_name, document, options, message) => {
  await expect(nockProvider({ contract: fileWith(document), ...options })).rejects.toThrow(message);
});

test('nockProvider refuses one base URL for the bundled providers', async () => {
  await expect(nockProvider({ baseUrls: 'https://a.example' })).rejects.toThrow(
    'Could not call nockProvider. Got string for its options, expected an object with docdigitizer, informed.',
  );
});
