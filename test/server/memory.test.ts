import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../../src/core/json-bytes.ts';
import { startServer } from '../../src/server/start-server.ts';
import { informedClient } from '../support/clients.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startConsumer } from '../support/consumer.ts';
import { readEvents } from '../support/event-reader.ts';
import { call, submitDocument } from '../support/test-server.ts';

const kibibyte = 1024;
/** The event of the reset itself. */
const emptyBytes = 300;

async function smallServer(memoryBytes: number, settings: Readonly<Record<string, unknown>> = {}) {
  const warnings: string[] = [];
  const server = await startServer({
    port: 0,
    clock: 'virtual',
    seed: 1,
    memoryBytes,
    settings,
    log: { request: () => undefined, failure: () => undefined, warn: (text) => warnings.push(text) },
  });
  closeAfterwards(async () => void (await server.close({ graceMs: 1_000 })));
  const control = (method: string, path: string, body?: unknown, space = 'default') =>
    call(method, `${server.url}/@${space}/_ringback/${path}`, body);
  const send = async (inbox: string, body: string, space = 'default') =>
    (await fetch(`${server.url}/@${space}/_ringback/inbox/${inbox}`, { method: 'POST', body })).status;
  const spaceOf = async (space = 'default') =>
    (await control('GET', 'spaces')).body.spaces.find(({ name }: { name: string }) => name === space);
  return { server, url: server.url, warnings, control, send, spaceOf };
}

/** A different string of that length for each number. */
function text(length: number, n: number): string {
  return `${n} `.padEnd(length, 'x');
}

const slow = {
  name: 'slow',
  provider: 'docdigitizer',
  timeline: [{ after: '1h', set: { state: 91, stateText: 'ANNOTATED' }, callback: 'documentState' }],
};

