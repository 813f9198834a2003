import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { options } from '../../src/cli/options.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { folderWith, orders } from '../config/support.ts';
import { closeAfterwards } from '../support/closing.ts';
import { freePort } from '../support/tcp-server.ts';
import { runCli } from './run-cli.ts';

/** A consumer that acknowledges everything, and the paths that it was called at. */
async function consumer() {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterwards(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

const bad = async (text: string) => {
  const folder = folderWith({ 'openapi.yaml': orders, 'ringback.yaml': `contract: openapi.yaml\n${text}` });
  return runCli(['check', '--config', join(folder, 'ringback.yaml')]);
};

test('a check does what its configuration says, and writes its reports beside it', async () => {
  const { url, paths } = await consumer();
  const folder = folderWith({
    'openapi.yaml': orders,
    'ringback.yaml': [
      'contract: openapi.yaml',
      `port: ${await freePort()}`,
      // A check plays in real time, whatever the mock does elsewhere.
      'clock: virtual',
      'seed: 3',
      "now: '2031-01-01T00:00:00Z'",
      'operations: { createOrder: { callbackUrl: $request.body#/fallback } }',
      `check: { url: '${url}/of/the/file', only: [status-class, lost], strict: true, report: [json=reports.json] }`,
    ].join('\n'),
  });
  const config = join(folder, 'ringback.yaml');
  const { code, stdout, stderr } = await runCli(['check', '--config', config]);
  expect(stderr).toMatch(/^the seed is \d+\n$/);
  expect(stdout).toContain('status-class');
  expect(paths.every((path) => path?.startsWith('/of/the/file'))).toBe(true);
  expect(paths.length).toBeGreaterThan(0);
  // Without an observer, `lost` is not observed: with strict, that is a finding.
  expect(code).toBe(1);
  expect(JSON.parse(await readFile(join(folder, 'reports.json'), 'utf8'))).toHaveProperty('rules');
});

test('the command line of a check takes precedence over its configuration', async () => {
  const folder = folderWith({
    'openapi.yaml': orders,
    'ringback.yaml': "contract: openapi.yaml\ncheck: { url: 'http://127.0.0.1:1/file', only: [clean] }",
  });
  const port = String(await freePort());
  const { code, stderr } = await runCli([
    'check',
    'http://127.0.0.1:1/line',
    '--config',
    join(folder, 'ringback.yaml'),
    '--port',
    port,
  ]);
  expect(code).toBe(3);
  expect(stderr).toContain('Could not check http://127.0.0.1:1/line: nothing accepts connections there');
});

test.each<[string, string, RegExp]>([
  ['an unknown key', 'check: { ulr: x }', /ringback\.yaml:2:10: unknown key "ulr"\. Did you mean "url"\?/],
  [
    'an unknown rule',
    'check: { skip: [grwth] }',
    /ringback\.yaml:2:17: got "grwth", expected one of .*Did you mean "growth"\?/,
  ],
  ['a number out of range', 'check: { jobs: 65 }', /ringback\.yaml:2:16: got 65, expected at most 64/],
  [
    'a duration below its bound',
    'check: { within: 1ms }',
    /ringback\.yaml:2:18: got "1ms", expected a duration/,
  ],
  [
    'a word in place of a flag',
    'check: { strict: yes please }',
    /ringback\.yaml:2:18: got "yes please", expected/,
  ],
])('a check refuses %s of its configuration, with its place', async (_, text, message) => {
  const { code, stderr } = await bad(text);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

test('a check without a URL on the command line or in its configuration says what to do', async () => {
  const { code, stderr } = await bad('check: { strict: true }');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('or check.url in ringback.yaml'),
  });
});

test('every option of a check is a key of the configuration, or has one outside check', async () => {
  const outside = [
    'name',
    'allow-remote-refs',
    'port',
    'host',
    'set',
    'allow-callbacks-to',
    'insecure-callbacks',
    'contract',
  ];
  const apart = ['config', 'seed', 'json'];
  const of = Object.entries(options).filter(([, { commands }]) =>
    (commands as readonly string[]).includes('check'),
  );
  const inside = of.filter(([flag]) => ![...outside, ...apart].includes(flag));
  const example = (name: string) =>
    ({
      strict: true,
      jobs: 2,
      only: ['growth'],
      skip: ['growth'],
      report: ['json=a/b.json'],
      baseline: 'b.json',
    })[name];
  const keys = inside.map(([flag]) => flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
  const value = Object.fromEntries(keys.map((key) => [key, example(key) ?? '5s']));
  const folder = folderWith({ 'ringback.yaml': { check: value } });
  const { findings, check } = await readConfig(join(folder, 'ringback.yaml'), {});
  expect(findings).toEqual([]);
  expect(Object.keys(check).sort()).toEqual(inside.map(([flag]) => flag).sort());
  expect(check).toMatchObject({
    baseline: join(folder, 'b.json'),
    report: [`json=${join(folder, 'a/b.json')}`],
    within: 5_000,
    'other-auth': '5s',
  });
});

test('credentials of a check in plain text get a warning', async () => {
  const folder = folderWith({ 'ringback.yaml': { check: { auth: 'Bearer s3cret' } } });
  const { warnings } = await readConfig(join(folder, 'ringback.yaml'), {});
  expect(warnings).toEqual([expect.stringContaining('check.auth is a secret in plain text')]);
});
