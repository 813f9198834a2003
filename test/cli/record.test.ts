import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import { record } from '../../src/cli/record.ts';
import { fileWith } from '../providers/contract/support.ts';
import { contractFile, PrintShop } from '../record/print-shop.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { startTcpServer } from '../support/tcp-server.ts';
import { runCli, startCli } from './run-cli.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-record-'));
  closeAfterwards(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const contract = ['--contract', contractFile];
const printed = JSON.stringify({
  type: 'printed',
  eventId: 'evt_1',
  orderId: 'ord_ab12cd34',
  at: '2026-11-03T09:30:00Z',
});

/** Starts to record on a free port. */
async function startRecord(...args: readonly string[]) {
  const cli = startCli(['record', '--port', '0', ...args]);
  const out = await cli.until('stdout', /recording (\S+) →/);
  return { cli, url: /recording (\S+) →/.exec(out)?.[1] ?? '' };
}

test('record writes a scenario that lints and explains, and exits 0', async () => {
  const consumer = await startConsumer();
  consumer.answer({ status: 503 });
  const out = join(newFolder(), 'taken.yaml');
  const { cli, url } = await startRecord('--to', consumer.url, ...contract, '--out', out, '--count', '2');
  const shop = new PrintShop();
  await shop.send(url, [{ body: printed, headers: { Authorization: 'Bearer planted-secret' } }]);
  expect(await cli.exit).toEqual({ code: 0, signal: null });
  expect(shop.statuses).toEqual([503, 200]);
  expect(cli.stdout).toMatch(/POST \/hook placeOrder\.printed → 503 in \d+ ms\n/);
  expect(cli.stdout).toContain('1 callback in 2 requests');
  expect(cli.stdout + readFileSync(out, 'utf8')).not.toMatch(/planted-secret|sha256=/);
  const linted = await runCli(['scenario', 'lint', out, ...contract]);
  expect(linted.stdout).toBe('1 file, 1 scenario: 0 findings\n');
  const explained = await runCli(['scenario', 'explain', 'taken', ...contract, '--scenarios', out]);
  expect(explained.stdout).toContain('Over after 2s: 1 callback: 1 delivered.');
});

test('an endpoint that is down is a refused attempt, and the provider gets 502', async () => {
  const out = join(newFolder(), 'down.yaml');
  const { cli, url } = await startRecord(
    '--to',
    'http://127.0.0.1:9',
    ...contract,
    '--out',
    out,
    '--count',
    '3',
  );
  const shop = new PrintShop();
  await shop.send(url, [{ body: printed }]);
  await cli.exit;
  expect(shop.statuses).toEqual([502, 502, 502]);
  expect(cli.stdout).toContain('→ 502, since the endpoint cannot be reached');
  expect(readFileSync(out, 'utf8')).toMatch(/retry: \{ schedule: \[ .* \], on: \[ 502, network \] \}/);
});

test('Ctrl-C ends a recording. One without requests writes nothing and exits 1', async () => {
  const out = newFolder();
  const { cli } = await startRecord('--to', 'http://127.0.0.1:9', ...contract, '--out', out);
  cli.child.kill('SIGINT');
  expect(await cli.exit).toEqual({ code: 1, signal: null });
  expect(cli.stdout).toContain('Nothing came, so nothing was written.');
  expect(existsSync(join(out, 'recorded.yaml'))).toBe(false);
});

test('--for ends a recording, and what breaks the contract exits 1', async () => {
  const consumer = await startConsumer();
  const out = join(newFolder(), 'broken.yaml');
  const { cli, url } = await startRecord('--to', consumer.url, ...contract, '--out', out, '--for', '1s');
  await new PrintShop().send(url, [{ body: printed.replace('"evt_1"', '7') }]);
  expect(await cli.exit).toEqual({ code: 1, signal: null });
  expect(cli.stdout).toContain('placeOrder.printed breaks the contract: /eventId must be a string; got 7.');
  expect(readFileSync(out, 'utf8')).toContain('# Breaks the contract: /eventId must be a string; got 7.');
});

const entry = (more: object): object => ({
  startedDateTime: '2026-11-03T09:30:00.000Z',
  time: 12,
  request: {
    method: 'POST',
    url: 'https://consumer.example/hook',
    headers: [{ name: 'Authorization', value: 'Bearer planted-secret' }],
    postData: { mimeType: 'application/json', text: printed },
  },
  response: { status: 200 },
  ...more,
});
const har = (...entries: readonly object[]): string => JSON.stringify({ log: { version: '1.2', entries } });

test('a HAR file becomes a scenario', async () => {
  const out = join(newFolder(), 'from-har.yaml');
  const file = fileWith(
    har(entry({ response: { status: 500 } }), entry({ startedDateTime: '2026-11-03T09:31:00.000Z' })),
    'callbacks.har',
  );
  const { code, stdout } = await runCli(['record', '--har', file, ...contract, '--out', out]);
  expect(code, stdout).toBe(0);
  const text = readFileSync(out, 'utf8');
  expect(text).toContain('retry: { schedule: [ 60s ], on: [ 500 ] }'.replace('60s', '1m'));
  expect(text).not.toContain('planted-secret');
});

test('a HAR file of something else writes nothing and exits 1', async () => {
  const out = join(newFolder(), 'page.yaml');
  const image = { request: { method: 'GET', url: 'https://shop.example/logo.png', headers: [] } };
  const { code, stdout } = await runCli([
    'record',
    '--har',
    fileWith(har(entry(image)), 'page.har'),
    ...contract,
    '--out',
    out,
  ]);
  expect(code).toBe(1);
  expect(stdout).toContain('GET /logo.png is no callback of the contract');
  expect(stdout).toContain('None of 1 request is a callback of the contract, so nothing was written.');
  expect(existsSync(out)).toBe(false);
});

test('an inbox becomes a scenario. A server with a token requires it', async () => {
  const ringback = await startRingback({ controlToken: 's3cret-token' });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer planted-secret' };
  for (const body of [printed, printed.replace('evt_1', 'evt_2')])
    await fetch(`${ringback.url}/_ringback/inbox/mine`, { method: 'POST', headers, body });
  const out = join(newFolder(), 'from-inbox.yaml');
  const args = ['--inbox', `${ringback.url}/_ringback/inbox/mine`, ...contract, '--out', out];
  await expect(record(args)).rejects.toThrow('the server requires a token, and none was given');
  await expect(record([...args, '--token', 'wrong'])).rejects.toThrow('the server refuses the token');
  const { code, stdout } = await runCli(['record', ...args], {
    env: { RINGBACK_CONTROL_TOKEN: 's3cret-token' },
  });
  expect(code, stdout).toBe(0);
  const text = readFileSync(out, 'utf8');
  expect(text.match(/callback: printed/g)).toHaveLength(2);
  expect(text).not.toContain('planted-secret');
});

test('DocDigitizer is recorded without a contract, with the ids of the mock', async () => {
  const out = join(newFolder(), 'states.yaml');
  const state = (query: string) =>
    entry({ request: { method: 'GET', url: `https://c.example/cb?${query}`, headers: [] } });
  const file = fileWith(har(state('documentId=d-1&state=91&stateText=ANNOTATED')), 'states.har');
  const { code, stdout } = await runCli([
    'record',
    '--har',
    file,
    '--provider',
    'docdigitizer',
    '--out',
    out,
  ]);
  expect(code, stdout).toBe(0);
  expect(readFileSync(out, 'utf8')).toContain('state: 91');
  const explained = await runCli(['scenario', 'explain', 'states', '--scenarios', out]);
  expect(explained.stdout).toMatch(/GET documentId=(?!d-1)\S+ state=91 stateText=ANNOTATED/);
});

test('a port that is in use is said in plain words', async () => {
  const busy = await startTcpServer(() => undefined);
  closeAfterwards(busy.close);
  const args = ['--to', 'http://127.0.0.1:9', ...contract, '--out', newFolder(), '--port', String(busy.port)];
  const error = await record(args).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(
    `Could not listen on 127.0.0.1:${busy.port}: something else listens there.`,
  );
  expect(exitCodeOf(error)).toBe(3);
});

const existing = fileWith('name: mine\n', 'recorded.yaml');
test.each([
  {
    args: [...contract],
    code: 2,
    why: 'got none of them, expected one of --to <your endpoint>, --har <file>',
  },
  { args: ['--to', 'http://a', '--har', 'x.har', ...contract], code: 2, why: 'got --to and --har' },
  { args: ['--to', 'localhost:3000', ...contract], code: 2, why: 'expected an absolute http or https URL' },
  { args: ['--to', 'http://localhost:3000/cb?a=1', ...contract], code: 2, why: 'without a query' },
  { args: ['--to', 'http://a'], code: 2, why: 'there is no contract' },
  {
    args: ['--to', 'http://a', '--provider', 'informed'],
    code: 2,
    why: 'callbacks of informed follow its uploads',
  },
  { args: ['--to', 'http://a', '--provider', 'docdigitiser'], code: 2, why: 'Did you mean "docdigitizer"?' },
  {
    args: ['--to', 'http://a', ...contract, '--out', existing],
    code: 2,
    why: 'exists already. --force replaces it',
  },
  {
    args: ['--to', 'http://a', ...contract, '--out', 'a b.yaml'],
    code: 2,
    why: 'Got "a b", expected letters',
  },
  {
    args: ['--har', 'none.har', ...contract],
    code: 3,
    why: 'Could not read none.har: there is no such file',
  },
  { args: ['--har', fileWith('<html>', 'a.har'), ...contract], code: 3, why: 'it is no JSON' },
  { args: ['--har', fileWith('[]', 'b.har'), ...contract], code: 3, why: 'without an array log.entries' },
  { args: ['--har', fileWith(har(), 'c.har'), ...contract], code: 3, why: 'its log.entries is empty' },
  {
    args: ['--har', fileWith(har({}), 'd.har'), ...contract],
    code: 3,
    why: 'entry 0 of log.entries has no request',
  },
  { args: ['--har', 'x.har', '--for', '1m', ...contract], code: 2, why: '--for ends a recording with --to' },
  { args: ['--to', 'http://a', '--count', '2000', ...contract], code: 2, why: 'expected at most 1000' },
  { args: ['--inbox', 'http://a/b', ...contract], code: 2, why: 'expected the name of an inbox, or its URL' },
  {
    args: ['--inbox', 'http://127.0.0.1:9/_ringback/inbox/a', ...contract],
    code: 3,
    why: 'Is ringback serve running',
  },
])('$args is refused', async ({ args, code, why }) => {
  const out = args.includes('--out') ? [] : ['--out', newFolder()];
  const error = await record([...args, ...out]).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(why);
  expect(exitCodeOf(error)).toBe(code);
});

test('--force replaces a scenario', async () => {
  const out = join(newFolder(), 'old.yaml');
  writeFileSync(out, 'old');
  const file = fileWith(har(entry({})), 'callbacks.har');
  const { code } = await runCli(['record', '--har', file, ...contract, '--out', out, '--force']);
  expect(code).toBe(0);
  expect(readFileSync(out, 'utf8')).toContain('name: old');
});
