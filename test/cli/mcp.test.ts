import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions, type Progress, type RequestOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { unreadVariables } from '../../src/cli/read-options.ts';
import { packageRoot } from '../../src/loading/contract-files.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startRingback, type TestRingback } from '../support/ringback.ts';
import { call as http, submitDocument } from '../support/test-server.ts';
import { runCli, startCli } from './run-cli.ts';

const bin = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url));
const environment = (own: Readonly<Record<string, string>>) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RINGBACK_'))),
  ...own,
});

/** Starts `ringback mcp` and connects a client of the SDK to it. */
async function connect(
  args: readonly string[],
  { env = {}, ...options }: ClientOptions & { readonly env?: Record<string, string> } = {},
) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp', ...args],
    env: environment(env) as Record<string, string>,
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const client = new Client({ name: 'test', version: '1' }, options);
  await client.connect(transport);
  closeAfterwards(() => client.close());
  // The client drops progress that it reads together with the result.
  const progress: Progress[] = [];
  const { onmessage } = transport;
  transport.onmessage = (message) => {
    if ('method' in message && message.method === 'notifications/progress')
      progress.push(message.params as unknown as Progress);
    onmessage?.(message);
  };
  return {
    client,
    progress,
    stderr: () => stderr,
    /** Calls a tool. The client checks structured content against the schema of the tool. */
    call: async (name: string, input: object = {}, request?: RequestOptions) => {
      const result = await client.callTool({ name, arguments: { ...input } }, request);
      const [content] = result.content;
      // biome-ignore lint/suspicious/noExplicitAny: tests look into results of every shape
      const structured = result.structuredContent as any;
      const text = content?.type === 'text' ? content.text : null;
      return { text, structured, isError: result.isError ?? false };
    },
  };
}

let mock: TestRingback;
let mcp: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  mock = await startRingback();
  mcp = await connect(['--url', mock.url]);
  // Their schemas are what the client checks results against.
  await mcp.client.listTools();
});
beforeEach(() => mock.reset());
const control = async (path: string) => (await mock.control('GET', path)).body;
const submit = (callbackUrl = `${mock.url}/_ringback/inbox/mine`) =>
  submitDocument(mock.url, { callbackUrl, callback_method: 'POST' });

