import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { useProvider } from 'ringback/jest';
import { createConsumer } from '../src/consumer.js';

const pdf = new Blob([readFileSync(new URL('invoice.pdf', import.meta.url))]);
const provider = useProvider();

/** @type {ReturnType<typeof createConsumer>} */
let consumer;
/** @type {import('node:http').Server} */
let server;
/** @type {string[]} */
let finished;
let url = '';

beforeEach(async () => {
  finished = [];
  consumer = createConsumer({
    docdigitizerUrl: provider.urls.docdigitizer,
    secret: 's3cret',
    onFinished: (_, stateText) => finished.push(stateText),
  });
  await new Promise((listening) => {
    server = consumer.app.listen(0, '127.0.0.1', () => listening(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The consumer has no port.');
  url = `http://127.0.0.1:${address.port}`;
});

afterEach(async () => {
  await new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  });
});

test('a document is followed to its final state', async () => {
  const id = await consumer.submit(pdf, url);
  await provider.settle();
  await consumer.idle();
  const deliveries = await provider.deliveries();
  expect(deliveries).toHaveReceivedCallbacks([
    { callback: 'documentState', payload: { documentId: id, state: 30 } },
    { callback: 'documentState', payload: { documentId: id, state: 91 } },
  ]);
  expect(deliveries).toAllBeAcknowledged();
  expect(finished).toEqual(['ANNOTATED']);
});

test.each([
  ['duplicate-final', 'ANNOTATED'],
  ['swapped-states', 'ANNOTATED'],
  ['stale-state-after-final', 'ANNOTATED'],
  ['second-final-differs', 'ANNOTATED'],
  ['everything-before-the-answer', 'ANNOTATED'],
  ['late-rejection', 'REJECTED'],
  ['error', 'ERROR'],
])('%s ends in %s, once', async (scenario, stateText) => {
  await provider.playNext(`docdigitizer/${scenario}`);
  await consumer.submit(pdf, url);
  await provider.settle();
  await consumer.idle();
  expect(await provider.deliveries()).toAllBeAcknowledged();
  expect(finished).toEqual([stateText]);
});

test.each(['lost-final', 'missing-state', 'empty-query'])('%s is made up for by asking', async (scenario) => {
  await provider.playNext(`docdigitizer/${scenario}`);
  await consumer.submit(pdf, url);
  await provider.settle();
  await consumer.idle();
  expect(finished).toEqual([]);
  await consumer.reconcile();
  expect(finished).toEqual(['ANNOTATED']);
});

test('a callback of a stranger is refused', async () => {
  const delivery = await provider.sendCallback({ callback: 'documentState', to: `${url}/callbacks/guess` });
  expect(delivery.attempts[0]?.statusCode).toBe(401);
  expect(consumer.states.size).toBe(0);
});
