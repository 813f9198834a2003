import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openConfigured } from '../../src/config/open-configured.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { matchers } from '../../src/testing/matchers.ts';
import { startProvider } from '../../src/testing/start-provider.ts';
import { runCli } from '../cli/run-cli.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startConsumer } from '../support/consumer.ts';
import { startRingback } from '../support/ringback.ts';
import { call } from '../support/test-server.ts';
import { folderWith, orders } from './support.ts';

function project(code: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = folderWith({
    'openapi.yaml': orders,
    'ringback.yaml': 'contract: ./openapi.yaml\nprovider: ./provider.mjs\n',
    'provider.mjs': `export default ${code};`,
    ...files,
  });
  return join(folder, 'ringback.yaml');
}

/** Kinds of the callbacks that one order gets, with the seconds after its response. */
async function played(config: string, scenario: string | null = null, own: string[] = []) {
  const { server } = await startRingback({ config, clock: 'virtual', scenarios: own });
  const consumer = await startConsumer();
  const headers = scenario === null ? {} : { 'X-Ringback-Scenario': scenario };
  await call('POST', `${server.url}/orders`, { fallback: consumer.url }, headers);
  await call('POST', `${server.url}/_ringback/clock`, { settle: true });
  const { body } = await call('GET', `${server.url}/_ringback/deliveries`);
  return body.deliveries.map(
    (each: { callback: string; attempts: readonly { at: string }[] }) =>
      `${each.callback.split('.').at(-1)} ${(Date.parse(each.attempts[0]?.at ?? '') - Date.UTC(2030, 0, 1)) / 1_000}`,
  );
}

const outcome = `outcome: {
  schema: { additionalProperties: false, properties: { ship: { enum: ['soon', 'late', 'never', 'twice'] } } },
  expand: ({ ship }, { settings }) => ship === 'never' ? [] :
    Array.from({ length: ship === 'twice' ? 2 : 1 }, () => ({
      after: ship === 'late' ? settings['orders.late'] : '1s', callback: 'shipped' })),
}, settings: { late: { type: 'duration', default: '1h', text: 'How late late is.' } }`;

const late = 'name: late\noutcome: { ship: late }\n';

test('an outcome means the steps that code makes of it, with the settings of the scenario', async () => {
  const config = project(`{ ${outcome} }`, {
    'own/late.yaml': `${late}---\nname: later\noutcome: { ship: late }\nsettings: { orders.late: 2h }\n---\nname: twice\noutcome: { ship: twice }\n---\nname: never\noutcome: { ship: never }\n---\nname: usual\n`,
  });
  const own = [join(config, '../own')];
  expect(await played(config, 'late', own)).toEqual(['shipped 3600']);
  expect(await played(config, 'later', own)).toEqual(['shipped 7200']);
  expect(await played(config, 'twice', own)).toEqual(['shipped 1', 'shipped 2']);
  expect(await played(config, 'never', own)).toEqual([]);
  expect(await played(config, 'usual', own)).toEqual(['shipped 2']);
  expect(await played(config)).toEqual(['shipped 2']);
});

test('a default outcome replaces the default callbacks, and the start says when it calls back', async () => {
  const config = project(
    `{ ${outcome.replace('expand:', "default: { ship: 'late' }, expand:")}, scenarios: ['name: usual'] }`,
  );
  expect(await played(config)).toEqual(['shipped 3600']);
  expect(await played(config, 'usual')).toEqual(['shipped 3600']);
  const { server } = await startRingback({ config, clock: 'virtual' });
  const { body } = await call('GET', `${server.url}/_ringback/callbacks`);
  expect(body.callbacks.filter((each: { byDefault: boolean }) => each.byDefault)).toHaveLength(1);
});

test('code brings scenarios as YAML and as objects, and files replace those of the same name', async () => {
  const config = project(
    `{ ${outcome}, scenarios: [
      'name: a\\ntimeline: [{ after: 5s, callback: shipped }]\\n---\\n${late.replaceAll('\n', '\\n')}',
      { name: 'default', timeline: [{ after: 7, callback: 'canceled' }, { after: '1s', callback: 'shipped' }] },
    ] }`,
    { 'own/a.yaml': 'name: a\ntimeline: [{ after: 9s, callback: shipped }]\n' },
  );
  expect(await played(config, 'a')).toEqual(['shipped 5']);
  expect(await played(config, 'late')).toEqual(['shipped 3600']);
  expect(await played(config, 'a', [join(config, '../own')])).toEqual(['shipped 9']);
  expect(await played(config)).toEqual(['shipped 1.007']);
});

