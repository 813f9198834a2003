import { expect, test } from 'vitest';
import { orders } from '../config/support.ts';
import { fileWith } from '../providers/contract/support.ts';
import { startRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';

/** The response of an inbox to a callback, and what is wrong with it, if the callbacks declare these statuses. */
async function receive(...statuses: readonly string[]) {
  const document = structuredClone(orders);
  const { shipped, canceled } = document.paths['/orders'].post.callbacks;
  const events = [
    shipped['{$request.body#/fallback}'].post,
    canceled['the URL in your account'].post,
    document.webhooks.refunded.post,
  ];
  for (const [index, event] of events.entries()) {
    const status = statuses[index % statuses.length] ?? '';
    Object.assign(event, { responses: { [status]: { description: 'received' } } });
  }
  const { server } = await startRingback({ contract: fileWith(document), clock: 'virtual' });
  await call('POST', `${server.url}/orders`, { fallback: `${server.url}/_ringback/inbox/mine` });
  await call('POST', `${server.url}/_ringback/clock`, { settle: true });
  const { body } = await call('GET', `${server.url}/_ringback/deliveries`);
  const [{ statusCode, violations }] = body.deliveries[0].attempts;
  return [statusCode, violations.map(({ code }: { code: string }) => code)];
}

test('an inbox responds as every callback of the contract declares', async () => {
  expect(await receive('204')).toEqual([204, []]);
  expect(await receive('200')).toEqual([200, []]);
  expect(await receive('2XX', 'default')).toEqual([200, []]);
  expect(await receive('202', '2XX')).toEqual([202, []]);
});

test('an inbox responds 200 if the callbacks have no status in common', async () => {
  expect(await receive('204', '202')).toEqual([200, ['answer.status']]);
});
