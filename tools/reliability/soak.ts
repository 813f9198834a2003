import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Chance } from './chance.ts';
import { startGoodConsumer } from './consumer.ts';
import { operations } from './contract-model.ts';
import { createAgent, exchange, type Request } from './exchange.ts';
import { makeForm } from './make-form.ts';
import { makeRequest } from './make-request.ts';
import { startMock } from './mock-process.ts';
import { encodeForm, fileParts, textPart } from './multipart.ts';
import type { Measurement } from './probe.ts';
import { byteMutators, encodeMessage, headMutators, rightRequests } from './raw-messages.ts';
import { mebibytes, Tally } from './tally.ts';
import { grows, trendOf } from './trend.ts';
import { World } from './world.ts';

/**
 * A long mix of everything: stories that end in callbacks, fuzzed requests, mutated forms and HTTP, truncated uploads,
 * event readers that disconnect, on a fast real clock, with limits so small that everything is evicted all the time.
 * The load pauses regularly to measure heap (after two collections), resident memory, descriptors and handles. After
 * the first third, which fills what may be filled, none of them may grow.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '13' },
    leak: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const tally = new Tally('soak', seed);
const mock = await startMock({
  checks: false,
  log: 'pretty',
  leak: values.leak,
  // The server warns when it begins to evict, and when its memory is nearly full.
  expected: /evict|memory/,
  args: [
    ...['--memory-bytes', '6000000', '--kept-upload-bytes', '3000000', '--upload-memory-bytes', '500000'],
    ...['--clock', 'real', '--speed', '2000', '--max-spaces', '8'],
    ...['--set', 'limits.runs=20', '--set', 'limits.inboxRequests=20', '--set', 'limits.events=50'],
    ...[
      '--set',
      'limits.spaceIdle=2s',
      '--set',
      'informed.attemptTimeout=500ms',
      '--set',
      'docdigitizer.attemptTimeout=500ms',
    ],
  ],
});
const consumer = await startGoodConsumer();
let agent = createAgent();
const takers = operations.filter(({ content }) => Object.hasOwn(content, 'multipart/form-data'));
const settings = ['informed.quietPeriod', 'docdigitizer.callbackVariant', 'informed.retryDelays'];
const known = {
  scenarios: ['docdigitizer/annotated', 'docdigitizer/rejected', 'informed/complete'],
  settings,
};

let done = 0;
let refused = 0;
let evictedSpaces = 0;
let evictedRuns = 0;

async function send(request: Request): Promise<Buffer | null> {
  const outcome = await exchange(agent, mock.port, request);
  done++;
  if ('failure' in outcome) return null;
  const { status, body } = outcome.response;
  if (status >= 400) refused++;
  if (status >= 500 && !request.target.includes('/inbox'))
    tally.fail(
      null,
      `status ${status}`,
      `${request.method} ${request.target}: ${body.toString('utf8').slice(0, 500)}`,
    );
  return status < 300 ? body : null;
}

const jsonRequest = (space: string, method: string, path: string, value?: unknown): Request => ({
  method,
  target: `/@${space}${path}`,
  headers: [
    ['Host', 'localhost'],
    ['Authorization', 'Basic dTpw'],
    ['Content-Type', 'application/json'],
  ],
  body: value === undefined ? null : Buffer.from(JSON.stringify(value)),
});

/** The actions of a client, and their frequency. */
const activities: readonly (readonly [
  weight: number,
  act: (chance: Chance, space: string) => Promise<unknown>,
])[] = [
  [
    5,
    (chance, space) => {
      const callbackUrl = chance.pick([
        consumer.url,
        `${mock.url}/@${space}/_ringback/inbox/mine`,
        'http://127.0.0.1:1/',
        'http://192.0.2.1/',
      ]);
      const form = encodeForm('b', [
        textPart('callbackUrl', callbackUrl),
        textPart('callback_method', chance.pick(['GET', 'POST'])),
        ...fileParts(chance, chance.int(1, 3)),
      ]);
      const headers: [string, string][] = [
        ['Host', 'localhost'],
        ['Authorization', 't'],
        ['Content-Type', 'multipart/form-data; boundary=b'],
      ];
      return send({
        method: 'POST',
        target: `/@${space}/docdigitizer/api/v2/documents`,
        headers,
        body: form,
      });
    },
  ],
  [
    3,
    async (chance, space) => {
      const webhook = chance.pick([consumer.url, `${mock.url}/@${space}/_ringback/inbox/mine`]);
      const registered = await send(
        jsonRequest(space, 'POST', '/informed/v1/consumer/applications', {
          application_reference_id: 'r',
          application_date: '2029-12-28',
          services: ['extract', 'verify'],
          webhook,
        }),
      );
      if (registered === null) return;
      const id = JSON.parse(registered.toString()).application_id;
      const announced = await send(
        jsonRequest(space, 'POST', `/informed/v1/consumer/applications/${id}/documents`, {
          image_files: ['a.pdf'],
        }),
      );
      const url = announced === null ? undefined : JSON.parse(announced.toString()).image_files[0].upload_url;
      if (url === undefined) return;
      const target = url.replace(/^https?:\/\/[^/]+/, '');
      await send({
        method: 'PUT',
        target,
        headers: [
          ['Host', 'localhost'],
          ['Content-Type', 'application/pdf'],
        ],
        body: Buffer.alloc(chance.int(1, 200_000), '%PDF-1.4 '),
      });
    },
  ],
  [
    8,
    async (chance, space) => {
      const world = new World(space, [consumer.url], known);
      // A reset every few requests would keep everything small.
      const operation = chance.pick(
        operations.filter(({ id }) => id !== 'resetSpace' && id !== 'streamEvents'),
      );
      await send(await makeRequest(chance, world, operation, chance.hits(0.6)));
    },
  ],
  [3, (chance, space) => send(makeForm(chance, chance.pick(takers), space, chance.hits(0.3)))],
  [
    3,
    (chance) => {
      const messages = [chance.pick(rightRequests)()];
      chance.pick(headMutators)(chance, messages);
      return raw(
        chance.pick(byteMutators)(chance, Buffer.concat(messages.map((message) => encodeMessage(message)))),
        50,
      );
    },
  ],
  [
    1,
    (_, space) =>
      raw(
        Buffer.from(`GET /@${space}/_ringback/events?lastEventId=0 HTTP/1.1\r\nHost: localhost\r\n\r\n`),
        300,
      ),
  ],
  [
    1,
    (_, space) =>
      raw(
        Buffer.from(
          `PUT /@${space}/_ringback/inbox/cut HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n${'x'.repeat(9_000)}`,
        ),
        30,
      ),
  ],
  [
    2,
    (chance, space) =>
      send({
        ...jsonRequest(space, 'POST', '/_ringback/inbox/big'),
        body: Buffer.alloc(chance.int(1, 100_000), chance.word()),
      }),
  ],
  [1, (_, space) => send(jsonRequest(space, 'GET', '/_ringback/deliveries'))],
  [1, (_, space) => send(jsonRequest(space, 'GET', '/_ringback/data/runs?_embed=deliveries'))],
];
const bag = activities.flatMap(([weight, act]) => Array.from({ length: weight }, () => act));

