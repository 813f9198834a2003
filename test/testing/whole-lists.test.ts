import { beforeAll, describe, expect, it } from 'vitest';
import { RingbackError } from '../../src/core/errors.ts';
import { type MockProvider, startProvider } from '../../src/index.ts';
import { readList } from '../../src/testing/whole-lists.ts';
import { closeAfterwards } from '../support/closing.ts';
import { submitDocument } from './support/consumer-client.ts';

describe('a provider with more deliveries than a response shows', () => {
  let provider: MockProvider;
  let total: number;
  beforeAll(async () => {
    provider = await startProvider();
    closeAfterwards(() => provider.close());
    await provider.addScenario({
      name: 'many',
      provider: 'docdigitizer',
      outcome: { final: 'annotated' },
      faults: [{ duplicate: { times: 700 } }],
    });
    await provider.playNext('docdigitizer/many');
    await submitDocument(provider, 'http://192.0.2.1/');
    const move = await provider.settle();
    total = move.total;
    expect(total).toBe(1_400);
    expect(move).not.toHaveProperty('moreIds');
    const ids = move.deliveries.map(({ id }) => id);
    expect(new Set(ids).size).toBe(total);
  });

  it('a provider returns all deliveries, oldest first, and the newest up to a limit', async () => {
    const all = await provider.deliveries();
    expect(all).toHaveLength(total);
    expect(all.map(({ nth }) => nth)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
    expect(await provider.deliveries({ limit: 1_200 })).toEqual(all.slice(-1_200));
    expect(await provider.deliveries({ limit: 3 })).toEqual(all.slice(-3));
    expect(await provider.deliveries({ limit: 0 })).toEqual([]);
    await expect(provider.deliveries({ limit: -1 })).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(provider.deliveries({ limit: 1.5 })).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('a provider returns a run with all of its deliveries', async () => {
    const [run] = await provider.runs();
    expect(run?.deliveries).toHaveLength(total);
  });
});

describe('a provider with bodies that lists cut', () => {
  const long = 'é'.repeat(100_000);
  let provider: MockProvider;
  beforeAll(async () => {
    provider = await startProvider();
    closeAfterwards(() => provider.close());
  });

  it('a provider returns whole deliveries, inbox requests and events', async () => {
    const inbox = provider.inbox('mine');
    const payload = { event_type: 'error', error_message: long };
    const fired = await provider.sendCallback({ callback: 'informed.error', to: inbox.url, payload });
    expect(fired.payload).toEqual(payload);
    expect(await provider.deliveries()).toEqual([fired]);
    const [request] = await inbox.requests();
    expect(request).toMatchObject({ body: JSON.stringify(payload), bodyTruncated: false, json: payload });
    const events = [];
    for await (const event of provider.events({ after: 0 })) {
      events.push(event);
      if (event.type === 'delivery.delivered') break;
    }
    expect(events.map(({ type }) => type)).toEqual([
      'delivery.created',
      'attempt.ended',
      'delivery.delivered',
    ]);
    for (const event of events) expect(event).toMatchObject({ delivery: { payload, body: fired.body } });
    // The state at that time, although it was read later.
    expect(events[0]).toMatchObject({ delivery: { state: 'pending', attempts: [] } });
  });

  it('a provider parses a short JSON body, and no other strings', async () => {
    const { url } = provider.inbox('other');
    for (const body of ['{"a":1}', 'text']) await fetch(url, { method: 'POST', body });
    const requests = await provider.inbox('other').requests();
    expect(requests.map(({ json }) => json)).toEqual([{ a: 1 }, undefined]);
  });
});

describe('reading a list in pages', () => {
  const gone = () =>
    new RingbackError('resource.not-found', { details: { kind: 'item', id: '1' }, detail: 'Gone.' });
  const numbers = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: String(first + index) }));

  it('reading in pages restarts when the space has evicted the item to continue from', async () => {
    const answers: unknown[] = [
      { items: numbers(1_000, 1_000), total: 2_000 },
      gone(),
      { items: numbers(1_500, 1_000), total: 1_100 },
      { items: numbers(1_400, 100), total: 1_100 },
    ];
    const paths: string[] = [];
    const read = async (path: string): Promise<unknown> => {
      paths.push(path);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const list = { path: 'items?', member: 'items', limit: undefined };
    expect(await readList(read, list)).toEqual(numbers(1_400, 1_100));
    expect(paths).toEqual([
      'items?limit=1000',
      'items?limit=1000&before=1000',
      'items?limit=1000',
      'items?limit=1000&before=1500',
    ]);
  });

  it('reading in pages continues when items of a page were evicted meanwhile', async () => {
    const answers = [
      { items: numbers(10, 900), total: 2_000 },
      { items: numbers(0, 10), total: 2_000 },
      { items: [], total: 2_000 },
    ];
    const list = { path: 'items?', member: 'items', limit: undefined };
    expect(await readList(async () => answers.shift(), list)).toEqual(numbers(0, 910));
  });

  it('reading in pages gives up when it cannot finish', async () => {
    let calls = 0;
    const read = async () => {
      if (++calls % 2 === 0) throw gone();
      return { items: numbers(0, 1_000), total: 2_000 };
    };
    const list = { path: 'items?', member: 'items', limit: undefined };
    await expect(readList(read, list)).rejects.toMatchObject({ code: 'resource.not-found' });
  });
});
