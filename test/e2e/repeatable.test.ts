import { describe, expect, it } from 'vitest';
import { type DocdigitizerClient, docdigitizerClient, informedClient } from '../support/clients.ts';
import { startConsumer } from '../support/consumer.ts';
import { type ControlBody, startRingback, type TestRingback } from '../support/ringback.ts';

/** Half of its callbacks are lost, half of the requests about its documents are refused. */
const byChance = `name: by-chance
provider: docdigitizer
timeline:
  - { after: 1s, callback: documentState, set: { state: 91 } }
  - { after: 1s, callback: documentState }
  - { after: 1s, callback: documentState }
  - { after: 1s, callback: documentState }
faults: [{ drop: true, probability: 0.5 }]
respond: [{ operation: getDocument, status: 503, probability: 0.5 }]
`;

const scenarioPath = 'scenarios/docdigitizer/by-chance';

/** What a client sees of a space: everything that must repeat, without times. */
async function story(base: string, pause: () => Promise<void>): Promise<unknown> {
  const consumer = await startConsumer();
  const docdigitizer = docdigitizerClient(base);
  const informed = informedClient(base);
  await fetch(`${base}/_ringback/${scenarioPath}`, { method: 'PUT', body: byChance });

  const chance = await docdigitizer.submit({ callbackUrl: consumer.url }, { scenario: 'by-chance' });
  await pause();
  const polls = await poll(docdigitizer, chance.body.document_id);
  const document = await docdigitizer.submit({ callbackUrl: consumer.url });
  await pause();
  const task = await docdigitizer.submit(
    { callback_url: consumer.url },
    { path: 'v1/documents/annotate', headers: { authorization: 'API_KEY any' } },
  );
  const id = await informed.register(`${consumer.url}/hook`);
  const { image_files, structured_data } = await informed.announce(
    id,
    ['paystub.pdf', 'bank.pdf'],
    [{ document_reference_id: 'ours-1', document_type: 'paystub' }],
  );
  await pause();
  for (const { upload_url } of image_files) {
    await informed.upload(upload_url);
    await pause();
  }
  const late = await informed.announce(id, ['license.pdf']);
  await fetch(`${base}/_ringback/callbacks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ callback: 'informed.error', to: consumer.url }),
  });
  await pause();
  await consumer.close();
  const ids = [chance.body, document.body, task.body, id, image_files, structured_data, late];
  const shown = await docdigitizer.document(document.body.document_id);
  return withoutTimes({ ids, polls, shown, ...(await records(base)) }, base);
}

async function poll(client: DocdigitizerClient, id: string): Promise<readonly number[]> {
  const statuses = [];
  for (let i = 0; i < 16; i++) statuses.push((await client.call('GET', `v2/documents/${id}`)).status);
  return statuses;
}

/** Runs and deliveries by their ids: the order of two of the same instant is not guaranteed. */
async function records(base: string): Promise<Record<string, ControlBody[]>> {
  const list = async (what: string) => {
    const answer = await fetch(`${base}/_ringback/${what}?limit=1000`);
    return ((await answer.json()) as ControlBody)[what].toSorted((a: ControlBody, b: ControlBody) =>
      a.id < b.id ? -1 : 1,
    );
  };
  const deliveries = (await list('deliveries')).map((each: ControlBody) => ({
    ...each,
    attempts: each.attempts.map(({ statusCode }: ControlBody) => statusCode),
  }));
  const runs = (await list('runs')).map(({ id, resourceId, scenario }: ControlBody) => ({
    id,
    resourceId,
    scenario,
  }));
  return { runs, deliveries };
}

/** Replaces timestamps, dates, signatures over them, and the servers' addresses. */
function withoutTimes(value: unknown, base: string): unknown {
  const text = JSON.stringify(value, (key, member) => {
    if (typeof member !== 'string') return /At$|^durationMs$/.test(key) && member !== null ? 'time' : member;
    return member
      .replaceAll(base, 'base')
      .replaceAll(/127\.0\.0\.1:\d+/g, 'consumer')
      .replaceAll(/X-Amz-[^"]*/g, 'signed')
      .replaceAll(/\d{4}-\d\d-\d\d([T ][\d:.]+(Z| \+0000)?)?/g, 'time');
  });
  return JSON.parse(text);
}

const virtual = () => startRingback();
const settling =
  (ringback: TestRingback, space = '') =>
  async () => {
    const answer = await fetch(`${ringback.url}${space}/_ringback/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"settle":true}',
    });
    expect(answer.status).toBe(200);
  };

