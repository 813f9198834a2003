import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/*
 * Fills a server with a small heap with everything that a client can make it keep, one kind after the other, and prints
 * the outcome: `figure: …`, a line for each kind. Exits 1 when a server crashed.
 *
 *   node tools/reliability/memory.ts [--heap 256] [--times 4] [--only inbox,next] [--main src/cli/main.ts]
 */
const { values } = parseArgs({
  options: {
    /** MiB of V8's old generation (`--max-old-space-size`). */
    heap: { type: 'string', default: '256' },
    /** The total sent, as a multiple of the heap. */
    times: { type: 'string', default: '4' },
    only: { type: 'string' },
    main: { type: 'string', default: 'src/cli/main.ts' },
  },
});

const mebibyte = 1024 * 1024;
const heapBytes = Number(values.heap) * mebibyte;

interface Server {
  readonly url: string;
  readonly process: ChildProcess;
}

interface Attack {
  readonly name: string;
  readonly what: string;
  /** The least that one request makes the server keep, in bytes: decides how many requests fill the heap. */
  readonly bytes: number;
  /** Sends request number `n`. */
  send(server: Server, n: number): Promise<Response>;
  /** Sent once, first. */
  prepare?(server: Server): Promise<void>;
  /** Sent last. */
  finish?(server: Server): Promise<void>;
}

const json = { 'content-type': 'application/json' };
const credentials = { authorization: `Basic ${btoa('a:b')}` };
const applications = '/informed/v1/consumer/applications';
const documents = '/docdigitizer/api/v2/documents';

function registration(more: object): string {
  return JSON.stringify({
    application_reference_id: 'r',
    application_date: '2029-12-28',
    webhook: consumerUrl,
    services: ['extract'],
    ...more,
  });
}

function register(server: Server, body: string): Promise<Response> {
  return fetch(`${server.url}${applications}`, {
    method: 'POST',
    headers: { ...json, ...credentials },
    body,
  });
}

async function idOf(response: Response): Promise<string> {
  const { application_id: id } = (await response.json()) as { application_id: string };
  return id;
}

function submit(
  server: Server,
  fields: Readonly<Record<string, string>>,
  scenario?: string,
): Promise<Response> {
  const form = new FormData();
  form.set('files', new Blob(['%PDF-1.4']), 'a.pdf');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const headers = {
    authorization: 'any',
    ...(scenario !== undefined && { 'x-ringback-scenario': scenario }),
  };
  return fetch(`${server.url}${documents}`, { method: 'POST', headers, body: form });
}

function settle(server: Server): Promise<Response> {
  return fetch(`${server.url}/_ringback/clock`, { method: 'POST', headers: json, body: '{"advance":"1d"}' });
}

/** A string of that many characters, different for each number. */
function text(length: number, n: number): string {
  return `${n} `.padEnd(length, 'x');
}

/** A consumer that refuses every callback with a page of 64 KiB. */
const consumer = createServer((request, response) => {
  request.resume();
  response.writeHead(503, { 'content-type': 'text/html' });
  response.end(text(64 * 1024, consumerAnswers++));
});
let consumerAnswers = 0;
consumer.listen(0, '127.0.0.1').unref();
await once(consumer, 'listening');
const consumerUrl = `http://127.0.0.1:${(consumer.address() as AddressInfo).port}/`;

