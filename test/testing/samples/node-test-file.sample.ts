import test from 'node:test';
import { assert, useProvider } from 'ringback/node-test';
import { submit } from './submit.ts';

const provider = useProvider();

test('passes', async () => {
  await submit(provider);
  await provider.settle();
  assert.allAcknowledged(await provider.deliveries());
});

test('fails', async () => {
  await provider.inbox().script([503]);
  await submit(provider);
  await provider.advance('5s');
  assert.delivered(await provider.deliveries());
});
