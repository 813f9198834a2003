import { type CallbackOrder, callbackExample, defineScenario } from 'ringback';
import { describe } from 'vitest';
import { readCallback } from '../src/informed-callback.ts';
import { authorization, expect, file, type TestedConsumer, test } from './consumer-test.ts';

const passed = 'income applicant1 pass';

test('an application is followed to its verifications', async ({ provider, consumer }) => {
  const id = await consumer.apply(file('payslip.pdf'), file('statement.pdf'));
  await provider.settle();
  await consumer.idle();
  const deliveries = await provider.deliveries();
  expect(deliveries).toHaveReceivedCallbacks(['extractions', 'extractions', 'verifications'], {
    exact: true,
  });
  expect(deliveries).toAllBeAcknowledged();
  const application = consumer.applications.get(id);
  expect([...(application?.files.values() ?? [])].map(({ status }) => status)).toEqual([
    'extracted',
    'extracted',
  ]);
  expect(consumer.verified).toEqual([passed]);
});

describe('a retry finds the webhook up again', () => {
  test('after a few refused attempts', async ({ provider, consumer }) => {
    await consumer.apply(file());
    consumer.isDown = true;
    await provider.advance('6s');
    const [refused] = await provider.deliveries();
    expect(refused?.attempts[0]).toMatchObject({ statusCode: 503 });
    consumer.isDown = false;
    await provider.settle();
    await consumer.idle();
    const deliveries = await provider.deliveries();
    expect(deliveries).toHaveBeenRetried();
    expect(deliveries).toAllBeAcknowledged();
    expect(consumer.verified).toEqual([passed]);
  });

  test('after more than an hour, in whatever order they come', async ({ provider, consumer }) => {
    await provider.playNext('informed/webhook-down-for-an-hour');
    const id = await consumer.apply(file('payslip.pdf'), file('statement.pdf'));
    consumer.isDown = true;
    await provider.advance('1h');
    consumer.isDown = false;
    await provider.settle();
    await consumer.idle();
    expect(await provider.deliveries()).toAllBeAcknowledged();
    expect(consumer.applications.get(id)?.documents.size).toBeGreaterThan(1);
    expect(consumer.verified).toEqual([passed]);
  });
});

describe('nothing is done twice', () => {
  test.for(['duplicate-verifications', 'concurrent-extractions', 'verifications-repeated'])(
    '%s',
    async (scenario, { provider, consumer }) => {
      await provider.playNext(`informed/${scenario}`);
      const id = await consumer.apply(file());
      await provider.settle();
      await consumer.idle();
      const deliveries = await provider.deliveries();
      expect(deliveries.length).toBeGreaterThan(2);
      expect(deliveries).toAllBeAcknowledged();
      expect(consumer.applications.get(id)?.documents.size).toBe(1);
      expect(consumer.verified).toEqual([passed]);
    },
  );
});

describe('the order does not matter', () => {
  test.for(['swapped-callbacks', 'verifications-overtake-extractions', 'early-extractions'])(
    '%s',
    async (scenario, { provider, consumer }) => {
      await provider.playNext(`informed/${scenario}`);
      const id = await consumer.apply(file('1.pdf'), file('2.pdf'), file('3.pdf'));
      await provider.settle();
      await consumer.idle();
      const application = consumer.applications.get(id);
      expect([...(application?.files.values() ?? [])].map(({ status }) => status)).toEqual(
        Array(3).fill('extracted'),
      );
      expect(consumer.verified).toEqual([passed]);
    },
  );
});

describe('older or contradicting verifications do not replace what holds', () => {
  test.for(['stale-verifications', 'verifications-contradicted'])(
    '%s',
    async (scenario, { provider, consumer }) => {
      await provider.playNext(`informed/${scenario}`);
      const id = await consumer.apply(file());
      await provider.settle();
      await consumer.idle();
      expect(await provider.deliveries()).toHaveReceivedCallbacks(['verifications', 'verifications']);
      const held = consumer.applications.get(id)?.verifications;
      expect(held?.income?.[0]?.status).toBe('pass');
      expect(consumer.verified).toEqual([passed]);
    },
  );
});

test('older verifications that say something else are passed over', async ({ provider, consumer }) => {
  const id = await consumer.apply(file());
  await provider.settle();
  await provider.sendCallback(verificationsOf(id, consumer, 'fail', '2029-12-31 00:00:00 +0000'));
  await consumer.idle();
  expect(consumer.applications.get(id)?.verifications?.income?.[0]?.status).toBe('pass');
  expect(consumer.verified).toEqual([passed]);
});

describe('a callback that never comes, or cannot be read, is made up for by asking', () => {
  test.for([
    ['lost-extractions', null],
    ['invalid-json', 400],
    ['empty-body', 400],
    ['wrong-charset', 400],
    ['invalid-documents', 400],
    ['webhook-without-credentials', 401],
    ['webhook-with-wrong-credentials', 401],
  ] as const)('%s', async ([scenario, status], { provider, consumer }) => {
    await provider.playNext(`informed/${scenario}`);
    const id = await consumer.apply(file());
    await provider.settle();
    await consumer.idle();
    const [first] = await provider.deliveries();
    expect(first?.attempts.map(({ statusCode }) => statusCode)).toEqual(status === null ? [] : [status]);
    expect(consumer.applications.get(id)?.documents.size).toBe(0);
    await consumer.reconcile();
    expect(consumer.applications.get(id)?.documents.size).toBe(1);
    expect(consumer.verified).toEqual([passed]);
  });

  test('half a body counts for nothing, the retry for all', async ({ provider, consumer }) => {
    await provider.playNext('informed/truncated-body');
    const id = await consumer.apply(file());
    await provider.settle();
    await consumer.idle();
    const [extractions] = await provider.deliveries();
    expect(extractions).toHaveBeenRetried(1);
    expect(extractions).toHaveBeenDelivered();
    expect(consumer.applications.get(id)?.documents.size).toBe(1);
  });
});

