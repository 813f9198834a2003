import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addConfig, readConfigured } from '../../src/cli/open-catalogue.ts';
import { readOptions } from '../../src/cli/read-options.ts';
import { runCli } from '../cli/run-cli.ts';
import { folderWith, orders } from './support.ts';

const text = `contract: ./openapi.yaml
name: shop
port: 4100
requestTimeout: 5s
now: 2031-01-01T00:00:00Z
seed: 3
log: json
scenarios: [a]
webhooks: { to: http://127.0.0.1:9/file }
`;

function project() {
  const folder = folderWith({ 'openapi.yaml': orders, 'ringback.yaml': text });
  return { folder, config: join(folder, 'ringback.yaml') };
}

async function serveOptions(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const line = readOptions('serve', args, env);
  const [contract = null] = line.positionals;
  return (await addConfig('serve', line, { contract, config: line.options.config })).options;
}

test('the command line comes before the environment, and that before the configuration', async () => {
  const { folder, config } = project();
  const options = await serveOptions(['--config', config, '--port', '1', '--webhooks-to', 'http://a/'], {
    RINGBACK_PORT: '2',
    RINGBACK_SEED: '7',
  });
  expect(options).toMatchObject({
    port: 1,
    seed: 7,
    name: 'shop',
    log: 'json',
    scenarios: [join(folder, 'a')],
    'request-timeout': 5_000,
    now: Date.UTC(2031, 0, 1),
    'webhooks-to': 'http://a/',
    'max-spaces': 1000,
  });
});

test('a value on the command line that is the default comes before the configuration, too', async () => {
  const { config } = project();
  expect((await serveOptions(['--config', config, '--port', '4020'])).port).toBe(4020);
});

test('RINGBACK_CONFIG names the configuration of serve', async () => {
  const { config } = project();
  expect((await serveOptions([], { RINGBACK_CONFIG: config })).port).toBe(4100);
});

test('serve finds the configuration beside its contract', async () => {
  const { folder } = project();
  expect((await serveOptions([join(folder, 'openapi.yaml')])).port).toBe(4100);
});

test('trigger takes the time of the configuration only with its virtual clock', async () => {
  const { config } = project();
  const given = ['shipped', '--to', 'http://127.0.0.1:9/', '--config', config];
  expect((await readConfigured('trigger', given)).options.now).toBe(null);
  expect((await readConfigured('trigger', [...given, '--instant'])).options.now).toBe(Date.UTC(2031, 0, 1));
});

test('--clock real leaves out the time that the configuration gives a virtual clock', async () => {
  const folder = folderWith({
    'openapi.yaml': orders,
    'ringback.yaml': 'contract: ./openapi.yaml\nclock: virtual\nnow: 2031-01-01T00:00:00Z\n',
  });
  const config = ['--config', join(folder, 'ringback.yaml')];
  expect(await serveOptions(config)).toMatchObject({ clock: 'virtual', now: Date.UTC(2031, 0, 1) });
  expect(await serveOptions([...config, '--clock', 'real'])).toMatchObject({ clock: 'real', now: null });
});

test.each([
  ['types', ['types']],
  ['validate of a contract', ['validate', 'openapi.yaml']],
])('%s refuses a broken configuration, with its place', async (_, [command = '', ...args]) => {
  for (const broken of [
    'contarct: a',
    'contract: ./openapi.yaml\noperations: { creatOrder: { id: $response.body#/id } }',
  ]) {
    const folder = folderWith({ 'openapi.yaml': orders, 'ringback.yaml': broken });
    const paths = args.map((name) => join(folder, name));
    const { code, stdout, stderr } = await runCli([
      command,
      ...paths,
      '--config',
      join(folder, 'ringback.yaml'),
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/ringback\.yaml:(?:1:1: unknown key|2:15: the contract has no operation)/);
  }
});

test('a contract that is a URL is not downloaded, and the error says what to do', async () => {
  const url = 'http://127.0.0.1:1/openapi.yaml';
  const advice = `got a URL, expected a file, so that tests do not change with the provider. Download it first: curl -o openapi.yaml "${url}"`;
  const line = await runCli(['serve', url]);
  expect(line).toMatchObject({ code: 3, stderr: expect.stringContaining(advice) });
  const folder = folderWith({ 'ringback.yaml': `contract: ${url}` });
  const file = await runCli(['scenario', 'list', '--config', join(folder, 'ringback.yaml')]);
  expect(file).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('ringback.yaml:1:11: Could not read the'),
  });
  expect(file.stderr).toContain(advice);
});
