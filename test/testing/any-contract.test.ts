import { expect, test } from 'vitest';
import { startProvider } from '../../src/testing/start-provider.ts';
import { fileWith, payments } from '../providers/contract/support.ts';

async function pay(api: string, callbackUrl: string): Promise<number> {
  const { status } = await fetch(`${api}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'any' },
    body: JSON.stringify({ amount: 1, callbackUrl }),
  });
  return status;
}

test('startProvider plays any contract at urls.api', async () => {
  await using provider = await startProvider({ contract: fileWith(payments), space: 'mine' });
  const inbox = provider.inbox('callbacks');
  expect(await pay(provider.urls.api, inbox.url)).toBe(201);
  const { deliveries } = await provider.settle();
  expect(deliveries.map(({ callback, state }) => [callback, state])).toEqual([
    ['createPayment.succeeded', 'delivered'],
  ]);
});

test('a scenario that is added can leave out its provider', async () => {
  await using provider = await startProvider({ contract: fileWith(payments) });
  const name = await provider.addScenario('name: fails\ntimeline: [{ after: 1s, callback: failed }]\n');
  expect(name).toBe('payment-service/fails');
  await provider.playNext('fails');
  await pay(provider.urls.api, provider.inbox('callbacks').url);
  const { deliveries } = await provider.settle();
  expect(deliveries.map(({ callback }) => callback)).toEqual(['createPayment.failed']);
});

test('a contract that is no path is refused', async () => {
  await expect(startProvider({ contract: 1 as never })).rejects.toThrow(
    'Could not call startProvider: Got 1 for contract, expected the path of a file.',
  );
});
