import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startServer } from '../../../src/server/start-server.ts';
import { type ReceivedEvent, readEvents } from '../../support/event-reader.ts';
import { call, submitDocument, useTestServer } from '../../support/test-server.ts';

const namesOf = (events: readonly ReceivedEvent[]) => events.map(({ name }) => name);
const isFinished = ({ name }: ReceivedEvent) => name === 'run.finished';

/** The schema of events in the contract, applied to everything that a test receives. */
const document = parse(readFileSync(join(import.meta.dirname, '../../../openapi.control.yaml'), 'utf8'));
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'control', components: document.components });
const isEvent = ajv.compile({ $ref: 'control#/components/schemas/Event' });

function expectLawful(events: readonly ReceivedEvent[]): void {
  expect(events).not.toHaveLength(0);
  for (const { id, name, data } of events) {
    expect({ data, valid: isEvent(data), errors: isEvent.errors }).toMatchObject({
      valid: true,
      errors: null,
    });
    expect(data).toMatchObject({ id, type: name });
  }
}

describe('the events of a space', () => {
  const server = useTestServer();
  let base: string;
  let space = 0;
  beforeEach(() => {
    base = `${server().url}/@events-${space++}`;
  });
  const open = (query = '', headers = {}) => readEvents(`${base}/_ringback/events${query}`, headers);
  const post = (path: string, body?: unknown) => call('POST', `${base}/_ringback/${path}`, body);
  const play = async (scenario = 'annotated', callbackUrl = `${base}/_ringback/inbox/a`) => {
    const headers = { 'x-ringback-scenario': scenario };
    const { headers: answered } = await submitDocument(
      base,
      { callbackUrl, callback_method: 'POST' },
      headers,
    );
    await post('clock', { settle: true });
    return answered.get('x-ringback-run');
  };

  it('report every change of run, delivery and attempt, in order, as the contract says', async () => {
    const reader = await open();
    expect({ status: reader.status, type: reader.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'text/event-stream',
    });
    const runId = await play();
    const events = await reader.until(isFinished);
    expect(namesOf(events)).toEqual([
      'run.created',
      ...['step.played', 'delivery.created', 'attempt.ended', 'delivery.delivered'],
      ...['step.played', 'delivery.created', 'attempt.ended', 'delivery.delivered'],
      'run.finished',
    ]);
    expectLawful(events);
    expect(events.every(({ data }) => data.runId === runId)).toBe(true);
    expect(events.map(({ id }) => id - (events[0]?.id ?? 0))).toEqual(events.map((_, index) => index));
    expect(events[3]?.data).toMatchObject({
      at: '2030-01-01T00:00:02.000Z',
      delivery: { attempts: [{ number: 1, statusCode: 200 }] },
    });
  });

  it('report retries, drops, API faults and callbacks fired by hand', async () => {
    const reader = await open();
    const script = `name: odd\nprovider: docdigitizer\noutcome: { final: error }\nretry: { schedule: [1s] }\nfaults:\n- { on: { state: 30 }, drop: true }\nrespond:\n- { operation: submitDocument, latency: 1s }\n`;
    await fetch(`${base}/_ringback/scenarios/odd`, { method: 'PUT', body: script });
    await play('odd', 'http://127.0.0.1:1/');
    await post('callbacks', { callback: 'informed.error', to: `${base}/_ringback/inbox/a` });
    const events = await reader.until(
      ({ name, data }) => name === 'delivery.delivered' && data.runId === null,
    );
    expectLawful(events);
    const names = namesOf(events);
    expect(names.filter((name) => name === 'attempt.ended')).toHaveLength(3);
    expect(new Set(names)).toEqual(
      new Set([
        ...['run.created', 'request.faulted', 'step.played', 'delivery.created', 'delivery.dropped'],
        ...['attempt.ended', 'delivery.failed', 'run.finished', 'delivery.delivered'],
      ]),
    );
  });

  it('continue where a reader left off, by header or by query, the header first', async () => {
    await play();
    const all = await (await open('?lastEventId=0')).until(isFinished);
    expect(all).toHaveLength(10);
    const fourth = all[3]?.id;
    expect(await (await open(`?lastEventId=${fourth}`)).until(isFinished)).toEqual(all.slice(4));
    expect(
      await (await open('?lastEventId=0', { 'last-event-id': String(fourth) })).until(isFinished),
    ).toEqual(all.slice(4));
    const late = await open();
    await post('callbacks', { callback: 'informed.error', to: `${base}/_ringback/inbox/a` });
    expect(namesOf(await late.until(({ name }) => name === 'delivery.delivered'))).toEqual([
      'delivery.created',
      'attempt.ended',
      'delivery.delivered',
    ]);
  });

  it('report how many were missed when a reader comes back too late', async () => {
    await call('PATCH', `${base}/_ringback/settings`, { 'limits.events': 4 });
    const reader = await open();
    await play();
    const all = await reader.until(isFinished);
    const kept = await (await open(`?lastEventId=${all[1]?.id}`)).until(isFinished);
    expect(kept[0]).toMatchObject({ id: all[5]?.id, name: 'gap', data: { missed: 4 } });
    expect(kept.slice(1)).toEqual(all.slice(6));
    expectLawful(kept);
    const [stranger] = await (await open('?lastEventId=5')).until(isFinished);
    expect(stranger).toMatchObject({ name: 'gap', data: { missed: null } });
  });

  it('end with a reset, and continue with what comes after it', async () => {
    const reader = await open();
    await play();
    await post('reset');
    await reader.ended;
    const last = reader.events.at(-1);
    expect(last?.name).toBe('space.reset');
    expectLawful(reader.events);
    const again = await open(`?lastEventId=${last?.id}`);
    await play();
    const events = await again.until(isFinished);
    expect(events).toHaveLength(10);
    expect(events[0]?.id).toBe((last?.id ?? 0) + 1);
  });

  it('mask secrets', async () => {
    const reader = await open();
    const to = `${base.replace('http://', 'http://john:hunter2@')}/_ringback/inbox/a`;
    await post('callbacks', { callback: 'informed.error', to, headers: { authorization: 'Bearer hunter2' } });
    const events = await reader.until(({ name }) => name === 'delivery.delivered');
    expect(events[0]?.data.delivery.headers.authorization).toBe('Bearer ***');
    expect(reader.text).not.toContain('hunter2');
  });

  it('are those of one space only', async () => {
    const other = await readEvents(`${base}-other/_ringback/events`);
    const reader = await open();
    await play();
    await call('POST', `${base}-other/_ringback/reset`);
    await other.ended;
    await reader.until(isFinished);
    expect(namesOf(other.events)).toEqual(['space.reset']);
  });

  it.each(['?lastEventId=x', '?lastEventId=-1', '?lastEvent=1'])('refuse %s', async (query) => {
    const { status, headers } = await call('GET', `${base}/_ringback/events${query}`);
    expect({ status, type: headers.get('content-type') }).toEqual({
      status: 400,
      type: 'application/problem+json',
    });
  });

  it('are not streamed for HEAD', async () => {
    const { status, headers } = await fetch(`${base}/_ringback/events`, { method: 'HEAD' });
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'text/event-stream' });
  });

  it('count their readers until they disconnect', async () => {
    const readers = async () => {
      const { body } = await call('GET', `${base}/_ringback/spaces`);
      return body.spaces.find(({ name }: { name: string }) => base.endsWith(`@${name}`)).eventReaders;
    };
    const reader = await open();
    expect(await readers()).toBe(1);
    reader.close();
    await expect.poll(readers, { interval: 5 }).toBe(0);
  });
});

describe('a server that stops', () => {
  it('ends event streams properly and immediately', async () => {
    const server = await startServer({ port: 0, clock: 'virtual', seed: 1 });
    const reader = await readEvents(`${server.url}/_ringback/events`);
    const begun = performance.now();
    await server.close({ graceMs: 10_000 });
    expect(performance.now() - begun).toBeLessThan(5_000);
    await expect(reader.ended).resolves.toBeUndefined();
  });
});
