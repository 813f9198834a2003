import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadProvider } from '../../src/config/load-provider.ts';
import { openConfigured } from '../../src/config/open-configured.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { isRingbackError } from '../../src/core/errors.ts';
import type { StartLog } from '../../src/server/server-log.ts';
import { startProvider } from '../../src/testing/start-provider.ts';
import { runCli, startCli } from '../cli/run-cli.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';
import { folderWith, orders } from './support.ts';

/** A folder with a module whose default export is the given code. */
function project(code: string, config = 'contract: ./openapi.yaml\nprovider: ./provider.mjs\n') {
  const module = code.includes('export default') ? code : `export default ${code};`;
  const folder = folderWith({ 'openapi.yaml': orders, 'ringback.yaml': config, 'provider.mjs': module });
  return join(folder, 'ringback.yaml');
}

async function serve(code: string) {
  const failures: { operation: string; message: string }[] = [];
  const log: StartLog = {
    request: () => undefined,
    failure: (what, error) => {
      throw new Error(what, { cause: error });
    },
    event(event) {
      if (event.kind === 'provider.failed')
        failures.push({ operation: event.operation, message: event.message });
    },
  };
  const { server } = await startRingback({ config: project(code), clock: 'virtual', log });
  const consumer = await startConsumer();
  return {
    server,
    consumer,
    failures,
    create: (body: object = {}) =>
      call('POST', `${server.url}/orders`, { fallback: `${consumer.url}/hook`, ...body }),
    settle: () => call('POST', `${server.url}/_ringback/clock`, { settle: true }),
    kinds: () => consumer.requests.map(({ body }) => JSON.parse(body.toString())),
  };
}

const order = (handle: string) => `{ status: 201, body: { order: { handle: ${handle} } } }`;

test('code responds in place of the contract, and then nothing is called back', async () => {
  const { create, settle, consumer } = await serve(
    `{ operations: { createOrder: (request) => (${order('`n${request.body.amount}`')}) } }`,
  );
  expect(await create({ amount: 7 })).toMatchObject({ status: 201, body: { order: { handle: 'n7' } } });
  await settle();
  expect(consumer.requests).toEqual([]);
});

test('next does what the contract says, with the values that code wants', async () => {
  const { create, settle, kinds } = await serve(
    "{ operations: { 'post /orders': async (request, { next }) => next({ body: { order: { amount: request.body.amount * 2 } } }) } }",
  );
  const { body, headers } = await create({ amount: 7 });
  expect(body.order).toEqual({ handle: expect.any(String), amount: 14 });
  expect(headers.get('x-ringback-run')).not.toBe(null);
  await settle();
  expect(kinds()).toEqual([{ kind: 'shipped' }]);
});

test('plain text of the contract is sent only with its own status', async () => {
  const content = { 'text/plain': { schema: { type: 'string' }, example: 'hello' } };
  const responses = { 200: { description: 'fine', content }, 404: { description: 'none' } };
  const folder = folderWith({
    'openapi.yaml': {
      openapi: '3.1.0',
      info: { title: 'Texts', version: '1' },
      paths: {
        '/a': { get: { operationId: 'a', responses } },
        '/b': { get: { operationId: 'b', responses } },
      },
    },
    'ringback.yaml': 'contract: ./openapi.yaml\nprovider: ./provider.mjs\n',
    'provider.mjs': `const a = async (_, { next }) => next();
      const b = async (_, { next }) => { await next(); return { status: 404 }; };
      export default { operations: { a, b } };`,
  });
  const { server } = await startRingback({ config: join(folder, 'ringback.yaml') });
  const get = async (path: string) => {
    const response = await fetch(`${server.url}${path}`);
    return [response.status, await response.text()];
  };
  expect([await get('/a'), await get('/b')]).toEqual([
    [200, 'hello'],
    [404, ''],
  ]);
});

test('code can change what next returns, and the callbacks are still sent', async () => {
  const { create, settle, kinds } = await serve(
    `{ operations: { createOrder: async (_, { next }) => { const own = await next(); own.body.order.handle = 'mine'; return own; } } }`,
  );
  expect((await create()).body.order.handle).toBe('mine');
  await settle();
  expect(kinds()).toHaveLength(1);
});

