import type { Attempt, Delivery } from '../../core/engine/deliveries/delivery.ts';
import { isoTime } from '../../core/engine/time/clock.ts';
import { type JsonObject, objectOf } from '../../core/json.ts';
import { readState } from './document-state.ts';

/**
 * The `callbackLog` of a document: “a log of the callbacks we did or tried for your document” (callback feature), one
 * entry an attempt, in the order in which they were made.
 */
export function callbackLog(deliveries: readonly Delivery[]): JsonObject[] {
  const made: Made[] = [];
  for (const delivery of deliveries) {
    for (const attempt of delivery.attempts) made.push({ delivery, attempt });
  }
  return made.sort((a, b) => a.attempt.at - b.attempt.at).map(entry);
}

interface Made {
  readonly delivery: Delivery;
  readonly attempt: Attempt;
}

function entry({ delivery: { callback }, attempt }: Made): JsonObject {
  const payload = objectOf(callback.payload);
  return {
    timestamp: isoTime(attempt.at),
    method: callback.method,
    url: callback.url,
    // As it was sent. The forms that say a `status` only have no state: their status is the text.
    state: readState(payload.state ?? null),
    stateText: payload.stateText ?? payload.status ?? '',
    attempt: attempt.number,
    statusCode: attempt.statusCode,
    success: attempt.acknowledged,
    error: attempt.error,
  };
}
