import { onceAfter } from '../lib/docdigitizer-requests.ts';
import type { Job, Metrics } from '../lib/job.ts';
import { measureLateness } from '../lib/open-loop.ts';
import { createReceiver } from '../lib/receiver.ts';
import { startFloor, startRingback } from '../lib/subject.ts';

interface Stage {
  /** Prefix of the metrics' names. */
  readonly name: string;
  readonly rate: number;
  readonly delays: readonly number[];
  readonly seconds: number;
  /** Documents submitted first, to warm up. */
  readonly warmDocuments: number;
}

const stages: readonly Stage[] = [
  { name: 'at200', rate: 200, delays: [100, 1_000], seconds: 2.5, warmDocuments: 5_000 },
  { name: 'at2000', rate: 2_000, delays: [100], seconds: 1.5, warmDocuments: 5_000 },
  { name: 'fresh2000', rate: 2_000, delays: [100], seconds: 1.5, warmDocuments: 0 },
];
const limits = { p50: { atMost: 0.5 }, p99: { atMost: 2 }, early: { atMost: 0 }, lost: { atMost: 0 } };

export const lateness: Job = {
  name: 'lateness',
  title: 'Lateness of callbacks against the script',
  text: 'Open loop of small multipart submissions. At 200 a second each is called back after 100 ms and again after 1 s; at 2,000 a second once, after 100 ms. Before, 5,000 documents come together, so that the server is warm; the last rows are of a server one second after its first document. Lateness is the arrival of the callback, less the arrival of the answer, less the delay; early is a callback less than the delay after the submission was sent. The floor has a setTimeout for each.',
  ours: ['ringback'],
  floors: ['floor'],
  figures: [
    ...[100, 1_000].flatMap((delay) => [
      figure(`200/s, ${delay} ms: p50, ms`, `at200d${delay}.p50`, limits.p50),
      figure(`200/s, ${delay} ms: p99, ms`, `at200d${delay}.p99`, limits.p99),
    ]),
    figure('200/s: early', 'at200.early', limits.early),
    figure('200/s: lost', 'at200.lost', limits.lost),
    figure('2,000/s, 100 ms: p50, ms', 'at2000d100.p50'),
    figure('2,000/s, 100 ms: p99, ms', 'at2000d100.p99', { atMost: 10 }),
    figure('2,000/s: early', 'at2000.early', limits.early),
    figure('2,000/s: submitted a second', 'at2000.sentRate'),
    { what: '2,000/s from the start: p50, ms', ours: 'ringback.fresh2000d100.p50' },
    { what: '2,000/s from the start: p99, ms', ours: 'ringback.fresh2000d100.p99' },
    { what: '2,000/s from the start: early', ours: 'ringback.fresh2000.early', value: limits.early },
  ],
  pictures: [
    {
      kind: 'distribution',
      name: 'lateness',
      title: 'Lateness of callbacks',
      unit: 'ms',
      lines: [
        { title: 'ringback, 200/s, 100 ms', prefix: 'ringback.at200d100' },
        { title: 'ringback, 200/s, 1 s', prefix: 'ringback.at200d1000' },
        { title: 'ringback, 2,000/s, 100 ms', prefix: 'ringback.at2000d100' },
        { title: 'floor, 200/s, 100 ms', prefix: 'floor.at200d100' },
        { title: 'floor, 2,000/s, 100 ms', prefix: 'floor.at2000d100' },
      ],
    },
  ],
  async measure(subject, context) {
    const found: Record<string, number> = {};
    for (const { name, rate, delays, seconds, warmDocuments } of stages) {
      // No figure there is compared with the floor, and the bench must stay short.
      if (subject === 'floor' && warmDocuments === 0) continue;
      const server = await (subject === 'floor'
        ? startFloor('docdigitizer.mjs', { DELAYS_MS: delays.join() })
        : startRingback(context, { scenarios: onceAfter(delays) }));
      const receiver = await createReceiver();
      try {
        const metrics: Metrics = await measureLateness({
          port: server.port,
          receivers: [receiver],
          rate,
          delays,
          warmDocuments,
          warmSeconds: 1,
          seconds,
        });
        for (const [metric, value] of Object.entries(metrics)) found[`${name}${metric}`] = value;
      } finally {
        await server.stop();
        await receiver.close();
      }
    }
    return found;
  },
};

function figure(what: string, metric: string, value?: { atMost: number }): Job['figures'][number] {
  const held = { what, ours: `ringback.${metric}`, floor: `floor.${metric}` };
  return value === undefined ? held : { ...held, value };
}