const attacks: readonly Attack[] = [
  {
    name: 'inbox',
    what: '1 MiB to an inbox',
    bytes: mebibyte,
    send: (server, n) =>
      fetch(`${server.url}/_ringback/inbox/x`, { method: 'POST', body: text(mebibyte, n) }),
  },
  {
    name: 'inbox-equal',
    what: 'the same 1 MiB to an inbox',
    bytes: mebibyte,
    send: (server) => fetch(`${server.url}/_ringback/inbox/x`, { method: 'POST', body: text(mebibyte, 0) }),
  },
  {
    name: 'registrations',
    what: 'a registration with a member of 1 MB',
    bytes: mebibyte,
    send: (server, n) =>
      register(server, registration({ applicants: { applicant1: { first_name: text(1_000_000, n) } } })),
  },
  {
    name: 'registrations-wide',
    what: 'a registration of 1 MB of short members',
    bytes: 4 * mebibyte,
    send: (server, n) =>
      register(
        server,
        registration(Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`m${n}_${i}`, 'y']))),
      ),
  },
  {
    name: 'documents',
    what: 'a document with a document_class of 1 MB',
    bytes: mebibyte,
    send: (server, n) => submit(server, { document_class: text(1_000_000, n) }),
  },
  {
    name: 'callback-urls',
    what: 'a document with a callbackUrl of 8 KB, its callback an hour away',
    bytes: 16 * 1024,
    send: (server, n) =>
      submit(server, { callbackUrl: `${consumerUrl}${text(8_000, n).replaceAll(' ', '-')}` }, 'slow'),
    prepare: (server) => putScript(server, 'slow', slow),
  },
  {
    name: 'announcements',
    what: 'an announcement of 100,000 names',
    bytes: 57 * mebibyte,
    send: async (server, n) => {
      const id = await idOf(await register(server, registration({})));
      return announce(server, id, 100_000, n);
    },
  },
  {
    name: 'announcements-small',
    what: 'an announcement of 500 names, of an application with an upload to come',
    bytes: 285 * 1024,
    send: async (server, n) => {
      const id = await idOf(await register(server, registration({})));
      return announce(server, id, 500, n);
    },
  },
  {
    name: 'answers',
    what: 'an application whose consumer answers 503 with 64 KiB',
    bytes: 790 * 1024,
    send: async (server) => {
      const registered = await register(server, registration({ services: ['extract', 'verify'] }));
      const { application_id: id } = (await registered.clone().json()) as { application_id: string };
      const announced = await announce(server, id, 1, 0);
      const { image_files: files } = (await announced.json()) as { image_files: { upload_url: string }[] };
      await fetch(files[0]?.upload_url ?? '', { method: 'PUT', body: '%PDF-1.4' });
      await settle(server);
      return registered;
    },
    prepare: async (server) => {
      const body = '{"files.inspect":false}';
      await fetch(`${server.url}/_ringback/settings`, { method: 'PATCH', headers: json, body });
    },
  },
  {
    name: 'duplicates',
    what: 'a document whose callback comes 1,000 times, an hour apart',
    bytes: 400 * 1024,
    send: (server) => submit(server, { callbackUrl: consumerUrl }, 'often'),
    prepare: (server) => putScript(server, 'often', often),
    finish: async (server) => void (await settle(server)),
  },
  {
    name: 'scenarios',
    what: 'a scenario of 200 KB',
    bytes: 500 * 1024,
    send: (server, n) =>
      fetch(`${server.url}/_ringback/scenarios/docdigitizer/s${n}`, {
        method: 'PUT',
        headers: json,
        body: JSON.stringify({
          name: `s${n}`,
          provider: 'docdigitizer',
          description: text(1000, n),
          match: { body: wide(n) },
          timeline: [{ after: '0s', set: { x: text(100_000, n) } }],
        }),
      }),
  },
  {
    name: 'next',
    what: 'an order of next with a match of 1 MB',
    bytes: mebibyte,
    send: (server, n) =>
      fetch(`${server.url}/_ringback/next`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({
          scenario: 'docdigitizer/annotated',
          match: { body: { x: text(1_000_000, n) } },
        }),
      }),
  },
  {
    name: 'inbox-scripts',
    what: 'a script of an inbox with an answer of 1 MB',
    bytes: mebibyte,
    send: (server, n) =>
      fetch(`${server.url}/_ringback/inboxes/i${n}`, {
        method: 'PUT',
        headers: json,
        body: JSON.stringify({ answers: [{ status: 200, body: text(1_000_000, n) }] }),
      }),
  },
  {
    name: 'fired',
    what: 'a callback fired by hand with a payload of 500 KB',
    bytes: 2 * mebibyte,
    send: (server, n) =>
      fetch(`${server.url}/_ringback/callbacks`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({
          callback: 'informed.error',
          to: consumerUrl,
          payload: { x: text(500_000, n) },
        }),
      }),
  },
  {
    name: 'spaces',
    what: '1 MiB to an inbox of 50 spaces in turn',
    bytes: mebibyte,
    send: (server, n) =>
      fetch(`${server.url}/@s${n % 50}/_ringback/inbox/x`, { method: 'POST', body: text(mebibyte, n) }),
  },
];

