import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findConfig } from '../../src/config/find-config.ts';
import { openConfigured } from '../../src/config/open-configured.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { serverOptionsByName } from '../../src/options/server-options.ts';
import { startProvider } from '../../src/testing/start-provider.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';
import { folderWith, orders } from './support.ts';

/** A folder with the contract of the orders, and its configuration. */
function project(text: string, files: Readonly<Record<string, string>> = {}) {
  const folder = folderWith({ 'openapi.yaml': orders, 'ringback.yaml': text, ...files });
  return { folder, config: join(folder, 'ringback.yaml'), contract: join(folder, 'openapi.yaml') };
}

describe('a configuration', () => {
  test('expands variables in every string, also as numbers and booleans', async () => {
    const { config } = project(
      "contract: './${FILE}'\nport: '${PORT}'\ntls: '${ON}'\nhost: 'a${PORT}b$${PORT}'\nallowHosts: ['${FILE}']\n",
    );
    const { options, contract } = await readConfig(config, { FILE: 'x.yaml', PORT: '81', ON: 'true' });
    expect(options).toEqual({ port: 81, tls: true, host: 'a81b${PORT}', allowHosts: ['x.yaml'] });
    expect(contract).toBe(join(config, '../x.yaml'));
  });

  test('has the empty text of a variable that is set, and no warning about an empty secret', async () => {
    const { config } = project("name: 'a${NONE}'\ncontrolToken: ''\nsigning: { secrets: ['', '${SET}'] }\n");
    const { options, warnings } = await readConfig(config, { NONE: '', SET: 'x' });
    expect([options.name, warnings]).toEqual(['a', []]);
  });

  test('has durations in milliseconds, numbers with a fraction, and the target of webhooks', async () => {
    const { config } = project(
      "requestTimeout: 5s\nspeed: '${RATE}'\nsettings: { webhooks.to: 'http://127.0.0.1:9/a' }\n",
    );
    const { options } = await readConfig(config, { RATE: '0.5' });
    expect(options).toEqual({ requestTimeout: 5_000, speed: 0.5, webhooksTo: 'http://127.0.0.1:9/a' });
  });

  test('has paths relative to the file', async () => {
    const { config, folder } = project('contract: ../a/openapi.yaml\nscenarios: [./one, /two]\n');
    const { options, contract } = await readConfig(config, {});
    expect(contract).toBe(join(folder, '../a/openapi.yaml'));
    expect(options.scenarios).toEqual([join(folder, 'one'), '/two']);
  });

  test('warns once about secrets in plain text, with the place of the first', async () => {
    const { config } = project(
      "signing: { secrets: [abc, '${SET}'] }\ncontrolToken: abc\nsettings: { informed.credentials: [a:b] }\n",
    );
    const { warnings } = await readConfig(config, { SET: 'x' });
    expect(warnings).toEqual([
      expect.stringMatching(
        /ringback\.yaml:1:22: signing\.secrets\.0 is a secret in plain text\..*Also: controlToken, settings\.informed\.credentials\.0\.$/,
      ),
    ]);
  });

  test.each(
    [...serverOptionsByName].filter(([name]) => !['config', 'settings', 'webhooksTo'].includes(name)),
  )('has the option %s of a server', async (name, { example }) => {
    const { config } = project(JSON.stringify({ [name]: example }));
    const { findings, options } = await readConfig(config, {});
    expect(findings).toEqual([]);
    expect(options).toHaveProperty(name);
  });
});

