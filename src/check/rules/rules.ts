import type { Rule } from '../rule.ts';
import { ruleIds } from '../rule-ids.ts';
import { clean } from './clean.ts';
import {
  concurrentDuplicate,
  duplicateAfterHours,
  newAttemptTime,
  sequentialDuplicate,
} from './duplicates.ts';

const all: readonly Rule[] = [
  clean,
  sequentialDuplicate,
  concurrentDuplicate,
  duplicateAfterHours,
  newAttemptTime,
];

/** Every rule, in the order of reports. */
export const rules: readonly Rule[] = [...all].sort((a, b) => ruleIds.indexOf(a.id) - ruleIds.indexOf(b.id));
