import test from 'node:test';
import { assert, useProvider, withProvider } from 'ringback/node-test';
import { submit } from './submit.ts';

test(
  'passes with a provider of its own',
  withProvider(async (own) => {
    await submit(own);
    await own.settle();
    assert.allAcknowledged(await own.deliveries());
  }),
);

test(
  'fails with a provider of its own',
  withProvider(async (own) => {
    await submit(own);
    await own.settle();
    throw new Error('mine');
  }),
);

test('a provider for several tests', async (t) => {
  const provider = useProvider();
  await t.test('passes', async () => {
    await submit(provider);
    await provider.settle();
    const deliveries = await provider.deliveries();
    assert.delivered(deliveries);
    assert.not.retried(deliveries);
    assert.callback(deliveries[0], 'documentState', { strict: true });
    assert.receivedCallbacks(await provider.inbox().requests(), ['documentState']);
    assert.noViolations(deliveries);
    assert.terminal((await provider.runs())[0]);
    // @ts-expect-error there is no such callback
    if (deliveries.length === 0) assert.callback({}, 'informed.extraction');
  });
});
