import { setTimeout as sleep } from 'node:timers/promises';
import { sendOnce } from '../lib/client.ts';
import { encodeSubmission, onceAfter } from '../lib/docdigitizer-requests.ts';
import type { Job, MeasureContext, Metrics } from '../lib/job.ts';
import { writePdf } from '../lib/pdf.ts';
import { residentMiB } from '../lib/process.ts';
import { createReceiver } from '../lib/receiver.ts';
import { type RunningSubject, startFloor, startRingback } from '../lib/subject.ts';
import { submitMany } from '../lib/submit-many.ts';

const million = 1_000_000;
const quarterHourMs = 900_000;
/** The most copies of a delivery that one fault sends. */
const copies = 1_000;
const manyCopies = `
name: bench
provider: docdigitizer
timeline:
  - { after: 0s, set: { state: 91, stateText: ANNOTATED }, callback: documentState }
faults:
  - { duplicate: { times: ${copies}, gap: 1h } }
`;
/** Above Node's own heap limit, so that the job measures memory and not its exhaustion. */
const nodeArgs = ['--max-old-space-size=12000'];

/** By then, an idle server has released what it does not need (`src/platform/idle-memory.ts`). */
const restMs = 22_000;

export const pending: Job = {
  name: 'pending',
  title: 'A million pending deliveries',
  text: `Resident memory. Deliveries: about 1,000 documents whose one callback is scripted to come ${copies.toLocaleString('en-US')} times, an hour apart, so that 1,000,000 deliveries exist and wait; read two seconds after the last submission, and again at rest, 22 s later. Documents: this many small submissions (100,000; 1,000,000 with --full) with one callback 15 minutes away; memory at 1,000,000 is the start plus 1,000,000 times what each took. The floor has a setTimeout for each document.`,
  ours: ['deliveries', 'documents'],
  floors: ['floor'],
  rounds: 1,
  figures: [
    {
      what: 'RSS with 1,000,000 deliveries, at rest, MiB',
      ours: 'deliveries.restMiB',
      value: { atMost: 400 },
    },
    { what: 'RSS with 1,000,000 deliveries, just made, MiB', ours: 'deliveries.rssMiB' },
    { what: 'deliveries that wait', ours: 'deliveries.waiting', value: { atLeast: million } },
    { what: 'bytes per waiting delivery', ours: 'deliveries.bytesEach' },
    { what: 'bytes per waiting document', ours: 'documents.bytesEach', floor: 'floor.bytesEach' },
    { what: 'documents that wait', ours: 'documents.waiting', floor: 'floor.waiting' },
    { what: 'RSS with them, MiB', ours: 'documents.rssMiB', floor: 'floor.rssMiB' },
    { what: 'RSS at 1,000,000 of them, MiB', ours: 'documents.millionMiB', floor: 'floor.millionMiB' },
  ],
  async measure(subject, context) {
    if (subject === 'deliveries') return measureDeliveries(context);
    const server = await (subject === 'floor'
      ? startFloor('docdigitizer.mjs', { DELAYS_MS: String(quarterHourMs) })
      : startRingback(context, {
          scenarios: onceAfter([quarterHourMs]),
          args: ['--set', 'limits.runs=2000000'],
          nodeArgs,
        }));
    return measureGrowth(server, {
      first: 2_000,
      count: context.full ? million : 100_000,
      callbackUrl: (index) => `http://127.0.0.1:9/cb/${index}`,
      waiting: (submitted) => Promise.resolve(submitted),
    });
  },
};

async function measureDeliveries(context: MeasureContext): Promise<Metrics> {
  const server = await startRingback(context, { scenarios: manyCopies, nodeArgs });
  const receiver = await createReceiver();
  try {
    return await measureGrowth(server, {
      first: 2,
      count: Math.ceil(million / (copies - 1)),
      callbackUrl: receiver.url,
      waiting: () => waitingJobs(server.port),
      restMs,
    });
  } finally {
    await receiver.close();
  }
}

interface Growth {
  /** Submissions before the first reading. */
  readonly first: number;
  readonly count: number;
  readonly callbackUrl: (index: number) => string;
  /** The number of pending jobs after a number of submissions. */
  readonly waiting: (submitted: number) => Promise<number>;
  /** How long to rest before memory is read again. Default: no second reading. */
  readonly restMs?: number;
}

/** Submits, reads the cost, and ends the server. */
async function measureGrowth(server: RunningSubject, growth: Growth): Promise<Metrics> {
  const { port, pid } = server;
  const file = writePdf(600);
  const submit = async (count: number): Promise<void> => {
    const request = (index: number): Buffer =>
      encodeSubmission({ file, callbackUrl: growth.callbackUrl(index) });
    await submitMany({ port, count, connections: 16, request });
    await sleep(2_000);
  };
  try {
    await submit(growth.first);
    const startMiB = residentMiB(pid);
    const startWaiting = await growth.waiting(growth.first);
    await submit(growth.count);
    const waiting = await growth.waiting(growth.first + growth.count);
    const rssMiB = residentMiB(pid);
    const bytesEach = ((rssMiB - startMiB) * 2 ** 20) / (waiting - startWaiting);
    const made = {
      startMiB,
      rssMiB,
      waiting,
      bytesEach,
      millionMiB: startMiB + (bytesEach * million) / 2 ** 20,
    };
    if (growth.restMs === undefined) return made;
    await sleep(growth.restMs);
    return { ...made, restMiB: residentMiB(pid) };
  } finally {
    await server.stop();
  }
}

/** How often the number of jobs has to stay the same: copies are stored before any of them waits for the clock. */
const sameLooks = 8;

/** The number of jobs that wait for the clock, once it no longer grows. */
async function waitingJobs(port: number): Promise<number> {
  let same = 0;
  for (let last = -1; ; await sleep(500)) {
    const { body } = await sendOnce(port, { method: 'GET', path: '/_ringback/clock' });
    const { pending: now } = JSON.parse(body.toString()) as { pending: number };
    same = now === last ? same + 1 : 0;
    if (same === sameLooks) return now;
    last = now;
  }
}
