import { encodeSubmission, onceAtOnce } from '../lib/docdigitizer-requests.ts';
import type { Job } from '../lib/job.ts';
import { writePdf } from '../lib/pdf.ts';
import { cpuMs, now } from '../lib/process.ts';
import { createReceiver, type Receiver } from '../lib/receiver.ts';
import { type RunningSubject, startFloor, startRingback } from '../lib/subject.ts';
import { submitMany, until } from '../lib/submit-many.ts';

const warmCount = 3_000;
const count = 10_000;

export const burst: Job = {
  name: 'burst',
  title: 'A burst of 10,000 submissions',
  text: `Small multipart submissions as fast as 64 connections allow, each called back immediately, after a burst of ${warmCount.toLocaleString('en-US')} to warm up. The time is from the first byte sent to the last callback.`,
  ours: ['ringback'],
  floors: ['floor'],
  figures: [
    {
      what: 'time to the last callback, ms',
      ours: 'ringback.lastCallbackMs',
      floor: 'floor.lastCallbackMs',
      ratio: { atMost: 1.3 },
    },
    { what: 'CPU per document, µs', ours: 'ringback.cpuUs', floor: 'floor.cpuUs' },
    { what: 'callbacks lost', ours: 'ringback.lost', floor: 'floor.lost', value: { atMost: 0 } },
    { what: 'callbacks that came twice', ours: 'ringback.twice', floor: 'floor.twice', value: { atMost: 0 } },
  ],
  async measure(subject, context) {
    const server = await (subject === 'floor'
      ? startFloor('docdigitizer.mjs')
      : startRingback(context, { scenarios: onceAtOnce }));
    const receiver = await createReceiver();
    try {
      await playBurst(server, receiver, warmCount);
      return await playBurst(server, receiver, count);
    } finally {
      await server.stop();
      await receiver.close();
    }
  },
};

async function playBurst(
  { port, pid }: RunningSubject,
  receiver: Receiver,
  size: number,
): Promise<Record<string, number>> {
  const keys = new Set<string>();
  let callbacks = 0;
  let lastAt = Number.NaN;
  receiver.onCallback = (key, at) => {
    callbacks++;
    keys.add(key);
    lastAt = at;
    return undefined;
  };
  const file = writePdf(600);
  const cpuBefore = cpuMs(pid);
  const start = now();
  await submitMany({
    port,
    count: size,
    request: (index) => encodeSubmission({ file, callbackUrl: receiver.url(index) }),
  });
  await until(
    () => keys.size === size,
    () => callbacks,
  );
  return {
    lastCallbackMs: lastAt - start,
    cpuUs: ((cpuMs(pid) - cpuBefore) * 1_000) / size,
    lost: size - keys.size,
    twice: callbacks - keys.size,
  };
}