describe('findConfig', () => {
  const here = { inCurrentFolder: false };

  test('finds the file beside the contract, by both names', async () => {
    const { contract, config } = project('port: 1');
    expect((await findConfig({ contract, ...here }))?.file).toBe(config);
    const folder = folderWith({ 'ringback.yml': 'port: 1' });
    expect((await findConfig({ contract: join(folder, 'a.yaml'), ...here }))?.file).toMatch(/ringback\.yml$/);
  });

  test('ignores a file beside the contract that is for another contract', async () => {
    const { contract } = project('contract: other.yaml');
    expect(await findConfig({ contract, ...here })).toBe(null);
  });

  test('takes the file that is named, and a link to its contract for the contract', async () => {
    const { config, contract, folder } = project('contract: other.yaml');
    expect((await findConfig({ config, contract, ...here }))?.file).toBe(config);
    symlinkSync(contract, join(folder, 'other.yaml'));
    expect((await findConfig({ contract, ...here }))?.file).toBe(config);
  });

  test('looks into no folder if there is no contract', async () => {
    expect(await findConfig(here)).toBe(null);
  });

  test('looks into the current folder only if it is asked to', () => {
    const { folder } = project('port: 1');
    const find = join(import.meta.dirname, '../../src/config/find-config.ts');
    const code = `const { findConfig } = await import(${JSON.stringify(pathToFileURL(find))});
      for (const inCurrentFolder of [false, true]) console.log((await findConfig({ inCurrentFolder }))?.file);`;
    const args = ['--input-type=module', '--eval', code];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe('undefined\nringback.yaml\n');
  });
});

test('a contract that is given comes before that of the file', async () => {
  const { config, contract } = project('contract: ./none.yaml');
  const { catalogue } = await openConfigured(await readConfig(config, {}), { contract });
  expect(catalogue.contract.title).toBe('Orders');
});

