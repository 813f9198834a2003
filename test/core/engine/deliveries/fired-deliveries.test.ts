import { expect, it } from 'vitest';
import { startConsumer } from '../../../support/consumer.ts';
import { startRingback } from '../../../support/ringback.ts';
import { submitDocument } from '../../../support/test-server.ts';

it('only deliveries that were fired by hand count as such: those of runs stay beyond the limit', async () => {
  const consumer = await startConsumer();
  const ringback = await startRingback({ settings: { 'limits.runs': 2 } });
  for (const _ of ['first', 'second']) await submitDocument(ringback.url, { callbackUrl: consumer.url });
  await ringback.settle();
  expect(await ringback.deliveries()).toHaveLength(4);
  const fire = async () => {
    const order = { callback: 'docdigitizer.documentState', to: consumer.url };
    return (await ringback.control('POST', 'callbacks', order)).body.id;
  };
  const ids = [await fire(), await fire(), await fire()];
  const fired = (await ringback.deliveries()).filter(({ runId }) => runId === null);
  expect(fired.map(({ id }) => id)).toEqual(ids.slice(1));
  expect(await ringback.deliveries()).toHaveLength(6);
});
