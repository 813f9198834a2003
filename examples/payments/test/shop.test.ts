import { expect, play, test } from './play.ts';

test('ships a paid order', async ({ provider }) => {
  expect(await play(provider, 'payment-succeeded')).toEqual(['A-1']);
  expect(await provider.deliveries()).toAllBeAcknowledged();
});

test('ships once, even if the callback arrives twice', async ({ provider }) => {
  expect(await play(provider, 'payment-succeeded-duplicate')).toEqual(['A-1']);
});

test('ships nothing if the payment fails', async ({ provider }) => {
  expect(await play(provider, 'payment-succeeded-failure')).toEqual([]);
});
