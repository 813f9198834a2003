import { describe } from 'vitest';
import { expect, test } from './consumer-test.ts';

test('a document is followed to its final state', async ({ provider, consumer }) => {
  const id = await consumer.submit();
  await provider.advance('5s');
  await consumer.idle();
  expect(consumer.documents.get(id)).toMatchObject({ state: 30, results: null });
  await provider.settle();
  await consumer.idle();
  expect(consumer.documents.get(id)).toMatchObject({ state: 91, results: { partial: false } });
  const deliveries = await provider.deliveries();
  expect(deliveries).toHaveReceivedCallbacks([
    { callback: 'documentState', payload: { documentId: id, state: 30 } },
    { callback: 'documentState', payload: { documentId: id, state: 91 } },
  ]);
  expect(deliveries).toAllBeAcknowledged();
});

describe('a document is finished once', () => {
  test.for(['duplicate-final', 'concurrent-duplicates', 'duplicate-final-after-timeout'])(
    'whatever comes twice: %s',
    async (scenario, { provider, consumer }) => {
      await provider.playNext(`docdigitizer/${scenario}`);
      await consumer.submit();
      await provider.settle();
      await consumer.idle();
      const deliveries = await provider.deliveries();
      expect(deliveries.length).toBeGreaterThan(2);
      expect(deliveries).toAllBeAcknowledged();
      expect(consumer.finished.map(({ stateText }) => stateText)).toEqual(['ANNOTATED']);
    },
  );
});

describe('a final state never goes back', () => {
  test.for(['swapped-states', 'stale-state-after-final'])(
    'to phase 1, when that comes last: %s',
    async (scenario, { provider, consumer }) => {
      await provider.playNext(`docdigitizer/${scenario}`);
      const id = await consumer.submit();
      await provider.settle();
      await consumer.idle();
      expect(await provider.deliveries()).toHaveReceivedCallbacks([
        { callback: 'documentState', payload: { state: 91 } },
        { callback: 'documentState', payload: { state: 30 } },
      ]);
      expect(consumer.documents.get(id)?.state).toBe(91);
    },
  );

  test.for([
    ['second-final-differs', 'ANNOTATED'],
    ['rejected-then-error', 'REJECTED'],
  ] as const)('on the word of a callback: %s', async ([scenario, truth], { provider, consumer }) => {
    await provider.playNext(`docdigitizer/${scenario}`);
    await consumer.submit();
    await provider.settle();
    await consumer.idle();
    expect(await provider.deliveries()).toHaveLength(3);
    expect(consumer.finished.map(({ stateText }) => stateText)).toEqual([truth]);
  });

  test('unless the provider has corrected itself', async ({ provider, consumer }) => {
    await provider.playNext('docdigitizer/corrected-after-final');
    await consumer.submit();
    await provider.advance('10s');
    await consumer.idle();
    await provider.advance('1d');
    await consumer.idle();
    expect(consumer.finished.map(({ stateText }) => stateText)).toEqual(['ANNOTATED', 'REJECTED']);
    expect(consumer.finished[1]?.results.reasons).toEqual(['withdrawn by quality control']);
  });
});

test('a rejection an hour later is learnt with its reason', async ({ provider, consumer }) => {
  await provider.playNext('docdigitizer/late-rejection');
  const id = await consumer.submit();
  await provider.advance('59m');
  await consumer.idle();
  expect(consumer.documents.get(id)?.state).toBe(30);
  expect(consumer.finished).toHaveLength(0);
  await provider.settle();
  await consumer.idle();
  expect(consumer.documents.get(id)).toMatchObject({
    state: 92,
    results: { reasons: ['the document is not legible'] },
  });
});

describe('a callback that never comes, or cannot be read, is made up for by asking', () => {
  test.for([
    ['lost-final', null],
    ['truncated-query', 400],
    ['empty-query', 400],
    ['missing-state', 400],
    ['state-not-a-number', 400],
    ['missing-credentials', 401],
    ['wrong-credentials', 401],
  ] as const)('%s', async ([scenario, status], { provider, consumer }) => {
    await provider.playNext(`docdigitizer/${scenario}`);
    const id = await consumer.submit();
    await provider.settle();
    await consumer.idle();
    const final = (await provider.deliveries()).at(-1);
    expect(final?.attempts.at(-1)?.statusCode ?? null).toBe(status);
    expect(consumer.documents.get(id)?.state).not.toBe(91);
    await consumer.reconcile();
    expect(consumer.documents.get(id)?.state).toBe(91);
    expect(consumer.finished).toHaveLength(1);
  });
});

describe('callbacks that come before the answer to the submission', () => {
  test.for(['early-state', 'everything-before-the-answer'])(
    'are of the document that it names: %s',
    async (scenario, { provider, consumer }) => {
      await provider.playNext(`docdigitizer/${scenario}`);
      const id = await consumer.submit();
      await provider.settle();
      await consumer.idle();
      expect(consumer.documents.get(id)?.state).toBe(91);
      expect(consumer.documents.size).toBe(1);
      expect(consumer.finished).toHaveLength(1);
    },
  );
});

test('a callback of a document that nobody submitted is acknowledged, and forgotten', async ({
  provider,
  consumer,
}) => {
  await provider.playNext('docdigitizer/unknown-document');
  await consumer.submit();
  await provider.settle();
  await consumer.idle();
  expect(await provider.deliveries()).toAllBeAcknowledged();
  expect(consumer.documents.size).toBe(1);
});

test('parameters that are new are passed over', async ({ provider, consumer }) => {
  await provider.playNext('docdigitizer/new-query-parameter');
  await consumer.submit();
  await provider.settle();
  await consumer.idle();
  expect(await provider.deliveries()).toAllBeAcknowledged();
  expect(consumer.finished).toHaveLength(1);
});

test('what cannot be written down is not acknowledged, and asked for later', async ({
  provider,
  consumer,
}) => {
  const id = await consumer.submit();
  consumer.isDown = true;
  await provider.settle();
  const deliveries = await provider.deliveries();
  expect(deliveries.map(({ attempts }) => attempts[0]?.statusCode)).toEqual([503, 503]);
  // DocDigitizer documents no retries.
  expect(deliveries).not.toHaveBeenRetried();
  consumer.isDown = false;
  await consumer.reconcile();
  expect(consumer.documents.get(id)?.state).toBe(91);
});

test('work that failed is done by the next reconciliation', async ({ provider, consumer }) => {
  await provider.addScenario({
    name: 'no-answer-about-it',
    provider: 'docdigitizer',
    outcome: { final: 'annotated' },
    respond: [{ operation: 'getDocument', times: 1, status: 503 }],
  });
  await provider.playNext('docdigitizer/no-answer-about-it');
  const id = await consumer.submit();
  await provider.settle();
  await consumer.idle();
  expect(await provider.deliveries()).toAllBeAcknowledged();
  expect(consumer.documents.get(id)?.state).toBe(30);
  await consumer.reconcile();
  expect(consumer.documents.get(id)?.state).toBe(91);
});