test('scenario lint and list have the outcomes and scenarios of the code', async () => {
  const config = project(`{ ${outcome}, scenarios: ['name: a'] }`, {
    'own.yaml': 'name: b\noutcome: { shp: late }\n',
  });
  const list = await runCli(['scenario', 'list', '--config', config]);
  expect(list.stdout).toMatch(/^orders\n {2}a$/m);
  const lint = await runCli(['scenario', 'lint', join(config, '../own.yaml'), '--config', config]);
  expect(lint.stdout + lint.stderr).toMatch(/own\.yaml:2:12.*unknown key "shp"\. Did you mean "ship"\?/);
});

test.each<[string, string, RegExp]>([
  ['throws', '() => { throw new Error("boom") }', /it threw Error: boom \(provider\.mjs:/],
  ['returns nothing', '() => {}', /it returned nothing, expected an array of steps/],
  ['returns a promise', 'async () => []', /it returned a promise, expected an array of steps/],
  ['names an unknown callback', "() => [{ after: 1, callback: 'shiped' }]", /cannot be played: .*shiped/],
  ['has a step without a time', "() => [{ callback: 'shipped' }]", /cannot be played: .*after/],
])('an outcome whose code %s is an error of its scenario', async (_, expand, message) => {
  const config = project(`{ outcome: { schema: {}, expand: ${expand} }, scenarios: [] }`, {
    'own.yaml': 'name: a\noutcome: { ship: 1 }\n',
  });
  const start = startRingback({ config, scenarios: [join(config, '../own.yaml')] });
  await expect(start).rejects.toThrow(message);
  await expect(start).rejects.toThrow(/own\.yaml:2:10/);
});

test.each<[string, string, RegExp]>([
  ['a scenario that is no YAML', "{ scenarios: ['name: [a'] }", /mjs: scenarios\[0\]:1:9 Flow sequence/],
  [
    'an unknown key in a scenario',
    '{ scenarios: [{ nme: 1 }] }',
    /mjs: scenarios\[0\]: .*\/nme unknown key "nme"/,
  ],
  ['a scenario twice', "{ scenarios: ['name: a', { name: 'a' }] }", /scenarios\[1\]: the name orders\/a is/],
  ['a number in place of a scenario', '{ scenarios: [7] }', /its scenarios\.0 is wrong: got 7/],
  [
    'a schema that is none',
    "{ outcome: { schema: { type: 'x', a: 1 }, expand() {} } }",
    /outcome\.schema: it is no JSON Schema, /,
  ],
  ['no code of outcomes', '{ outcome: { schema: {} } }', /outcome\.expand is undefined, expected a function/],
  [
    'a default outcome that breaks its schema',
    `{ ${outcome.replace('expand:', "default: { ship: 'x' }, expand:")} }`,
    /outcome\.default: .*ship got "x"/,
  ],
  ['states without final ones', '{ states: {} }', /its states is wrong: .*finals/],
  ['a state in no place', "{ states: { finals: ['a'], at: ['b'] } }", /states\.at\.0 is wrong: got "b"/],
])('code with %s is refused', async (_, code, message) => {
  await expect(openConfigured(await readConfig(project(code), {}), {})).rejects.toThrow(message);
});

test('toBeTerminal reads the states of the code', async () => {
  const provider = await startProvider({
    config: project("{ states: { finals: ['shipped', '9'], at: ['/order/state', '/kind'] } }"),
  });
  closeAfterwards(() => provider.close());
  const inbox = provider.inbox('mine');
  await call('POST', `${provider.urls.api}/orders`, { fallback: inbox.url });
  await provider.settle();
  const [received] = await inbox.requests();
  expect(matchers.toBeTerminal(received).pass).toBe(true);
  expect(matchers.toBeTerminal({ order: { state: 9 }, kind: 'canceled' }).pass).toBe(true);
  const open = matchers.toBeTerminal({ kind: 'canceled' });
  expect(open.pass).toBe(false);
  expect(open.message()).toBe('Expected a final state (shipped, 9), but got canceled.');
  expect(matchers.toBeTerminal({ state: 91 }).pass).toBe(true);
});