/** A consumer on a free port. */
async function consumer(respond: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    respond(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterwards(async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
}

describe('the list of tools', () => {
  it('says what each tool is for, what it takes and returns, and whether it changes something', async () => {
    const { tools } = await mcp.client.listTools();
    const hints = tools.map(({ name, annotations: { readOnlyHint, destructiveHint } = {} }) => [
      name,
      readOnlyHint ? 'reads' : destructiveHint ? 'destroys' : 'changes',
    ]);
    expect(Object.fromEntries(hints)).toEqual({
      list_scenarios: 'reads',
      explain_scenario: 'reads',
      queue_scenarios: 'changes',
      list_runs: 'reads',
      get_run: 'reads',
      list_deliveries: 'reads',
      get_delivery: 'reads',
      list_callbacks: 'reads',
      fire_callback: 'changes',
      list_inbox_requests: 'reads',
      get_inbox_request: 'reads',
      advance_clock: 'changes',
      settle_clock: 'changes',
      reset_space: 'destroys',
      check_consumer: 'changes',
    });
    for (const { name, title, description, inputSchema, outputSchema, annotations } of tools) {
      expect([name, title?.length, description?.length]).toEqual([
        name,
        expect.toSatisfy((length: number) => length > 5 && length < 60),
        expect.toSatisfy((length: number) => length > 60),
      ]);
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      for (const [property, schema] of Object.entries(inputSchema.properties ?? {}))
        expect(schema, `${name}.${property}`).toHaveProperty('description');
      expect(outputSchema, name).toMatchObject({ type: 'object' });
      expect(outputSchema?.required, name).not.toHaveLength(0);
      expect(annotations).toHaveProperty('openWorldHint');
    }
    // Most clients put it into the context of the model, without the output schemas.
    const said = tools.map(({ outputSchema: _, ...tool }) => tool);
    expect(JSON.stringify(said).length).toBeLessThan(20_000);
  });

  it('is the same for clients of the protocol of 2026', async () => {
    const modern = await connect(['--url', mock.url], {
      versionNegotiation: { mode: { pin: '2026-07-28' } },
    });
    expect((await modern.client.listTools()).tools).toEqual((await mcp.client.listTools()).tools);
    expect(await modern.call('list_runs')).toMatchObject({ isError: false, structured: { total: 0 } });
    expect(modern.client.getInstructions()).toContain('queue_scenarios');
  });
});

describe('tools about scenarios', () => {
  it('list_scenarios finds those that contain all words', async () => {
    const { text, structured } = await mcp.call('list_scenarios', {
      search: 'Hour  rejects',
      provider: 'docdigitizer',
    });
    const { scenarios } = await control('scenarios');
    expect(structured).toEqual({
      scenarios: scenarios.filter(({ name }: { name: string }) => name === 'docdigitizer/late-rejection'),
      total: 1,
    });
    expect(text).toMatch(/^docdigitizer\/late-rejection {2}The document looks fine .*\.\n$/);
    expect((await mcp.call('list_scenarios')).structured.scenarios).toEqual(scenarios);
    expect((await mcp.call('list_scenarios', { search: 'no such thing' })).text).toBe(
      `none of ${scenarios.length} scenarios fits: search for fewer words\n`,
    );
  });

  it('explain_scenario shows steps, faults and retries', async () => {
    const script = `
name: rough
provider: docdigitizer
description: Two callbacks.
timeline:
  - { after: 1s, set: { state: 30 }, callback: documentState }
faults: [{ on: { nth: 1 }, probability: 0.5, duplicate: { times: 2 } }]
respond: [{ operation: getDocument, status: 503, times: 2 }]
retry: { schedule: [1m, 5m], on: [5xx] }
`;
    const put = await fetch(`${mock.url}/_ringback/scenarios/rough`, {
      method: 'PUT',
      headers: { 'content-type': 'application/yaml' },
      body: script,
    });
    expect(put.status).toBe(201);
    const { text, structured } = await mcp.call('explain_scenario', { scenario: 'docdigitizer/rough' });
    expect(structured).toEqual(await control('scenarios/rough'));
    expect(text).toBe(`docdigitizer/rough: Two callbacks.
after the trigger submission:
  +1s  set {"state":30}, callback documentState
fault of callbacks {"nth":1}: duplicate ×2, 0s apart, in 50 %; a good consumer's response: acknowledged
fault of getDocument: status 503, 2 ×
callbacks are retried after 1m and 5m, on 5xx
`);
  });

  it('explain_scenario and queue_scenarios name the nearest scenario', async () => {
    for (const [name, input] of [
      ['explain_scenario', { scenario: 'rejctd' }],
      ['queue_scenarios', { scenarios: ['rejctd'] }],
    ] as const)
      expect(await mcp.call(name, input)).toEqual({
        isError: true,
        structured: undefined,
        text: expect.stringMatching(/there is none of that name\. Did you mean "rejected"\?.*scenario list/),
      });
  });

  it('queue_scenarios queues for the next submissions', async () => {
    const { text, structured } = await mcp.call('queue_scenarios', {
      scenarios: ['rejected', 'annotated'],
      times: 2,
      fileName: '*.pdf',
    });
    expect(structured).toEqual(await control('next'));
    expect(text).toBe(
      '1  docdigitizer/rejected   the next 2 submissions that match {"fileName":"*.pdf"}\n2  docdigitizer/annotated  the next 2 submissions that match {"fileName":"*.pdf"}\n',
    );
    await submit();
    expect((await mcp.call('list_runs')).structured.runs).toMatchObject([
      { scenario: 'docdigitizer/rejected' },
    ]);
    expect((await mcp.call('queue_scenarios', { clear: true })).structured).toEqual({ queue: [], total: 0 });
  });
});

describe('tools about runs and deliveries', () => {
  it('list_runs and get_run show what was submitted', async () => {
    await mcp.call('queue_scenarios', { scenarios: ['rejected'] });
    await submit();
    const { text, structured } = await mcp.call('list_runs', {
      scenario: 'rejected',
      state: 'playing',
      limit: 1,
    });
    expect(structured).toEqual(await control('runs'));
    const [{ id }] = structured.runs;
    expect(text).toContain(id);
    const run = await mcp.call('get_run', { id: id.slice(0, 8) });
    expect(run.structured).toEqual(await control(`runs/${id}`));
    expect(run.text).toMatch(/^docdigitizer\/rejected \(submitDocument, playing; .*\n {2}\+2s {3}to come/);
    expect((await mcp.call('list_runs', { provider: 'informed' })).structured.total).toBe(0);
    expect(await mcp.call('get_run', { id: 'none' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('There is no run whose id starts with "none" in the space "default".'),
    });
  });

  it('list_deliveries filters, and waits', async () => {
    await submit();
    const waiting = mcp.call('list_deliveries', { wait: '1m', count: 2, state: 'delivered' });
    const readers = async () => (await control('spaces')).spaces[0].eventReaders;
    while ((await readers()) !== 1);
    const moved = await mcp.call('settle_clock');
    const { text, structured } = await waiting;
    expect(structured).toMatchObject({ reached: true, total: 2 });
    expect(text).toMatch(
      /^\S{36} {2}00:00:02\.000 {2}#1 documentState 30 .* 200 {2}delivered\n\S{36} .*91 ANNOTATED/,
    );
    expect(moved.structured.deliveries).toEqual(structured.deliveries);
    const [{ runId }] = structured.deliveries;
    const filtered = await mcp.call('list_deliveries', { run: runId, callback: 'documentState', limit: 1 });
    expect(filtered.structured).toEqual(await control('deliveries?limit=1&bodyLimit=1024'));
    expect(filtered.text).toMatch(/^… 1 older\n\S{36} /);
    expect((await mcp.call('list_deliveries', { provider: 'informed' })).text).toBe('no deliveries\n');
  });

  it('list_deliveries says what came instead when the wait is over', async () => {
    await submit();
    const { text, structured, isError } = await mcp.call('list_deliveries', {
      wait: '1ms',
      callback: 'documentState',
    });
    expect([structured.reached, isError]).toEqual([false, false]);
    expect(text).toMatch(
      /0 of 1 deliveries of documentState ended within 1ms\. The clock is virtual .*settle.*\ndocdigitizer\/annotated/,
    );
  });

  it('a canceled wait ends on the server, too', async () => {
    const readers = async () => (await control('spaces')).spaces[0].eventReaders;
    const abort = new AbortController();
    const waiting = mcp.call('list_deliveries', { wait: '5m' }, { signal: abort.signal });
    while ((await readers()) !== 1);
    abort.abort('enough');
    await expect(waiting).rejects.toThrow('enough');
    while ((await readers()) !== 0);
    expect((await mcp.call('list_runs')).isError).toBe(false);
  });

  it('get_delivery shows request and response, with secrets masked', async () => {
    const url = await consumer((_request, response) =>
      response.writeHead(500, { 'x-api-key': 's3cret' }).end('no'),
    );
    const { structured } = await mcp.call('fire_callback', {
      callback: 'extractions',
      to: `${url}?token=s3cret`,
      method: 'POST',
      headers: { authorization: 'Bearer s3cret' },
      payload: { any: 'thing' },
    });
    const { id } = structured;
    const shown = await mcp.call('get_delivery', { id });
    expect(shown.structured).toEqual(await control(`deliveries/${id}`));
    expect(shown.structured).toMatchObject({ payload: { any: 'thing' }, attempts: [{ statusCode: 500 }] });
    expect(shown.text).toContain(
      `\nPOST ${url}?token=***\ncontent-type: application/json\nauthorization: Bearer ***\n`,
    );
    expect(shown.text).toMatch(/attempt 1 at .*: 500 in \d+ ms\nx-api-key: \*\*\*\n[\s\S]*\n\nno\n$/);
    expect(JSON.stringify([structured, shown])).not.toContain('s3cret');
    expect(await mcp.call('get_delivery', { id: 'none' })).toMatchObject({
      isError: true,
      structured: undefined,
    });
  });
});

describe('tools about callbacks and inboxes', () => {
  it('list_callbacks lists those of the contract', async () => {
    const { text, structured } = await mcp.call('list_callbacks');
    expect(structured).toEqual(await control('callbacks'));
    expect(text).toMatch(/^informed\.extractions +POST {2}callback$/m);
  });

  it('fire_callback names the nearest callback, and passes on what the server refuses', async () => {
    const inbox = `${mock.url}/_ringback/inbox/mine`;
    expect(await mcp.call('fire_callback', { callback: 'extractoins', to: inbox })).toMatchObject({
      isError: true,
      text: expect.stringContaining('Did you mean "extractions"?'),
    });
    expect(
      await mcp.call('fire_callback', { callback: 'extractions', to: inbox, method: 'PURGE' }),
    ).toMatchObject({
      isError: true,
      text: expect.stringContaining('PURGE'),
    });
  });

  it('list_inbox_requests and get_inbox_request mask secrets', async () => {
    await fetch(`${mock.url}/_ringback/inbox/mine?apiKey=s3cret&state=1`, {
      method: 'POST',
      headers: { authorization: 'Bearer s3cret', 'x-plain': 'shown' },
      body: JSON.stringify({ link: 'https://me:s3cret@host/x?token=s3cret', fine: true }),
    });
    const list = await mcp.call('list_inbox_requests', { name: 'mine' });
    expect(list.structured).toMatchObject({ total: 1, requests: [{ query: { apiKey: '***', state: '1' } }] });
    const [{ id }] = list.structured.requests;
    expect(list.text).toContain(`${id}  POST  200  /_ringback/inbox/mine?apiKey=***&state=1`);
    const shown = await mcp.call('get_inbox_request', { name: 'mine', id });
    expect(shown.structured.headers).toMatchObject({ authorization: 'Bearer ***', 'x-plain': 'shown' });
    expect(shown.text).toContain('{"link":"https://***@host/x?token=***","fine":true}');
    expect(JSON.stringify([list, shown])).not.toContain('s3cret');
    expect((await mcp.call('list_inbox_requests', { name: 'empty' })).text).toContain('has received nothing');
    expect((await mcp.call('get_inbox_request', { name: 'mine', id: 'none' })).isError).toBe(true);
  });
});

describe('tools about the space', () => {
  it('advance_clock and settle_clock move the virtual clock', async () => {
    await submit();
    const { now } = await control('clock');
    const { text, structured } = await mcp.call('advance_clock', { by: '2s' });
    expect(Date.parse(structured.now) - Date.parse(now)).toBe(2_000);
    expect(text).toMatch(
      /^\S{36} .*#1 documentState 30 .*\nit is .*; 1 delivered; 1 step or attempt is to come\n$/,
    );
    expect((await mcp.call('settle_clock')).structured).toMatchObject({ pending: 0, bound: null, total: 1 });
  });

  it('a move returns at most 50 deliveries, and says how many more there are', async () => {
    await Promise.all(Array.from({ length: 26 }, () => submit()));
    const { text, structured } = await mcp.call('settle_clock');
    expect([structured.total, structured.truncated, structured.deliveries.length]).toEqual([52, true, 50]);
    expect(text).toContain('\n… and 2 more\n');
  });

  it('reset_space empties the space', async () => {
    await submit();
    expect(await mcp.call('reset_space')).toEqual({
      text: 'the space default is empty\n',
      structured: { space: 'default' },
      isError: false,
    });
    expect((await control('runs')).total).toBe(0);
  });
});

describe('bad input', () => {
  it.each([
    [
      'list_runs',
      { stat: 'playing' },
      '/stat: unknown key "stat". Did you mean "state"? Expected one of provider,',
    ],
    ['list_runs', { state: 'done' }, '/state: got "done", expected one of playing, finished.'],
    ['list_runs', { limit: 0 }, '/limit: got 0, expected an integer from 1 to 1000.'],
    ['list_runs', { provider: 'informd' }, 'Got the provider "informd", expected docdigitizer or informed.'],
    ['get_run', {}, '"id" is missing.'],
    ['list_deliveries', { wait: 'long' }, '/wait: got "long", expected a duration such as 500ms, 10s or 2m.'],
    ['list_deliveries', { wait: '6m' }, 'query/wait must be at most 5m; got 6m.'],
    ['queue_scenarios', { scenarios: 'rejected' }, '/scenarios: got "rejected", expected an array of'],
    [
      'fire_callback',
      { callback: 'x', to: 'nowhere' },
      '/to: got "nowhere", expected an absolute http or https URL.',
    ],
    ['list_inbox_requests', { name: 'a/b' }, '/name: got "a/b", expected letters, digits,'],
    ['advance_clock', { by: 5 }, '/by: got 5, expected a duration such as 250ms, 2s, 5m, 1h or 2d.'],
    [
      'check_consumer',
      { url: 'http://127.0.0.1:1/', observe: 'cat /etc/passwd' },
      'for a command, run ringback check.',
    ],
    ['check_consumer', { url: 'http://127.0.0.1:1/', only: ['cleen'] }, 'Did you mean "clean"?'],
  ])('%s %j says what was expected', async (name, input, expected) => {
    expect(await mcp.call(name, input)).toEqual({
      isError: true,
      structured: undefined,
      text: expect.stringContaining(expected),
    });
  });

  it('the schemas that clients see refuse it, too', async () => {
    const { tools } = await mcp.client.listTools();
    const check = tools.find(({ name }) => name === 'check_consumer');
    for (const name of ['observe', 'drive', 'restart', 'memory'])
      expect(check?.inputSchema.properties?.[name]).toHaveProperty('pattern');
  });

  it('an unknown tool is an error of the protocol', async () => {
    await expect(mcp.call('no_such_tool')).rejects.toThrow('no_such_tool');
  });
});

describe('check_consumer', () => {
  const good: RequestListener = (request, response) => {
    const state = new URL(request.url ?? '', 'http://host').searchParams.get('state');
    response.writeHead(state === null || Number.isNaN(Number(state)) ? 400 : 200).end();
  };

  it('grades an endpoint, and reports progress', async () => {
    const url = await consumer(good);
    mcp.progress.length = 0;
    const input = { url, provider: 'docdigitizer', port: 0, only: ['bad-body', 'redirect-or-html'] };
    const { text, structured } = await mcp.call('check_consumer', input, { onprogress: () => undefined });
    const results = structured.rules.map(({ id, result }: Record<string, string>) => [id, result]);
    expect(Object.fromEntries(results)).toMatchObject({ clean: 'passed', 'redirect-or-html': 'passed' });
    expect(text).toMatch(/^Passed\n[\s\S]* 3 passed; .*\d s\n$/);
    const seen = mcp.progress;
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)?.progress).toBe(seen.at(-1)?.total);
    expect(seen.at(-1)?.message).toMatch(/^(bad-body|redirect-or-html)$/);
  });

  it('shows the requests of what failed, with credentials masked', async () => {
    const url = await consumer((_request, response) => response.writeHead(302, { location: '/login' }).end());
    const { text, structured } = await mcp.call('check_consumer', {
      url,
      provider: 'informed',
      auth: 'Bearer s3cret-of-mine',
      port: 0,
      only: ['redirect-or-html'],
    });
    expect(text).toMatch(/^FAILED {2}clean: /);
    const [clean] = structured.rules;
    expect(clean).toMatchObject({ id: 'clean', result: 'failed' });
    expect(clean.disturbances[0].exchange[0]).toMatchObject({ method: 'POST', response: { status: 302 } });
    expect(JSON.stringify([text, structured])).not.toContain('s3cret');
  });

  it('ends at its time limit with what it has judged', async () => {
    const url = await consumer(good);
    const { text, structured } = await mcp.call('check_consumer', {
      url,
      provider: 'docdigitizer',
      port: 0,
      timeLimit: '1s',
    });
    expect(text).toContain('The time limit of 1s ended the check. Raise timeLimit,');
    expect(structured.counts['not-observed']).toBeGreaterThan(10);
  });

  it('says that nothing listens, that the port is in use, and which provider there is', async () => {
    const url = await consumer(good);
    for (const [input, expected] of [
      [{ url: 'http://127.0.0.1:1/callback', port: 0 }, 'nothing accepts connections there'],
      [{ url, port: mock.server.port }, `${mock.server.port}`],
      [{ url, port: 0, provider: 'informd' }, 'Did you mean "informed"?'],
      [{ url, port: 0, provider: 'informed', contract: '/no/such.yaml' }, '/no/such.yaml'],
    ] as const) {
      const { isError, text } = await mcp.call('check_consumer', { provider: 'docdigitizer', ...input });
      expect([isError, text]).toEqual([true, expect.stringContaining(expected)]);
    }
  });

  it('keeps what the code of a provider logs off stdout', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ringback-mcp-'));
    closeAfterwards(() => rm(folder, { recursive: true }));
    writeFileSync(join(folder, 'code.mjs'), "console.log('from the code');\nexport default {};\n");
    writeFileSync(join(folder, 'ringback.yaml'), 'contract: ./openapi.yaml\nprovider: ./code.mjs\n');
    writeFileSync(
      join(folder, 'openapi.yaml'),
      `openapi: 3.1.0
info: { title: Jobs, version: '1' }
paths:
  /jobs:
    post:
      operationId: createJob
      requestBody: { content: { application/json: { schema: { type: object, properties: { url: { type: string } } } } } }
      responses: { '201': { description: ok } }
      callbacks: { done: { '{$request.body#/url}': { post: { responses: { '200': { description: ok } } } } } }
`,
    );
    const own = await connect(['--url', mock.url]);
    const url = await consumer((_request, response) => response.writeHead(200).end());
    const contract = join(folder, 'openapi.yaml');
    const { text } = await own.call('check_consumer', { url, contract, port: 0, only: ['slow-ack'] });
    expect(own.stderr()).toContain('from the code');
    expect(text).toContain('called by jobs');
  });
});

describe('a server that cannot be used', () => {
  it('each tool that needs it says how to start one', async () => {
    const other = await connect(['--url', 'http://127.0.0.1:1']);
    const inputs: Record<string, object> = {
      explain_scenario: { scenario: 'rejected' },
      get_run: { id: 'a' },
      get_delivery: { id: 'a' },
      fire_callback: { callback: 'a', to: 'http://127.0.0.1:1' },
      list_inbox_requests: { name: 'a' },
      get_inbox_request: { name: 'a', id: 'a' },
      advance_clock: { by: '1s' },
    };
    const { tools } = await other.client.listTools();
    for (const { name } of tools.filter((tool) => tool.name !== 'check_consumer'))
      expect([name, await other.call(name, inputs[name])]).toEqual([
        name,
        {
          isError: true,
          structured: undefined,
          text: expect.stringMatching(
            /^Could not reach the mock provider at .*: ECONNREFUSED\..*To start a server: npx ringback serve --port 1, or with --clock virtual/,
          ),
        },
      ]);
    expect(other.stderr()).toBe('');
  });

  it('goes on when the server goes and comes back', async () => {
    const first = await startRingback();
    const { port } = first.server;
    const own = await connect(['--url', first.url]);
    const waiting = own.call('list_deliveries', { wait: '1m' });
    while ((await first.control('GET', 'spaces')).body.spaces[0].eventReaders !== 1);
    await first.server.close({ graceMs: 0 });
    expect((await waiting).isError || (await waiting).structured.reached === false).toBe(true);
    expect(await own.call('list_runs')).toMatchObject({ isError: true });
    await startRingback({ port });
    expect(await own.call('list_runs')).toMatchObject({ isError: false });
  });

  it('says which token is missing or wrong, and takes it from the environment', async () => {
    const closed = await startRingback({ controlToken: 's3cret' });
    const env = { RINGBACK_URL: closed.url, RINGBACK_CONTROL_TOKEN: 's3cret' };
    const [without, wrong, right] = await Promise.all([
      connect(['--url', closed.url]),
      connect(['--url', closed.url, '--token', 'other']),
      connect([], { env }),
    ]);
    const refusal = (text: string) => ({ isError: true, text: expect.stringContaining(text) });
    expect(await without.call('list_runs')).toMatchObject(
      refusal('Give it with --token or RINGBACK_CONTROL_TOKEN.'),
    );
    expect(await wrong.call('list_runs')).toMatchObject(refusal('is not the --control-token of the server'));
    expect((await right.call('list_runs')).isError).toBe(false);
  });

  it('says that there is no such space, unless the tool may make it', async () => {
    const own = await connect(['--url', mock.url, '--space', 'team-a']);
    expect(await own.call('list_runs')).toMatchObject({
      isError: true,
      text: expect.stringContaining('Could not open the space "team-a": the server has no such space.'),
    });
    expect((await own.call('queue_scenarios', { scenarios: ['rejected'] })).isError).toBe(false);
    expect((await own.call('list_runs')).structured.total).toBe(0);
    expect((await http('GET', `${mock.url}/@team-a/_ringback/next`)).body.total).toBe(1);
    expect((await control('next')).total).toBe(0);
  });
});

describe('the process', () => {
  const open = { jsonrpc: '2.0', id: 1, method: 'initialize' };
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  };

  it('writes nothing but the protocol to stdout, whatever comes', async () => {
    const child = spawn(process.execPath, [bin, 'mcp', '--url', 'http://127.0.0.1:1'], {
      env: environment({}),
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const exit = once(child, 'close');
    const lines = createInterface({ input: child.stdout });
    child.stdin.write('no JSON\n{"jsonrpc":"1.0"}\n[]\n\n');
    child.stdin.write(`${JSON.stringify({ ...open, params })}\n`);
    const call = { name: 'get_run', arguments: 'no object' };
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: call })}\n`);
    const last = { jsonrpc: '2.0', id: 3, method: 'tools/list' };
    child.stdin.write(`${JSON.stringify(last)}\n`);
    const answers: { jsonrpc: string; id: number | null }[] = [];
    for await (const line of lines) {
      answers.push(JSON.parse(line));
      if (answers.at(-1)?.id === 3) break;
    }
    expect(answers.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
    expect(answers.map(({ id }) => id)).toEqual(expect.arrayContaining([1, 2, 3]));
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
    expect(stderr).toContain('ringback: ');
  });

  it('ends with its stdin, also during a call', async () => {
    const child = spawn(process.execPath, [bin, 'mcp', '--url', mock.url], { env: environment({}) });
    const exit = once(child, 'close');
    child.stdin.write(`${JSON.stringify({ ...open, params })}\n`);
    const call = { name: 'list_deliveries', arguments: { wait: '5m' } };
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: call })}\n`);
    while ((await control('spaces')).spaces[0].eventReaders !== 1);
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
  });

  it('ends with SIGTERM while its stdin is open', async () => {
    const child = spawn(process.execPath, [bin, 'mcp', '--url', mock.url], { env: environment({}) });
    const exit = once(child, 'close');
    child.stdin.write(`${JSON.stringify({ ...open, params })}\n`);
    await once(child.stdout, 'data');
    child.kill();
    expect(await exit).toEqual([0, null]);
  });

  it.each([
    [['--url', 'nowhere'], 'Could not read --url. Got "nowhere", expected an absolute http or https URL'],
    [['--space', 'a/b'], 'Could not read --space. Got "a/b"'],
    [['--jsn'], 'ringback mcp has no option --jsn.'],
    [['now'], '"now" is an unexpected argument. Usage: ringback mcp [options].'],
  ])('%j exits 2', async (args, message) => {
    expect(await runCli(['mcp', ...args])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });

  it.each([
    [
      "next(name, { ...context, parentURL: 'file:///nowhere/index.js' })",
      'is not installed. Install it next to',
    ],
    ["next('data:text/javascript,', context)", '2.4.0 cannot be used: '],
  ])('exits 3 without a usable SDK, and says how to install it: %s', async (resolution, message) => {
    const hooks = `import { registerHooks } from 'node:module'; registerHooks({ resolve: (name, context, next) => name.startsWith('@modelcontextprotocol/') ? ${resolution} : next(name, context) });`;
    const cli = startCli(['mcp'], {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hooks)}`,
    });
    expect((await cli.exit).code).toBe(3);
    expect(cli.stdout).toBe('');
    expect(cli.stderr).toMatch(/^ringback: Could not start the MCP server: /);
    expect(cli.stderr).toContain(message);
    expect(cli.stderr).toContain('npm install --save-dev @modelcontextprotocol/server@2.');
  });
});

describe('docs/mcp.md', () => {
  const page = readFileSync(join(packageRoot, 'docs/mcp.md'), 'utf8');

  it('lists the tools with their titles, and which change something', async () => {
    const { tools } = await mcp.client.listTools();
    const rows = [...page.matchAll(/^\| `(\w+)` \| (.+) \| (no|yes|removes)/gm)];
    const changes = (annotations: (typeof tools)[number]['annotations']) =>
      annotations?.readOnlyHint ? 'no' : annotations?.destructiveHint ? 'removes' : 'yes';
    expect(rows.map(([, ...cells]) => cells)).toEqual(
      tools.map(({ name, title, annotations }) => [name, title, changes(annotations)]),
    );
  });

  it('its configurations start a server that finds the mock', async () => {
    const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, code = '']) => JSON.parse(code));
    expect(blocks).toHaveLength(3);
    await http('POST', `${mock.url}/@team-a/_ringback/next`, { scenario: 'rejected' });
    const calls = blocks.map(async (block) => {
      const { command, args, env = {} } = (block.mcpServers ?? block.servers).ringback;
      expect(command).toBe('npx');
      expect(unreadVariables(env)).toEqual([]);
      const words: string[] = args.slice(args.lastIndexOf('ringback') + 1);
      expect(words.shift()).toBe('mcp');
      // The mock of the test has another port.
      const own = words.map((word) => word.replace('http://127.0.0.1:4020', mock.url));
      return (await connect(own, { env: { ...env, RINGBACK_URL: mock.url } })).call('list_runs');
    });
    for (const call of calls) expect(await call).toMatchObject({ isError: false });
  });
});
