import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openConfigured } from '../../src/config/open-configured.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';
import { folderWith, orders } from './support.ts';

/** A server with a configuration, and what it sent for one order that is never acknowledged. */
async function attemptsOf(own: string, { code = '{}', header = '' } = {}) {
  const folder = folderWith({
    'openapi.yaml': orders,
    'ringback.yaml': `contract: ./openapi.yaml\nprovider: ./provider.mjs\nscenarios: [./own.yaml]\n${own}`,
    'provider.mjs': `export default ${code};`,
    'own.yaml': 'name: once\ntimeline: [{ after: 1s, callback: shipped }]\nretry: none\n',
  });
  const config = join(folder, 'ringback.yaml');
  const { server } = await startRingback({ config, clock: 'virtual' });
  const consumer = await startConsumer();
  consumer.answerAlways({ status: 503 });
  const headers = header === '' ? {} : { 'X-Ringback-Scenario': header };
  await call('POST', `${server.url}/orders`, { fallback: consumer.url }, headers);
  await call('POST', `${server.url}/_ringback/clock`, { settle: true });
  const { body } = await call('GET', `${server.url}/_ringback/deliveries`);
  const [delivery] = body.deliveries;
  const times = delivery.attempts.map(({ at }: { at: string }) => Date.parse(at));
  return {
    waits: times.slice(1).map((time: number, index: number) => time - times[index]),
    violations: delivery.attempts[0].violations.map((each: { code: string }) => each.code),
  };
}

test('a callback is retried as the configuration says', async () => {
  const { waits } = await attemptsOf("retry: { schedule: [5s, '1m'], on: [503] }\n");
  expect(waits).toEqual([5_000, 60_000]);
});

test('a callback is not retried for another failure than those of the configuration', async () => {
  expect((await attemptsOf('retry: { schedule: [5s], on: [timeout, 500] }\n')).waits).toEqual([]);
});

test('a policy of the configuration may be a preset', async () => {
  const { waits } = await attemptsOf('retry: shopify\n');
  expect(waits).toHaveLength(8);
});

test('a retry policy of a scenario takes precedence over that of its provider', async () => {
  expect((await attemptsOf('retry: { schedule: [5s] }\n', { header: 'once' })).waits).toEqual([]);
});

test('the provider retries as its code says, and the configuration takes precedence', async () => {
  const code = "{ retryPolicy: { schedule: ['2s', 3000] } }";
  expect((await attemptsOf('', { code })).waits).toEqual([2_000, 3_000]);
  expect((await attemptsOf('retry: { schedule: [7s] }\n', { code })).waits).toEqual([7_000]);
});

test('what code requires of responses is checked for each attempt', async () => {
  expect((await attemptsOf('')).violations).toEqual([]);
  const code = "{ answerRules: { httpsOnly: true, slowAnswer: '0ms' } }";
  expect((await attemptsOf('', { code })).violations).toEqual(['endpoint.https', 'answer.slow']);
});

test.each<[string, string, RegExp]>([
  ['an unknown preset', 'retry: svx', /^:2:8: got "svx", expected one of .*Did you mean "svix"/],
  ['an unknown key', 'retry: { waits: [5s] }', /^:2:10: unknown key "waits"/],
  ['a wrong duration', 'retry: { schedule: [soon] }', /^:2:21: got "soon", expected a duration/],
  ['a timeout of nothing', 'retry: { timeout: 0s }', /^:2:19: got "0s", expected a time above 0/],
  ['conditions without waits', 'retry: { on: [503] }', /^:2:8: .*there are no waits: add `retry\.schedule`/],
  ['a success', 'retry: { schedule: [5s], on: [204] }', /^:2:31: got 204, expected a status that is not/],
])('a configuration with %s in its retry policy is refused', async (_, own, message) => {
  const text = `contract: openapi.yaml\n${own}\n`;
  const path = join(folderWith({ 'openapi.yaml': orders, 'ringback.yaml': text }), 'ringback.yaml');
  await expect(
    readConfig(path, {}).then(({ findings, violationOf }) =>
      findings.map(violationOf).map(({ location, message: why }) => `${location}: ${why}`.replace(path, '')),
    ),
  ).resolves.toEqual([expect.stringMatching(message)]);
});

test.each<[string, string, RegExp]>([
  ['policy', "{ retryPolicy: 'svx' }", /its retryPolicy is wrong: got "svx", expected one of/],
  ['wait', "{ retryPolicy: { schedule: ['soon'] } }", /its retryPolicy\.schedule\.0 is wrong: got "soon"/],
  ['timeout', '{ retryPolicy: { timeout: 0 } }', /its retryPolicy\.timeout is wrong: got 0, expected/],
  ['condition', '{ retryPolicy: { on: [503] } }', /its retryPolicy is wrong: .*there are no waits/],
  ['rule', '{ answerRules: { httpOnly: true } }', /answerRules\.httpOnly is wrong: unknown key "httpOnly"/],
  ['type', "{ answerRules: { httpsOnly: 'yes' } }", /answerRules\.httpsOnly is wrong: got "yes"/],
  ['limit', "{ answerRules: { slowAnswer: '999999999d' } }", /answerRules\.slowAnswer is wrong: /],
])('code with a wrong %s is refused', async (_, code, message) => {
  const folder = folderWith({
    'openapi.yaml': orders,
    'ringback.yaml': 'contract: openapi.yaml\nprovider: provider.mjs\n',
    'provider.mjs': `export default ${code};`,
  });
  const config = await readConfig(join(folder, 'ringback.yaml'), {});
  await expect(openConfigured(config, {})).rejects.toThrow(message);
});

test('the bundled providers have settings for their retries, and no policy of a configuration', async () => {
  const path = join(folderWith({ 'ringback.yaml': 'retry: none\n' }), 'ringback.yaml');
  await expect(openConfigured(await readConfig(path, {}), {})).rejects.toThrow(
    '"retry" is for a contract of your own',
  );
});