describe('the memory of a space', () => {
  it('holds the newest requests of inboxes, and counts the evicted ones', async () => {
    const { control, send, spaceOf } = await smallServer(1_000_000, { 'limits.memoryBytes': 500 * kibibyte });
    for (let n = 0; n < 20; n++) expect(await send('x', text(50 * kibibyte, n))).toBe(200);
    const { requests, total, evicted } = (await control('GET', 'inboxes/x')).body;
    expect(total).toBeGreaterThan(5);
    expect(total + evicted).toBe(20);
    expect(requests.at(-1).body).toMatch(/^19 x/);
    const { memory, evicted: all } = await spaceOf();
    expect(memory.limit).toBe(500 * kibibyte);
    expect(memory.bytes).toBeLessThanOrEqual(memory.limit);
    expect(all).toEqual({ runs: 0, deliveries: 0, inboxRequests: evicted, uploads: 0 });
  });

  it('keeps equal bodies once', async () => {
    const { control, send, spaceOf } = await smallServer(1_000_000, { 'limits.memoryBytes': 500 * kibibyte });
    for (let n = 0; n < 20; n++) await send('x', text(50 * kibibyte, 0));
    expect((await control('GET', 'inboxes/x')).body).toMatchObject({ total: 20, evicted: 0 });
    expect((await spaceOf()).memory.bytes).toBeLessThan(100 * kibibyte);
  });

  it('counts all of a request whose query has thousands of names', async () => {
    const { server, send, spaceOf } = await smallServer(50_000_000);
    const names = Array.from({ length: 3_700 }, (_, i) => (i + 36 ** 2).toString(36));
    expect(await send(`x?${names.join('&')}`, '')).toBe(200);
    const [received] = await server.spaces.get('default').store.inbox.list();
    const { memory } = await spaceOf();
    expect(memory.bytes).toBeGreaterThan(jsonBytes({ ...received }));
  });

  it('counts the objects of a payload whose string is far shorter', async () => {
    const { control, spaceOf } = await smallServer(50_000_000);
    const payload = { objects: Array(10_000).fill({}) };
    const order = { callback: 'informed.error', to: 'http://127.0.0.1:9/', payload };
    expect((await control('POST', 'callbacks', order)).status).toBe(201);
    expect((await spaceOf()).memory.bytes).toBeGreaterThan(64 * payload.objects.length);
  });

  it('evicts ended runs for new ones, and lists show how many', async () => {
    const { control, url, spaceOf } = await smallServer(1_000_000, { 'limits.memoryBytes': 100 * kibibyte });
    for (let n = 0; n < 60; n++) {
      const { status } = await submitDocument(url, { callbackUrl: `${url}/_ringback/inbox/x` });
      expect(status).toBe(202);
      await control('POST', 'clock', { settle: true });
    }
    const { runs, total, evicted } = (await control('GET', 'runs')).body;
    expect(evicted).toBeGreaterThan(10);
    expect(total + evicted).toBe(60);
    expect(runs).toHaveLength(total);
    const { memory, counts } = await spaceOf();
    expect(memory.bytes).toBeLessThanOrEqual(100 * kibibyte);
    expect(counts.resources).toBe(total);
  });

  it('that pending callbacks fill refuses further data until they are played', async () => {
    const { control, url, send } = await smallServer(1_000_000, { 'limits.memoryBytes': 100 * kibibyte });
    await control('PUT', 'scenarios/docdigitizer/slow', slow);
    const submit = () =>
      submitDocument(url, { callbackUrl: 'http://127.0.0.1:9/x' }, { 'x-ringback-scenario': 'slow' });
    let answer = await submit();
    let taken = 0;
    for (; answer.status === 202 && taken < 500; taken++) answer = await submit();
    expect(taken).toBeGreaterThan(20);
    expect(answer).toMatchObject({
      status: 507,
      body: {
        type: expect.stringMatching(/urn:ringback:memory\.full$/),
        detail: expect.stringMatching(/the space "default" keeps \d+ bytes in memory, at most 102400 may be/),
      },
    });
    const keeping: readonly [string, string, unknown][] = [
      ['POST', 'next', { scenario: 'docdigitizer/slow' }],
      ['PUT', 'inboxes/x', { answers: [503] }],
      ['PUT', 'scenarios/docdigitizer/further', { ...slow, name: 'further' }],
      ['POST', 'callbacks', { callback: 'informed.error', to: 'http://127.0.0.1:9/' }],
    ];
    for (const [method, path, body] of keeping)
      expect((await control(method, path, body)).status, path).toBe(507);
    expect(await send('x', 'a callback')).toBe(507);
    // Requests that free memory or only read still succeed.
    expect((await control('GET', 'runs')).status).toBe(200);
    expect((await control('POST', 'clock', { advance: '2h' })).status).toBe(200);
    expect((await submit()).status).toBe(202);
    expect(await send('x', 'a callback')).toBe(200);
  });

  it('is as empty after a reset as before, whatever was kept', async () => {
    const consumer = await startConsumer();
    consumer.answerAlways({ status: 503, body: text(20 * kibibyte, 1) });
    const { control, url, send, spaceOf } = await smallServer(50_000_000);
    const before = (await spaceOf()).memory.bytes;
    await control('PUT', 'scenarios/docdigitizer/slow', slow);
    await control('PUT', 'scenarios/docdigitizer/slow', { ...slow, description: 'another one' });
    await control('POST', 'next', { scenario: 'docdigitizer/slow', match: { body: { x: 'y' } }, times: 3 });
    await control('POST', 'next', { scenario: 'docdigitizer/annotated' });
    await control('PUT', 'inboxes/x', { answers: [{ status: 200, body: { long: text(1_000, 1) } }] });
    await send('x', text(5_000, 1));
    const { document_id: id } = (await submitDocument(url, { callbackUrl: consumer.url })).body;
    expect(id).toBeTypeOf('string');
    await submitDocument(url, { callbackUrl: consumer.url }, { 'x-ringback-scenario': 'slow' });
    await control('PATCH', 'settings', { 'docdigitizer.finalTime': '1m' });
    await submitDocument(url, { callbackUrl: consumer.url });
    const client = informedClient(url);
    const application = await client.register(consumer.url, { services: ['extract', 'verify'] });
    await client.announce(application, ['a.pdf', 'b.pdf']);
    await control('POST', 'callbacks', { callback: 'informed.error', to: consumer.url });
    await control('POST', 'clock', { settle: true });
    const used = await spaceOf();
    expect(used.memory.bytes).toBeGreaterThan(20 * kibibyte);
    await control('DELETE', 'scenarios/docdigitizer/slow');
    await control('POST', 'reset');
    expect(before).toBe(0);
    expect((await spaceOf()).memory.bytes).toBe(emptyBytes);
  });

  it('keeps 16 KiB of a consumer’s response body', async () => {
    const consumer = await startConsumer();
    consumer.answerAlways({ status: 200, body: text(40 * kibibyte, 1) });
    const { control } = await smallServer(50_000_000);
    const { body } = await control('POST', 'callbacks', { callback: 'informed.error', to: consumer.url });
    expect(body.attempts[0].response).toMatchObject({ bodyTruncated: true });
    expect(body.attempts[0].response.body).toHaveLength(16 * kibibyte);
  });

  it('counts equal response bodies of a consumer only once', async () => {
    const consumer = await startConsumer();
    const { control, url, spaceOf } = await smallServer(50_000_000, {
      'docdigitizer.retryOn': ['503'],
      'docdigitizer.retryDelays': Array(10).fill('1s'),
    });
    consumer.answerAlways({ status: 503, body: text(10 * kibibyte, 1) });
    await submitDocument(url, { callbackUrl: consumer.url });
    await control('POST', 'clock', { settle: true });
    const { deliveries } = (await control('GET', 'deliveries')).body;
    const { attempts } = (await control('GET', `deliveries/${deliveries[0].id}`)).body;
    expect(attempts).toHaveLength(11);
    expect(attempts[10].response.body).toHaveLength(10 * kibibyte);
    const { 'limits.events': _, ...settings } = (await control('GET', 'settings')).body.settings;
    expect(settings['limits.memoryBytes']).toBe(0);
    await control('PATCH', 'settings', { 'limits.events': 0 });
    await control('POST', 'callbacks', { callback: 'informed.error', to: `${url}/_ringback/inbox/x` });
    expect((await spaceOf()).memory.bytes).toBeLessThan(60 * kibibyte);
  });

  it('that is full makes no callbacks, and the run reports it', async () => {
    const { control, url } = await smallServer(1_000_000);
    await submitDocument(url, { callbackUrl: 'http://127.0.0.1:9/x' });
    await control('PATCH', 'settings', { 'limits.memoryBytes': 1 });
    await control('POST', 'clock', { settle: true });
    const [run] = (await control('GET', 'runs')).body.runs;
    expect(run).toMatchObject({
      state: 'finished',
      deliveryCount: 0,
      warnings: [
        {
          code: 'memory.full',
          location: 'timeline/submission',
          message: expect.stringMatching(
            /^Callbacks of docdigitizer\/annotated were not made: there was no room/,
          ),
        },
      ],
    });
  });

  it('that is full ends the retries of a callback, and leaves out the response body', async () => {
    const consumer = await startConsumer();
    consumer.answerAlways({ status: 503, body: text(10 * kibibyte, 1) });
    const { control, url } = await smallServer(1_000_000, {
      'docdigitizer.retryOn': ['503'],
      'docdigitizer.retryDelays': ['1s', '1s', '1s'],
    });
    await submitDocument(url, { callbackUrl: consumer.url });
    await control('POST', 'clock', { advance: '2s' });
    await control('PATCH', 'settings', { 'limits.memoryBytes': 1 });
    await control('POST', 'clock', { settle: true });
    const [{ id }] = (await control('GET', 'deliveries')).body.deliveries;
    const delivery = (await control('GET', `deliveries/${id}`)).body;
    expect(delivery.state).toBe('failed');
    expect(delivery.attempts).toMatchObject([
      { error: 'responded 503', response: { bodyTruncated: false } },
      {
        error: 'responded 503; not sent again: there is no room in memory',
        retryAt: null,
        response: { headers: {}, body: '', bodyTruncated: true },
      },
    ]);
  });
});

