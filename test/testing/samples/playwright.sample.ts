import { createTest, expect, test } from 'ringback/playwright';
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

test("passes with Playwright's own client", async ({ provider, request }) => {
  expect(await provider.runs()).toHaveLength(0);
  const answer = await request.get(`${provider.urls.docdigitizer}/api/v2/documents/none`);
  expect(answer.status()).toBe(401);
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

test.skip('is typed', async ({ provider, page }) => {
  await page.goto('/');
  // @ts-expect-error there is no such callback
  expect({}).toBeCallback('informed.extraction');
  // @ts-expect-error a number of times is a number
  expect({}).toHaveBeenRetried('2');
  // @ts-expect-error no duration
  await provider.advance('5 minutes');
  // @ts-expect-error no such option
  createTest({ cluck: 'real' });
  const pending: Promise<void> = expect(provider.deliveries()).resolves.toHaveBeenDelivered();
  await pending;
});
