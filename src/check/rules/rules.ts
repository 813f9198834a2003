import type { Rule } from '../rule.ts';
import { ruleIds } from '../rule-ids.ts';
import { duplicateOrUnknownError, slowAck, statusClass, swallowedError } from './acknowledging.ts';
import { drift } from './change.ts';
import { clean } from './clean.ts';
import {
  concurrentDuplicate,
  duplicateAfterHours,
  newAttemptTime,
  sequentialDuplicate,
} from './duplicates.ts';
import { contradictingFinals, equalBodies, payloadVsApi } from './finals.ts';
import { growth } from './growth.ts';
import { badBody, query } from './input.ts';
import { burst } from './load.ts';
import { ackThenLost, early, failedThenRetried, lost } from './loss.ts';
import { outOfOrder, veryLate } from './order.ts';
import { poison } from './poison.ts';
import { middleware, nonJson, redirectOrHtml } from './responses.ts';
import { auth, signature } from './trust.ts';

const all: readonly Rule[] = [
  clean,
  sequentialDuplicate,
  concurrentDuplicate,
  duplicateAfterHours,
  newAttemptTime,
  equalBodies,
  outOfOrder,
  veryLate,
  lost,
  early,
  slowAck,
  ackThenLost,
  swallowedError,
  statusClass,
  duplicateOrUnknownError,
  redirectOrHtml,
  nonJson,
  auth,
  signature,
  badBody,
  drift,
  query,
  middleware,
  burst,
  contradictingFinals,
  payloadVsApi,
  poison,
  failedThenRetried,
  growth,
];

/** Every rule, in the order of reports. */
export const rules: readonly Rule[] = [...all].sort((a, b) => ruleIds.indexOf(a.id) - ruleIds.indexOf(b.id));