test('code makes the payload of a callback from the submission, or keeps it from being sent', async () => {
  const { create, settle, kinds, server } = await serve(
    `{ callbacks: { shipped: (payload, { request, response, callback }) =>
      request.body.amount === 0 ? null : { ...payload, of: request.body.amount, status: response.status, callback } } }`,
  );
  await create({ amount: 7 });
  const silent = await create({ amount: 0 });
  await settle();
  expect(kinds()).toEqual([{ kind: 'shipped', of: 7, status: 201, callback: 'createOrder.shipped' }]);
  const run = await call('GET', `${server.url}/_ringback/runs/${silent.headers.get('x-ringback-run')}`);
  expect(run.body.warnings[0].message).toMatch(/provider\.mjs says not to send createOrder\.shipped/);
});

test('code has the time, chances and settings of its space, and settings of its own', async () => {
  const { create, server } = await serve(
    `{ settings: { prefix: { type: 'string', default: 'a', text: 'Start of each handle.' } },
       operations: { createOrder: (_, { settings, now, random }) => (${order("settings['orders.prefix'] + now + (random() < 1)")}) } }`,
  );
  expect((await create()).body.order.handle).toBe(`a${Date.UTC(2030, 0, 1)}true`);
  const { body } = await call('PATCH', `${server.url}/_ringback/settings`, { 'orders.prefix': 'b' });
  expect(body.settings).toMatchObject({ 'orders.prefix': 'b', 'orders.resources': 'made-up' });
  expect((await create()).body.order.handle).toMatch(/^b/);
});

test.each<[string, string, RegExp]>([
  ['throws', "() => { throw new TypeError('boom') }", /it threw TypeError: boom \(provider\.mjs:1:\d+\)/],
  ['throws no error', "() => { throw 'boom' }", /it threw "boom"/],
  [
    'rejects',
    'async () => { await null; null.x }',
    /it threw TypeError: Cannot read.*\(provider\.mjs:1:\d+\)/,
  ],
  ['returns nothing', '() => {}', /it returned nothing, expected \{ status, headers, body \}/],
  ['returns a text', "() => 'yes'", /it returned "yes", expected/],
  ['returns a function', '() => () => 1', /it returned a function, expected/],
  ['has a misspelled member', '() => ({ statsu: 201 })', /with "statsu"\. Did you mean "status"\?/],
  ['has no status', '() => ({ body: {} })', /the status undefined, expected an integer from 200 to 599/],
  ['has the status of no answer', '() => ({ status: 150 })', /the status 150, expected an integer from 200/],
  [
    'has an undeclared media type',
    "() => ({ status: 201, headers: { 'Content-Type': 'text/csv' }, body: { order: { handle: 'a' } } })",
    /violates the contract: .*text\/csv/,
  ],
  ['has an odd header', '() => ({ status: 201, headers: { a: 1 } })', /the headers \{"a":1\}, expected/],
  [
    'has a header that HTTP does not allow',
    "() => ({ status: 201, headers: { a: 'b\\nc' } })",
    /the header "a" with the value "b\\nc", which HTTP does not allow/,
  ],
  [
    'has a body that is no JSON',
    '() => ({ status: 201, body: { order: new Map() } })',
    /is not JSON: at \/order/,
  ],
  [
    'has a body that contains itself',
    '() => { const a = {}; a.a = a; return { status: 201, body: a } }',
    /contains itself/,
  ],
  [
    'has an undeclared status',
    '() => ({ status: 418 })',
    /violates the contract: response\.status must be a status/,
  ],
  [
    'breaks the schema',
    '() => ({ status: 201, body: { order: {} } })',
    /violates the contract: \/order .*handle/,
  ],
  [
    'returns nonsense after next',
    'async (r, { next }) => { await next(); return { status: 201, body: 7 } }',
    /violates the contract/,
  ],
])(
  'a function that %s gets 500 and an event of the space, and the server goes on',
  async (_, code, message) => {
    const { create, failures, server } = await serve(`{ operations: { createOrder: ${code} } }`);
    const { status, body, headers } = await create();
    expect({ status, type: headers.get('content-type') }).toEqual({
      status: 500,
      type: 'application/problem+json',
    });
    expect(body.detail).toMatch(/^Could not answer createOrder: the code in .*provider\.mjs failed, /);
    expect(body.detail).toMatch(message);
    expect(failures).toEqual([{ operation: 'createOrder', message: body.detail }]);
    expect((await call('GET', `${server.url}/orders/7`)).status).toBe(200);
  },
);

