import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/core/json.ts';
import { faultNames, faultSchemas } from '../../src/core/scenario/fault-schemas.ts';
import { startServer } from '../../src/server/start-server.ts';
import { scenarioSchema } from '../support/bundled.ts';
import { type RawRequest, startRawReceiver } from '../support/raw-receiver.ts';
import { type ControlBody, startRingback, type TestRingback } from '../support/ringback.ts';
import { callbackFaultRows } from './callback-fault-rows.ts';
import { type Carrier, carriers } from './carriers.ts';
import type { FaultRow } from './fault-row.ts';
import { requestFaultRows } from './request-fault-rows.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const published = (scenarioSchema.$defs as { fault: { properties: Record<string, JsonObject> } }).fault;
const rows = [...callbackFaultRows, ...requestFaultRows];
let folder = '';
let ringback: TestRingback;

/** The fault of a row, as written in a script for a carrier. */
function faultOf(row: FaultRow, carrier: Carrier): object {
  return typeof row.fault === 'function' ? row.fault(carrier) : row.fault;
}

function scenarioName(title: string): string {
  return `table-${title.replaceAll(/[^a-z]+/gi, '-')}`;
}

/** One YAML document. JSON is valid YAML, so a fault can be inserted unchanged. */
function script(name: string, carrier: Carrier, faults: readonly object[], more: object = {}): string {
  return [
    `name: ${name}`,
    `provider: ${carrier.provider}`,
    ...Object.entries({ ...carrier.script, retry: 'none', ...more, faults }).map(
      ([key, value]) => `${key}: ${JSON.stringify(value)}`,
    ),
  ].join('\n');
}

function refusal(row: FaultRow, carrier: Carrier): string | null {
  return row.refused?.(carrier) ?? null;
}

// GET and POST callbacks play the same scripts.
const playing = carriers.filter(({ name }) => name !== 'POST callback');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fault-table-'));
  const documents = playing.flatMap((carrier) => [
    script('table-plain', carrier, []),
    script('table-second-attempt', carrier, [{ on: { attempt: 1 }, reset_peer: { after: 0 } }], {
      retry: { schedule: ['1s'], on: ['network'] },
    }),
    script('table-never', carrier, [{ probability: 0, drop: true }]),
    ...rows
      .filter((row) => refusal(row, carrier) === null)
      .map((row) =>
        script(scenarioName(row.title), carrier, [
          { on: carrier.on[row.on ?? 'first'], ...faultOf(row, carrier) },
        ]),
      ),
  ]);
  await writeFile(join(folder, 'table.yaml'), documents.join('\n---\n'));
  ringback = await startRingback({ scenarios: [folder] });
});

afterAll(() => rm(folder, { recursive: true }));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

/** Plays a scenario to its end against a separate receiver. */
async function play(carrier: Carrier, scenario: string, played?: FaultRow['played']) {
  await ringback.reset();
  const receiver = await startRawReceiver();
  if (played !== undefined) receiver.answerWith(null);
  const release = (): void => {
    receiver.answerWith(ok);
    receiver.interject(ok);
  };
  let answered = false;
  const submitting = carrier.submit(ringback, receiver, scenario).finally(() => {
    answered = true;
  });
  if (played === 'early') {
    await until(() => receiver.requests.length === 1 || answered);
    // After a round trip to the server, everything that it responds to by itself has its response.
    await ringback.control('GET', 'clock');
    expect({ answered, callbacks: receiver.requests.length }).toEqual({ answered: false, callbacks: 1 });
    release();
  }
  const submission = await submitting;
  const settling = ringback.settle();
  if (played === 'concurrently') {
    await until(() => receiver.requests.length === 3);
    release();
  }
  await settling;
  const deliveries = await ringback.deliveries();
  // The end of a connection may not have reached the receiver yet.
  await until(() =>
    receiver.connections.every(({ end }, i) => end !== 'open' || isKept(receiver.requests, i)),
  );
  return { carrier, receiver, requests: receiver.requests, deliveries, submission };
}

/** A connection that carried a whole request is kept for the next one. */
function isKept(requests: readonly RawRequest[], connection: number): boolean {
  return requests.some((request) => request.connection === connection);
}

function typeOf(delivery: ControlBody) {
  const type = ringback.server.contract.callbacks.get(delivery.callback);
  if (type === undefined) throw new Error(`The contract has no ${delivery.callback}.`);
  return type;
}

