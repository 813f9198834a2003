import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../src/core/explain/explain.ts';
import type { ExplainedRequest, Explanation } from '../../src/core/explain/explanation.ts';
import { rehearsalClient } from '../../src/core/explain/rehearsal-client.ts';
import { isJsonObject } from '../../src/core/json.ts';
import { createScenarioLibrary } from '../../src/core/scenario/library.ts';
import { fullName, type Scenario } from '../../src/core/scenario/scenario.ts';
import { loadCatalogue, loadScenarios } from '../../src/loading/catalogue.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import { defaultSettings } from '../support/bundled.ts';
import { call, useTestServer } from '../support/test-server.ts';
import { httpTransport } from './http-transport.ts';

const catalogue = await loadCatalogue(null);
const scenarios = await loadScenarios(catalogue, []);
const library = createScenarioLibrary({
  scenarios,
  providers: catalogue.providers,
  settings: () => defaultSettings,
});

const schemaFile = new URL('../../schemas/explain.schema.json', import.meta.url);
const hasItsShape = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  JSON.parse(readFileSync(schemaFile, 'utf8')),
);

interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What each play's consumer received, and its responses: a play's URLs have its name in their path. */
const arrived = new Map<string, Arrived[]>();
const scripts = new Map<string, number[]>();

/** A consumer that counts a request once it is complete; a truncated one never is. */
const consumer = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    const play = /^\/callback\/([^/?]+)/.exec(url)?.[1] ?? '';
    arrived.set(play, [...(arrived.get(play) ?? []), { method, url, headers, body: Buffer.concat(chunks) }]);
    const [status = 200, ...others] = scripts.get(play) ?? [];
    if (others.length > 0) scripts.set(play, others);
    response.writeHead(status).end();
  });
});

beforeAll(
  () =>
    new Promise<void>((resolve) => {
      consumer.listen(0, '127.0.0.1', resolve);
    }),
);
afterAll(() => {
  consumer.closeAllConnections();
  consumer.close();
});

const server = useTestServer({ seed: 42 });

it('scenarios of both providers are compared', () => {
  expect(new Set(scenarios.map(({ provider }) => provider))).toEqual(new Set(['docdigitizer', 'informed']));
  expect(scenarios.length).toBeGreaterThanOrEqual(11);
});

describe.concurrent('explain shows what is sent', () => {
  it.each(scenarios.map(fullName))('%s, to a consumer that accepts everything', async (name) => {
    await compare(name, `${name.replace('/', '.')}.200`, [200]);
  });

  // The network decides which of two simultaneous requests arrives first.
  const inOrder = scenarios.filter((scenario) => !sendsAtOnce(scenario));
  it.each(inOrder.map(fullName))('%s, to a consumer that fails twice', async (name) => {
    await compare(name, `${name.replace('/', '.')}.503`, [503, 503, 200]);
  });
});

function sendsAtOnce({ faults }: Scenario): boolean {
  return faults.some(({ value }) => isJsonObject(value) && value.concurrent === true);
}

/** Plays a scenario over HTTP in a separate space, and compares everything observable. */
async function compare(name: string, play: string, answers: readonly [number, ...number[]]): Promise<void> {
  const { url, contract } = server();
  const callbackUrl = `http://127.0.0.1:${(consumer.address() as AddressInfo).port}/callback/${play}`;
  const base = `${url}/@${play}`;
  scripts.set(play, [...answers]);
  const { scenario, plan } = library.get(name);
  const transport = httpTransport(base, contract);
  const options = {
    plan,
    callbackUrl,
    method: null,
    callbackHeaders: {},
    files: null,
    settings: defaultSettings,
  };
  await catalogue.providers.get(scenario.provider)?.rehearse(rehearsalClient(transport), options);
  await transport.idle();
  const explained = await explain({
    ...catalogue,
    ...{
      scenario: name,
      scenarios,
      createStore: createMemoryStore,
      seed: 42,
      answers,
      callbackUrl,
      serverUrl: base,
    },
  });
  expect(hasItsShape(explained), JSON.stringify(hasItsShape.errors)).toBe(true);
  expect(requestsOf(explained)).toEqual(transport.seen);
  const { body } = await call('GET', `${base}/_ringback/deliveries`);
  expect(deliveriesOf(explained)).toEqual(body.deliveries.map(shownDelivery));
  expect((arrived.get(play) ?? []).map(shownArrival)).toEqual(arrivalsOf(explained));
}

/** The client's requests and their responses. */
function requestsOf({ events }: Explanation): object[] {
  const requests = events.filter((event) => event.kind === 'request');
  const answered = events.filter((event) => event.kind === 'answer');
  return requests.map(({ operation, method, path }, i) => {
    const { status = null, faults = [] } = answered[i] ?? {};
    return { operation, method, path, status, faults: status === null ? '' : faults.join(', ') };
  });
}

function deliveriesOf({ deliveries }: Explanation): object[] {
  return deliveries.map(({ callback, payload, state, faults, draws, violations, attempts }) => ({
    ...{ callback, payload, state, faults, draws, violations },
    attempts: attempts.map(({ number, atMs, faults: struck, statusCode, acknowledged, retryInMs }) => ({
      ...{ number, atMs, faults: struck, statusCode, acknowledged, retryInMs },
    })),
  }));
}

/** A delivery of the control API in the format of an explanation. */
// biome-ignore lint/suspicious/noExplicitAny: the control API's response; a missing property makes the comparison fail
function shownDelivery(view: any): object {
  const { callback, payload, state, faults, draws, violations, attempts } = view;
  return {
    ...{ callback, payload, state, faults, draws, violations },
    // biome-ignore lint/suspicious/noExplicitAny: as above
    attempts: attempts.map((attempt: any) => ({
      number: attempt.number,
      atMs: Date.parse(attempt.at) - virtualStart,
      faults: attempt.faults,
      statusCode: attempt.statusCode,
      acknowledged: attempt.acknowledged,
      retryInMs: attempt.retryAt === null ? null : Date.parse(attempt.retryAt) - Date.parse(attempt.at),
    })),
  };
}

const virtualStart = Date.UTC(2030, 0, 1);

/** The requests that reach the consumer complete, in order. */
function arrivalsOf({ events, deliveries }: Explanation): object[] {
  return events
    .filter((event) => event.kind === 'attempt')
    .map(({ delivery, attempt }) => deliveries[delivery - 1]?.attempts[attempt - 1]?.request ?? null)
    .filter((request) => request !== null && isWhole(request))
    .map((request) => {
      const { method, url, headers, body, bodyEncoding } = request as ExplainedRequest;
      return {
        method,
        url: url.replace(/^http:\/\/[^/]+/, ''),
        contentType: headers['content-type'],
        authorization: headerOf(headers, 'authorization'),
        body: Buffer.from(body ?? '', bodyEncoding).toString('base64'),
      };
    });
}

function isWhole({ wire }: ExplainedRequest): boolean {
  return wire === null || Object.keys(wire).every((fault) => fault === 'bytesPerSecond');
}

function shownArrival({ method, url, headers, body }: Arrived): object {
  return {
    ...{ method, url, contentType: headers['content-type'], authorization: headers.authorization },
    body: body.toString('base64'),
  };
}

function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([known]) => known.toLowerCase() === name)?.[1];
}
