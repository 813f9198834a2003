import type { Outcome } from './outcome.ts';

/** The final states of a DocDigitizer document. */
export const docdigitizerOutcomes: readonly Outcome[] = ['annotated', 'rejected', 'error'].map((final) => ({
  id: final,
  script: { outcome: { final }, timings: { machineLearning: '10ms', final: '50ms' } },
}));

const quick = { extraction: '10ms', quiet: '50ms' };

/** How an application of Informed can end. */
export const informedOutcomes: readonly Outcome[] = [
  { id: 'verified', script: { outcome: { verifications: { income: 'pass' } }, timings: quick } },
  { id: 'failed', script: { outcome: { verifications: { income: 'fail' } }, timings: quick } },
  { id: 'unreadable', script: { outcome: { extraction: 'unreadable' }, timings: quick } },
  { id: 'delayed', script: { outcome: { verifications: 'delayed' }, timings: quick } },
];
