import type { Violation } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import type { Plan } from '../../scenario/plan.ts';
import type { FaultDraw, Strike } from '../faults/select-faults.ts';
import type { Identified } from '../records.ts';
import type { CallbackTarget } from '../runs/run.ts';
import type { Trace } from '../trace.ts';
import type { AttemptErrorCode } from './attempt-errors.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** `dropped`: a script prevents the delivery. `failed`: no attempt succeeded, and no further one follows. */
export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'dropped';

/** One delivery of one callback to one URL. Small, since a million may wait: the rest is in {@link callback}. */
export interface Delivery extends Identified {
  readonly callback: Callback;
  /** 1-based number among the copies of its callback. */
  readonly copy: number;
  /** 1-based number among the deliveries of its run. */
  readonly nth: number;
  readonly state: DeliveryState;
  /** When the next attempt is due. Null if none follows. */
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  readonly attempts: readonly Attempt[];
}

/** A callback and how to deliver it. Copies that a script makes share it. */
export interface Callback {
  readonly runId: string | null;
  readonly provider: string;
  /** Callback type, e.g. `informed.extractions`. */
  readonly type: string;
  readonly createdAt: number;
  /** The consumer's URL, before the query is added. */
  readonly target: CallbackTarget;
  readonly method: string;
  /** The URL that is called, with its whole query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as a JSON value, or the query parameters as one object. Undefined: none. */
  readonly payload: JsonValue | undefined;
  /** The body as it is sent: a string as UTF-8, or bytes. Null: none. */
  readonly body: string | Uint8Array | null;
  readonly retry: RetryPolicy;
  /** Settings that differ from the space's for its attempts: those of its scenario. */
  readonly settings: Plan['settings'];
  /** Contract violations of our own payload. They are intended if a script changed it, otherwise a defect. */
  readonly violations: readonly Violation[];
  /** What a script did to it: faults, `override` for replaced properties, `set` when its `set` violated the contract. */
  readonly faults: readonly string[];
  /** The number of its deliveries. */
  readonly copies: number;
  /** The faults that strike it. Faults of single requests are applied to each attempt. */
  readonly strikes: readonly Strike[];
  /** The random draws for faults, and their results. */
  readonly draws: readonly FaultDraw[];
  /** The delivery that this one repeats by hand, or null. */
  readonly redeliveryOf: string | null;
  /** The id that signatures carry: that of its first delivery. Copies and redeliveries are the same message. */
  readonly messageId: string;
  /** That of its run. One that is fired by hand has its own. */
  readonly trace: Trace;
}

/** One request of a delivery and its result. */
export interface Attempt {
  /** 1-based. */
  readonly number: number;
  readonly at: number;
  readonly statusCode: number | null;
  readonly acknowledged: boolean;
  /** Why it failed, in a sentence. Null if it was successful. */
  readonly error: string | null;
  /** Why it failed, as a stable code. Null if it was successful. */
  readonly code: AttemptErrorCode | null;
  /** Real milliseconds, with microsecond precision, until the end of the response or the failure. */
  readonly durationMs: number;
  /** The response's headers and the start of its body. Null if there was no response. */
  readonly response: AttemptResponse | null;
  /** Where the consumer's response differs from what the provider requires. */
  readonly violations: readonly Violation[];
  /** The header of that name, with the trace of the request. Absent: it had none. */
  readonly traceparent?: string;
  /** Where the redirect led that was followed. Absent: none was. */
  readonly redirectedTo?: string;
  /** What a script did to this request, in words. */
  readonly faults: readonly string[];
  /** When the retry of this attempt is due. Null: no retry. */
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

/** True if our own payload violates the contract and no script changed it: a defect of Ringback. */
export function isDefective({ callback }: Delivery): boolean {
  return callback.violations.length > 0 && callback.faults.length === 0;
}
