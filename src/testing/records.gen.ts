// Made from openapi.control.yaml by "npm run generate". Change what it is made from, not this file.

import type { AttemptErrorCode } from '../core/engine/deliveries/attempt-errors.ts';
import type { ChoiceRule } from '../core/engine/runs/run.ts';
import type { Violation } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { CallbackTypeName } from '../types/index.ts';

/** A point in time by the space's clock: ISO 8601, UTC, e.g. `2030-01-01T00:00:02.000Z`. */
export type Time = string;

/** Why the scenario was chosen. */
export interface ChoiceRecord {
  readonly rule: ChoiceRule;
  readonly because: string;
}

/** Where callbacks are sent. Null if the submission has no URL. */
export interface TargetRecord {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface FaultDrawRecord {
  readonly fault: string;
  readonly probability: number;
  /** From 0 to 1. The fault applies if it is below the probability. */
  readonly drawn: number;
  readonly struck: boolean;
}

/** An API fault that was considered for a request. */
export interface ApiFaultRecord {
  /** ISO 8601, UTC, by the space's clock. */
  readonly at: Time;
  /** `operationId` of the request. */
  readonly operation: string;
  readonly scenario: string;
  /**
   * The fault in words.
   * @example "status 503"
   */
  readonly fault: string;
  /** Whether the fault was applied. False if the random draw prevented it. */
  readonly struck: boolean;
  readonly probability: number;
  /** The random number; the fault applies if it is below the probability. Null if the fault has none. */
  readonly drawn: number | null;
}

export interface AttemptRecord {
  readonly number: number;
  /** ISO 8601, UTC, by the space's clock. */
  readonly at: Time;
  /** True when the consumer responded with a 2xx in time. */
  readonly acknowledged: boolean;
  readonly statusCode: number | null;
  /** Why the attempt failed, in a sentence. */
  readonly error: string | null;
  /** The same as a code. Null if the attempt succeeded. */
  readonly code: AttemptErrorCode | null;
  /** Real milliseconds, with microsecond precision, until the end of the response or the failure. */
  readonly durationMs: number;
  /** When the next attempt follows because of this one. Null if none does. */
  readonly retryAt: Time | null;
  /**
   * The consumer's response. Null if there was none. The body is decoded according to its `content-encoding`
   * (gzip, deflate, br, zstd).
   */
  readonly response: {
    readonly headers: Readonly<Record<string, string>>;
    /** The first 16 KiB. Empty when the memory limit is reached. */
    readonly body: string;
    readonly bodyTruncated: boolean;
  } | null;
  /** What a script did to this request, in words. */
  readonly faults: readonly string[];
  /** Where the consumer's response differs from what the provider requires. */
  readonly violations: readonly Violation[];
}

/** One callback to one URL, its bodies whole. */
export interface DeliveryRecord {
  readonly id: string;
  /** The id of the run, or null for a callback that was fired by hand. */
  readonly runId: string | null;
  readonly provider: string;
  /** The callback's type, e.g. `informed.extractions`. */
  readonly callback: CallbackTypeName;
  /** 1-based number among the deliveries of its run. */
  readonly nth: number;
  /** `dropped`: a script prevents the delivery. `failed`: no attempt succeeded, and no further one follows. */
  readonly state: 'pending' | 'delivered' | 'failed' | 'dropped';
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The payload: the JSON body, or the query parameters as one object. Null if its text is truncated. */
  readonly payload: JsonObject;
  /** The body as sent, or null for none. Truncated in lists and events. */
  readonly body: string | null;
  /** True if the body, the payload or the body of a response is truncated in this list or event. `GET /_ringback/deliveries/{id}` returns them in full. */
  readonly bodyTruncated?: boolean;
  /** ISO 8601, UTC, by the space's clock. */
  readonly createdAt: Time;
  /** When the next attempt is due. Null if none follows, or while the delivery is held back until the next callback of the run. */
  readonly dueAt: Time | null;
  /** ISO 8601, UTC, by the space's clock. */
  readonly endedAt: Time | null;
  /** The delivery that this one repeats by hand, or null. */
  readonly redeliveryOf: string | null;
  /** What a script did to the delivery as a whole, in words. `override`: a script replaced properties. `set`: a script's `set` made it violate the contract. */
  readonly faults: readonly string[];
  /** The faults with a probability, and the result of the random draw. */
  readonly draws: readonly FaultDrawRecord[];
  /** Violations of the contract by the payload. Without `faults` they are a bug in Ringback. */
  readonly violations: readonly Violation[];
  readonly attempts: readonly AttemptRecord[];
}

export interface StepRecord {
  /** `waiting`: its trigger has not fired yet. */
  readonly state: 'done' | 'pending' | 'waiting';
  /** Time from the trigger. */
  readonly after: string;
  /** ISO 8601, UTC, by the space's clock. */
  readonly due: Time | null;
  /** What the step changes on the resource, or null. */
  readonly set: JsonObject | null;
  /** The callback that the step sends, or null. */
  readonly callback: string | null;
}

/** What one trigger started. */
export interface BranchRecord {
  /** `submission`, or a later event such as `upload`. */
  readonly trigger: string;
  /** What the trigger refers to, e.g. the id of the uploaded file. Null for the submission as a whole. */
  readonly subject: string | null;
  readonly scenario: string;
  /** Why the scenario was chosen. */
  readonly choice: ChoiceRecord;
  /** When the trigger fired. Null until the response to its request is sent. */
  readonly startedAt: Time | null;
  /** The number of steps played before that response, because of the fault `early`. */
  readonly playedEarly: number;
  readonly steps: readonly StepRecord[];
}

/** One playing of a scenario for one submission, as lists show it. */
export interface RunSummary {
  readonly id: string;
  readonly provider: string;
  readonly scenario: string;
  /** Why the scenario was chosen. */
  readonly choice: ChoiceRecord;
  readonly operation: string;
  /** The document or application that the submission created. */
  readonly resourceId: string;
  /** `playing`: steps or attempts are pending. `finished`: none are, unless the consumer submits more. */
  readonly state: 'playing' | 'finished';
  /** ISO 8601, UTC, by the space's clock. */
  readonly createdAt: Time;
  /** Where callbacks are sent. Null if the submission has no URL. */
  readonly target: TargetRecord | null;
  /** Notes on how Ringback interpreted the submission. */
  readonly warnings: readonly Violation[];
  readonly deliveryCount: number;
  /** The number of deliveries with pending attempts. */
  readonly openDeliveries: number;
  /** Ids of the deliveries that a script holds back until the next callback of the run (`reorder`). */
  readonly heldDeliveries: readonly string[];
}

/** A run with its timeline and deliveries. */
export interface RunRecord extends RunSummary {
  readonly timeline: readonly BranchRecord[];
  readonly deliveries: readonly DeliveryRecord[];
  /** What scripts did to the responses of requests about the run (`respond`), oldest first. */
  readonly apiFaults: readonly ApiFaultRecord[];
  /** The number of faults that are not listed, because a run keeps only the last hundred. */
  readonly forgottenApiFaults: number;
}

/** A request as an inbox received it, nothing masked. */
export interface InboxRequestRecord {
  readonly id: string;
  /** ISO 8601, UTC, by the space's clock. */
  readonly receivedAt: Time;
  readonly method: string;
  /** Path and query string as received. */
  readonly url: string;
  /** The query parameters; an array for one that occurs several times. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text. Truncated in lists. */
  readonly body: string;
  /** True if the body was longer than what is stored, or than what the list shows. */
  readonly bodyTruncated: boolean;
  /** The parsed body, if it is JSON. Omitted in lists. */
  readonly json?: JsonValue;
  /** The status of the inbox's response. */
  readonly answeredWith: number;
}
