import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/start-server.ts';
import { informedClient } from '../support/clients.ts';
import { closeAfterwards } from '../support/closing.ts';
import { readEvents } from '../support/event-reader.ts';
import { startHttpServer } from '../support/tcp-server.ts';
import { call, smallPdf, submitDocument } from '../support/test-server.ts';

async function limitedServer(options: Parameters<typeof startServer>[0]) {
  const told: string[] = [];
  const server = await startServer({
    port: 0,
    clock: 'virtual',
    seed: 1,
    log: {
      request: () => undefined,
      failure: (what, error) => told.push(`${what} ${error}`),
      info: (text) => told.push(text),
    },
    ...options,
  });
  closeAfterwards(async () => void (await server.close({ graceMs: 1_000 })));
  const control = (space: string, method: string, path: string, body?: unknown) =>
    call(method, `${server.url}/@${space}/_ringback/${path}`, body);
  const listed = async () => (await control('default', 'GET', 'spaces')).body;
  const names = async () => (await listed()).spaces.map(({ name }: { name: string }) => name);
  return { server, told, control, listed, names };
}

describe('spaces beyond the limit', () => {
  it('evict the least recently used space, which is empty when it is used again', async () => {
    const { server, told, control, listed, names } = await limitedServer({ maxSpaces: 3 });
    const first = await submitDocument(`${server.url}/@a`, {});
    await submitDocument(`${server.url}/@b`, {});
    expect(await names()).toEqual(['default', 'a', 'b']);
    await control('c', 'GET', 'runs');
    expect(await listed()).toMatchObject({ total: 3, limit: 3, evicted: 1 });
    expect(await names()).toEqual(['default', 'b', 'c']);
    expect(told).toEqual([
      expect.stringMatching(
        /^the space "a" was evicted: it was idle for \d+s, and another space needed room$/,
      ),
    ]);
    expect((await control('a', 'GET', 'runs')).body.total).toBe(0);
    const again = await submitDocument(`${server.url}/@a`, {});
    expect(again.body.document_id).toBe(first.body.document_id);
  });

  it('evict an empty space before one with runs', async () => {
    const { server, control, names } = await limitedServer({ maxSpaces: 3 });
    await submitDocument(`${server.url}/@work`, {});
    for (let i = 0; i < 5; i++) await control(`flood${i}`, 'POST', 'inbox/x', {});
    expect(await names()).toEqual(['default', 'work', 'flood4']);
    expect((await control('work', 'GET', 'runs')).body.total).toBe(1);
  });

  it('evict a space that has only waited for the real clock for limits.spaceIdle', async () => {
    const { server, told, control, names } = await limitedServer({ maxSpaces: 2, clock: 'real' });
    await submitDocument(`${server.url}/@waiting`, {});
    const refused = await control('further', 'GET', 'runs');
    expect(refused.body.detail).toMatch(
      /The first space that only waits for the real clock makes room in (1h|59m \d+s|59m), once it has been idle for its limits\.spaceIdle\./,
    );
    await control('waiting', 'PATCH', 'settings', { 'limits.spaceIdle': '0s' });
    expect((await control('further', 'GET', 'runs')).status).toBe(200);
    expect(await names()).toEqual(['default', 'further']);
    expect(told).toEqual([
      expect.stringMatching(/another space needed room; [12] of its steps and attempts were still pending$/),
    ]);
  });

  it('are refused with 429 while every one is in use', async () => {
    const { server, control } = await limitedServer({ maxSpaces: 2 });
    const reader = await readEvents(`${server.url}/@watched/_ringback/events`);
    const refused = await control('further', 'GET', 'runs');
    expect(refused).toMatchObject({
      status: 429,
      body: {
        type: expect.stringMatching(/urn:ringback:space\.limit$/),
        remedy: expect.stringContaining('--max-spaces'),
      },
    });
    expect((await submitDocument(`${server.url}/@further`, {})).status).toBe(429);
    reader.close();
    await expect
      .poll(async () => (await control('further', 'GET', 'runs')).status, { interval: 5 })
      .toBe(200);
  });

  it('do not evict a space that waits on the real clock', async () => {
    const { server, control, names } = await limitedServer({ maxSpaces: 2, clock: 'real' });
    await submitDocument(`${server.url}/@waiting`, {});
    expect((await control('further', 'GET', 'runs')).status).toBe(429);
    await control('waiting', 'POST', 'reset');
    expect((await control('further', 'GET', 'runs')).status).toBe(200);
    expect(await names()).toEqual(['default', 'further']);
  });

  it('do not evict a space with an attempt in flight on the real clock, not even an idle one', async () => {
    const { server, control, names } = await limitedServer({
      maxSpaces: 2,
      clock: 'real',
      speed: 1_000,
      settings: { 'limits.spaceIdle': '0s' },
    });
    const open: ServerResponse[] = [];
    const consumer = await startHttpServer((_, response) => open.push(response));
    closeAfterwards(() => consumer.close());
    await submitDocument(`${server.url}/@calling`, { callbackUrl: consumer.url });
    const calling = server.spaces.get('calling');
    await expect.poll(() => calling.pending(), { interval: 5 }).toBe(0);
    await expect.poll(() => open.length, { interval: 5 }).toBe(2);
    expect((await control('further', 'GET', 'runs')).status).toBe(429);
    await server.spaces.sweep();
    expect(await names()).toEqual(['default', 'calling']);
    for (const response of open) response.end();
    await expect.poll(() => calling.isBusy(), { interval: 5 }).toBe(false);
    await server.spaces.sweep();
    expect(await names()).toEqual(['default']);
  });
});

