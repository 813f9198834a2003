import { Connection } from '../lib/client.ts';
import { closedLoop } from '../lib/closed-loop.ts';
import { documentsPath, encodeSubmission, onceAtOnce } from '../lib/docdigitizer-requests.ts';
import { DocumentsInProgress } from '../lib/documents-in-progress.ts';
import type { Job, MeasureContext, Metrics } from '../lib/job.ts';
import { writePdf } from '../lib/pdf.ts';
import { cpuMs, residentMiB } from '../lib/process.ts';
import { createReceiver, type Receiver } from '../lib/receiver.ts';
import { type RunningSubject, type ServeOptions, startRingback } from '../lib/subject.ts';

const slots = 64;
const file = writePdf(600);
/** The number of kept documents at the end of each stretch of the measurement. */
const stretches = [2_000, 10_000, 20_000, 40_000];
const longStretches = [...stretches, 60_000, 100_000, 200_000, 400_000, 600_000, 800_000, 1_000_000];
const flat = { atMost: 1.2 };

export const growth: Job = {
  name: 'growth',
  title: 'Growth of the cost of a document',
  text: 'CPU per document (small multipart submission, one callback, 64 in progress) as more is kept: up to 40,000 documents (1,000,000 with --full) where limits.runs keeps 20,000 of them, and where it keeps all; 1 to 1,000 scenarios in addition to the bundled ones, each with a match that does not fit; 1 to 200 spaces in turn. A figure is the most compared to the least of what is kept.',
  ours: ['limited', 'unlimited', 'scenarios', 'spaces'],
  floors: [],
  rounds: 1,
  figures: [
    { what: 'documents, limits.runs = 20,000', ours: 'limited.growth', value: flat },
    { what: 'documents, all of them kept', ours: 'unlimited.growth', value: flat },
    { what: 'RSS with all of them kept, MiB', ours: 'unlimited.rssMiB' },
    { what: 'scenarios, 1 to 1,000', ours: 'scenarios.growth', value: flat },
    { what: 'spaces, 1 to 200', ours: 'spaces.growth', value: flat },
  ],
  pictures: [
    {
      kind: 'growth',
      name: 'growth',
      title: 'CPU per document',
      unit: 'µs',
      lines: [
        { title: 'documents, limits.runs = 20,000', prefix: 'limited.cpuUs' },
        { title: 'documents, all kept', prefix: 'unlimited.cpuUs' },
        { title: 'scenarios', prefix: 'scenarios.cpuUs' },
        { title: 'spaces', prefix: 'spaces.cpuUs' },
      ],
    },
  ],
  async measure(subject, context) {
    switch (subject) {
      case 'limited':
        return keepDocuments(context, []);
      case 'unlimited':
        return keepDocuments(context, ['--set', 'limits.runs=2000000']);
      case 'scenarios':
        return growBy([1, 10, 100, 1_000], (count) =>
          measureCost(context, { scenarios: scenarioFile(count) }, () => documentsPath),
        );
      default:
        return growBy([1, 20, 200], (count) =>
          measureCost(context, { scenarios: onceAtOnce }, (n) => `/@bench-${n % count}${documentsPath}`),
        );
    }
  },
};

/** Submits documents into one space, and reads the CPU time of each stretch. */
async function keepDocuments(context: MeasureContext, args: readonly string[]): Promise<Metrics> {
  const nodeArgs = ['--max-old-space-size=16000'];
  return withServer(context, { scenarios: onceAtOnce, args, nodeArgs }, async ({ port, pid }, receiver) => {
    const submit = submitter(receiver, () => documentsPath);
    let done = 0;
    const connections = Array.from({ length: slots }, () => new Connection(port));
    const submitUntil = async (count: number): Promise<void> => {
      const work = async (connection: Connection, slot: number): Promise<void> => {
        while (done < count) {
          done++;
          await submit(connection, slot);
        }
      };
      await Promise.all(connections.map(work));
    };
    await submitUntil(6_000);
    await connections[0]?.send(resetRequest);
    done = 0;
    const found: Record<string, number> = {};
    let before = 0;
    for (const end of context.full ? longStretches : stretches) {
      const cpuBefore = cpuMs(pid);
      await submitUntil(end);
      found[`cpuUs@${end}`] = ((cpuMs(pid) - cpuBefore) * 1_000) / (end - before);
      before = end;
    }
    for (const connection of connections) connection.close();
    return { ...found, growth: growthOf(found), rssMiB: residentMiB(pid) };
  });
}

const resetRequest = Buffer.from(
  'POST /_ringback/reset HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n',
);

/** The cost of a document at each of the counts. */
async function growBy(
  counts: readonly number[],
  measure: (count: number) => Promise<number>,
): Promise<Metrics> {
  const found: Record<string, number> = {};
  for (const count of counts) found[`cpuUs@${count}`] = await measure(count);
  return { ...found, growth: growthOf(found) };
}

/** CPU microseconds of a document in a warm server. */
function measureCost(
  context: MeasureContext,
  options: ServeOptions,
  path: (index: number) => string,
): Promise<number> {
  return withServer(context, options, async (server, receiver) => {
    const operation = submitter(receiver, path);
    const { cpuUs } = await closedLoop({ ...server, slots, operation, warmSeconds: 1.5, seconds: 1.5 });
    return cpuUs;
  });
}

async function withServer<T>(
  context: MeasureContext,
  options: ServeOptions,
  use: (server: RunningSubject, receiver: Receiver) => Promise<T>,
): Promise<T> {
  const server = await startRingback(context, options);
  const receiver = await createReceiver();
  try {
    return await use(server, receiver);
  } finally {
    await server.stop();
    await receiver.close();
  }
}

/** Submits a document of a slot and waits for its callback. The file's name says which scenario is played. */
function submitter(
  receiver: Receiver,
  path: (index: number) => string,
): (connection: Connection, slot: number) => Promise<void> {
  const documents = new DocumentsInProgress(receiver);
  let index = 0;
  return (connection, slot) => {
    const callbackUrl = receiver.url(slot);
    const bytes = encodeSubmission({
      file,
      fileName: 'invoice.bench.pdf',
      callbackUrl,
      scenario: null,
      path: path(index++),
    });
    return documents.submit(connection, slot, bytes);
  };
}

/** The played scenario, and the given number of scenarios for other files. */
function scenarioFile(count: number): string {
  const others = Array.from(
    { length: count - 1 },
    (_, i) => `---
name: other-${i}
provider: docdigitizer
match: { operation: submitDocument, fileName: other-${i}-*.pdf }
outcome: { final: annotated }
`,
  );
  return `${onceAtOnce}${others.join('')}`;
}

/** The ratio of the last cost to the first. */
function growthOf(costs: Readonly<Record<string, number>>): number {
  const values = Object.values(costs);
  return (values.at(-1) ?? Number.NaN) / (values[0] ?? Number.NaN);
}
