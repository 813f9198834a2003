import { expect, test } from 'vitest';
import { contractLines, retryLine } from '../../src/cli/contract-lines.ts';
import { defaultTimes } from '../../src/server/default-times.ts';
import type { StartServerOptions } from '../../src/server/start-server-options.ts';
import { fileWith, payments } from '../providers/contract/support.ts';
import { startRingback } from '../support/ringback.ts';

async function linesFor(
  document: object,
  webhooksTo: string | null = null,
  options: StartServerOptions = {},
): Promise<readonly string[]> {
  const { server } = await startRingback({ contract: fileWith(document), ...options });
  const [provider] = server.providers;
  const times = provider && defaultTimes(provider, server.spaces.get('default'));
  return contractLines(server.contract, times ?? (() => null), webhooksTo);
}

test('the start says when a callback is sent, by the setting or by a default scenario of the team', async () => {
  const first = async (options: StartServerOptions): Promise<string | undefined> =>
    (await linesFor(payments, null, options))[0];
  expect(await first({ settings: { 'payment-service.callbackAfter': '90s' } })).toContain(
    'calls back succeeded at {$request.body#/callbackUrl}, 90s after the response; also failed',
  );
  const script = (more: string): string =>
    fileWith(`name: default\n${more}timeline: [{ after: 1h, callback: failed }]\n`, 'mine.yaml');
  expect(await first({ scenarios: [script('')] })).toContain(
    'calls back failed at {$request.body#/callbackUrl}, 1h after the response; also succeeded',
  );
  expect(await first({ scenarios: [script('match: { operation: getPayment }\n')] })).toContain(
    'calls back succeeded at {$request.body#/callbackUrl}, 2s after the response; also failed',
  );
});

test('the start names what can be submitted, what it calls back, and what needs a target', async () => {
  expect(await linesFor(payments)).toEqual([
    'POST /payments  calls back succeeded at {$request.body#/callbackUrl}, 2s after the response; also failed',
    'the webhook payout.sent needs a target: --webhooks-to <url>',
  ]);
  expect((await linesFor(payments, 'http://c.test/')).at(-1)).toBe(
    'the webhook payout.sent goes to http://c.test/ when a scenario names it',
  );
});

test('the start says that a webhook is sent by default, if the configuration says so', async () => {
  const { 'payout.sent': sent } = payments.webhooks;
  const document = { ...payments, webhooks: { 'payout.sent': sent, 'payout.lost': sent } };
  const config = fileWith('operations: { createPayment: { callbacks: [payout.sent] } }\n', 'ringback.yaml');
  const lines = await linesFor(document, 'http://c.test/', { config });
  expect(lines.slice(-2)).toEqual([
    'the webhook payout.sent is sent by default, 2s after the response, to the callbackUrl of the operation, or else to http://c.test/',
    'the webhook payout.lost goes to http://c.test/ when a scenario names it',
  ]);
});

test('the start says how callbacks are retried, if they are', () => {
  const policy = {
    delaysMs: [5_000, 5_000, 60_000],
    on: ['503', 'timeout'],
    timeoutMs: 1,
    retryAfterMaxMs: 0,
  };
  expect(retryLine(policy)).toBe('callbacks are retried after 5s, 5s, 1m, on 503, timeout');
  expect(retryLine({ ...policy, delaysMs: [] })).toBe(null);
  expect(retryLine({ ...policy, on: [] })).toBe(null);
});

test('the start has at most 20 lines about the largest contract', async () => {
  const paths = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [
      `/things${n}`,
      { post: { ...payments.paths['/payments'].post, operationId: `make${n}` } },
    ]),
  );
  const webhooks = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [`sent.${n}`, payments.webhooks['payout.sent']]),
  );
  const lines = await linesFor({ ...payments, paths, webhooks });
  expect(lines.length).toBeLessThanOrEqual(20);
  expect(lines).toContain('… and 192 more operations that call back');
  expect(lines.at(-1)).toMatch(/^the webhooks sent\.0, sent\.1, sent\.2 and 197 more need a target/);
});

test('what was forgiven is told with its place, at most five times', async () => {
  const broken = structuredClone(payments) as { paths: Record<string, { post?: { callbacks: unknown } }> };
  const { requestBody } = payments.webhooks['payout.sent'].post;
  const keys = Array.from({ length: 9 }, (_, n) => [
    `odd${n}`,
    { [`{request.body#/callbackUrl${n}}`]: { post: { requestBody } } },
  ]);
  if (broken.paths['/payments']?.post) broken.paths['/payments'].post.callbacks = Object.fromEntries(keys);
  const lines = await linesFor(broken);
  expect(lines.filter((line) => line.includes(': forgiven: '))).toHaveLength(5);
  expect(lines.at(-1)).toBe('and 4 other notes in GET /_ringback/contract');
});

test('the start says that a contract is empty, and why', async () => {
  expect(await linesFor({ openapi: '3.1.0', info: { title: 'Empty', version: '1' }, paths: ['/a'] })).toEqual(
    ['the contract declares no operations, callbacks or webhooks', expect.stringContaining('#/paths: ')],
  );
});
