import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';

/** A contract whose callback lets the consumer respond with a redirect, and with any body. */
async function contractFile(): Promise<string> {
  const callback = {
    requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
    responses: {
      200: { description: 'Received.', content: { 'text/plain': { schema: { type: 'string' } } } },
      307: { description: 'Moved for now.' },
    },
  };
  const document = {
    openapi: '3.1.0',
    info: { title: 'Alarms', version: '1' },
    paths: {
      '/alarms': {
        post: {
          operationId: 'subscribe',
          requestBody: {
            content: {
              'application/json': { schema: { type: 'object', properties: { sink: { type: 'string' } } } },
            },
          },
          responses: { 201: { description: 'Subscribed.' } },
          callbacks: { onAlarm: { '{$request.body#/sink}': { post: callback } } },
        },
      },
    },
  };
  const file = join(await mkdtemp(join(tmpdir(), 'ringback-alarms-')), 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  return file;
}

async function subscribed(location: string) {
  const consumer = await startConsumer();
  const ringback = await startRingback({ contract: await contractFile() });
  consumer.answer({ status: 307, headers: { location } }, { body: 'thanks' });
  await call('POST', `${ringback.url}/alarms`, { sink: `${consumer.url}/sink` });
  await ringback.settle();
  const [delivery] = await ringback.deliveries();
  return { consumer, delivery };
}

test('a redirect that the contract declares is followed, and its text is a valid response', async () => {
  const { consumer, delivery } = await subscribed('/elsewhere');
  expect(consumer.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /sink',
    'POST /elsewhere',
  ]);
  expect(delivery).toMatchObject({
    callback: 'subscribe.onAlarm',
    state: 'delivered',
    attempts: [{ statusCode: 200, redirectedTo: `${consumer.url}/elsewhere`, violations: [] }],
  });
  expect(consumer.requests[1]?.body.toString()).toBe(consumer.requests[0]?.body.toString());
});

test('a redirect to an address that is not allowed is refused when the connection is made', async () => {
  const { delivery } = await subscribed('http://203.0.113.7/metadata');
  expect(delivery).toMatchObject({
    state: 'failed',
    attempts: [{ statusCode: null, code: 'address.blocked' }],
  });
});