test('the file may allow references to other hosts', async () => {
  const schema = { type: 'object', properties: { told: { type: 'string' } } };
  const server = createServer((_, response) => response.end(JSON.stringify(schema)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterwards(async () => void server.close());
  const { port } = server.address() as AddressInfo;
  const $ref = `http://127.0.0.1:${port}/event.json`;
  const content = { 'application/json': { schema: { $ref } } };
  const document = {
    openapi: '3.1.0',
    info: { title: 'Remote', version: '1' },
    webhooks: { told: { post: { requestBody: { content } } } },
  };
  const check = async (allowRemoteRefs: boolean) => {
    const folder = folderWith({
      'openapi.yaml': document,
      'ringback.yaml': { contract: 'openapi.yaml', allowRemoteRefs },
    });
    const { catalogue } = await openConfigured(await readConfig(join(folder, 'ringback.yaml'), {}), {});
    return catalogue.contract.callbacks.get('told')?.validate({ told: 1 }).length;
  };
  expect(await check(true)).toBe(1);
  expect(await check(false)).toBe(0);
});

describe('a server', () => {
  test('has the options and settings of its configuration, and code takes precedence', async () => {
    const { config } = project(
      "contract: ./openapi.yaml\nname: shop\nclock: virtual\nnow: 2031-01-01T00:00:00Z\nseed: 5\nsettings: { shop.callbackAfter: 7s, limits.runs: 9 }\nsigning: { scheme: github, secret: '${HOME}' }\nwebhooks: { to: 'http://127.0.0.1:9/a' }\n",
    );
    const { server } = await startRingback({ config, seed: 6, settings: { 'limits.runs': 8 } });
    const { body } = await call('GET', `${server.url}/_ringback/settings`);
    expect(body.settings).toMatchObject({
      'shop.callbackAfter': '7s',
      'limits.runs': 8,
      'signing.scheme': 'github',
      'webhooks.to': 'http://127.0.0.1:9/a',
    });
    expect(server.seed).toBe(6);
    expect((await call('GET', `${server.url}/_ringback/clock`)).body.now).toBe('2031-01-01T00:00:00.000Z');
  });

  test('sends the callbacks that the configuration chooses, in their order, where it says', async () => {
    const { config } = project(
      'contract: ./openapi.yaml\noperations:\n  post /orders:\n    callbackUrl: $request.body#/notify\n    callbacks: [canceled, refunded, shipped]\n',
    );
    const { server } = await startRingback({ config, clock: 'virtual' });
    const consumer = await startConsumer();
    await call('POST', `${server.url}/orders`, { notify: `${consumer.url}/mine` });
    await call('POST', `${server.url}/_ringback/clock`, { settle: true });
    expect(consumer.requests.map(({ url, body }) => [url, JSON.parse(body.toString()).kind])).toEqual([
      ['/mine', 'canceled'],
      ['/mine', 'refunded'],
      ['/mine', 'shipped'],
    ]);
    const { body } = await call('GET', `${server.url}/_ringback/callbacks`);
    const byDefault = body.callbacks.filter((each: { byDefault: boolean }) => each.byDefault);
    expect(byDefault.map((each: { event: string }) => each.event)).toEqual([
      'shipped',
      'canceled',
      'refunded',
    ]);
  });

  test("uses the contract's own expression where a request has no other URL", async () => {
    const { config } = project(
      'contract: ./openapi.yaml\noperations: { createOrder: { callbackUrl: $request.body#/notify } }\n',
    );
    const { server } = await startRingback({ config, clock: 'virtual' });
    const consumer = await startConsumer();
    await call('POST', `${server.url}/orders`, { fallback: `${consumer.url}/own` });
    await call('POST', `${server.url}/_ringback/clock`, { settle: true });
    expect(consumer.requests.map(({ url }) => url)).toEqual(['/own']);
  });

  test('keeps what is created under the id that the configuration names', async () => {
    const text = (own: string) => `contract: ./openapi.yaml\nsettings: { orders.resources: strict }\n${own}`;
    const own = 'operations: { createOrder: { id: $response.body#/order/handle } }\n';
    const shown = async (config: string) => {
      const { server } = await startRingback({ config });
      const { order } = (await call('POST', `${server.url}/orders`, { amount: 7 })).body;
      return [order, await call('GET', `${server.url}/orders/${order.handle}`)] as const;
    };
    const [order, kept] = await shown(project(text(own)).config);
    expect(kept).toMatchObject({ status: 200, body: { handle: order.handle } });
    const [, unknown] = await shown(project(text('')).config);
    expect(unknown.status).toBe(404);
  });

  test('sends nothing by default if the configuration chooses no callback', async () => {
    const { config } = project('contract: ./openapi.yaml\noperations: { createOrder: { callbacks: [] } }\n');
    const { server } = await startRingback({ config, clock: 'virtual' });
    const consumer = await startConsumer();
    await call('POST', `${server.url}/orders`, { fallback: consumer.url });
    await call('POST', `${server.url}/_ringback/clock`, { settle: true });
    expect(consumer.requests).toEqual([]);
  });

  test('plays a scenario of the configuration called default in place of the default callback', async () => {
    const { config } = project('contract: ./openapi.yaml\nscenarios: [./scenarios]\n', {
      'scenarios/default.yaml':
        'name: default\nprovider: orders\ntimeline:\n  - { after: 1s, callback: shipped }\n  - { after: 1s, callback: shipped }\n',
    });
    const { server } = await startRingback({ config, clock: 'virtual' });
    const consumer = await startConsumer();
    await call('POST', `${server.url}/orders`, { fallback: consumer.url });
    await call('POST', `${server.url}/_ringback/clock`, { settle: true });
    expect(consumer.requests).toHaveLength(2);
  });
});

test('startProvider takes a configuration, but neither its port nor its clock nor its token', async () => {
  const { config } = project(
    "contract: ./openapi.yaml\nname: shop\nport: 4020\nclock: real\ncontrolToken: '${HOME}'\nhost: 192.0.2.1\n",
  );
  const provider = await startProvider({ config });
  closeAfterwards(() => provider.close());
  await provider.advance('1h');
  expect(new URL(provider.urls.api).port).not.toBe('4020');
});

test('startProvider finds the configuration beside its contract', async () => {
  const { contract } = project(
    'operations: { createOrder: { callbacks: [canceled], callbackUrl: $request.body#/notify } }',
  );
  const provider = await startProvider({ contract });
  closeAfterwards(() => provider.close());
  const inbox = provider.inbox('mine');
  await call('POST', `${provider.urls.api}/orders`, { notify: inbox.url });
  await provider.settle();
  expect((await inbox.requests()).map(({ json }) => json)).toEqual([{ kind: 'canceled' }]);
});
