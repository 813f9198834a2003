import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSpace } from '../../../src/core/engine/create-space.ts';
import type { Space } from '../../../src/core/engine/space.ts';
import { virtualTime } from '../../../src/core/engine/time/time.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import type { OperationAnswer } from '../../../src/core/provider/provider.ts';
import { parseScenarioFiles } from '../../../src/core/scenario/parse-scenarios.ts';
import { type SettingsInput, withSettings } from '../../../src/core/settings.ts';
import { readScenarioFiles, shippedScenarios } from '../../../src/loading/scenario-files.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { createAddressPolicy } from '../../../src/sender/address-policy.ts';
import { createHttpSender } from '../../../src/sender/http-sender.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { contract, makeFile, makeRequest, type RequestOptions } from './support.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const received: Received[] = [];
/** The consumer's responses, in turn; then 200. */
const statuses: number[] = [];

const consumer = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { host: _host, ...headers } = request.headers;
    received.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers,
      body: Buffer.concat(chunks).toString(),
    });
    response.writeHead(statuses.shift() ?? 200).end();
  });
});
let base = '';
const sender = createHttpSender({ allow: createAddressPolicy([]), now: () => performance.now() });
const providers = new Map([[docdigitizer.name, docdigitizer]]);
const files = await readScenarioFiles([join(shippedScenarios, 'docdigitizer')]);
const scenarios = parseScenarioFiles(files, { contract, providers });

