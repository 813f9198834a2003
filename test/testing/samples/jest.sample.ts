import { describe, expect, test } from '@jest/globals';
import { useProvider } from 'ringback/jest';
import { submit } from './submit.ts';

const provider = useProvider();

test('passes with a fresh space', async () => {
  expect(await provider.runs()).toHaveLength(0);
  await submit(provider);
  await provider.settle();
  const deliveries = await provider.deliveries();
  expect(deliveries).toAllBeAcknowledged();
  expect(deliveries).not.toHaveBeenRetried();
  expect(deliveries[0]).toBeCallback('docdigitizer.documentState', { strict: true });
  await expect(provider.inbox().requests()).resolves.toHaveReceivedCallbacks(['documentState']);
});

test('passes with another one', async () => {
  expect(await provider.runs()).toHaveLength(0);
  expect(await provider.now()).toBe('2030-01-01T00:00:00.000Z');
  expect(() => useProvider({}, 7 as never)).toThrow('Expected useProvider(options).');
});

test('fails by a matcher', async () => {
  await provider.inbox().script([503]);
  await submit(provider);
  await provider.settle();
  expect(await provider.deliveries()).toAllBeAcknowledged();
});

describe('on a real clock', () => {
  const real = useProvider({ clock: 'real', speed: 1_000 });
  test('passes too', async () => {
    await submit(real);
    expect(await real.waitForRun({ state: 'finished' })).toBeTerminal();
  });
});

test.skip('is typed', async () => {
  // @ts-expect-error there is no such callback
  expect({}).toBeCallback('informed.extraction');
  // @ts-expect-error a number of times is a number
  expect({}).toHaveBeenRetried('2');
  const pending: Promise<void> = expect(provider.deliveries()).resolves.toHaveBeenDelivered();
  await pending;
});