describe('the uploads of a space', () => {
  it('are evicted and counted past `limits.keptUploadBytes`, oldest first', async () => {
    const { control, url, spaceOf } = await smallServer(50_000_000, {
      'limits.keptUploadBytes': 250_000,
      'files.inspect': false,
    });
    const client = informedClient(url);
    const application = await client.register(`${url}/_ringback/inbox/x`, { services: ['extract'] });
    const { image_files: files } = await client.announce(application, ['a', 'b', 'c', 'd']);
    for (const { upload_url: upload } of files)
      expect((await fetch(upload, { method: 'PUT', body: text(100_000, 1) })).status).toBe(200);
    expect(await spaceOf()).toMatchObject({ uploadBytes: 200_000, evicted: { uploads: 2 } });
    await control('POST', 'reset');
    expect(await spaceOf()).toMatchObject({ uploadBytes: 0, evicted: { uploads: 0 } });
  });

  it('of another space stay', async () => {
    const { url, spaceOf } = await smallServer(50_000_000, {
      'limits.keptUploadBytes': 100_000,
      'files.inspect': false,
    });
    for (const space of ['a', 'b', 'a']) {
      const client = informedClient(`${url}/@${space}`);
      const application = await client.register(`${url}/_ringback/inbox/x`, { services: ['extract'] });
      const { image_files: files } = await client.announce(application, ['a']);
      await fetch(files[0].upload_url, { method: 'PUT', body: text(100_000, 1) });
    }
    expect(await spaceOf('a')).toMatchObject({ uploadBytes: 100_000, evicted: { uploads: 1 } });
    expect(await spaceOf('b')).toMatchObject({ uploadBytes: 100_000, evicted: { uploads: 0 } });
  });
});

