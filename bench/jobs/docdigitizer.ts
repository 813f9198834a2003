import { closedLoop, warmUpSeconds } from '../lib/closed-loop.ts';
import { encodeSubmission, onceAtOnce } from '../lib/docdigitizer-requests.ts';
import { DocumentsInProgress } from '../lib/documents-in-progress.ts';
import type { Job } from '../lib/job.ts';
import { writePdf } from '../lib/pdf.ts';
import { createReceiver } from '../lib/receiver.ts';
import { startFloor, startRingback } from '../lib/subject.ts';

const slots = 64;

export const docdigitizer: Job = {
  name: 'docdigitizer',
  title: 'DocDigitizer: a multipart submission of a 20 KB PDF, one GET callback',
  text: 'Closed loop with 64 documents in progress: submit, read the answer, wait for the callback, submit the next one. Both servers have been at it for three seconds.',
  ours: ['ringback'],
  floors: ['floor'],
  figures: [
    { what: 'CPU per document, µs', ours: 'ringback.cpuUs', floor: 'floor.cpuUs', ratio: { atMost: 1.3 } },
    { what: 'documents a second', ours: 'ringback.rate', floor: 'floor.rate', ratio: { atLeast: 0.75 } },
    {
      what: 'CPU per document in the first second, µs',
      ours: 'ringback.coldCpuUs',
      floor: 'floor.coldCpuUs',
    },
  ],
  async measure(subject, context) {
    const server = await (subject === 'floor'
      ? startFloor('docdigitizer.mjs')
      : startRingback(context, { scenarios: onceAtOnce }));
    const receiver = await createReceiver();
    const documents = new DocumentsInProgress(receiver);
    const file = writePdf(20_480);
    const requests = Array.from({ length: slots }, (_, slot) =>
      encodeSubmission({ file, callbackUrl: receiver.url(slot) }),
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
  },
};
