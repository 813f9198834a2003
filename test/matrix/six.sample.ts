import type { MockProvider } from 'ringback';
import { callbackExample, defineScenario, isRingbackError, startProvider, validateCallback } from 'ringback';
import { expect, test } from 'ringback/vitest';

const outage = defineScenario({
  name: 'outage',
  provider: 'docdigitizer',
  outcome: { final: 'annotated' },
  retry: { schedule: ['1m', '10m', '1h', '3h', '6h'], on: ['5xx'] },
});

async function submit(provider: MockProvider): Promise<void> {
  const form = new FormData();
  form.append('callbackUrl', provider.inbox().url);
  form.append('files', new Blob(['not a PDF']), 'invoice.rejected.pdf');
  const answer = await fetch(`${provider.urls.docdigitizer}/api/v2/documents`, {
    method: 'POST',
    headers: { authorization: 'Bearer token' },
    body: form,
  });
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
}

test('receives every callback in a fresh space', async ({ provider }) => {
  expect(await provider.runs()).toHaveLength(0);
  await submit(provider);
  await provider.settle();
  const deliveries = await provider.deliveries();
  expect(deliveries).toHaveLength(2);
  expect(deliveries).toAllBeAcknowledged();
  expect(deliveries).not.toHaveBeenRetried();
  expect(deliveries[0]).toBeCallback('docdigitizer.documentState', { strict: true });
  await expect(provider.inbox().requests()).resolves.toHaveReceivedCallbacks(['documentState']);
});

test('begins in another space, at the same time', async ({ provider }) => {
  expect(await provider.runs()).toHaveLength(0);
  expect(await provider.now()).toBe('2030-01-01T00:00:00.000Z');
});

test('plays hours of retries', async ({ provider }) => {
  await provider.inbox().script([{ status: 503, times: 5 }, { status: 200 }]);
  await provider.addScenario(outage);
  await provider.playNext('docdigitizer/outage');
  await submit(provider);
  const { now } = await provider.settle();
  expect(Date.parse(now) - Date.parse('2030-01-01')).toBeGreaterThan(3_600_000);
  expect(await provider.deliveries()).toHaveBeenRetried(5);
});

test('plays the next scenario to its end', async ({ provider }) => {
  await provider.playNext('docdigitizer/rejected');
  await submit(provider);
  await provider.settle();
  const [run] = await provider.runs();
  expect(run).toBeTerminal();
  expect(run).toHaveNoViolations();
});

test('judges payloads and names errors without a server', async () => {
  const body = callbackExample('informed.error', { seed: 7 });
  expect(body).toBeCallback('informed.error');
  expect(validateCallback({ ...body, application_id: 7 })).toHaveViolation('type');
  const error = await startProvider({ url: 'nowhere' }).catch((reason: unknown) => reason);
  expect(isRingbackError(error)).toBe(true);
});

test('is typed', async ({ provider }) => {
  const checked = async (): Promise<void> => {
    // @ts-expect-error there is no such callback
    expect({}).toBeCallback('informed.extraction');
    // @ts-expect-error a number of times is a number
    expect({}).not.toHaveBeenRetried('2');
    // @ts-expect-error no duration
    await provider.advance('5 minutes');
    const pending: Promise<void> = expect(provider.deliveries()).resolves.toHaveBeenDelivered();
    await pending;
  };
  expect(typeof checked).toBe('function');
});

test('fails, and shows what the provider did', async ({ provider }) => {
  await submit(provider);
  await provider.advance('5s');
  expect(1).toBe(2);
});
