import { parseArgs } from 'node:util';
import { allJobs } from './jobs/all-jobs.ts';

/**
 * One measurement of one subject, in this process alone: `node bench/measure.ts <job> <subject> --dist <folder>`.
 * Prints what it found as one line of JSON. `bench/run.ts` starts one for every measurement.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dist: { type: 'string' }, full: { type: 'boolean', default: false } },
});
const [jobName = '', subject = ''] = positionals;
const job = allJobs.find(({ name }) => name === jobName);
if (job === undefined || values.dist === undefined) {
  throw new Error('Usage: measure.ts <job> <subject> --dist <folder> [--full]');
}
// Ends by way of the exit event, which ends what was started too.
process.once('SIGTERM', () => process.exit(143));
const metrics = await job.measure(subject, { dist: values.dist, full: values.full });
process.stdout.write(`${JSON.stringify(metrics)}\n`);
process.exit(0);
