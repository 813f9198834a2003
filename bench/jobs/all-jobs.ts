import type { Job } from '../lib/job.ts';
import { burst } from './burst.ts';
import { coldStart } from './cold-start.ts';
import { docdigitizer } from './docdigitizer.ts';
import { foreign } from './foreign.ts';
import { getDocument } from './get-document.ts';
import { growth } from './growth.ts';
import { importTimes } from './import-times.ts';
import { informed } from './informed.ts';
import { lateness } from './lateness.ts';
import { packageSize } from './package-size.ts';
import { pending } from './pending.ts';
import { slowConsumer } from './slow-consumer.ts';
import { validation } from './validation.ts';
import { virtualClock } from './virtual-clock.ts';

/** Every job, in the order of runs and of the report. */
export const allJobs: readonly Job[] = [
  docdigitizer,
  informed,
  getDocument,
  foreign,
  lateness,
  burst,
  slowConsumer,
  pending,
  virtualClock,
  coldStart,
  validation,
  growth,
  importTimes,
  packageSize,
];