test('a test sees failures of code as events of its provider, and the server reports them on stderr', async () => {
  const shown = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const code = "{ operations: { createOrder: () => { throw new Error('out of ideas') } } }";
  const provider = await startProvider({ config: project(code) });
  closeAfterwards(() => provider.close());
  const seen = provider.events()[Symbol.asyncIterator]();
  const next = seen.next();
  await call('POST', `${provider.urls.api}/orders`, {});
  const { value } = await next;
  expect(value).toMatchObject({ type: 'provider.failed', operation: 'createOrder' });
  expect(value).toHaveProperty('message', expect.stringContaining('out of ideas'));
  expect(shown.mock.calls.join()).toContain('out of ideas');
  shown.mockRestore();
  await seen.return?.();
});

test('a function that never answers gets 500 after its timeout', async () => {
  const { create } = await serve(
    "{ timeout: '20ms', operations: { createOrder: () => new Promise(() => {}) } }",
  );
  const { status, body } = await create();
  expect(status).toBe(500);
  expect(body.detail).toMatch(/it did not answer within 20ms/);
});

test('next works once, and not after the function has ended', async () => {
  const { create } = await serve(
    '{ operations: { createOrder: async ({ body }, { next }) => { globalThis.lateNext = next; if (body.amount === 2) return {}; await next(); return next(); } } }',
  );
  const twice = await create({ amount: 1 });
  expect(twice).toMatchObject({ status: 500 });
  expect(twice.body.detail).toMatch(/next\(\) was called twice, expected at most once/);
  expect(await create({ amount: 2 })).toMatchObject({ status: 500 });
  const { lateNext } = globalThis as unknown as { readonly lateNext: () => Promise<unknown> };
  await expect(lateNext()).rejects.toThrow(/next\(\) was called after the function had ended/);
});

test('what code does to the objects that it gets changes nothing else', async () => {
  const { create, settle, server, consumer } = await serve(`{
    operations: {
      async createOrder(request, { next }) {
        const { amount } = request.body;
        request.body.fallback = 'http://127.0.0.1:1/';
        request.body.amount = 99;
        const response = await next();
        response.body.order.amount = amount + 1;
        return response;
      },
    },
    callbacks: {
      shipped(payload, { request, response, resource }) {
        for (const each of [request, response, resource, payload]) for (const key in each) delete each[key];
        return { kind: 'shipped' };
      },
    },
  }`);
  const created = await create({ amount: 7 });
  expect(created.body.order.amount).toBe(8);
  await settle();
  expect(consumer.requests.map(({ body }) => JSON.parse(body.toString()))).toEqual([{ kind: 'shipped' }]);
  const run = await call('GET', `${server.url}/_ringback/runs/${created.headers.get('x-ringback-run')}`);
  expect(run.body.warnings).toEqual([]);
});

test('what the contract refuses inside next is refused as without code', async () => {
  const { server } = await serve('{ operations: { createOrder: (_, { next }) => next() } }');
  const answer = await call('POST', `${server.url}/orders`, {}, { prefer: 'code=418' });
  expect(answer.status).toBe(400);
  expect(answer.body.title).toBe('The request does not match the contract');
});

test('what a scenario responds is sent, whatever code makes of it', async () => {
  const { server, create } = await serve(
    `{ operations: { createOrder: async (_, { next }) => { try { return await next(); } catch { return ${order("'a'")}; } } } }`,
  );
  const mine = {
    name: 'mine',
    respond: [{ operation: 'createOrder', status: 503, body: { detail: 'later' } }],
    timeline: [{ after: '1s', callback: 'shipped' }],
  };
  expect(await call('PUT', `${server.url}/_ringback/scenarios/mine`, mine)).toMatchObject({ status: 201 });
  const answer = await call('POST', `${server.url}/orders`, {}, { 'x-ringback-scenario': 'mine' });
  expect(answer).toMatchObject({ status: 503, body: { detail: 'later' } });
  expect((await create()).status).toBe(201);
});

test.each<[string, string, RegExp]>([
  ['throws', "() => { throw new Error('boom') }", /it threw Error: boom/],
  ['returns nothing', '() => {}', /got nothing, expected a payload/],
  ['breaks the schema', "() => ({ kind: 'lost' })", /violates the contract: \/kind/],
])('a callback whose function %s is not sent, and the run says why', async (_, code, message) => {
  const { create, settle, consumer, server } = await serve(`{ callbacks: { shipped: ${code} } }`);
  const { headers } = await create();
  await settle();
  expect(consumer.requests).toEqual([]);
  const run = await call('GET', `${server.url}/_ringback/runs/${headers.get('x-ringback-run')}`);
  expect(run.body.warnings.map((each: { message: string }) => each.message).join()).toMatch(message);
});

