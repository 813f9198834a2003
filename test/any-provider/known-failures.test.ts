import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../src/server/start-server.ts';
import { type Receiver, startReceiver } from '../../tools/any-provider/receiver.ts';
import { call } from '../support/test-server.ts';

/**
 * What other tools that play contracts get wrong with callbacks: each is a test here.
 */

let receiver: Receiver;
let server: RunningServer | undefined;
const folder = mkdtempSync(join(tmpdir(), 'ringback-known-'));

beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await server?.close({ graceMs: 1_000 });
  receiver.take();
});
afterAll(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

interface Declared {
  readonly requestBody?: object;
  readonly callbacks: Readonly<Record<string, object>>;
}

const json = (properties: object, required: readonly string[]): object => ({
  required: true,
  content: { 'application/json': { schema: { type: 'object', properties, required } } },
});
const ok = { responses: { 200: { description: 'OK' } } };
const event = { ...ok, requestBody: json({ state: { enum: ['done'] } }, ['state']) };

/** Starts a mock of a contract with one operation, `POST /jobs`; its URL. */
async function play({ requestBody, callbacks }: Declared): Promise<string> {
  const file = join(folder, 'openapi.json');
  const post = {
    operationId: 'createJob',
    requestBody: requestBody ?? json({ name: { type: 'string' }, url: { type: 'string' } }, ['name']),
    responses: { 202: { description: 'Accepted' } },
    callbacks,
  };
  writeFileSync(
    file,
    JSON.stringify({ openapi: '3.0.3', info: { title: 'Jobs', version: '1' }, paths: { '/jobs': { post } } }),
  );
  server = await startServer({ contract: file, port: 0, clock: 'virtual', seed: 1 });
  return server.url;
}

/** Plays all that is pending. The requests that arrived. */
async function arrived(url: string): Promise<readonly { method: string; url: string; body: string }[]> {
  await call('POST', `${url}/_ringback/clock`, { settle: true });
  return receiver.take().map(({ method, url: to, body }) => ({ method, url: to, body }));
}

describe('callbacks of a contract that other tools get wrong', () => {
  it('sends the query parameters of a callback', async () => {
    const parameters = [
      { name: 'state', in: 'query', required: true, schema: { enum: ['done'] } },
      {
        name: 'codes',
        in: 'query',
        required: true,
        explode: false,
        schema: { type: 'array', minItems: 1, maxItems: 1, items: { enum: [7] } },
      },
    ];
    const url = await play({
      callbacks: { done: { '{$request.body#/url}': { get: { ...ok, parameters } } } },
    });

    await call('POST', `${url}/jobs`, { name: 'a', url: `${receiver.origin}/hook?mine=1` });

    expect(await arrived(url)).toEqual([
      { method: 'GET', url: `${receiver.origin}/hook?mine=1&state=done&codes=7`, body: '' },
    ]);
  });

  it('calls a URL that the contract has as a literal', async () => {
    const url = await play({ callbacks: { done: { [`${receiver.origin}/fixed`]: { post: event } } } });

    await call('POST', `${url}/jobs`, { name: 'a' });

    expect(await arrived(url)).toEqual([
      { method: 'POST', url: `${receiver.origin}/fixed`, body: '{"state":"done"}' },
    ]);
  });

  it('embeds an expression in a literal URL, percent-encoded', async () => {
    const key = `${receiver.origin}/jobs/{$request.body#/name}?to={$request.query.to}`;
    const url = await play({ callbacks: { done: { [key]: { post: event } } } });

    await call('POST', `${url}/jobs?to=a%26b`, { name: 'x/y z' });

    expect((await arrived(url)).map((request) => request.url)).toEqual([
      `${receiver.origin}/jobs/x%2Fy%20z?to=a%26b`,
    ]);
  });

  it.each([
    ['the whole URL', '{$request.body#/url}', {}],
    ['a part of the URL', '{$request.body#/url}?token={$request.body#/token}', { url: 'there' }],
    ['an unknown header', '{$request.body#/url}/{$request.header.X-Tenant}', { url: 'there' }],
    ['a part of the response', '{$request.body#/url}/{$response.body#/id}', { url: 'there' }],
  ])('calls nobody where an expression has no value: %s', async (_, key, body) => {
    const url = await play({ callbacks: { done: { [key]: { post: event } } } });
    const sent = 'url' in body ? { name: 'a', url: `${receiver.origin}/hook` } : { name: 'a' };

    const answer = await call('POST', `${url}/jobs`, sent);

    expect(answer.status).toBe(202);
    expect(await arrived(url)).toEqual([]);
    const { body: log } = await call('GET', `${url}/_ringback/deliveries`);
    expect(log.total).toBe(0);
  });

  it('calls back after a multipart submission', async () => {
    const schema = {
      type: 'object',
      required: ['file', 'url'],
      properties: { file: { type: 'string', format: 'binary' }, url: { type: 'string' } },
    };
    const requestBody = { required: true, content: { 'multipart/form-data': { schema } } };
    const url = await play({ requestBody, callbacks: { done: { '{$request.body#/url}': { post: event } } } });
    const form = new FormData();
    form.append('file', new Blob(['%PDF-1.4']), 'scan.pdf');
    form.append('url', `${receiver.origin}/hook`);

    const answer = await fetch(`${url}/jobs`, { method: 'POST', body: form });

    expect(answer.status).toBe(202);
    expect((await arrived(url)).map((request) => request.url)).toEqual([`${receiver.origin}/hook`]);
  });

  it('calls nobody after a submission that is refused', async () => {
    const url = await play({ callbacks: { done: { '{$request.body#/url}': { post: event } } } });

    const refused = await call('POST', `${url}/jobs`, { url: `${receiver.origin}/hook` });

    expect(refused.status).toBe(400);
    expect(await arrived(url)).toEqual([]);
  });

  it('sends one of several callbacks of an operation, the one that means success', async () => {
    const of = (state: string): object => ({
      '{$request.body#/url}': { post: { ...ok, requestBody: json({ state: { enum: [state] } }, ['state']) } },
    });
    const callbacks = {
      jobFailed: of('failed'),
      jobCompleted: of('completed'),
      jobCancelled: of('cancelled'),
    };
    const url = await play({ callbacks });

    await call('POST', `${url}/jobs`, { name: 'a', url: `${receiver.origin}/hook` });

    expect((await arrived(url)).map((request) => request.body)).toEqual(['{"state":"completed"}']);
  });

  it('sends nothing before the submission is answered', async () => {
    const url = await play({ callbacks: { done: { '{$request.body#/url}': { post: event } } } });

    await call('POST', `${url}/jobs`, { name: 'a', url: `${receiver.origin}/hook` });

    expect(receiver.take()).toEqual([]);
    expect(await arrived(url)).toHaveLength(1);
  });
});
