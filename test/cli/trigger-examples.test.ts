import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { readOptions } from '../../src/cli/read-options.ts';
import { triggerAt } from '../../src/cli/trigger.ts';
import type { Scenario } from '../../src/core/scenario/scenario.ts';
import { fullName } from '../../src/core/scenario/scenario.ts';
import { startProvider } from '../../src/index.ts';
import { type Catalogue, loadCatalogue, loadScenarios } from '../../src/loading/catalogue.ts';
import { codeBlocks, root } from '../docs/markdown.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startConsumer } from '../support/consumer.ts';

let catalogue: Catalogue;
let scenarios: readonly Scenario[];
beforeAll(async () => {
  catalogue = await loadCatalogue(null);
  scenarios = await loadScenarios(catalogue, []);
});

/** The credentials that the shipped scenarios use. */
const authorization = 'Basic Y29uc3VtZXI6c2VjcmV0';
const nowhere = 'http://127.0.0.1:9';

/** Runs `ringback trigger` in this process. */
async function trigger(name: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const { options } = readOptions('trigger', ['--instant', '--seed', '1', ...args], {});
  const code = await triggerAt({
    name,
    options,
    catalogue,
    scenarios,
    write: (text) => {
      output += text;
    },
    note: () => undefined,
  });
  return { code, output };
}

