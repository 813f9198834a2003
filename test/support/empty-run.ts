import type { Run } from '../../src/core/engine/runs/run.ts';

/** A run of DocDigitizer that has done nothing, for tests of what single members of a run lead to. */
export const emptyRun: Run = {
  id: 'a-run',
  provider: 'docdigitizer',
  scenario: 'docdigitizer/annotated',
  choice: { rule: 'default', because: 'Nothing chose another one.' },
  operation: 'submitDocument',
  resourceId: 'd',
  createdAt: 0,
  target: null,
  branches: [],
  openBranches: 0,
  respondingPlans: [],
  deliveryIds: [],
  openDeliveries: 0,
  heldDeliveries: [],
  faultCounts: {},
  warnings: [],
  apiFaults: [],
  forgottenApiFaults: 0,
  chances: 0,
};