describe('what the provider changes without notice changes nothing', () => {
  test.for([
    'new-property',
    'nulls-left-out',
    'properties-reordered',
    'new-enum-value',
    'value-becomes-null',
    'provider-changes-its-payloads',
    'wrong-content-type',
  ])('%s', async (scenario, { provider, consumer }) => {
    await provider.playNext(`informed/${scenario}`);
    const id = await consumer.apply(file());
    await provider.settle();
    await consumer.idle();
    expect((await provider.deliveries()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect(consumer.applications.get(id)?.documents.size).toBe(1);
    expect(consumer.verified).toHaveLength(1);
  });

  test('an unknown status is never taken for a pass', async ({ provider, consumer }) => {
    const id = await consumer.apply(file());
    await provider.settle();
    await provider.sendCallback(
      verificationsOf(id, consumer, 'to_be_discussed', '2030-01-02 00:00:00 +0000'),
    );
    await consumer.idle();
    expect(consumer.verified[0]).toBe(passed);
    expect(consumer.verified[1]).toContain('income applicant1 to_be_discussed');
  });

  test('an unknown event type is acknowledged, and nothing else', async ({ provider, consumer }) => {
    await provider.playNext('informed/new-event-type');
    const id = await consumer.apply(file());
    await provider.settle();
    await consumer.idle();
    expect(await provider.deliveries()).toAllBeAcknowledged();
    expect(consumer.applications.get(id)?.documents.size).toBe(0);
  });
});

describe('files that cannot be processed', () => {
  test('fail one by one, with the reason', async ({ provider, consumer }) => {
    await provider.playNext('informed/one-file-password-protected');
    const id = await consumer.apply(file('1.pdf'), file('2.pdf'));
    await provider.settle();
    await consumer.idle();
    expect([...(consumer.applications.get(id)?.files.values() ?? [])]).toEqual([
      { status: 'extracted', error: null },
      { status: 'failed', error: '**** This file requires a password for access' },
    ]);
  });

  test('and verifications that will not come are not waited for', async ({ provider, consumer }) => {
    await provider.playNext('informed/verifications-delayed');
    const id = await consumer.apply(file());
    await provider.settle();
    await consumer.idle();
    expect(consumer.applications.get(id)).toMatchObject({ isGivenUp: true, verifications: null });
  });
});

test('a callback of an application that nobody registered is acknowledged, and forgotten', async ({
  provider,
  consumer,
}) => {
  await provider.playNext('informed/unknown-application');
  await consumer.apply(file());
  await provider.settle();
  await consumer.idle();
  expect(await provider.deliveries()).toAllBeAcknowledged();
  expect(consumer.applications.size).toBe(1);
});

test('a story of one’s own: everything is late', async ({ provider, consumer }) => {
  const story = defineScenario({
    name: 'second-opinion',
    provider: 'informed',
    timeline: [
      { on: 'upload', after: '5s', callback: 'extractions' },
      { on: 'quiet', after: '3s', callback: 'verifications' },
    ],
    faults: [
      { on: { callback: 'extractions' }, delay: '1m' },
      { on: { callback: 'verifications' }, delay: '2h' },
    ],
  });
  await provider.playNext(await provider.addScenario(story));
  await consumer.apply(file());
  await provider.advance('1h');
  await consumer.idle();
  expect(consumer.verified).toEqual([]);
  await provider.settle();
  await consumer.idle();
  expect(consumer.verified).toEqual([passed]);
});

describe('readCallback', () => {
  test.for(['informed.extractions', 'informed.verifications', 'informed.error'] as const)(
    'takes %s',
    (type) => {
      const body = callbackExample(type);
      expect(body).toBeCallback(type, { strict: true });
      expect(readCallback(body)).toBe(body);
    },
  );

  test('refuses what is no callback', () => {
    const overrides = { documents: 'none' as never };
    const wrong = callbackExample('informed.extractions', { overrides, allowInvalid: true });
    expect(wrong).not.toBeCallback('informed.extractions');
    for (const body of [null, [], 'text', {}, { event_type: 'error' }, wrong])
      expect(readCallback(body)).toBeNull();
  });
});

test('a callback can be fired without any submission', async ({ provider, consumer }) => {
  const to = `${consumer.app.listeningOrigin}/applications`;
  const delivery = await provider.sendCallback({
    callback: 'informed.error',
    to,
    headers: { authorization },
  });
  expect(delivery).toHaveBeenDelivered();
});

/** A callback to fire by hand: verifications of an income. */
function verificationsOf(
  id: string,
  { app }: TestedConsumer,
  status: string,
  updated_at: string,
): CallbackOrder {
  const income = [
    {
      status,
      belongs_to: 'applicant1',
      updated_at,
      description: null,
      acceptable_documents: {},
      recommendations: [],
    },
  ];
  return {
    callback: 'informed.verifications',
    to: `${app.listeningOrigin}/applications`,
    headers: { authorization },
    payload: callbackExample('informed.verifications', {
      overrides: { application_id: id, verifications: { income } },
    }),
  };
}