const slow = {
  timeline: [{ after: '1h', set: { state: 91, stateText: 'ANNOTATED' }, callback: 'documentState' }],
};
const often = {
  timeline: [{ after: '0s', set: { state: 91, stateText: 'ANNOTATED' }, callback: 'documentState' }],
  faults: [{ duplicate: { times: 1000, gap: '1h' } }],
};

function wide(n: number): object {
  return Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`m${n}_${i}`, 'y']));
}

async function putScript(server: Server, name: string, script: object): Promise<void> {
  const response = await fetch(`${server.url}/_ringback/scenarios/docdigitizer/${name}`, {
    method: 'PUT',
    headers: json,
    body: JSON.stringify({ name, provider: 'docdigitizer', ...script }),
  });
  if (!response.ok) throw new Error(`Could not put the scenario ${name}: ${await response.text()}`);
}

function announce(server: Server, id: string, count: number, n: number): Promise<Response> {
  const names = Array.from({ length: count }, (_, i) => `${i.toString(36)}-${n}`);
  return fetch(`${server.url}${applications}/${id}/documents`, {
    method: 'POST',
    headers: { ...json, ...credentials },
    body: JSON.stringify({ image_files: names }),
  });
}

async function start(): Promise<Server> {
  const args = [`--max-old-space-size=${values.heap}`, resolve(values.main), 'serve'];
  const child = spawn(
    process.execPath,
    [...args, '--port', '0', '--clock', 'virtual', '--seed', '1', '--log', 'quiet'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let out = '';
  for await (const chunk of child.stdout) {
    out += String(chunk);
    const url = /listening on (\S+)\n/.exec(out)?.[1];
    if (url !== undefined) return { url, process: child };
  }
  throw new Error('Could not start a server: it ended before it listened.');
}

/** Current and peak resident memory, in MiB. */
function residentMiB({ process: { pid } }: Server): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024);
  return { now: read('VmRSS'), most: read('VmHWM') };
}

interface Evicted {
  readonly runs: number;
  readonly deliveries: number;
  readonly inboxRequests: number;
}

/** What the server reports about itself. */
async function usage(server: Server): Promise<string> {
  const response = await fetch(`${server.url}/_ringback/spaces`);
  const { spaces, memory } = (await response.json()) as {
    spaces: { evicted?: Evicted }[];
    memory?: { bytes: number; limit: number };
  };
  if (memory === undefined) return 'no limit of memory';
  const evicted = (kind: keyof Evicted): number =>
    spaces.reduce((sum, space) => sum + (space.evicted?.[kind] ?? 0), 0);
  const all = (['runs', 'deliveries', 'inboxRequests'] as const)
    .map((kind) => ({ kind, count: evicted(kind) }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  const mebibytes = (bytes: number): string => `${(bytes / mebibyte).toFixed(0)} MiB`;
  return `evicted ${all.join(', ') || 'nothing'}; counted ${mebibytes(memory.bytes)} of ${mebibytes(memory.limit)}`;
}

/** Returns whether the server survived. */
async function play(attack: Attack): Promise<boolean> {
  const server = await start();
  const total = Math.ceil((heapBytes * Number(values.times)) / attack.bytes);
  const statuses = new Map<number, number>();
  let sent = 0;
  let isAlive = true;
  server.process.once('exit', () => {
    isAlive = false;
  });
  const startedAt = performance.now();
  try {
    await attack.prepare?.(server);
    for (; sent < total && isAlive; sent++) {
      const response = await attack.send(server, sent);
      if (!response.bodyUsed) await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
    await attack.finish?.(server);
  } catch {
    await new Promise((settled) => setTimeout(settled, 500));
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const counts = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  const end = isAlive
    ? `alive; ${await usage(server)}; RSS ${residentMiB(server).now} MiB, at most ${residentMiB(server).most} MiB`
    : `ENDED after ${sent} requests`;
  console.log(`figure: memory, ${attack.what}: ${counts}; ${end}; ${seconds} s`);
  const survived = isAlive;
  server.process.kill('SIGKILL');
  return survived;
}

const only = values.only?.split(',');
const chosen = attacks.filter(({ name }) => only === undefined || only.includes(name));
console.log(`heap of ${values.heap} MiB, ${values.times} times as much sent`);
let survived = 0;
for (const attack of chosen) if (await play(attack)) survived++;
consumer.close();
console.log(`figure: memory, servers that survived: ${survived} of ${chosen.length}`);
process.exitCode = survived === chosen.length ? 0 : 1;