describe('one seed and the same requests in the same order', () => {
  it('one seed gives the same ids, requests and chances on the real clock, twice', async () => {
    const play = async () => {
      const ringback = await startRingback({ clock: 'real', speed: 50 });
      const over = () =>
        expect
          .poll(async () => (await ringback.control('GET', 'clock')).body.pending, { timeout: 20_000 })
          .toBe(0);
      const played = await story(ringback.url, async () => void (await over()));
      // Dates come from the clock, and midnight may lie between the two plays.
      const text = JSON.stringify(played).replaceAll(/\b\d{2}\/\d{2}\/\d{4}\b/g, '<date>');
      return JSON.parse(text) as typeof played;
    };
    const first = await play();
    expect(await play()).toEqual(first);
    expect(first).toHaveProperty('runs.length', 4);
  });

  it('one seed gives the same in eight spaces used concurrently, and in one alone', async () => {
    const ringback = await virtual();
    const alone = await story(ringback.url, settling(ringback));
    const names = Array.from({ length: 8 }, (_, index) => `/@space-${index}`);
    const all = await Promise.all(names.map((name) => story(ringback.url + name, settling(ringback, name))));
    for (const each of all) expect(each).toEqual(alone);
  });

  it('one seed gives the same after a reset', async () => {
    const ringback = await virtual();
    const first = await story(ringback.url, settling(ringback));
    await ringback.reset();
    expect(await story(ringback.url, settling(ringback))).toEqual(first);
  });

  it('one seed gives the same ids, whether callbacks leave in between or later', async () => {
    const play = async (pauses: boolean) => {
      const ringback = await virtual();
      const settle = settling(ringback);
      const told = (await story(ringback.url, pauses ? settle : async () => undefined)) as ControlBody;
      await settle();
      const { runs, deliveries } = await records(ringback.url);
      return { runs, ids: told.ids, polls: told.polls, deliveries: deliveries?.map(({ id }) => id) };
    };
    const quick = await play(false);
    const slow = await play(true);
    expect(slow.polls).toEqual(quick.polls);
    expect({ runs: slow.runs, ids: slow.ids }).toEqual({ runs: quick.runs, ids: quick.ids });
    // If a quiet period passes between two uploads, it has its own callback.
    expect(slow.deliveries).toEqual(expect.arrayContaining(quick.deliveries ?? []));
  });
});

describe('the n-th submission of a space', () => {
  it('the n-th submission has the same ids, whatever the earlier ones were', async () => {
    const submitLast = async (before: (base: string) => Promise<unknown>) => {
      const { url } = await virtual();
      await before(url);
      return (await docdigitizerClient(url).submit({})).body.document_id;
    };
    const afterDocument = await submitLast((url) => docdigitizerClient(url).submit({}));
    const afterApplication = await submitLast(async (url) => {
      const informed = informedClient(url);
      await informed.add(await informed.register('http://127.0.0.1:9/'), 'paystub.pdf');
    });
    const files = ['a.pdf', 'b.pdf'].map((name) => ({ name, bytes: Buffer.from('%PDF-1.4\n') }));
    const afterTwoDocuments = await submitLast((url) => docdigitizerClient(url).submit({}, { files }));
    expect([afterApplication, afterTwoDocuments]).toEqual([afterDocument, afterDocument]);
  });

  it('the n-th submission draws the same chances for its requests, however many concern another one', async () => {
    const statuses = async (pollsBefore: number) => {
      const { url } = await virtual();
      await fetch(`${url}/_ringback/${scenarioPath}`, { method: 'PUT', body: byChance });
      const client = docdigitizerClient(url);
      const submit = () => client.submit({}, { scenario: 'by-chance' });
      const [first, second] = [await submit(), await submit()];
      for (let i = 0; i < pollsBefore; i++)
        await client.call('GET', `v2/documents/${first.body.document_id}`);
      return poll(client, second.body.document_id);
    };
    const usual = await statuses(0);
    expect(new Set(usual)).toEqual(new Set([200, 503]));
    expect(await statuses(3)).toEqual(usual);
  });

  it('the n-th submission is counted on arrival, so clients that share a space share its ids', async () => {
    const { url } = await virtual();
    const { submit } = docdigitizerClient(url);
    const ids = async (space: string, atOnce: number) => {
      const client = docdigitizerClient(url + space);
      const found: string[] = [];
      for (let i = 0; i < 24; i += atOnce)
        found.push(
          ...(await Promise.all(Array.from({ length: atOnce }, () => client.submit({})))).map(
            ({ body }) => body.document_id,
          ),
        );
      return found;
    };
    await submit({});
    const oneByOne = await ids('/@one', 1);
    expect((await ids('/@eight', 8)).toSorted()).toEqual(oneByOne.toSorted());
    expect(new Set(oneByOne).size).toBe(24);
  });
});
