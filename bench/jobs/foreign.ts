import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection, encode } from '../lib/client.ts';
import { closedLoop, warmUpSeconds } from '../lib/closed-loop.ts';
import { DocumentsInProgress } from '../lib/documents-in-progress.ts';
import { doneAtOnce, largeContract, manyRoutes, smallContract } from '../lib/foreign-contracts.ts';
import type { Job, MeasureContext, Metrics } from '../lib/job.ts';
import { now, residentMiB } from '../lib/process.ts';
import { createReceiver } from '../lib/receiver.ts';
import {
  firstAnswer,
  type RunningSubject,
  spawnRingback,
  startFloor,
  startRingback,
} from '../lib/subject.ts';

const slots = 64;
const routes = [10, 10_000];

export const foreign: Job = {
  name: 'foreign',
  title: 'A contract that Ringback has never seen',
  text: 'Closed loop with 64 documents in progress: submit 400 bytes of JSON, read the answer, wait for the callback (POST, JSON), submit the next one; both servers have been at it for three seconds. Then a contract of 1,200 operations and 270 webhooks in 13 MB: from the start of the process to its first response to a health check, and its first operation. Then GETs, warm, of a contract of 10 and one of 10,000 operations.',
  ours: ['ringback', 'large', 'routes'],
  floors: ['floor'],
  figures: [
    { what: 'CPU per document, µs', ours: 'ringback.cpuUs', floor: 'floor.cpuUs', ratio: { atMost: 2 } },
    { what: 'documents a second', ours: 'ringback.rate', floor: 'floor.rate' },
    {
      what: 'CPU per document in the first second, µs',
      ours: 'ringback.coldCpuUs',
      floor: 'floor.coldCpuUs',
    },
    { what: '13 MB: process to ready, ms', ours: 'large.readyMs', value: { atMost: 2_000 } },
    { what: '13 MB: RSS then, MiB', ours: 'large.rssMiB', value: { atMost: 400 } },
    { what: '13 MB: first operation, ms', ours: 'large.firstMs', value: { atMost: 500 } },
    { what: 'CPU of a GET, 10 routes, µs', ours: 'routes.cpuUs@10' },
    {
      what: 'CPU of a GET, 10,000 routes, µs',
      ours: 'routes.cpuUs@10000',
      floor: 'routes.cpuUs@10',
      ratio: { atMost: 1.1 },
    },
  ],
  async measure(subject, context) {
    switch (subject) {
      case 'floor':
        return submitAll(await startFloor('foreign.mjs'));
      case 'large':
        return measureLarge(context);
      case 'routes':
        return measureRoutes(context);
      default:
        return withContract(smallContract(), async (file) =>
          submitAll(await startRingback(context, { scenarios: doneAtOnce, args: [file] })),
        );
    }
  },
};

async function submitAll(server: RunningSubject): Promise<Metrics> {
  const receiver = await createReceiver();
  const documents = new DocumentsInProgress(receiver);
  const requests = Array.from({ length: slots }, (_, slot) =>
    encode({
      method: 'POST',
      path: '/documents',
      headers: { 'content-type': 'application/json', 'x-ringback-scenario': 'bench' },
      body: JSON.stringify({ name: 'invoice', callbackUrl: receiver.url(slot), content: 'x'.repeat(320) }),
    }),
  );
  try {
    return await closedLoop({
      ...server,
      slots,
      operation: (connection, slot) => documents.submit(connection, slot, requests[slot] as Buffer),
      warmSeconds: warmUpSeconds,
      seconds: 1.5,
    });
  } finally {
    await server.stop();
    await receiver.close();
  }
}

function measureLarge(context: MeasureContext): Promise<Metrics> {
  return withContract(largeContract(), async (file) => {
    const before = now();
    const server = await spawnRingback(context, { args: [file] });
    try {
      await firstAnswer(server.port, encode({ method: 'GET', path: '/_ringback/health' }), 2);
      const readyMs = now() - before;
      const rssMiB = residentMiB(server.pid);
      const connection = new Connection(server.port);
      const asked = now();
      await get(connection, '/group7/items807/x');
      const firstMs = now() - asked;
      connection.close();
      return { readyMs, rssMiB, firstMs };
    } finally {
      await server.stop();
    }
  });
}

async function measureRoutes(context: MeasureContext): Promise<Metrics> {
  const found: Record<string, number> = {};
  for (const count of routes) {
    found[`cpuUs@${count}`] = await withContract(manyRoutes(count), async (file) => {
      const server = await startRingback(context, { args: [file] });
      try {
        const operation = (connection: Connection, slot: number): Promise<void> =>
          get(connection, `/r${(slot * 7_919) % Math.min(count, 64)}/x`);
        const { cpuUs } = await closedLoop({ ...server, slots, operation, warmSeconds: 1.5, seconds: 1.5 });
        return cpuUs;
      } finally {
        await server.stop();
      }
    });
  }
  return found;
}

async function get(connection: Connection, path: string): Promise<void> {
  const { status, body } = await connection.send(encode({ method: 'GET', path }));
  if (status !== 200) throw new Error(`GET ${path} was answered with ${status}: ${body.toString()}`);
}

async function withContract<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-bench-'));
  const file = join(folder, 'openapi.json');
  writeFileSync(file, text);
  try {
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