describe('the warning before evictions', () => {
  it('is an event of the space, published once', async () => {
    const { url, send, control } = await smallServer(1_000_000, { 'limits.memoryBytes': 500 * kibibyte });
    const reader = await readEvents(`${url}/_ringback/events`);
    for (let n = 0; n < 15; n++) await send('x', text(50 * kibibyte, n));
    const events = await reader.until(({ name }) => name === 'memory.high');
    expect(events.map(({ data }) => data)).toMatchObject([
      { type: 'memory.high', bytes: expect.any(Number), limit: 500 * kibibyte },
    ]);
    await control('POST', 'reset');
    await reader.ended;
    expect(reader.events.map(({ name }) => name)).toEqual(['memory.high', 'space.reset']);
  });

  it('of the server is a line in its log', async () => {
    const { warnings, send } = await smallServer(1_000_000);
    for (const space of ['a', 'b', 'c'])
      for (let n = 0; n < 6; n++) await send('x', text(50 * kibibyte, n), space);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^of all spaces together, records use 0\.\d of 1\.0 MiB of memory; beyond the limit, the oldest are evicted$/,
      ),
    ]);
  });
});

describe('the memory of a server', () => {
  it('evicts from the largest space in favor of another one', async () => {
    const { control, send, spaceOf } = await smallServer(1_000_000, { 'limits.memoryBytes': 10_000_000 });
    for (let n = 0; n < 5; n++) await send('x', text(50 * kibibyte, n), 'quiet');
    for (let n = 0; n < 40; n++) await send('x', text(50 * kibibyte, n), 'loud');
    await send('x', text(50 * kibibyte, 5), 'quiet');
    expect((await control('GET', 'inboxes/x', undefined, 'quiet')).body).toMatchObject({
      total: 6,
      evicted: 0,
    });
    expect((await spaceOf('loud')).evicted.inboxRequests).toBeGreaterThan(20);
    const { memory } = (await control('GET', 'spaces')).body;
    expect(memory.limit).toBe(1_000_000);
    expect(memory.bytes).toBeLessThanOrEqual(1_000_000);
  });

  it('that is full refuses long settings, but accepts a higher limit', async () => {
    const { control, spaceOf } = await smallServer(1_000_000);
    const long = { 'informed.credentials': Array.from({ length: 100 }, (_, n) => `u${n}:${text(5_000, n)}`) };
    const statuses: number[] = [];
    for (const space of ['a', 'b', 'c', 'd'])
      statuses.push((await control('PATCH', 'settings', long, space)).status);
    expect(statuses).toEqual([200, 200, 507, 507]);
    expect((await spaceOf('c')).memory.bytes).toBe(0);
    expect((await control('PATCH', 'settings', { 'limits.memoryBytes': 900_000 }, 'a')).status).toBe(200);
    expect((await control('PATCH', 'settings', { 'informed.credentials': [] }, 'a')).status).toBe(200);
    expect((await control('PATCH', 'settings', long, 'c')).status).toBe(200);
  });

  it('is freed by a space that is evicted', async () => {
    const { server, control, send } = await smallServer(1_000_000, { 'limits.spaceIdle': '0s' });
    await send('x', text(50 * kibibyte, 0), 'gone');
    await server.spaces.sweep();
    expect((await control('GET', 'spaces')).body).toMatchObject({ total: 1, memory: { bytes: 0 } });
  });
});
