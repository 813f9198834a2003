import { access, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CommandName, commands, isClientCommand } from '../../src/cli/options.ts';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { startDocumentConsumer } from '../check/document-consumer.ts';
import { root } from '../docs/markdown.ts';
import { closeAfterwards } from '../support/closing.ts';
import { type Consumer, startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { freePort } from '../support/tcp-server.ts';
import { call, submitDocument } from '../support/test-server.ts';
import { generatorFolder } from '../types-generator/documents.ts';
import { startCli } from './run-cli.ts';

/** The folder of a user: a contract, a scenario, a callback, and the packages that types need. */
let folder = '';
let consumer: Consumer;
beforeAll(async () => {
  consumer = await startConsumer();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-examples-'));
  await copyFile(join(root, 'examples/payments/openapi.yaml'), join(folder, 'openapi.yaml'));
  await symlink(join(generatorFolder, 'node_modules'), join(folder, 'node_modules'));
  const scenario = 'name: mine\nprovider: docdigitizer\n';
  await writeFile(join(folder, 'mine.yaml'), scenario);
  for (const name of ['src', 'test/scenarios']) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'test/scenarios/mine.yaml'), scenario);
  const [example] = (await loadBundledContract()).callbacks.get('informed.extractions')?.examples ?? [];
  await writeFile(join(folder, 'payload.json'), JSON.stringify(example));
});
afterEach(() => rm(folder, { recursive: true }));

/** The words of an example as a shell splits them, without `ringback`. */
const wordsOf = (example: string): readonly string[] =>
  (example.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, '')).slice(1);

/** Starts an example in the user's folder, whose consumer listens at another port. */
function start(example: string, more: readonly string[] = [], env = {}, base = consumer.url) {
  const words = wordsOf(example).map((word) => word.replace('http://localhost:3000', base));
  return startCli([...words, ...more], env, undefined, folder);
}

/** Runs an example to its end, and returns what it printed. */
async function run(...args: Parameters<typeof start>): Promise<string> {
  const cli = start(...args);
  cli.child.stdin.end();
  const { code } = await cli.exit;
  expect(code, `${args[0]}\n${cli.stdout}${cli.stderr}`).toBe(0);
  expect(cli.stderr).not.toContain('warning');
  return cli.stdout;
}

/** The commands whose examples the tests below run. */
const ran = new Set<CommandName>();
function examplesOf(command: CommandName): readonly string[] {
  ran.add(command);
  return commands[command].examples;
}

const simple = ['init', 'scenario list', 'scenario lint', 'scenario explain', 'trigger', 'validate', 'types'];
describe.each(simple as readonly CommandName[])('the examples of ringback %s', (command) => {
  it.each(examplesOf(command))('%s exits 0', async (example) => {
    const before = consumer.requests.length;
    const printed = await run(example);
    if (command === 'types') await access(join(folder, 'src/contract.gen.ts'));
    else expect(printed).not.toBe('');
    if (command === 'trigger') expect(consumer.requests.length).toBeGreaterThan(before);
  });
});

describe('the examples of ringback serve', () => {
  it.each(examplesOf('serve'))('%s is ready', async (example) => {
    const cli = start(example, [], { RINGBACK_PORT: '0' });
    await cli.until('stdout', /http:\/\/127\.0\.0\.1:[1-9]/);
    cli.child.kill('SIGTERM');
    expect(await cli.exit).toEqual({ code: 0, signal: null });
  });
});

describe('the examples of ringback record', () => {
  it.each(examplesOf('record'))('%s records', async (example) => {
    const cli = start(example, ['--port', '0', '--count', '1']);
    const [, url] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(await cli.until('stdout', /127\.0\.0\.1:\d+/)) ?? [];
    const [callback, contract] = example.includes('--contract')
      ? ['paymentSucceeded', '--contract openapi.yaml']
      : ['documentState', ''];
    const fired = start(`ringback trigger ${callback} --to ${url}/callback ${contract}`);
    expect((await fired.exit).code, fired.stdout).toBe(0);
    expect((await cli.exit).code, cli.stdout + cli.stderr).toBe(0);
    expect(cli.stdout).toContain('wrote scenarios/');
  });
});

/** A consumer of payments that pays when it is told to, and takes each event once. */
async function startShop(): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.url?.startsWith('/submit')) {
      const callback_url = `${urlOf(server)}/callback`;
      const order = { amount: 5, order: 'A-1', callback_url };
      const { status } = await call('POST', `${request.headers['x-ringback-url']}/payments`, order);
      response.writeHead(status === 201 ? 204 : 502).end();
      return;
    }
    const isEvent = /^\s*\{/.test(body);
    response.writeHead(isEvent ? 204 : 400).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closeAfterwards(async () => void server.close());
  return urlOf(server);
}
const urlOf = (server: ReturnType<typeof createServer>): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('the examples of ringback check', { timeout: 60_000 }, () => {
  it.each(examplesOf('check'))('%s grades', async (example) => {
    const port = await freePort();
    await using documents = await startDocumentConsumer({
      providerUrl: `http://127.0.0.1:${port}/docdigitizer`,
    });
    const base = example.includes('--contract') ? await startShop() : documents.url;
    const fast = ['-p', String(port), '--only', 'sequential-duplicate', '--within', '500ms'];
    expect(await run(example, fast, {}, base)).toMatch(/^Passed\n {2}clean: /);
  });
});

describe('the examples of the clients of a server', () => {
  const clients = (Object.keys(commands) as CommandName[]).filter(
    (command) => isClientCommand(command) && command !== 'mcp',
  );
  it.each(clients.flatMap(examplesOf))('%s exits 0', async (example) => {
    const { server } = await startRingback({ clock: 'virtual' });
    const url = `http://127.0.0.1:${server.port}`;
    const inbox = `${url}/_ringback/inbox/mine`;
    for (const space of [url, `${url}/@test-7`])
      await submitDocument(space, { callbackUrl: inbox, callback_method: 'POST' });
    for (const callback of ['informed.extractions', 'informed.error'])
      await call('POST', `${url}/_ringback/callbacks`, { callback, to: inbox });
    const { body } = await call('GET', `${url}/_ringback/runs`);
    const [{ id }] = (body as { runs: [{ id: string }] }).runs;
    expect(await run(example.replace('5c1c8e5f', id.slice(0, 8)), [], { RINGBACK_URL: url })).not.toBe('');
  });
});

describe('the examples of ringback mcp', () => {
  it.each(examplesOf('mcp'))('%s serves a client', async (example) => {
    const cli = start(example);
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'a', version: '1' },
    };
    cli.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
    await cli.until('stdout', /"serverInfo":\{"name":"ringback"/);
    cli.child.stdin.end();
    expect(await cli.exit).toEqual({ code: 0, signal: null });
  });
});

it('the examples of every command are run', () => {
  expect([...ran].toSorted()).toEqual(Object.keys(commands).toSorted());
});
