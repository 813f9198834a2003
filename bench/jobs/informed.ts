import { type Answer, Connection } from '../lib/client.ts';
import { closedLoop, warmUpSeconds } from '../lib/closed-loop.ts';
import { DocumentsInProgress } from '../lib/documents-in-progress.ts';
import {
  encodeAddDocuments,
  encodeRegistration,
  encodeUpload,
  extractedAtOnce,
} from '../lib/informed-requests.ts';
import type { Job } from '../lib/job.ts';
import { writePdf } from '../lib/pdf.ts';
import { createReceiver } from '../lib/receiver.ts';
import { startFloor, startRingback } from '../lib/subject.ts';

const slots = 64;
const applicationsPerSlot = 50;

export const informed: Job = {
  name: 'informed',
  title: 'Informed: addDocuments, an upload of 20 KB, one extractions callback',
  text: 'Closed loop with 64 documents in progress: ask for an upload URL, PUT the file, wait for the callback (POST, 2.7 KB of JSON). 3,200 applications were registered beforehand; the documents are spread over them, and all uploads are the same file. Both servers have been at it for three seconds.',
  ours: ['ringback'],
  floors: ['floor'],
  figures: [
    { what: 'CPU per document, µs', ours: 'ringback.cpuUs', floor: 'floor.cpuUs', ratio: { atMost: 1.5 } },
    { what: 'documents a second', ours: 'ringback.rate', floor: 'floor.rate' },
    {
      what: 'CPU per document in the first second, µs',
      ours: 'ringback.coldCpuUs',
      floor: 'floor.coldCpuUs',
    },
  ],
  async measure(subject, context) {
    const server = await (subject === 'floor'
      ? startFloor('informed.mjs')
      : startRingback(context, { scenarios: extractedAtOnce }));
    const receiver = await createReceiver();
    const documents = new DocumentsInProgress(receiver);
    const file = writePdf(20_480);
    try {
      const applications = await Promise.all(
        Array.from({ length: slots }, (_, slot) => register(server.port, receiver.url(slot))),
      );
      const turns = new Array<number>(slots).fill(0);
      return await closedLoop({
        ...server,
        slots,
        async operation(connection, slot) {
          const turn = (turns[slot] ?? 0) + 1;
          turns[slot] = turn;
          const ask = applications[slot]?.[turn % applicationsPerSlot] as Buffer;
          const url = uploadUrl(await connection.send(ask));
          await documents.submit(connection, slot, encodeUpload(url, file));
        },
        warmSeconds: warmUpSeconds,
        seconds: 1.5,
      });
    } finally {
      await server.stop();
      await receiver.close();
    }
  },
};

/** Registers the applications of a slot; their requests for upload URLs. */
async function register(port: number, webhook: string): Promise<Buffer[]> {
  const connection = new Connection(port);
  const request = encodeRegistration(webhook);
  const asks: Buffer[] = [];
  for (let count = 0; count < applicationsPerSlot; count++) {
    const { status, body } = await connection.send(request);
    if (status !== 201) throw new Error(`The registration was answered with ${status}: ${body.toString()}`);
    const { application_id: id } = JSON.parse(body.toString()) as { application_id: string };
    asks.push(encodeAddDocuments(id));
  }
  connection.close();
  return asks;
}

function uploadUrl({ status, body }: Answer): string {
  const { image_files: tickets } = JSON.parse(body.toString()) as { image_files?: { upload_url: string }[] };
  const url = tickets?.[0]?.upload_url;
  if (url === undefined) throw new Error(`addDocuments was answered with ${status}: ${body.toString()}`);
  return url;
}
