import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Connection, encode } from '../lib/client.ts';
import { encodeSubmission } from '../lib/docdigitizer-requests.ts';
import type { Job, MeasureContext, Metrics } from '../lib/job.ts';
import { writePdf } from '../lib/pdf.ts';
import { now, residentMiB } from '../lib/process.ts';
import { median } from '../lib/statistics.ts';
import { firstAnswer, spawnFloor, spawnRingback } from '../lib/subject.ts';

export const coldStart: Job = {
  name: 'cold-start',
  title: 'Cold start',
  text: 'From the start of the process to the first answered submission (multipart, a PDF of 650 bytes), asked for every 2 ms; means of two starts. Then, in one process: startProvider() from the second call on, and the first request in a new space less the second one, over HTTP.',
  ours: ['ringback', 'library'],
  floors: ['floor'],
  figures: [
    {
      what: 'process to first answered submission, ms',
      ours: 'ringback.firstAnswerMs',
      floor: 'floor.firstAnswerMs',
      value: { atMost: 300 },
    },
    { what: 'RSS then, MiB', ours: 'ringback.rssMiB', floor: 'floor.rssMiB' },
    { what: 'startProvider() for the first time, ms', ours: 'library.firstStartMs' },
    { what: 'startProvider() afterwards, ms', ours: 'library.startMs', value: { atMost: 20 } },
    { what: 'a new space, ms', ours: 'library.newSpaceMs', value: { atMost: 1 } },
  ],
  measure(subject, context) {
    return subject === 'library' ? measureLibrary(context) : measureProcess(subject, context);
  },
};

async function measureProcess(subject: string, context: MeasureContext): Promise<Metrics> {
  const request = encodeSubmission({ file: writePdf(600), scenario: null });
  const times: number[] = [];
  const memory: number[] = [];
  for (let start = 0; start < 2; start++) {
    const before = now();
    const server = await (subject === 'floor' ? spawnFloor('docdigitizer.mjs') : spawnRingback(context));
    try {
      await firstAnswer(server.port, request, 2);
      times.push(now() - before);
      memory.push(residentMiB(server.pid));
    } finally {
      await server.stop();
    }
  }
  return { firstAnswerMs: median(times), rssMiB: median(memory) };
}

async function measureLibrary({ dist }: MeasureContext): Promise<Metrics> {
  const { startProvider } = (await import(
    pathToFileURL(join(dist, 'index.js')).href
  )) as typeof import('../../src/index.ts');
  const starts: number[] = [];
  for (let count = 0; count < 11; count++) {
    const before = now();
    const provider = await startProvider();
    starts.push(now() - before);
    await provider.close();
  }
  const provider = await startProvider();
  const connection = new Connection(Number(new URL(provider.urls.base).port));
  const timed = async (space: number): Promise<number> => {
    const before = now();
    await connection.send(encode({ method: 'GET', path: `/@bench-${space}/_ringback/clock` }));
    return now() - before;
  };
  const differences: number[] = [];
  for (let space = 0; space < 60; space++) {
    const first = await timed(space);
    const second = await timed(space);
    if (space >= 10) differences.push(first - second);
  }
  connection.close();
  await provider.close();
  const [firstStartMs = Number.NaN, ...later] = starts;
  return { firstStartMs, startMs: median(later), newSpaceMs: median(differences) };
}