describe.each(carriers)('a $name', (carrier) => {
  test.each(rows.filter((row) => refusal(row, carrier) === null))('with $title', async (row) => {
    const plain = await play(carrier, 'table-plain');
    expect(plain.requests).toHaveLength(2);
    expect(plain.deliveries.map(({ faults }) => faults)).toEqual([[], []]);
    const seen = await play(carrier, scenarioName(row.title), row.played);
    const place = row.on === 'last' ? 1 : 0;
    const expected = plain.requests[place];
    if (expected === undefined) throw new Error('The plain play lacks the callback.');
    // Ports and, in JSON, times differ between plays.
    const headers = { ...expected.headers, host: `127.0.0.1:${seen.receiver.port}` };
    const delivery = seen.deliveries[place];
    if ('attempt' in row.log) {
      expect(delivery.faults).toEqual([]);
      expect(delivery.attempts).toHaveLength(1);
      expect(delivery.attempts[0].faults).toEqual([expect.stringContaining(row.log.attempt)]);
    } else {
      const words = typeof row.log.delivery === 'function' ? row.log.delivery(carrier) : row.log.delivery;
      expect(seen.deliveries.flatMap(({ faults }) => faults)).toContain(words);
    }
    const touched = seen.deliveries.filter(
      ({ faults, attempts }) =>
        faults.length > 0 || attempts.some((each: ControlBody) => each.faults.length > 0),
    );
    expect(touched).toHaveLength(row.title.startsWith('duplicate') ? 3 : 1);
    await row.promise({ ...seen, plain: { ...expected, headers }, delivery, type: typeOf(delivery) });
  });

  test.each(rows.filter((row) => refusal(row, carrier) !== null))(
    'refuses a script with $title',
    async (row) => {
      const file = join(await mkdtemp(join(folder, 'refused-')), 'bad.yaml');
      const on = carrier.on[row.on ?? 'first'];
      await writeFile(file, script('bad', carrier, [{ on, ...faultOf(row, carrier) }]));
      await expect(startServer({ port: 0, scenarios: [file] })).rejects.toMatchObject({
        code: 'scenario.invalid',
        message: expect.stringContaining(refusal(row, carrier) ?? 'never'),
      });
    },
  );

  test('with a fault on the first attempt has a second attempt without it', async () => {
    const { receiver, deliveries, requests } = await play(carrier, 'table-second-attempt');
    for (const { state, attempts } of deliveries) {
      expect(state).toBe('delivered');
      expect(attempts.map(({ faults, acknowledged }: ControlBody) => [faults, acknowledged])).toEqual([
        [['reset_peer after 0'], false],
        [[], true],
      ]);
    }
    expect(requests).toHaveLength(2);
    expect(receiver.connections.filter(({ end }) => end === 'reset')).toHaveLength(2);
  });

  test('is unchanged when chance spares it', async () => {
    const { deliveries } = await play(carrier, 'table-never');
    expect(deliveries.map(({ state, faults }) => [state, faults])).toEqual([
      ['delivered', []],
      ['delivered', []],
    ]);
  });
});

test.each(carriers)('the API shows swapped states immediately: $name', async (carrier) => {
  await ringback.reset();
  const receiver = await startRawReceiver();
  const submission = await carrier.submit(ringback, receiver, scenarioName('reorder'));
  await ringback.advance('2s');
  expect(receiver.requests).toHaveLength(0);
  expect(await submission.truth()).toBe(carrier.isQuery ? 'RECEIVEDMACHINELEARN' : 'extracted');
});

describe('the table', () => {
  const faults = rows.flatMap((row) => carriers.map((carrier) => faultOf(row, carrier) as JsonObject));

  test('has every fault of the design', () => {
    const named = new Set(faults.flatMap((fault) => Object.keys(fault)));
    expect(named).toEqual(new Set(faultNames));
  });

  test.each(['corrupt', 'drift', 'contradict', 'auth', 'signature'] as const)(
    'has every kind of %s',
    (fault) => {
      const kinds = new Set(
        faults
          .map((each) => each[fault])
          .filter((value) => value !== undefined)
          .flatMap((value) => (isJsonObject(value) ? Object.keys(value) : [String(value)])),
      );
      expect(kinds).toEqual(new Set(kindsOf(published.properties[fault])));
    },
  );

  test('the table duplicates in both ways, as at least once delivery does', () => {
    const ways = new Set(
      faults.flatMap(({ duplicate }) => (isJsonObject(duplicate) ? Object.keys(duplicate) : [])),
    );
    expect(ways).toEqual(new Set(Object.keys(faultSchemas.duplicate.properties)));
  });
});

/** The values and properties that a fault's schema allows. */
function kindsOf(schema: JsonObject = {}): string[] {
  const choices = [schema, schema.then, schema.else].filter(isJsonObject);
  const kinds = choices.flatMap(({ enum: values, properties }) => [
    ...(Array.isArray(values) ? values.map(String) : []),
    ...(isJsonObject(properties) ? Object.keys(properties) : []),
  ]);
  expect(kinds.length).toBeGreaterThan(1);
  return kinds;
}