/** Plays all shipped scenarios of a provider; returns the output of those that do not exit 0. */
async function failing(
  provider: string,
  ...args: readonly string[]
): Promise<{ played: number; failed: Record<string, string> }> {
  const names = scenarios.filter((scenario) => scenario.provider === provider).map(fullName);
  const failed: Record<string, string> = {};
  const waiting = [...names];
  // Some wait in real time for a silent or slow connection.
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { code, output } = await trigger(name, ...args);
      if (code !== 0) failed[name] = output;
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return { played: names.length, failed };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterwards(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Each example is a separate project, where its types are checked. */
// biome-ignore lint/suspicious/noExplicitAny: see above
async function example(path: string): Promise<any> {
  return import(pathToFileURL(join(root, 'examples', path)).href);
}

const inAll = { timeout: 120_000 };

test('every scenario exits 0 against the example with Fastify', inAll, async () => {
  const { createConsumer } = await example('fastify-vitest/src/consumer.ts');
  const { app } = createConsumer({
    docdigitizerUrl: nowhere,
    informedUrl: nowhere,
    authorization,
    journal: { append: async () => undefined },
    onError: () => undefined,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  closeAfterwards(() => app.close());
  const documents = ['--to', `${url}/documents`, '--header', `Authorization=${authorization}`];
  expect(await failing('docdigitizer', ...documents)).toEqual({ played: expect.any(Number), failed: {} });
  const agreed = ['--set', `informed.endpointAuthorization=${authorization}`];
  const { played, failed } = await failing('informed', '--to', `${url}/applications`, ...agreed);
  expect(failed).toEqual({});
  expect(played).toBeGreaterThan(40);
});

test('every scenario of DocDigitizer exits 0 against the example with Express', inAll, async () => {
  const { createConsumer } = await example('express-jest/src/consumer.js');
  const { app } = createConsumer({ docdigitizerUrl: nowhere, secret: 's', onFinished: () => undefined });
  const server: Server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterwards(async () => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks/s`;
  const { played, failed } = await failing('docdigitizer', '--to', url);
  expect(failed).toEqual({});
  expect(played).toBeGreaterThan(40);
});

test('every scenario of Informed exits 0 against the example with nothing but Node', inAll, async () => {
  const { createWebhook } = await example('node-test/src/webhook.ts');
  const url = await listen(createWebhook(authorization, new Map()));
  const agreed = ['--set', `informed.endpointAuthorization=${authorization}`];
  expect((await failing('informed', '--to', url, ...agreed)).failed).toEqual({});
});

test('every scenario exits 0 against the idempotent consumer of the recipes', inAll, async () => {
  const code = codeBlocks('docs/recipes.md').find(({ code }) => code.startsWith('// consumer.ts\n'))?.code;
  const folder = await mkdtemp(join(tmpdir(), 'ringback-test-'));
  closeAfterwards(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'consumer.ts'), code ?? '');
  const { startConsumer: start } = await import(pathToFileURL(join(folder, 'consumer.ts')).href);
  await using provider = await startProvider();
  await using consumer = await start(provider);
  await consumer.submit();
  const [first] = (await provider.settle()).deliveries;
  const { origin } = new URL(first?.url ?? '');
  expect((await failing('docdigitizer', '--to', `${origin}/states`)).failed).toEqual({});
  const agreed = ['--set', 'informed.endpointAuthorization=Bearer s3cret'];
  expect((await failing('informed', '--to', `${origin}/webhook`, ...agreed)).failed).toEqual({});
});

test(
  'a consumer that acknowledges everything fails if a scenario expects a refusal, with the reason',
  inAll,
  async () => {
    const url = await listen(
      createServer((request, response) => {
        request
          .on('error', () => undefined)
          .on('end', () => response.end())
          .resume();
      }),
    );
    const failed = {
      ...(await failing('docdigitizer', '--to', url, '--header', 'Authorization=Bearer a')).failed,
      ...(await failing('informed', '--to', url.replace('//', '//user:password@'))).failed,
    };
    expect(Object.keys(failed).sort()).toEqual([
      'docdigitizer/empty-query',
      'docdigitizer/missing-credentials',
      'docdigitizer/missing-state',
      'docdigitizer/state-not-a-number',
      'docdigitizer/truncated-query',
      'docdigitizer/wrong-credentials',
      'informed/empty-body',
      'informed/invalid-documents',
      'informed/invalid-json',
      'informed/webhook-with-wrong-credentials',
      'informed/webhook-without-credentials',
      'informed/wrong-charset',
    ]);
    expect(failed['docdigitizer/empty-query']).toMatch(
      /#2 docdigitizer\.documentState \[corrupt empty\] was acknowledged with 200; a good consumer refuses it with a 4xx\n2 callbacks: 2 delivered\n$/,
    );
  },
);

test('an endpoint without agreed credentials need not refuse a callback that lacks them', async () => {
  const consumer = await startConsumer();
  for (const name of ['wrong-credentials', 'missing-credentials', 'webhook-without-credentials'])
    expect((await trigger(name, '--to', consumer.url)).code).toBe(0);
});

test.each([
  [500, 1, /got status 500; a good consumer refuses it with a 4xx\n/],
  [404, 0, /→ responded 404 in \d+ ms, as expected\n2 callbacks: 1 delivered, 1 refused as expected\n$/],
])('a callback that must be refused and gets %d exits with code %d', async (status, code, output) => {
  const consumer = await startConsumer();
  consumer.answer({ status: 200 }, { status });
  const result = await trigger('state-not-a-number', '--to', consumer.url);
  expect(result.code).toBe(code);
  expect(result.output).toMatch(output);
});

test('a single callback is sent by name, is valid, and is the same for the same seed', async () => {
  const consumer = await startConsumer();
  const { code, output } = await trigger('informed.extractions', '--to', consumer.url, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    callback: 'informed.extractions',
    seed: 1,
    deliveries: [{ state: 'delivered', violations: [], faults: [], expect: 'acknowledged', departure: null }],
  });
  await trigger('extractions', '--to', consumer.url);
  await trigger('informed.extractions', '--to', consumer.url, '--seed', '2');
  const [first, second, third] = consumer.requests.map(({ body }) => body.toString());
  expect(JSON.parse(first ?? '')).toMatchObject({ event_type: 'extractions' });
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test.each([
  'docdigitizer.documentState',
  'docdigitizer.documentStateOverview',
  'docdigitizer.documentStateV1',
  'informed.extractions',
  'informed.verifications',
  'informed.error',
])('a single %s callback can be sent, and is valid', async (type) => {
  const consumer = await startConsumer();
  const { output } = await trigger(type, '--to', consumer.url, '--json');
  expect(JSON.parse(output).deliveries).toMatchObject([{ callback: type, violations: [] }]);
  expect(consumer.requests).toHaveLength(1);
});

test('a single callback takes a method, headers, edits, credentials, a time and an expectation', async () => {
  const consumer = await startConsumer();
  const state = ['docdigitizer.documentState', '--to', `${consumer.url}/hook?a=1`] as const;
  await trigger(...state, '--override', 'state=92', '--header', 'X-Key=abc');
  expect(consumer.requests[0]).toMatchObject({
    method: 'POST',
    query: { a: '1', state: '92', stateText: 'REJECTED' },
    headers: { 'x-key': 'abc' },
  });
  const wrong = await trigger(...state, '--remove', 'state', '--expect', 'refused');
  expect(wrong.code).toBe(1);
  expect(wrong.output).toMatch(/the payload breaks the contract: .*"state"/);
  expect(wrong.output).toMatch(
    /\[override\] was acknowledged with 200; a good consumer refuses it with a 4xx\n/,
  );
  consumer.answer({ status: 400 });
  expect((await trigger(...state, '--remove', 'state', '--expect', 'refused')).code).toBe(0);
  consumer.forget();
  const agreed = ['--set', 'informed.endpointAuthorization=Bearer a', '--now', '2031-03-01T08:00:00Z'];
  await trigger('informed.verifications', '--to', consumer.url, ...agreed);
  const [request] = consumer.requests;
  expect(request?.headers.authorization).toBe('Bearer a');
  expect(request?.body.toString()).toContain('"updated_at":"2031-03-01 08:00:00');
  const own = ['--header', 'Authorization=Bearer b'];
  await trigger('informed.verifications', '--to', consumer.url, ...agreed, ...own);
  expect(consumer.requests[1]?.headers.authorization).toBe('Bearer b');
});

test('a single callback is retried as its provider retries', async () => {
  const consumer = await startConsumer();
  consumer.answer({ status: 503 }, { status: 200 });
  const { code, output } = await trigger('informed.error', '--to', consumer.url);
  expect(code).toBe(0);
  expect(output).toMatch(/responded 503 in \d+ ms; again in 1s\n\+1\.0s {2}#1 .*, attempt 2 → 200/);
});
