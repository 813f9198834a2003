import { isoTime } from '../../core/delivery/clock.ts';
import type { Attempt, Delivery } from '../../core/delivery/delivery.ts';
import type { JsonObject } from '../../core/json.ts';
import { readState } from './document-state.ts';

/**
 * The `callbackLog` of a document: “a log of the callbacks we did or tried for your document” (callback feature), one
 * entry an attempt, in the order in which they were made.
 */
export function callbackLog(deliveries: readonly Delivery[]): JsonObject[] {
  return deliveries
    .flatMap((delivery) => delivery.attempts.map((attempt) => ({ delivery, attempt })))
    .sort((a, b) => a.attempt.at - b.attempt.at)
    .map(({ delivery, attempt }) => entry(delivery, attempt));
}

function entry(delivery: Delivery, attempt: Attempt): JsonObject {
  return {
    timestamp: isoTime(attempt.at),
    method: delivery.method,
    url: delivery.url,
    ...sentState(delivery.payload),
    attempt: attempt.number,
    statusCode: attempt.statusCode,
    success: attempt.success,
    error: attempt.error,
  };
}

/** As it was sent. The forms that say a `status` only have no state: their status is the text. */
function sentState(payload: JsonObject): JsonObject {
  return { state: readState(payload.state ?? null), stateText: payload.stateText ?? payload.status ?? '' };
}
