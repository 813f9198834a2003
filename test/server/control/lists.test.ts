import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Collection, InboxRequest } from '../../../src/core/engine/records.ts';
import { cutText } from '../../../src/server/control/lists.ts';
import { call, submitDocument, useTestServer } from '../../support/test-server.ts';

const most = 65_536;

/** Received by an inbox, but not over the network. Of many large ones, all share a body. */
function received(id: number, body: string): InboxRequest {
  return {
    id: `big-${id}`,
    inbox: 'big',
    receivedAt: 0,
    method: 'POST',
    url: '/_ringback/inbox/big',
    headers: {},
    body,
    bodyTruncated: false,
    answeredWith: 200,
  };
}

describe('a list of 1,000 requests of 64 KiB each', () => {
  const server = useTestServer();
  let base: string;
  let inbox: Collection<InboxRequest>;
  let made = 0;
  beforeAll(async () => {
    base = `${server().url}/_ringback`;
    inbox = server().spaces.get('default').store.inbox;
    const body = 'x'.repeat(most + 1);
    for (let id = 0; id < 1_000; id++) await inbox.put(received(id, body));
    const get = inbox.get.bind(inbox);
    inbox.get = (id) => {
      made++;
      return get(id);
    };
  });
  const open = async (): Promise<IncomingMessage> => {
    const request = httpGet(`${base}/inboxes/big?limit=1000&bodyLimit=${most}`, { agent: false });
    const [response] = await once(request, 'response');
    return response;
  };
  /** The longest wait for a response to another client while something is under way, in milliseconds. */
  const longestWait = async (during: Promise<unknown>): Promise<number> => {
    let over = false;
    let longest = 0;
    const ended = during.finally(() => {
      over = true;
    });
    while (!over) {
      const before = performance.now();
      expect((await call('GET', `${base}/health`)).status).toBe(200);
      longest = Math.max(longest, performance.now() - before);
    }
    await ended;
    return longest;
  };

  it('is made as fast as it is read', async () => {
    const response = await open();
    const [first] = await once(response, 'data');
    response.pause();
    expect(first.toString('latin1', 0, 30)).toBe('{"requests":[{"id":"big-0","re');
    // Each of these responses is a turn in which more of the list could have been made.
    for (let i = 0; i < 20; i++) await call('GET', `${base}/health`);
    // The connection buffers some MiB by itself.
    expect(made).toBeLessThan(300);
    let bytes = first.length;
    const rest = (async () => {
      for await (const chunk of response) bytes += chunk.length;
    })();
    expect(await longestWait(rest)).toBeLessThan(1_000);
    expect(made).toBe(1_000);
    expect(bytes).toBeGreaterThan(1_000 * most);
  });

  it('is no longer made once its reader disconnects', async () => {
    made = 0;
    const response = await open();
    await once(response, 'data');
    response.destroy();
    for (let i = 0; i < 20; i++) await call('GET', `${base}/health`);
    expect(made).toBeLessThan(300);
  });

  it('leaves out what the space evicts meanwhile', async () => {
    const response = await open();
    const [first] = await once(response, 'data');
    response.pause();
    await call('POST', `${base}/reset`);
    let text = String(first);
    response.setEncoding('utf8');
    for await (const chunk of response) text += chunk;
    const { requests, total } = JSON.parse(text);
    expect(total).toBe(1_000);
    expect(requests.length).toBeLessThan(300);
    expect(requests[0]).toMatchObject({ id: 'big-0', bodyTruncated: true });
  });
});

