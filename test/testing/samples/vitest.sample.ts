import { createTest, expect, it, test } from 'ringback/vitest';
import { submit } from './submit.ts';

test('passes with a fresh space', async ({ provider }) => {
  expect(await provider.runs()).toHaveLength(0);
  await submit(provider);
  await provider.settle();
  const deliveries = await provider.deliveries();
  expect(deliveries).toAllBeAcknowledged();
  expect(deliveries).not.toHaveBeenRetried();
  expect(deliveries[0]).toBeCallback('docdigitizer.documentState', { strict: true });
  await expect(provider.inbox().requests()).resolves.toHaveReceivedCallbacks(['documentState']);
});

it.concurrent('passes beside others', async ({ provider, expect }) => {
  expect(await provider.now()).toBe('2030-01-01T00:00:00.000Z');
  expect(await provider.runs()).toHaveLength(0);
});

test('fails by a matcher', async ({ provider }) => {
  await provider.inbox().script([503]);
  await submit(provider);
  await provider.settle();
  expect(await provider.deliveries()).toAllBeAcknowledged();
});

test('fails by itself', async ({ provider }) => {
  await submit(provider);
  await provider.advance('5s');
  expect(1).toBe(2);
});

const inRealTime = createTest({ clock: 'real', speed: 1_000 });
inRealTime('passes on a real clock', async ({ provider }) => {
  await submit(provider);
  expect(await provider.waitForRun({ state: 'finished' })).toBeTerminal();
});

test.skip('is typed', async ({ provider }) => {
  // @ts-expect-error there is no such callback
  expect({}).toBeCallback('informed.extraction');
  // @ts-expect-error a number of times is a number
  expect({}).toHaveBeenRetried('2');
  // @ts-expect-error a list is asked for
  expect({}).toHaveReceivedCallbacks('documentState');
  // @ts-expect-error no duration
  await provider.advance('5 minutes');
  // @ts-expect-error no such option
  createTest({ cluck: 'real' });
  const pending: Promise<void> = expect(provider.deliveries()).resolves.toHaveBeenDelivered();
  await pending;
});
