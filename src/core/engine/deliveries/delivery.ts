import type { Violation } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { FaultDraw, Strike } from '../faults/select-faults.ts';
import type { Identified } from '../records.ts';
import type { CallbackTarget } from '../runs/run.ts';
import type { AttemptErrorCode } from './attempt-errors.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** `dropped`: a script prevents the delivery. `failed`: no attempt succeeded, and no further one follows. */
export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'dropped';

/** One callback that is to reach one URL. Little, since a million of them may wait: all else is in {@link callback}. */
export interface Delivery extends Identified {
  readonly callback: Callback;
  /** 1-based number among the copies of its callback. */
  readonly copy: number;
  /** 1-based number among the deliveries of its run. */
  readonly nth: number;
  readonly state: DeliveryState;
  /** When the next attempt is due; null when none will follow. */
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  readonly attempts: readonly Attempt[];
}

/** A callback with the way to deliver it. Copies that a script makes of it share it. */
export interface Callback {
  readonly runId: string | null;
  readonly provider: string;
  /** Callback type, e.g. `informed.extractions`. */
  readonly type: string;
  readonly createdAt: number;
  /** Where it goes, before its query is added. */
  readonly target: CallbackTarget;
  readonly method: string;
  /** The URL that is called, its query complete. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the callback says: the JSON body, or its query parameters as one object. */
  readonly payload: JsonObject;
  /** The body's text as it is sent, or null for none. */
  readonly body: string | null;
  readonly retry: RetryPolicy;
  /** Departures of our own payload from the contract. They are intended when a script did something to it, else a defect. */
  readonly violations: readonly Violation[];
  /** What a script did to it, in words: faults, `override` for members that a script replaced, `set` when its `set` broke the contract. */
  readonly faults: readonly string[];
  /** How many deliveries bring it. */
  readonly copies: number;
  /** The faults that strike it; those of single requests are played attempt by attempt. */
  readonly strikes: readonly Strike[];
  /** The random draws for faults, and their results. */
  readonly draws: readonly FaultDraw[];
  /** The delivery that this one repeats by hand, or null. */
  readonly redeliveryOf: string | null;
}

/** One request of a delivery and what came of it. */
export interface Attempt {
  /** 1-based. */
  readonly number: number;
  readonly at: number;
  readonly statusCode: number | null;
  readonly acknowledged: boolean;
  /** Why it was not successful, in a sentence; null when it was. */
  readonly error: string | null;
  /** The same as a code that does not change; null when it was successful. */
  readonly code: AttemptErrorCode | null;
  /** Real milliseconds, with microsecond precision, until the end of the response or the failure. */
  readonly durationMs: number;
  /** The answer's headers and the start of its body; null when there was none. */
  readonly response: AttemptResponse | null;
  /** Where the consumer's response differs from what the provider requires. */
  readonly violations: readonly Violation[];
  /** What a script did to this request, in words. */
  readonly faults: readonly string[];
  /** When the next attempt will be made because of this one; null: none. */
  readonly retryAt: number | null;
}

export interface AttemptResponse {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodyTruncated: boolean;
}

/** What a script did to a delivery, in words. */
export function faultsOf({ callback, copy }: Delivery): readonly string[] {
  const { faults, copies } = callback;
  return copies === 1 ? faults : [...faults, `copy ${copy} of ${copies}`];
}

/** True when our own payload departs from the contract although no script asked for it: a defect of Ringback. */
export function isDefective({ callback }: Delivery): boolean {
  return callback.violations.length > 0 && callback.faults.length === 0;
}
