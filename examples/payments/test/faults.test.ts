import { describe, vi } from 'vitest';
import { expect, play, test } from './play.ts';

describe('a callback with a wrong signature is refused', () => {
  for (const signature of ['missing', 'wrong-key', 'other-body', 'old-timestamp', 'reserialized']) {
    test(signature, async ({ provider }) => {
      const scenario = await provider.addScenario(`
        name: forged
        timeline: [{ after: 1s, callback: paymentSucceeded, payload: { type: payment.succeeded } }]
        faults: [{ signature: ${signature} }]
      `);
      expect(await play(provider, scenario)).toEqual([]);
      const [delivery] = await provider.deliveries();
      expect(delivery?.attempts.map(({ statusCode }) => statusCode)).toEqual([401]);
    });
  }
});

test('a payment that was refunded in the meantime is shipped once', async ({ provider }) => {
  expect(await play(provider, 'payment-succeeded-out-of-order')).toEqual(['A-1']);
});

test('a callback that is an hour late counts', async ({ provider }) => {
  // The library compares the signature with the clock of this process.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  expect(await play(provider, 'payment-succeeded-late')).toEqual(['A-1']);
  vi.useRealTimers();
});

test('a callback that is lost ships nothing, and the provider shows why', async ({ provider }) => {
  expect(await play(provider, 'payment-succeeded-lost')).toEqual([]);
  const [run] = await provider.runs();
  const answer = await fetch(`${provider.urls.api}/payments/${run?.resourceId}`);
  expect(await answer.json()).toMatchObject({ status: 'succeeded', order: 'A-1' });
});
