/** The ids of all rules, in the order of reports. They never change. */
export const ruleIds = [
  'clean',
  'sequential-duplicate',
  'concurrent-duplicate',
  'duplicate-after-hours',
  'new-attempt-time',
  'equal-bodies',
  'out-of-order',
  'very-late',
  'lost',
  'early',
  'slow-ack',
  'ack-then-lost',
  'swallowed-error',
  'status-class',
  'duplicate-or-unknown-error',
  'redirect-or-html',
  'non-json',
  'auth',
  'signature',
  'bad-body',
  'drift',
  'query',
  'middleware',
  'burst',
  'contradicting-finals',
  'payload-vs-api',
  'poison',
  'failed-then-retried',
  'growth',
] as const;

export type RuleId = (typeof ruleIds)[number];

/** The areas that reports grade, in their order. */
export const areas = [
  'acknowledging',
  'duplicates',
  'order',
  'loss',
  'input',
  'trust',
  'change',
  'load',
] as const;

export type Area = (typeof areas)[number];
