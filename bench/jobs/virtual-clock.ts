import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection, encode } from '../lib/client.ts';
import { encodeSubmission } from '../lib/docdigitizer-requests.ts';
import type { Job, MeasureContext, Metrics } from '../lib/job.ts';
import { writePdf } from '../lib/pdf.ts';
import { cpuMs, now } from '../lib/process.ts';
import { createReceiver, type Receiver } from '../lib/receiver.ts';
import { startRingback } from '../lib/subject.ts';
import { submitMany } from '../lib/submit-many.ts';

/** Attempts of a delivery: five that fail, and the one that succeeds. */
const attempts = 6;
const deliveries = 10_000;
const scenario = `
name: bench
provider: docdigitizer
timeline:
  - { after: 1s, set: { state: 91, stateText: ANNOTATED }, callback: documentState }
retry: { schedule: [1s, 2s, 4s, 8s, 16s], on: [503] }
`;

export const virtualClock: Job = {
  name: 'virtual-clock',
  title: 'The virtual clock: deliveries that fail five times before they succeed',
  text: 'The control API settles 10,000 deliveries, each answered with 503 five times: requests a second from the order to settle to its answer, which lists every attempt. 1,500 more are settled before, to warm up. The floor is the bare sender of the same build, in a process of its own, that makes as many requests to the same receiver: one at a time, and 64 at a time.',
  ours: ['ringback'],
  floors: ['sender', 'sender64'],
  figures: [
    {
      what: 'requests a second, to the sender one at a time',
      ours: 'ringback.rate',
      floor: 'sender.rate',
      ratio: { atLeast: 0.8 },
    },
    { what: 'requests a second, to the sender 64 at a time', ours: 'ringback.rate', floor: 'sender64.rate' },
    { what: 'CPU per request, µs, to one at a time', ours: 'ringback.cpuUs', floor: 'sender.cpuUs' },
    { what: 'CPU per request, µs, to 64 at a time', ours: 'ringback.cpuUs', floor: 'sender64.cpuUs' },
    { what: 'deliveries lost', ours: 'ringback.lost', value: { atMost: 0 } },
  ],
  async measure(subject, context) {
    const receiver = await createReceiver();
    const delivered = failFiveTimes(receiver);
    try {
      return subject === 'ringback'
        ? await settle(context, receiver, delivered)
        : await sendBare(context, receiver, subject === 'sender' ? 1 : 64);
    } finally {
      await receiver.close();
    }
  },
};

/** Responds 503 to the first five callbacks of a key; counts the keys that got their 200. */
function failFiveTimes(receiver: Receiver): () => number {
  const seen = new Map<string, number>();
  let delivered = 0;
  receiver.onCallback = (key) => {
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (count < attempts) return { status: 503 };
    delivered++;
    return undefined;
  };
  return () => delivered;
}

async function settle(
  context: MeasureContext,
  receiver: Receiver,
  delivered: () => number,
): Promise<Metrics> {
  const { port, pid, stop } = await startRingback(context, {
    scenarios: scenario,
    args: ['--clock', 'virtual'],
  });
  const connection = new Connection(port);
  const order = encode({
    method: 'POST',
    path: '/_ringback/clock',
    headers: { 'content-type': 'application/json' },
    body: '{"settle":true}',
  });
  const play = async (count: number, prefix: string): Promise<{ ms: number; cpu: number }> => {
    const file = writePdf(600);
    const request = (index: number): Buffer =>
      encodeSubmission({ file, callbackUrl: receiver.url(`${prefix}${index}`) });
    await submitMany({ port, count, connections: 16, request });
    const start = now();
    const cpuBefore = cpuMs(pid);
    // The most jobs that one settle runs.
    for (let pending = 1; pending > 0; ) {
      const { body } = await connection.send(order);
      pending = Number(/"pending":(\d+)/.exec(body.toString('latin1', 0, 300))?.[1] ?? 0);
    }
    return { ms: now() - start, cpu: cpuMs(pid) - cpuBefore };
  };
  try {
    await play(1_500, 'warm');
    const before = delivered();
    const { ms, cpu } = await play(deliveries, '');
    const requests = deliveries * attempts;
    return {
      rate: (requests / ms) * 1_000,
      cpuUs: (cpu * 1_000) / requests,
      lost: deliveries - (delivered() - before),
    };
  } finally {
    connection.close();
    await stop();
  }
}

async function sendBare({ dist }: MeasureContext, receiver: Receiver, atATime: number): Promise<Metrics> {
  const program = join(import.meta.dirname, '..', 'floors', 'bare-sender.mjs');
  const args = [program, dist, receiver.url(''), String(deliveries), String(attempts), String(atATime)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Metrics;
}
