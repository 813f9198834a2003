import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOptions } from '../../../src/cli/read-options.ts';
import { readyLines } from '../../../src/cli/ready-lines.ts';
import { triggerAt } from '../../../src/cli/trigger.ts';
import { explain } from '../../../src/core/explain/explain.ts';
import { objectOf } from '../../../src/core/json.ts';
import { loadContractFile } from '../../../src/loading/contract-files.ts';
import { parseOwnScenarios } from '../../../src/loading/scenario-files.ts';
import { startServer } from '../../../src/server/start-server.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import { terminalMatcher } from '../../../src/testing/matchers/terminal-matcher.ts';
import { startConsumer } from '../../support/consumer.ts';
import { startRingback } from '../../support/ringback.ts';
import { call } from '../../support/test-server.ts';
import { parcels } from './parcels.ts';

// This folder holds the whole provider: no other code refers to it.
const providers = new Map([[parcels.name, parcels]]);
const contract = join(import.meta.dirname, 'openapi.yaml');
const scenarios = join(import.meta.dirname, 'scenarios.yaml');

async function start() {
  const consumer = await startConsumer();
  const ringback = await startRingback({ providers, contract, scenarios: [scenarios] });
  const send = async (scenario?: string): Promise<string> => {
    const headers = scenario === undefined ? {} : { 'x-ringback-scenario': scenario };
    const body = { callbackUrl: consumer.url };
    const answer = await call('POST', `${ringback.url}/parcels/parcels`, body, headers);
    expect(answer).toMatchObject({ status: 202, body: { place: 'post office' } });
    return answer.body.id;
  };
  const places = () => consumer.requests.map(({ body }) => JSON.parse(body.toString()).place);
  return { consumer, ringback, send, places };
}

async function catalogue() {
  const world = { contract: await loadContractFile(contract), providers };
  return { ...world, scenarios: await parseOwnScenarios([scenarios], world) };
}

test('a provider from a separate folder plays its default outcome', async () => {
  const { ringback, send, places } = await start();
  await send();
  const { deliveries } = await ringback.settle();
  expect(places()).toEqual(['van', 'home']);
  expect(deliveries.map((one: { state: string }) => one.state)).toEqual(['delivered', 'delivered']);
});

test('its trigger starts its own steps', async () => {
  const { ringback, send, places } = await start();
  const id = await send();
  await ringback.settle();
  await call('POST', `${ringback.url}/parcels/parcels/${id}/recall`);
  await ringback.settle();
  expect(places()).toEqual(['van', 'home', 'sender']);
  const { body } = await ringback.control('GET', 'data/parcels');
  expect(body).toEqual([expect.objectContaining({ id, provider: 'parcels', place: 'sender' })]);
});

test('its selector picks the callback that a fault strikes', async () => {
  const { ringback, send, places } = await start();
  await send('lost-unheard');
  await ringback.settle();
  expect(places()).toEqual(['van']);
  expect((await ringback.deliveries()).map(({ state }) => state)).toEqual(['delivered', 'dropped']);
});

test('its setting can be changed by the control API, and is validated like any other', async () => {
  const { ringback, send, places } = await start();
  await ringback.set({ 'parcels.travelTime': '5s' });
  await send();
  await ringback.advance('5s');
  expect(places()).toEqual(['van', 'home']);
  await expect(ringback.set({ 'parcels.travelTime': 'soon' })).rejects.toThrow('setting.invalid');
  await expect(ringback.set({ 'informed.strict': true })).rejects.toThrow('setting.unknown');
});

test('its retry policy and its response rule apply', async () => {
  const { consumer, ringback, send } = await start();
  consumer.answer({ status: 500 });
  await send();
  await ringback.settle();
  const [first] = await ringback.deliveries();
  const [failed, retried] = first.attempts;
  expect(Date.parse(retried.at) - Date.parse(failed.at)).toBe(60_000);
  expect(retried.violations).toEqual([expect.objectContaining({ code: 'endpoint.https' })]);
});

test.each([
  ['a place that no callback names', { faults: [{ on: { place: 'moon' }, drop: true }] }, 'place.unknown'],
  ['a selector of another provider', { faults: [{ on: { state: 1 }, drop: true }] }, 'additionalProperties'],
  ['an outcome that it does not have', { outcome: { end: 'annotated' } }, 'enum'],
  ['a trigger that it does not have', { timeline: [{ on: 'upload', after: '1s', set: { a: 1 } }] }, 'enum'],
  ['a setting of another provider', { settings: { 'informed.strict': true } }, 'additionalProperties'],
  ['a retry preset of another provider', { retry: 'informed' }, 'enum'],
])('a script is refused with %s', async (_, members, code) => {
  const { ringback } = await start();
  const script = { name: 'mine', provider: 'parcels', ...members };
  const answer = await call('PUT', `${ringback.url}/_ringback/scenarios/mine`, script);
  expect(answer.status).toBe(422);
  expect(answer.body.violations.map((violation: { code: string }) => violation.code)).toContain(code);
});

test('its scripts and faults need not name it, since it is the only one', async () => {
  const { ringback, send, places } = await start();
  const script = { name: 'mine', timeline: [{ after: '1s', callback: 'moved', payload: { place: 'moon' } }] };
  expect((await ringback.control('PUT', 'scenarios/mine', script)).body.provider).toBe('parcels');
  await send('mine');
  await ringback.settle();
  expect(places()).toEqual(['moon']);
  const { body } = await ringback.control('POST', 'next', { respond: [{ status: 503 }] });
  expect(body.scenario).toBe('parcels/respond-1');
});

test('explain plays it', async () => {
  const { deliveries } = await explain({
    ...(await catalogue()),
    scenario: 'arrives',
    createStore: createMemoryStore,
  });
  expect(deliveries.map(({ payload }) => objectOf(payload).place)).toEqual(['van', 'home', 'sender']);
});

test('the lines at the start of `serve` have its URL', async () => {
  const server = await startServer({ providers, contract, scenarios: [scenarios], port: 0 });
  const lines = readyLines(server, { log: 'pretty', webhooksTo: null })
    .trim()
    .split(/\s*\n\s*/);
  expect(lines.slice(1).map((line) => line.split(/ +/).slice(0, 2))).toEqual([
    ['parcels', `${server.url}/parcels`],
    ['inbox', `${server.url}/_ringback/inbox/mine`],
    ['control', `${server.url}/_ringback`],
    ['dashboard', `${server.url}/_ringback/ui`],
  ]);
  await server.close();
});

test('toBeTerminal reads its states', async () => {
  const { ringback, send } = await start();
  await send();
  await ringback.settle();
  const toBeTerminal = terminalMatcher(providers);
  const [first, last] = await ringback.deliveries();
  expect(toBeTerminal(last).pass).toBe(true);
  expect(toBeTerminal(first).message()).toBe('Expected a final state (home, lost), but got van.');
  expect(() => toBeTerminal({ state: 91 })).toThrow('expected a resource or callback with a state');
});

test('trigger sends its callbacks', async () => {
  const consumer = await startConsumer();
  const { scenarios, ...world } = await catalogue();
  const { options } = readOptions('trigger', ['arrives', '--to', consumer.url, '--instant'], {});
  const order = { options, catalogue: world, scenarios, write: () => undefined, note: () => undefined };
  await triggerAt({ ...order, name: 'arrives' });
  await triggerAt({ ...order, name: 'moved' });
  const places = consumer.requests.map(({ body }) => JSON.parse(body.toString()).place);
  expect(places).toEqual(['van', 'home', 'sender', 'van']);
});
