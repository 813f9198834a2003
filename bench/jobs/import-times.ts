import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Job } from '../lib/job.ts';

const entries: Readonly<Record<string, string | null>> = {
  nothing: null,
  'ringback/types': 'types/index.js',
  'ringback/matchers': 'testing/matchers.js',
  ringback: 'index.js',
  'ringback/nock': 'testing/nock.js',
  'the server, imported by startProvider()': 'server/start-server.js',
};

export const importTimes: Job = {
  name: 'import-times',
  title: 'How long the entries of the package take to import',
  text: 'In milliseconds, each time in a fresh process.',
  ours: Object.keys(entries),
  floors: [],
  figures: Object.keys(entries).map((entry) => ({ what: entry, ours: `${entry}.ms` })),
  async measure(subject, { dist }) {
    const file = entries[subject] ?? null;
    const wanted = file === null ? 'node:fs' : join(dist, file);
    const script = `const t = performance.now(); await import(${JSON.stringify(wanted)}); console.log(performance.now() - t)`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    return { ms: Number(printed) };
  },
};
