import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../../src/server/http/self-signed-certificate.ts';
import { startProvider } from '../../src/testing/start-provider.ts';
import { startHttpServer } from '../support/tcp-server.ts';

const payload = { stateCode: 30 };

async function provider(options: Parameters<typeof startProvider>[0] = {}) {
  const made = await startProvider(options);
  onTestFinished(() => made.close());
  return made;
}

async function consumer(status: number) {
  const made = await startHttpServer((_, response) => response.writeHead(status).end());
  onTestFinished(() => made.close());
  return made;
}

test('the delivery id header is the same in all attempts, and differs in a redelivery', async () => {
  const { url, requests } = await consumer(503);
  const one = await provider({
    settings: {
      'callbacks.deliveryIdHeader': 'X-Delivery-Id',
      'docdigitizer.retryDelays': ['1s'],
      'docdigitizer.retryOn': ['5xx'],
    },
  });
  const first = await one.sendCallback({
    callback: 'documentState',
    to: url,
    headers: { 'x-delivery-id': 'mine' },
    payload,
  });
  await one.settle();
  const again = await one.redeliver(first);
  await one.settle();
  const ids = requests.map(({ headers }) => headers['x-delivery-id']);
  expect(new Set(ids)).toEqual(new Set([first.id, again.id]));
  expect(ids.filter((id) => id === first.id).length).toBeGreaterThan(1);
});

test('callbacks have no delivery id header by default', async () => {
  const { url, requests } = await consumer(200);
  const one = await provider();
  await one.sendCallback({ callback: 'documentState', to: url, payload });
  expect(Object.keys(requests[0]?.headers ?? {}).filter((name) => name.includes('delivery'))).toEqual([]);
});

test.each(['Host', 'content-type', 'User-Agent', 'Authorization', 'Connection', 'a b', 'a:b'])(
  'the header of a delivery id cannot be %j',
  async (name) => {
    const settings = { 'callbacks.deliveryIdHeader': name };
    await expect(startProvider({ settings })).rejects.toMatchObject({ code: 'setting.invalid' });
  },
);

test('a self-signed consumer is refused with remedies, and called with insecureCallbacks', async () => {
  const { key, cert } = selfSignedCertificate(['localhost']);
  const server = createServer({ key, cert }, (_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const order = {
    callback: 'documentState',
    to: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    payload,
  } as const;
  const [refused] = (await (await provider()).sendCallback(order)).attempts;
  expect(refused).toMatchObject({
    acknowledged: false,
    code: 'tls.untrusted',
    error: expect.stringMatching(/NODE_EXTRA_CA_CERTS.*--insecure-callbacks.*insecureCallbacks/),
  });
  const [taken] = (await (await provider({ insecureCallbacks: true })).sendCallback(order)).attempts;
  expect(taken).toMatchObject({ acknowledged: true, code: null, error: null });
});

test('a duration has at most three decimals', async () => {
  const { url } = await consumer(200);
  const one = await provider();
  for (let i = 0; i < 5; i++) {
    const [attempt] = (await one.sendCallback({ callback: 'documentState', to: url, payload })).attempts;
    expect(String(attempt?.durationMs)).toMatch(/^\d+(\.\d{1,3})?$/);
  }
});

test('a callback URL with port 0 is reported as such', async () => {
  const order = { callback: 'documentState', to: 'http://127.0.0.1:0/cb', payload } as const;
  const [attempt] = (await (await provider()).sendCallback(order)).attempts;
  expect(attempt).toMatchObject({ code: 'request.invalid', error: expect.stringContaining('port 0') });
});
