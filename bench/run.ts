import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allJobs } from './jobs/all-jobs.ts';
import { build, snapshot } from './lib/build.ts';
import { compare } from './lib/compare.ts';
import type { Job } from './lib/job.ts';
import { describeMachine } from './lib/machine.ts';
import { drawPictures } from './lib/pictures.ts';
import { type JobResult, numberText, reportPage } from './lib/report.ts';
import { type Contender, type MeasuredLine, playRounds } from './lib/rounds.ts';
import { median } from './lib/statistics.ts';

/** `npm run bench`: measures every job and writes the report. `bench/README.md` has the options. */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    full: { type: 'boolean', default: false },
    compare: { type: 'string' },
  },
});
const folder = import.meta.dirname;
const root = join(folder, '..');
const jobs = chosenJobs(values.only);
const resultsFile = join(
  folder,
  'results',
  `${new Date().toISOString().slice(0, 19).replace(/:/g, '-')}.jsonl`,
);

build(root);
mkdirSync(join(folder, 'results'), { recursive: true });
const ours = snapshot(root);
// Also after Ctrl-C, which also ends the running measurement.
process.once('exit', ours.remove);
process.once('SIGINT', () => process.exit(130));
const busyCores: number[] = [];
const options = { full: values.full, onMeasured };
if (values.compare === undefined) await report();
else {
  const { dist } = ours;
  process.stdout.write(
    await compare({ root, dist, ref: values.compare, jobs, rounds: roundsOf, ...options }),
  );
}

async function report(): Promise<void> {
  const results: JobResult[] = [];
  for (const job of jobs) {
    const contenders = [...job.ours, ...job.floors].map(
      (subject): Contender => ({ label: subject, subject, dist: ours.dist }),
    );
    results.push({ job, rounds: await playRounds(job, contenders, { ...options, rounds: roundsOf(job) }) });
  }
  const whole = values.only === undefined;
  const pictures = whole ? drawPictures(results, join(folder, 'plots')) : new Map<Job, string[]>();
  const noise = `the rest of the machine used ${numberText(median(busyCores))} cores just before a measurement, in the median; past 0.3, rates and lateness say little`;
  const page = reportPage([...describeMachine(root), noise], results, (job) => pictures.get(job) ?? []);
  // A report of some jobs would lose the others' figures, so it is printed and not written to the file.
  if (whole) writeFileSync(join(folder, 'REPORT.md'), page);
  else process.stdout.write(page);
}

function onMeasured(line: MeasuredLine): void {
  busyCores.push(line.busyCores);
  appendFileSync(resultsFile, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
  const figures = Object.entries(line.metrics)
    .filter(([name]) => !name.includes('.q') && !name.includes('@'))
    .map(([name, value]) => `${name} ${numberText(value)}`);
  process.stderr.write(
    `${line.job} ${line.subject} #${line.round} (${line.seconds} s, ${line.busyCores} cores busy): ${figures.join(', ')}\n`,
  );
}

function roundsOf(job: Job): number {
  return values.rounds === undefined ? (job.rounds ?? 5) : Number(values.rounds);
}

function chosenJobs(only: string | undefined): readonly Job[] {
  if (only === undefined) return allJobs;
  return only.split(',').map((wanted) => {
    const job = allJobs.find(({ name }) => name === wanted);
    if (job !== undefined) return job;
    const known = allJobs.map(({ name }) => name).join(', ');
    throw new Error(`Could not choose a job. Got "${wanted}", expected one of ${known}.`);
  });
}
