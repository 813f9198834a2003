import test from 'node:test';
import type { MockProvider } from 'ringback';
import { callbackExample, isRingbackError, startProvider, validateCallback } from 'ringback';
import { assert, useProvider } from 'ringback/node-test';

const provider = useProvider();

async function submit(to: MockProvider): Promise<void> {
  const form = new FormData();
  form.append('callbackUrl', to.inbox().url);
  form.append('files', new Blob(['not a PDF']), 'invoice.rejected.pdf');
  const answer = await fetch(`${to.urls.docdigitizer}/api/v2/documents`, {
    method: 'POST',
    headers: { authorization: 'Bearer token' },
    body: form,
  });
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
}

function isTrue(value: boolean): void {
  if (!value) throw new Error('Got false, expected true.');
}

test('receives every callback in a fresh space', async () => {
  await submit(provider);
  await provider.settle();
  const deliveries = await provider.deliveries();
  isTrue(deliveries.length === 2);
  assert.allAcknowledged(deliveries);
  assert.not.retried(deliveries);
  assert.callback(deliveries[0], 'docdigitizer.documentState', { strict: true });
  assert.receivedCallbacks(await provider.inbox().requests(), ['documentState']);
});

test('begins in another space, at the same time', async () => {
  isTrue((await provider.runs()).length === 0);
  isTrue((await provider.now()) === '2030-01-01T00:00:00.000Z');
});

test('plays retries', async () => {
  await provider.inbox().script([{ status: 503, times: 2 }, { status: 200 }]);
  await provider.addScenario({
    name: 'outage',
    provider: 'docdigitizer',
    outcome: { final: 'annotated' },
    retry: { schedule: ['1h', '3h'], on: ['5xx'] },
  });
  await provider.playNext('docdigitizer/outage');
  await submit(provider);
  await provider.settle();
  assert.retried(await provider.deliveries(), 2);
});

test('plays the next scenario to its end', async () => {
  await provider.playNext('docdigitizer/rejected');
  await submit(provider);
  await provider.settle();
  assert.terminal((await provider.runs())[0]);
});

test('judges payloads and names errors without a server', async () => {
  const body = callbackExample('informed.error', { seed: 7 });
  assert.callback(body, 'informed.error');
  assert.violation(validateCallback({ ...body, application_id: 7 }), 'type');
  const error = await startProvider({ url: 'nowhere' }).catch((reason: unknown) => reason);
  isTrue(isRingbackError(error));
});

test('is typed', () => {
  const checked = (): void => {
    // @ts-expect-error there is no such callback
    assert.callback({}, 'informed.extraction');
  };
  isTrue(typeof checked === 'function');
});
