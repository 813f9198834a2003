import { onceAfter } from '../lib/docdigitizer-requests.ts';
import type { Job } from '../lib/job.ts';
import { measureLateness } from '../lib/open-loop.ts';
import { createReceiver, type Reply } from '../lib/receiver.ts';
import { startRingback } from '../lib/subject.ts';

const delays = [100];

export const slowConsumer: Job = {
  name: 'slow-consumer',
  title: 'One consumer that takes 200 ms for an answer beside a quick one',
  text: 'Open loop with 200 submissions a second for each of two consumers, each called back after 100 ms. First both respond immediately, then one of them takes 200 ms. Before, 5,000 documents come together, so that the server is warm. What is counted is the lateness of the other; the change is the second less the first. It is held against itself.',
  ours: ['ringback'],
  floors: [],
  figures: [
    { what: 'p50 beside a quick one, ms', ours: 'ringback.quick.p50' },
    { what: 'p99 beside a quick one, ms', ours: 'ringback.quick.p99' },
    {
      what: 'change of p50 beside a slow one, ms',
      ours: 'ringback.change.p50',
      value: { atMost: 0.1 },
    },
    {
      what: 'change of p99 beside a slow one, ms',
      ours: 'ringback.change.p99',
      value: { atMost: 1 },
    },
    { what: 'lost', ours: 'ringback.lost', value: { atMost: 0 } },
  ],
  async measure(_subject, context) {
    const server = await startRingback(context, { scenarios: onceAfter(delays) });
    const play = async (
      others: Reply,
      warmDocuments: number,
      warmSeconds: number,
    ): Promise<Record<'p50' | 'p99' | 'lost', number>> => {
      const receivers = [await createReceiver(), await createReceiver()];
      const options = {
        port: server.port,
        receivers,
        others,
        rate: 200,
        delays,
        warmDocuments,
        warmSeconds,
        seconds: 2,
      };
      const found = await measureLateness(options);
      for (const receiver of receivers) await receiver.close();
      const of = (name: string): number => found[name] ?? Number.NaN;
      return { p50: of('d100.p50'), p99: of('d100.p99'), lost: of('.lost') };
    };
    try {
      const quick = await play({}, 5_000, 1);
      const slow = await play({ delayMs: 200 }, 0, 0.3);
      return {
        'quick.p50': quick.p50,
        'quick.p99': quick.p99,
        'change.p50': slow.p50 - quick.p50,
        'change.p99': slow.p99 - quick.p99,
        lost: quick.lost + slow.lost,
      };
    } finally {
      await server.stop();
    }
  },
};