/** Sends bytes and disconnects after a while, with or without a response. */
function raw(bytes: Buffer, stayMs: number): Promise<void> {
  done++;
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: mock.port }, () => socket.write(bytes));
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
    setTimeout(() => socket.destroy(), stayMs);
  });
}

const samples: Measurement[] = [];
const count = 24;
const pauseMs = Math.min(600, (seconds * 1_000) / count / 4);
let paused = false;
let busy = 0;
let over = false;

async function client(number: number): Promise<void> {
  for (let round = 0; !over; round++) {
    while (paused) await sleep(5);
    if (over) return;
    const chance = new Chance(seed, number, round);
    busy++;
    // More spaces than the limit: each that returns evicts another.
    await chance.pick(bag)(chance, chance.hits(0.1) ? 'default' : `soak${chance.int(1, 14)}`);
    busy--;
    if (mock.ended !== null) over = true;
  }
}

const clients = Promise.all(Array.from({ length: 6 }, (_, number) => client(number)));
for (let sample = 0; sample < count && !over; sample++) {
  await sleep((seconds * 1_000) / count - pauseMs);
  paused = true;
  while (busy > 0) await sleep(5);
  // Kept connections and timelines end, so that each measurement finds the same state.
  agent.destroy();
  agent = createAgent();
  consumer.closeIdle();
  await sleep(pauseMs);
  samples.push(await mock.measure());
  paused = false;
}
over = true;
await clients;
const listed = await send({ ...jsonRequest('x', 'GET', '/_ringback/spaces'), target: '/_ringback/spaces' });
if (listed !== null) evictedSpaces = JSON.parse(listed.toString()).evicted;
const runs = await send({ ...jsonRequest('x', 'GET', '/_ringback/runs'), target: '/_ringback/runs?limit=0' });
if (runs !== null) evictedRuns = JSON.parse(runs.toString()).evicted;
agent.destroy();
consumer.close();
await mock.stop();
tally.complain(mock, null);

const steady = samples.slice(Math.floor(samples.length / 3));
const series = {
  heap: steady.map(({ heapUsed, external }) => heapUsed + external),
  resident: steady.map(({ rss }) => rss),
  descriptors: steady.map(({ descriptors }) => descriptors),
  handles: steady.map(({ resources }) => Object.values(resources).reduce((sum, number) => sum + number, 0)),
};
const MiB = 2 ** 20;
const verdicts: readonly (readonly [
  name: keyof typeof series,
  share: number,
  noise: number,
  show: (value: number) => string,
])[] = [
  ['heap', 0.08, 3 * MiB, mebibytes],
  // In its first minutes a process allocates what it needs, with a flat heap: only a long run shows growth.
  ['resident', 0.2, (seconds < 600 ? 128 : 40) * MiB, mebibytes],
  ['descriptors', 0.2, 15, (value) => value.toFixed(0)],
  ['handles', 0.2, 10, (value) => value.toFixed(0)],
];
const figures = [
  `${seconds} s: ${done} requests (${refused} refused), ${consumer.received()} callbacks taken; evicted: ${evictedSpaces} spaces, ${evictedRuns} runs of the space default alone`,
];
for (const [name, share, noise, show] of verdicts) {
  const all = series[name];
  const { level, growth } = trendOf(all);
  figures.push(
    `${name}: ${show(level)}, trend over the last two thirds ${growth < 0 ? '−' : '+'}${show(Math.abs(growth))} (fails above ${show(Math.max(share * level, noise))}), from ${show(Math.min(...all))} to ${show(Math.max(...all))}`,
  );
  if (samples.length === count && !grows(all, share, noise)) tally.pass();
  else tally.fail(null, `${name} grows`, all.map(show).join(', '));
}
if (evictedSpaces > 0 && evictedRuns > 0) tally.pass();
else tally.fail(null, 'nothing was evicted', `${evictedSpaces} spaces, ${evictedRuns} runs`);
tally.finish(figures);