beforeAll(async () => {
  await new Promise<void>((done) => consumer.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(consumer.address() as AddressInfo).port}`;
});
beforeEach(() => {
  received.length = 0;
  statuses.length = 0;
});
afterAll(async () => {
  await sender.close();
  await new Promise<void>((done) => void consumer.close(() => done()));
});

function makeSpace(settings: SettingsInput = {}): Space {
  return createSpace({
    name: 'default',
    seed: 42,
    contract,
    providers,
    time: virtualTime(),
    createStore: (options) => createMemoryStore({ ...options, freeze: true }),
    sender,
    settings: withSettings(defaultSettings, settings),
    scenarios: () => scenarios,
  });
}

/** One request from its arrival until its response is sent, with the response checked against the contract. */
async function call(
  space: Space,
  operation: string,
  given: Partial<RequestOptions> = {},
): Promise<OperationAnswer> {
  const request = makeRequest(operation, given);
  const exchange = space.openExchange(operation);
  try {
    await docdigitizer.authorize(request, exchange);
    const answer = await docdigitizer.operations[operation]?.(request, exchange);
    if (answer === undefined) throw new Error(`no operation ${operation}`);
    expect(request.operation.validateAnswer(answer.status, 'application/json', answer.body)).toEqual([]);
    return answer;
  } finally {
    exchange.answering();
    await exchange.answered();
  }
}

/** Submits one document, plays everything, and returns the document. */
async function submitAndSettle(space: Space, body: JsonObject, given: Partial<RequestOptions> = {}) {
  const answer = await call(space, 'submitDocument', { files: [makeFile()], body, ...given });
  const before = received.length;
  await space.settle();
  const docid = (answer.body as { document_id: string }).document_id;
  const shown = (await call(space, 'getDocument', { path: { docid } })).body as JsonObject;
  for (const delivery of await space.store.deliveries.list())
    expect(delivery.callback.violations).toEqual([]);
  return { docid, before, shown, log: shown.callbackLog as readonly JsonObject[] };
}

describe('a document that plays a shipped scenario', () => {
  it('a document gets two GET callbacks, after the response, and logs both', async () => {
    const { docid, before, shown, log } = await submitAndSettle(makeSpace(), { callbackUrl: `${base}/cb` });
    expect(before).toBe(0);
    expect(received.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', `/cb?documentId=${docid}&state=30&stateText=RECEIVEDMACHINELEARN`, ''],
      ['GET', `/cb?documentId=${docid}&state=91&stateText=ANNOTATED`, ''],
    ]);
    expect(shown).toMatchObject({ state: 91, results: { partial: false } });
    expect(log).toEqual([
      {
        timestamp: '2030-01-01T00:00:02.000Z',
        method: 'GET',
        url: `${base}${received[0]?.url}`,
        state: 30,
        stateText: 'RECEIVEDMACHINELEARN',
        attempt: 1,
        statusCode: 200,
        success: true,
        error: null,
      },
      expect.objectContaining({
        timestamp: '2030-01-01T00:00:10.000Z',
        state: 91,
        url: `${base}${received[1]?.url}`,
      }),
    ]);
  });

  it.each([
    ['annotated', '91', 'ANNOTATED'],
    ['rejected', '92', 'REJECTED'],
    ['error', '999', 'ERROR'],
  ])('a document ends %s by the header', async (scenario, state, stateText) => {
    const { shown } = await submitAndSettle(
      makeSpace(),
      { callbackUrl: base },
      { headers: { 'x-ringback-scenario': scenario } },
    );
    expect(received.map(({ url }) => new URL(url, base).searchParams.get('state'))).toEqual(['30', state]);
    expect(shown).toMatchObject({ state: Number(state), stateText });
  });

  it('a document ends in an error when its bytes are not a document', async () => {
    const { shown } = await submitAndSettle(
      makeSpace(),
      {},
      { files: [makeFile('x.pdf', { problem: 'corrupted' })] },
    );
    expect(shown).toMatchObject({
      state: 999,
      results: { reasons: [] },
      callbackLog: [],
    });
    expect(received).toEqual([]);
  });

  it('a document gets POST callbacks with its headers and without a body', async () => {
    await submitAndSettle(makeSpace(), {
      callbackUrl: `${base}/cb?tenant=7#top`,
      callback_method: 'POST',
      callback_headers: { Authorization: 'API_KEY 7017f86c' },
    });
    expect(received).toHaveLength(2);
    for (const { method, url, headers, body } of received) {
      expect(method).toBe('POST');
      expect(url).toMatch(/^\/cb\?tenant=7&documentId=[^&]+&state=\d+&stateText=[A-Z]+$/);
      expect(headers.authorization).toBe('API_KEY 7017f86c');
      expect(body).toBe('');
    }
  });

  it('a POST callback has a body if a setting says so', async () => {
    const space = makeSpace({ 'docdigitizer.postBody': 'json' });
    const { docid } = await submitAndSettle(space, { callbackUrl: base, callback_method: 'POST' });
    expect(JSON.parse(received[1]?.body ?? '')).toEqual({
      documentId: docid,
      state: 91,
      stateText: 'ANNOTATED',
    });
    expect(received[1]?.headers['content-type']).toBe('application/json');
  });

  it('a document submitted synchronously gets one callback, after the response', async () => {
    const space = makeSpace();
    const { before, shown, log } = await submitAndSettle(space, {
      callbackUrl: base,
      isSync: true,
      useHumanRevision: false,
    });
    expect(before).toBe(0);
    expect(received.map(({ url }) => new URL(url, base).searchParams.get('stateText'))).toEqual([
      'ANNOTATED',
    ]);
    expect(shown).toMatchObject({ state: 91, created_at: '2030-01-01T00:00:00.000Z' });
    expect(log).toMatchObject([{ timestamp: '2030-01-01T00:00:10.000Z', state: 91 }]);
  });

  it('a failed callback is logged, and tried once', async () => {
    statuses.push(503, 404);
    const { log } = await submitAndSettle(makeSpace(), { callbackUrl: base });
    expect(log).toMatchObject([
      { state: 30, attempt: 1, statusCode: 503, success: false, error: expect.stringContaining('503') },
      { state: 91, attempt: 1, statusCode: 404, success: false, error: expect.stringContaining('404') },
    ]);
  });

  it('every attempt is logged in time order when a setting turns retries on', async () => {
    statuses.push(503, 503);
    const space = makeSpace({ 'docdigitizer.retryOn': ['5xx'], 'docdigitizer.retryDelays': ['1s', '20s'] });
    const { log } = await submitAndSettle(space, { callbackUrl: base });
    expect(
      log.map(({ timestamp, state, attempt, statusCode }) => [
        String(timestamp).slice(17, 19),
        state,
        attempt,
        statusCode,
      ]),
    ).toEqual([
      ['02', 30, 1, 503],
      ['03', 30, 2, 503],
      ['10', 91, 1, 200],
      ['23', 30, 3, 200],
    ]);
  });

  it('a refused connection is logged', async () => {
    const gone = createServer();
    await new Promise<void>((done) => gone.listen(0, '127.0.0.1', done));
    const { port } = gone.address() as AddressInfo;
    await new Promise<void>((done) => void gone.close(() => done()));
    const { log } = await submitAndSettle(makeSpace(), { callbackUrl: `http://127.0.0.1:${port}/` });
    expect(log).toHaveLength(2);
    expect(log[0]).toMatchObject({
      statusCode: null,
      success: false,
      error: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('a document without a callback URL plays to the end without callbacks', async () => {
    const { shown } = await submitAndSettle(makeSpace(), {});
    expect(shown).toMatchObject({ state: 91, callbackLog: [] });
    expect(received).toEqual([]);
  });

  it('one seed sends byte-identical requests twice', async () => {
    const play = async () => {
      received.length = 0;
      const space = makeSpace();
      const { shown } = await submitAndSettle(space, {
        callbackUrl: `${base}/cb?ü=1`,
        callback_method: 'POST',
      });
      return { requests: [...received], shown };
    };
    expect(await play()).toEqual(await play());
  });
});

describe('a document of API v1', () => {
  it('a document of API v1 gets callbacks for start, classified and annotated', async () => {
    const space = makeSpace();
    const { body } = await call(space, 'annotateDocument', {
      files: [makeFile()],
      body: { callback_url: `${base}/v1` },
    });
    expect(received).toEqual([]);
    await space.settle();
    const { id, document_id: docid } = (body as { task: { id: string; document_id: string } }).task;
    expect(received.map(({ url }) => url)).toEqual(
      ['start', 'classified', 'annotated'].map((status) => `/v1?docid=${docid}&status=${status}`),
    );
    expect((await call(space, 'getTask', { path: { taskId: id } })).body).toMatchObject({
      task: { status: 'SUCCESS' },
    });
    expect((await call(space, 'getDocumentV1', { path: { docid } })).body).toMatchObject({
      document: { annotation_status: 'success' },
    });
    const shown = (await call(space, 'getDocument', { path: { docid } })).body as {
      callbackLog: JsonObject[];
    };
    expect(shown.callbackLog.map(({ state, stateText }) => [state, stateText])).toEqual([
      [null, 'start'],
      [null, 'classified'],
      [null, 'annotated'],
    ]);
    for (const delivery of await space.store.deliveries.list())
      expect(delivery.callback.violations).toEqual([]);
  });
});

describe('a space with a limit of runs', () => {
  it('a space with a limit of runs keeps no task of an evicted document', async () => {
    const space = makeSpace({ 'limits.runs': 1 });
    for (let i = 0; i < 3; i++) {
      await call(space, 'annotateDocument', { files: [makeFile()] });
      await space.settle();
    }
    const kinds = (await space.store.resources.list()).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['document', 'task']);
    expect((await call(space, 'listTasks')).body).toMatchObject({ tasks: [{ status: 'SUCCESS' }] });
  });
});