describe('an idle space', () => {
  it('is evicted with its uploads when its setting says so, and the others keep theirs', async () => {
    const { server, told, control, listed, names } = await limitedServer({
      settings: { 'limits.spaceIdle': '0s' },
    });
    await control('kept', 'PATCH', 'settings', { 'limits.spaceIdle': '1d' });
    const downloads: string[] = [];
    for (const space of ['kept', 'gone']) {
      const base = `${server.url}/@${space}`;
      const informed = informedClient(base);
      const id = await informed.register(`${base}/_ringback/inbox/a`);
      await informed.add(id, 'paystub.pdf');
      await control(space, 'POST', 'clock', { settle: true });
      const { body } = await control(space, 'GET', 'inboxes/a?bodyLimit=65536');
      const extractions = body.requests.map((request: { body: string }) => JSON.parse(request.body));
      const documents = extractions.find(
        ({ event_type }: { event_type: string }) => event_type === 'extractions',
      ).documents as Record<string, { url: string }[]>;
      downloads.push(Object.values(documents)[0]?.[0]?.url ?? '');
    }
    for (const url of downloads) expect((await fetch(url)).status).toBe(200);
    const bytes = (await listed()).uploadBytes;
    expect(bytes).toBeGreaterThan(0);
    await server.spaces.sweep();
    expect((await listed()).uploadBytes).toBe(bytes / 2);
    expect(await names()).toEqual(['default', 'kept']);
    expect(told).toEqual([expect.stringMatching(/^the space "gone" was evicted: it was idle for \d+s$/)]);
    expect((await fetch(downloads[0] ?? '')).status).toBe(200);
    expect((await fetch(downloads[1] ?? '')).status).toBe(404);
    await control('kept', 'POST', 'reset');
    expect((await listed()).uploadBytes).toBe(0);
  });
});

describe('a run beyond limits.runs', () => {
  it('is evicted with its uploads, while another run keeps equal ones', async () => {
    const { server, control, listed } = await limitedServer({ settings: { 'limits.runs': 2 } });
    const informed = informedClient(server.url);
    const upload = async (bytes: Buffer): Promise<string> => {
      const inbox = crypto.randomUUID();
      const id = await informed.register(`${server.url}/_ringback/inbox/${inbox}`);
      await informed.add(id, 'paystub.pdf', bytes);
      await control('default', 'POST', 'clock', { settle: true });
      const { body } = await control('default', 'GET', `inboxes/${inbox}?bodyLimit=65536`);
      return JSON.stringify(body).match(/http[^"]*\/download[^"\\]*/)?.[0] ?? '';
    };
    const other = Buffer.from(`${smallPdf()}% another`);
    const equal = Buffer.from(smallPdf());
    const urls = [await upload(other), await upload(equal)];
    expect((await listed()).uploadBytes).toBe(other.length + equal.length);
    urls.push(await upload(equal), await upload(equal));
    expect((await listed()).uploadBytes).toBe(2 * equal.length);
    const answers = await Promise.all(urls.map((url) => fetch(url)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 200, 200]);
    expect(await answers[2]?.bytes()).toEqual(new Uint8Array(equal));
    expect(server.spaces.disown('default')).toHaveLength(2);
  });
});

describe('GET spaces', () => {
  it('counts what each space holds', async () => {
    const { server, control, listed } = await limitedServer({});
    await submitDocument(`${server.url}/@one`, { callbackUrl: `${server.url}/@one/_ringback/inbox/a` });
    await control('one', 'POST', 'clock', { advance: '2s' });
    const { spaces } = await listed();
    expect(spaces).toMatchObject([
      { name: 'default', openRequests: 1, counts: { runs: 0 } },
      {
        name: 'one',
        clock: { kind: 'virtual', now: '2030-01-01T00:00:02.000Z', pending: 1 },
        counts: { resources: 1, runs: 1, deliveries: 1, inboxRequests: 1 },
        openRequests: 0,
        eventReaders: 0,
        idle: '1h',
      },
    ]);
  });
});
