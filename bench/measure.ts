import { parseArgs } from 'node:util';
import { allJobs } from './jobs/all-jobs.ts';

/**
 * One measurement of one subject, in this process: `node bench/measure.ts <job> <subject> --dist <folder>`.
 * Prints the result as one line of JSON. `bench/run.ts` starts one process for every measurement.
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
// Triggers the exit event, which also ends the started processes.
process.once('SIGTERM', () => process.exit(143));
const metrics = await job.measure(subject, { dist: values.dist, full: values.full });
process.stdout.write(`${JSON.stringify(metrics)}\n`);
process.exit(0);
