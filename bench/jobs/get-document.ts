import { setTimeout as sleep } from 'node:timers/promises';
import { encode, sendOnce } from '../lib/client.ts';
import { closedLoop } from '../lib/closed-loop.ts';
import { authorization, documentsPath, submission } from '../lib/docdigitizer-requests.ts';
import type { Job, MeasureContext } from '../lib/job.ts';
import { writePdf } from '../lib/pdf.ts';
import { createReceiver } from '../lib/receiver.ts';
import { type RunningSubject, startFloor, startRingback } from '../lib/subject.ts';

const scenario = `
name: bench
provider: docdigitizer
timeline:
  - { after: 0s, set: { state: 91, stateText: ANNOTATED }, callback: documentState }
faults:
  - { duplicate: { times: 10, gap: 0s } }
`;
const documents = 100;

export const getDocument: Job = {
  name: 'get-document',
  title: 'getDocument, ten entries in its callback log',
  text: 'Closed loop over 64 connections and 100 documents, each of which was called back ten times.',
  ours: ['ringback'],
  floors: ['floor'],
  figures: [
    { what: 'answers a second', ours: 'ringback.rate', floor: 'floor.rate', ratio: { atLeast: 0.7 } },
    { what: 'CPU per answer, µs', ours: 'ringback.cpuUs', floor: 'floor.cpuUs' },
    { what: 'bytes of an answer', ours: 'ringback.bytes', floor: 'floor.bytes' },
  ],
  async measure(subject, context) {
    const { server, paths } = await (subject === 'floor' ? prepareFloor() : prepareRingback(context));
    try {
      const requests = paths.map((path) => encode({ method: 'GET', path, headers: authorization }));
      const first = await sendOnce(server.port, {
        method: 'GET',
        path: paths[0] ?? '',
        headers: authorization,
      });
      const { callbackLog } = JSON.parse(first.body.toString()) as { callbackLog?: unknown[] };
      if (callbackLog?.length !== 10) throw new Error(`Not ten log entries: ${first.body.toString()}`);
      let next = 0;
      const result = await closedLoop({
        ...server,
        async operation(connection) {
          const { status } = await connection.send(requests[next++ % documents] as Buffer);
          if (status !== 200) throw new Error(`getDocument was answered with ${status}`);
        },
        warmSeconds: 1,
        seconds: 1.5,
      });
      return { ...result, bytes: first.body.length };
    } finally {
      await server.stop();
    }
  },
};

interface Prepared {
  readonly server: RunningSubject;
  readonly paths: readonly string[];
}

async function prepareFloor(): Promise<Prepared> {
  const server = await startFloor('get-document.mjs');
  const paths = Array.from({ length: documents }, () => `${documentsPath}/${crypto.randomUUID()}`);
  for (const path of paths) await sendOnce(server.port, { method: 'POST', path });
  return { server, paths };
}

async function prepareRingback(context: MeasureContext): Promise<Prepared> {
  const server = await startRingback(context, { scenarios: scenario });
  const receiver = await createReceiver();
  let callbacks = 0;
  receiver.onCallback = () => {
    callbacks++;
    return undefined;
  };
  const paths: string[] = [];
  for (let count = 0; count < documents; count++) {
    const request = submission({ file: writePdf(600), callbackUrl: receiver.url(count) });
    const { body } = await sendOnce(server.port, request);
    const { document_id: id } = JSON.parse(body.toString()) as { document_id: string };
    paths.push(`${documentsPath}/${id}`);
  }
  while (callbacks < documents * 10) await sleep(20);
  await sleep(100);
  await receiver.close();
  return { server, paths };
}
