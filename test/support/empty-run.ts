import type { Run } from '../../src/core/engine/runs/run.ts';

/** A DocDigitizer run without activity, for tests of single properties of a run. */
export const emptyRun: Run = {
  id: 'a-run',
  provider: 'docdigitizer',
  scenario: 'docdigitizer/annotated',
  choice: { rule: 'default', because: 'Nothing chose another one.' },
  operation: 'submitDocument',
  resourceId: 'd',
  createdAt: 0,
  trace: { id: '0af7651916cd43dd8448eb211c80319c', isSampled: true },
  target: null,
  exchange: null,
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