describe('a clock move with many deliveries', () => {
  const server = useTestServer();
  let base: string;
  // biome-ignore lint/suspicious/noExplicitAny: as the control API responds
  let move: any;
  beforeAll(async () => {
    base = `${server().url}/_ringback`;
    const script =
      'name: many\nprovider: docdigitizer\noutcome: { final: annotated }\nfaults:\n- duplicate: { times: 700 }\n';
    expect((await fetch(`${base}/scenarios/many`, { method: 'PUT', body: script })).status).toBe(201);
    // The address policy refuses it, so an attempt takes no time.
    const headers = { 'x-ringback-scenario': 'many' };
    await submitDocument(server().url, { callbackUrl: 'http://192.0.2.1/' }, headers);
    move = (await call('POST', `${base}/clock`, { settle: true })).body;
  });

  it('returns the first 1,000, the ids of the others, and the total', async () => {
    expect({ ...move, now: '', deliveries: move.deliveries.length, moreIds: move.moreIds.length }).toEqual({
      now: '',
      jobs: expect.any(Number),
      pending: 0,
      bound: null,
      total: move.total,
      truncated: true,
      deliveries: 1_000,
      moreIds: move.total - 1_000,
    });
    expect(move.total).toBe(1_400);
    const ids = new Set([...move.deliveries.map(({ id }: { id: string }) => id), ...move.moreIds]);
    expect(ids.size).toBe(move.total);
  });

  it('returns runs in detail, and one with more than 1,000 deliveries alone', async () => {
    await submitDocument(server().url, {});
    const all = (await call('GET', `${base}/runs`)).body.runs;
    expect(all).toHaveLength(2);
    const { runs, total } = (await call('GET', `${base}/runs?detail=true`)).body;
    const [newest] = runs;
    expect({ total, ids: runs.map(({ id }: { id: string }) => id) }).toEqual({ total: 2, ids: [all[1].id] });
    expect(newest).toEqual((await call('GET', `${base}/runs/${newest.id}`)).body);
    const before = (await call('GET', `${base}/runs?detail=true&before=${newest.id}`)).body.runs;
    expect(before).toEqual([(await call('GET', `${base}/runs/${all[0].id}`)).body]);
    expect(before[0].deliveries).toHaveLength(1_000);
  });

  it('returns all when there are few', async () => {
    const { body } = await call('POST', `${base}/clock`, { advance: '1s' });
    expect(body).toMatchObject({ total: 0, truncated: false, deliveries: [] });
    expect(body).not.toHaveProperty('moreIds');
  });

  it('can be read page by page, the newest page first', async () => {
    const seen: string[] = [];
    for (let before = ''; ; ) {
      const { body } = await call('GET', `${base}/deliveries?limit=600${before}`);
      expect(body.total).toBe(move.total);
      if (body.deliveries.length === 0) break;
      seen.unshift(...body.deliveries.map(({ id }: { id: string }) => id));
      before = `&before=${body.deliveries[0].id}`;
    }
    const all = (await call('GET', `${base}/deliveries?limit=100000`)).body.deliveries;
    expect(seen).toEqual(all.map(({ id }: { id: string }) => id));
    expect(seen).toHaveLength(move.total);
    const unknown = await call('GET', `${base}/deliveries?before=none`);
    expect(unknown).toMatchObject({ status: 404, body: { detail: expect.stringContaining('"none"') } });
  });

  it('shows its run with the newest 1,000 deliveries, and with all in queries', async () => {
    const [{ id }] = (await call('GET', `${base}/runs`)).body.runs;
    const run = (await call('GET', `${base}/runs/${id}`)).body;
    expect(run.deliveryCount).toBe(move.total);
    expect(run.deliveries).toHaveLength(1_000);
    const [row] = (await call('GET', `${base}/data/runs?_embed=deliveries`)).body;
    expect(row.deliveries).toHaveLength(move.total);
    expect(row.deliveries.every(({ runId }: { runId: string }) => runId === id)).toBe(true);
    const expanded = (await call('GET', `${base}/data/deliveries?_expand=run&_limit=10000`)).body;
    expect(expanded).toHaveLength(move.total);
    expect(expanded.every(({ run }: { run: { id: string } }) => run.id === id)).toBe(true);
  });
});

describe('long bodies', () => {
  const server = useTestServer();
  const note = 'ab😀'.repeat(5_000);
  let base: string;
  let whole: Record<string, unknown>;
  beforeAll(async () => {
    base = `${server().url}/_ringback`;
    await call('PUT', `${base}/inboxes/mine`, { answers: [{ status: 503, body: note }] });
    const payload = { event_type: 'error', error_message: note };
    const fired = { callback: 'informed.error', to: `${base}/inbox/mine`, payload };
    whole = (await call('POST', `${base}/callbacks`, fired)).body;
  });

  it.each([
    ['deliveries', 4_096],
    ['deliveries?bodyLimit=100', 100],
    ['data/deliveries', 4_096],
  ])('are truncated in %s, and marked so', async (path, limit) => {
    const { body } = await call('GET', `${base}/${path}`);
    const [delivery] = body.deliveries ?? body;
    expect(delivery).toMatchObject({ id: whole.id, payload: null, bodyTruncated: true });
    expect(delivery.body).toBe(cutText(whole.body as string, limit));
    const [{ response }] = delivery.attempts;
    expect(response).toMatchObject({ bodyTruncated: true, body: cutText(note, limit) });
  });

  it.each(['deliveries/{id}', 'data/deliveries/{id}', `deliveries?bodyLimit=${most}`])(
    'are whole in %s',
    async (path) => {
      const { body } = await call('GET', `${base}/${path.replace('{id}', String(whole.id))}`);
      const delivery = body.deliveries?.[0] ?? body;
      expect(delivery).toMatchObject({ payload: whole.payload, body: whole.body, bodyTruncated: false });
    },
  );

  it('are searched as a whole', async () => {
    const rows = async (query: string) => (await call('GET', `${base}/data/deliveries?${query}`)).body.length;
    expect(await rows('q=AB%F0%9F%98%80"}')).toBe(1);
    expect(await rows('payload.error_message_like=ab$')).toBe(0);
    expect(await rows('body_like=ab.%2B"}$')).toBe(1);
  });

  it.each(['-1', '65537', 'x'])('are not truncated at the invalid limit %s', async (limit) => {
    expect((await call('GET', `${base}/deliveries?bodyLimit=${limit}`)).status).toBe(400);
  });

  it('are truncated between characters', () => {
    expect(cutText('a😀b', 1)).toBe('a');
    expect(cutText('a😀b', 2)).toBe('a');
    expect(cutText('a😀b', 3)).toBe('a😀');
    expect(cutText('a😀b', 4)).toBe('a😀b');
    expect(cutText('😀', 0)).toBe('');
  });
});