test.each<[string, string, RegExp]>([
  ['imports what is not there', "import './nope.mjs'; export default {}", /Could not load .*nope\.mjs/],
  ['has no default export', 'export const a = 1; // export default', /got none as its default export/],
  ['exports a function', 'export default () => 1', /got a function as its default export/],
  ['has an unknown key', '{ operation: {} }', /unknown key "operation"\. Did you mean "operations"\?/],
  [
    'has a handler that is no function',
    '{ operations: { createOrder: 7 } }',
    /operations\.createOrder is number, expected a function/,
  ],
  [
    'has an unknown operation',
    '{ operations: { createOrdr() {} } }',
    /no operation "createOrdr"\. Did you mean "createOrder"/,
  ],
  [
    'has an unknown callback',
    '{ callbacks: { shiped() {} } }',
    /Got "shiped", expected one of .*Did you mean "shipped"/,
  ],
  ['has a wrong timeout', "{ timeout: 'soon' }", /its timeout is wrong: .*"soon"/],
  [
    'has a setting without a text',
    "{ settings: { a: { type: 'string', default: '' } } }",
    /settings\.a needs a type/,
  ],
  [
    'has a setting without a default',
    "{ settings: { a: { type: 'string', text: 'A.' } } }",
    /settings\.a needs a type .* a default and a text.$/,
  ],
  [
    'has a setting with a wrong default',
    "{ settings: { a: { type: 'integer', default: 'x', text: 'A.' } } }",
    /the default of settings\.a is wrong/,
  ],
])('a module that %s is refused at its place in the configuration', async (_, code, message) => {
  const config = project(code);
  const error: unknown = await openConfigured(await readConfig(config, {}), {}).catch(
    (thrown: unknown) => thrown,
  );
  if (!isRingbackError(error, 'config.invalid')) throw error;
  expect(error.violations).toEqual([
    expect.objectContaining({
      location: expect.stringMatching(/ringback\.yaml:2:11$/),
      message: expect.stringMatching(message),
    }),
  ]);
});

test.each<[string, string, RegExp]>([
  ['throws', "export default {};\n throw new Error('boom');", /: Error: boom \(provider\.mjs:2:8\)/],
  ['is not JavaScript', '// export default\nconst a = ,;', /: SyntaxError: .*\(provider\.mjs:2\)/],
])('Node does not load a module that %s', async (_, code, message) => {
  const { code: exit, stderr } = await runCli(['scenario', 'list', '--config', project(code)]);
  expect(stderr).toMatch(/ringback\.yaml:2:11: Could not load .*provider\.mjs/);
  expect(stderr).toMatch(message);
  expect(exit).toBe(2);
});

test('a module that never finishes loading is refused', async () => {
  const folder = folderWith({ 'provider.mjs': 'await new Promise(() => {}); export default {};' });
  expect(await loadProvider(join(folder, 'provider.mjs'), 20)).toEqual({
    problems: [
      expect.stringMatching(/^Could not load .*provider\.mjs: it did not load within 20ms\. Remove /),
    ],
  });
});

test('the server goes on when code fails later, in promises and timers', async () => {
  const config = project(`{ operations: { createOrder(_, { next }) {
    Promise.reject(new Error('not awaited'));
    Promise.reject('no error');
    setTimeout(() => { throw new Error('in a timer'); }, 1);
    setTimeout(() => { throw 'a string in a timer'; }, 1);
    return next();
  } } }`);
  const cli = startCli(['serve', '--config', config, '--port', '0', '--log', 'json']);
  closeAfterwards(async () => void cli.child.kill('SIGKILL'));
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await cli.until('stdout', /control\s+http/))?.[0];
  expect((await call('POST', `${url}/orders`, {})).status).toBe(201);
  for (const thrown of ['not awaited', 'no error', 'in a timer', 'a string in a timer'])
    await cli.until('stderr', new RegExp(`uncaught error.* The server goes on\\..*${thrown}`));
  expect((await call('GET', `${url}/orders/7`)).status).toBe(200);
});

test('a module that does not exist is refused', async () => {
  const folder = folderWith({
    'openapi.yaml': orders,
    'ringback.yaml': 'contract: openapi.yaml\nprovider: no.mjs\n',
  });
  await expect(openConfigured(await readConfig(join(folder, 'ringback.yaml'), {}), {})).rejects.toThrow(
    /no\.mjs: there is no such file/,
  );
});

test('the contract may be that of the module', async () => {
  const config = project("{ contract: './openapi.yaml' }", 'provider: ./provider.mjs\n');
  const { catalogue } = await openConfigured(await readConfig(config, {}), {});
  expect(catalogue.contract.title).toBe('Orders');
});
