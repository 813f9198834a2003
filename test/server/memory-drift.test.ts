import { expect, test } from 'vitest';
import type { SpaceStore } from '../../src/core/engine/store.ts';
import { seededRandom } from '../../src/core/random.ts';
import { startServer } from '../../src/server/start-server.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { informedClient } from '../support/clients.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startConsumer } from '../support/consumer.ts';
import { call, submitDocument } from '../support/test-server.ts';

const rounds = 40;
const spaces = ['default', 'a', 'b'] as const;

/** The bytes that the records of a store take when they are all put into an empty one. */
async function recounted(store: SpaceStore): Promise<Record<string, number>> {
  const fresh = createMemoryStore();
  for (const record of await store.resources.list()) await fresh.resources.put(record);
  for (const record of await store.runs.list()) await fresh.runs.put(record);
  for (const record of await store.deliveries.list()) await fresh.deliveries.put(record);
  for (const record of await store.inbox.list()) await fresh.inbox.put(record);
  return counted(fresh);
}

function counted({ resources, runs, deliveries, inbox }: SpaceStore): Record<string, number> {
  return { resources: resources.bytes, runs: runs.bytes, deliveries: deliveries.bytes, inbox: inbox.bytes };
}

test.each([1, 2])(
  'the memory count matches the kept records, whatever clients do concurrently (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const consumer = await startConsumer();
    const server = await startServer({
      port: 0,
      clock: 'virtual',
      seed: 1,
      memoryBytes: 1_000_000,
      // Fewer than there are names, so that spaces are evicted.
      maxSpaces: 2,
      settings: {
        'docdigitizer.retryOn': ['non-2xx'],
        'docdigitizer.retryDelays': ['1s', '1s'],
        // Few, so that records are evicted.
        'limits.runs': 1,
        'limits.inboxRequests': 1,
      },
      log: { request: () => undefined, failure: () => undefined },
    });
    closeAfterwards(async () => void (await server.close({ graceMs: 1_000 })));

    const text = (): string =>
      `${random.int(0, 2)}`.padEnd(random.pick([5, 300, 17_000, 60_000]), random.pick(['x', 'é']));
    const script = (name: string) => ({
      name,
      provider: 'docdigitizer',
      description: 'x'.repeat(random.int(0, 2_000)),
      timeline: [{ after: '1h', set: { state: 91, stateText: 'ANNOTATED' }, callback: 'documentState' }],
    });
    const actions: readonly ((base: string) => Promise<unknown>)[] = [
      (base) => submitDocument(base, { callbackUrl: consumer.url }),
      (base) => submitDocument(base, { callbackUrl: consumer.url }, { 'x-ringback-scenario': 's1' }),
      (base) =>
        // Without room, the request is refused and the client throws.
        informedClient(base)
          .register(consumer.url, { services: ['extract', 'verify'] })
          .catch(() => undefined),
      (base) => call('PUT', `${base}/_ringback/scenarios/docdigitizer/s1`, script('s1')),
      (base) => call('DELETE', `${base}/_ringback/scenarios/docdigitizer/s1`),
      (base) => call('POST', `${base}/_ringback/next`, { scenario: 's1', times: 2 }),
      (base) => call('DELETE', `${base}/_ringback/next`),
      (base) => call('POST', `${base}/_ringback/callbacks`, { callback: 'informed.error', to: consumer.url }),
      (base) => call('POST', `${base}/_ringback/inbox/x?a=1`, text()),
      (base) => call('PUT', `${base}/_ringback/inboxes/x`, { answers: [{ status: 200, body: text() }] }),
      (base) => call('POST', `${base}/_ringback/clock`, random.pick([{ settle: true }, { advance: '1s' }])),
      (base) =>
        call(
          'PATCH',
          `${base}/_ringback/settings`,
          random.pick([
            { 'limits.runs': random.pick([0, 2, 1_000]) },
            { 'limits.inboxRequests': random.pick([0, 3, 1_000]) },
            { 'limits.memoryBytes': random.pick([0, 1, 200_000]) },
            { 'limits.events': random.pick([0, 1, 1_000]) },
            { 'informed.credentials': random.pick([[], ['a:b', `c:${'d'.repeat(500)}`]]) },
          ]),
        ),
      (base) => call('POST', `${base}/_ringback/reset`),
    ];

    for (let round = 0; round < rounds; round++) {
      consumer.answerAlways({ status: random.pick([200, 503]), body: text() });
      const atOnce = Array.from({ length: random.int(1, 8) }, () =>
        random.pick(actions)(`${server.url}/@${random.pick(spaces)}`),
      );
      await Promise.all(atOnce);
      for (const { name, store } of server.spaces.list())
        expect(counted(store), `${name}, round ${round}`).toEqual(await recounted(store));
      const { memory } = (await call('GET', `${server.url}/_ringback/spaces`)).body;
      const sum = server.spaces.list().reduce((bytes, space) => bytes + space.memory.bytes, 0);
      expect(memory.bytes, `round ${round}`).toBe(sum);
    }

    expect(server.spaces.evicted).toBeGreaterThan(0);
    for (const space of server.spaces.list()) {
      await space.reset();
      // The event of the reset itself.
      expect(space.memory.bytes, space.name).toBe(300);
    }
  },
);
