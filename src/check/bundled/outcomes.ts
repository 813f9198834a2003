import type { Outcome } from '../outcomes/outcome.ts';

/** The final states of a DocDigitizer document. */
export const docdigitizerOutcomes: readonly Outcome[] = ['annotated', 'rejected', 'error'].map((final) => ({
  id: final,
  script: { outcome: { final }, timings: { machineLearning: '5ms', final: '30ms' } },
}));

const quick = { extraction: '5ms', quiet: '30ms' };

/** How an application of Informed can end. */
export const informedOutcomes: readonly Outcome[] = [
  { id: 'verified', script: { outcome: { verifications: { income: 'pass' } }, timings: quick } },
  { id: 'failed', script: { outcome: { verifications: { income: 'fail' } }, timings: quick } },
  { id: 'unreadable', script: { outcome: { extraction: 'unreadable' }, timings: quick } },
  {
    id: 'delayed',
    script: { outcome: { verifications: 'delayed' }, timings: quick },
    isOnlyInCallback: true,
  },
];
