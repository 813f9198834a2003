import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SpaceEvent } from '../../src/core/engine/space.ts';
import type { BlobStore } from '../../src/files/blob-store.ts';
import { EventLog } from '../../src/server/control/event-log.ts';
import { eventStream } from '../../src/server/control/event-stream.ts';
import { makeStage } from '../core/engine/stage.ts';
import { startConsumer } from '../support/consumer.ts';
import { takeDefects } from '../support/defects.ts';
import { startRingback } from '../support/ringback.ts';
import { call, submitDocument } from '../support/test-server.ts';
import { closeEchoServers, startEchoServer } from './support/echo-server.ts';
import { exchangeRaw } from './support/raw-client.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeEchoServers();
});

const broken = (): never => {
  throw new TypeError('broken on purpose');
};

function form(): FormData {
  const fields = new FormData();
  fields.append('document_class', 'invoice');
  fields.append('files', new Blob(['%PDF-1.4']), 'a.pdf');
  return fields;
}

describe('an error in a handler', () => {
  it('of a form is a 500 for its request, and the server continues', async () => {
    const server = await startEchoServer({ blobs: { open: broken } as unknown as BlobStore });
    const response = await fetch(`${server.url}/echo/documents`, { method: 'POST', body: form() });
    expect(response.status).toBe(500);
    expect(server.failures.map(({ what }) => what)).toEqual(['answering POST /echo/documents']);
    expect((await fetch(`${server.url}/echo/documents/x`)).status).toBe(200);
  });

  it('of an upload is a 500 for its request, and the server continues', async () => {
    const blobs = { open: () => ({ write: broken, discard: () => undefined }) } as unknown as BlobStore;
    const server = await startEchoServer({ blobs });
    const response = await fetch(`${server.url}/echo/uploads/u`, { method: 'PUT', body: 'x'.repeat(100) });
    expect(response.status).toBe(500);
    expect((await fetch(`${server.url}/echo/documents/x`)).status).toBe(200);
  });

  it('of the log does not lose a response', async () => {
    const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const server = await startEchoServer({ log: { request: broken, failure: broken } });
    expect((await fetch(`${server.url}/echo/documents/x`)).status).toBe(200);
    expect((await fetch(`${server.url}/echo/x/defect`, { method: 'POST' })).status).toBe(500);
    expect(await exchangeRaw(server.port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect(stderr.mock.calls[0]).toEqual(['Could not write to the log:', expect.any(TypeError)]);
  });

  it('of the response check is logged, and ends one connection', async () => {
    const server = await startEchoServer({ onAnswer: broken });
    await expect(fetch(`${server.url}/echo/documents/x`)).rejects.toThrow();
    expect(server.failures.map(({ error }) => error)).toEqual([expect.any(TypeError)]);
  });

  it('of an event stream ends that stream, and the event reaches the others', async () => {
    const log = new EventLog({ firstId: 1, limit: () => 10 });
    // JSON has no such number.
    const bad = { at: 0, kind: 'defect', message: 1n, error: null } as unknown as SpaceEvent;
    const signal = new AbortController().signal;
    const [first, second] = [
      eventStream(log, { after: null, signal }),
      eventStream(log, { after: null, signal }),
    ];
    const ends = [first, second].map((stream) => text(stream).catch((error: unknown) => error));
    const heard = vi.fn();
    log.listen(heard);
    await Promise.resolve();
    log.add(bad);
    expect(heard).toHaveBeenCalledOnce();
    for (const end of await Promise.all(ends)) expect(end).toBeInstanceOf(TypeError);
  });

  it('of an event log stops neither run nor callback, and is a defect', async () => {
    const failures: string[] = [];
    const ringback = await startRingback({
      log: { request: () => undefined, failure: (what) => failures.push(what), event: broken },
    });
    const consumer = await startConsumer();
    await submitDocument(ringback.url, { callbackUrl: consumer.url });
    await ringback.settle();
    expect((await ringback.runs())[0].deliveries.map(({ state }: { state: string }) => state)).toContain(
      'delivered',
    );
    expect(failures).toEqual([]);
    expect(new Set(takeDefects().map(({ message }) => message))).toEqual(
      new Set(['Could not write the log.']),
    );
  });

  it('of the sender ends the attempt and is a defect, and the delivery does not stay pending', async () => {
    const { space, start, kinds } = makeStage({ answer: broken });
    await start();
    await space.settle();
    const deliveries = await space.store.deliveries.list();
    expect(deliveries.map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(deliveries[0]?.attempts[0]).toMatchObject({
      code: 'connect.failed',
      error: 'Could not send a callback: broken on purpose',
    });
    expect(kinds('defect')).toHaveLength(2);
  });
});

describe('a provider in the process of a test', () => {
  it('installs no handler for the whole process', async () => {
    const count = (): number =>
      ['uncaughtException', 'unhandledRejection', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']
        .map((name) => process.listenerCount(name))
        .reduce((sum, each) => sum + each, 0);
    const before = count();
    const ringback = await startRingback();
    expect((await call('GET', `${ringback.url}/_ringback/health`)).status).toBe(200);
    expect(count()).toBe(before);
    expect(takeDefects()).toEqual([]);
  });
});
