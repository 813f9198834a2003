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

/** Where callbacks go; null when the submission gave no URL. */
export interface TargetRecord {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface FaultDrawRecord {
  readonly fault: string;
  readonly probability: number;
  /** From 0 to 1; below the probability the fault strikes. */
  readonly drawn: number;
  readonly struck: boolean;
}

/** A fault of the API side that came into question for a request. */
export interface ApiFaultRecord {
  /** ISO 8601, UTC, by the space's clock. */
  readonly at: Time;
  /** `operationId` of the request. */
  readonly operation: string;
  readonly scenario: string;
  /**
   * What the script asks for, in words.
   * @example "status 503"
   */
  readonly fault: string;
  /** False when it was left to chance, and chance had it pass. */
  readonly struck: boolean;
  readonly probability: number;
  /** What was drawn; below the probability it strikes. Null when nothing was left to chance. */
  readonly drawn: number | null;
}

export interface AttemptRecord {
  readonly number: number;
  /** ISO 8601, UTC, by the space's clock. */
  readonly at: Time;
  /** True when the consumer responded with a 2xx in time. */
  readonly acknowledged: boolean;
  readonly statusCode: number | null;
  /** Why it was not successful, in a sentence. */
  readonly error: string | null;
  /** The same as a code; null when it was successful. */
  readonly code: AttemptErrorCode | null;
  /** Real milliseconds, to the microsecond, to the end of the answer, or to the failure. */
  readonly durationMs: number;
  /** When the next attempt is made because of this one; null when none is. */
  readonly retryAt: Time | null;
  /**
   * The consumer's answer; null when there was none. The body is decoded as its `content-encoding` says (gzip,
   * deflate, br, zstd).
   */
  readonly response: {
    readonly headers: Readonly<Record<string, string>>;
    /** The first 16 KiB; nothing when there is no room in memory. */
    readonly body: string;
    readonly bodyTruncated: boolean;
  } | null;
  /** What a script did to this request, in words. */
  readonly faults: readonly string[];
  /** Departures of the consumer's answer from what the provider asks of it. */
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
  /** `dropped`: a script said that it never leaves. `failed`: no attempt was successful and none will follow. */
  readonly state: 'pending' | 'delivered' | 'failed' | 'dropped';
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the callback says, the JSON body or the query parameters as one object. Null where its text is cut. */
  readonly payload: JsonObject;
  /** The body's text as it is sent, or null for none. Lists and events cut it. */
  readonly body: string | null;
  /** True where a list or an event cuts the body, the payload or the body of a response; `GET /_ringback/deliveries/{id}` has them whole. */
  readonly bodyTruncated?: boolean;
  /** ISO 8601, UTC, by the space's clock. */
  readonly createdAt: Time;
  /** When the next attempt is due; null when none will follow, or while it is held back for the run's next callback. */
  readonly dueAt: Time | null;
  /** ISO 8601, UTC, by the space's clock. */
  readonly endedAt: Time | null;
  /** The delivery that this one repeats by hand, or null. */
  readonly redeliveryOf: string | null;
  /** What a script did to it as a whole, in words; `override` for members that a script replaced, `set` when a script's `set` made it depart from the contract. */
  readonly faults: readonly string[];
  /** The faults with a probability, and how the draw fell. */
  readonly draws: readonly FaultDrawRecord[];
  /** Departures of the payload from the contract. Without `faults` they are a defect of Ringback. */
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
  /** What it sets on the resource, or null. */
  readonly set: JsonObject | null;
  /** Which callback it sends, or null. */
  readonly callback: string | null;
}

/** What one trigger started. */
export interface BranchRecord {
  /** `submission`, or a later event such as `upload`. */
  readonly trigger: string;
  /** What it is about, e.g. the id of the uploaded file; null for the submission as a whole. */
  readonly subject: string | null;
  readonly scenario: string;
  /** Why the scenario was chosen. */
  readonly choice: ChoiceRecord;
  /** When the trigger fired; null while the answer to its request is not sent yet. */
  readonly startedAt: Time | null;
  /** How many of its steps were played before that answer, by the fault `early`. */
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
  /** The document or application that the submission made. */
  readonly resourceId: string;
  /** `playing`: steps or attempts are to come. `finished`: none are, unless the consumer submits more. */
  readonly state: 'playing' | 'finished';
  /** ISO 8601, UTC, by the space's clock. */
  readonly createdAt: Time;
  /** Where callbacks go; null when the submission gave no URL. */
  readonly target: TargetRecord | null;
  /** What the user should know about how the submission was read. */
  readonly warnings: readonly Violation[];
  readonly deliveryCount: number;
  /** How many deliveries have attempts to come. */
  readonly openDeliveries: number;
  /** Ids of the deliveries that a script holds back for the run's next callback (`reorder`). */
  readonly heldDeliveries: readonly string[];
}

/** A run with its timeline and deliveries. */
export interface RunRecord extends RunSummary {
  readonly timeline: readonly BranchRecord[];
  readonly deliveries: readonly DeliveryRecord[];
  /** What scripts did to the answers of requests about the run (`respond`), oldest first. */
  readonly apiFaults: readonly ApiFaultRecord[];
  /** How many of them are not listed, since a run keeps the last hundred. */
  readonly forgottenApiFaults: number;
}

/** A request as an inbox received it, nothing masked. */
export interface InboxRequestRecord {
  readonly id: string;
  /** ISO 8601, UTC, by the space's clock. */
  readonly receivedAt: Time;
  readonly method: string;
  /** Path and query string as they came. */
  readonly url: string;
  /** The query parameters; a list for one that occurs several times. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text. Lists cut it. */
  readonly body: string;
  /** True when the body was longer than what is kept, or than what the list shows of it. */
  readonly bodyTruncated: boolean;
  /** The body parsed, when it is JSON. Lists leave it out. */
  readonly json?: JsonValue;
  /** The status that the inbox answered with. */
  readonly answeredWith: number;
}
