import type { AttemptErrorCode } from '../core/engine/deliveries/attempt-errors.ts';
import type { DeliveryState } from '../core/engine/deliveries/delivery.ts';
import type { ChoiceRule } from '../core/engine/runs/run.ts';
import type { Violation } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { CallbackTypeName } from '../types/index.ts';

/** A point in time by the space's clock: ISO 8601, UTC, e.g. `2030-01-01T00:00:02.000Z`. */
export type Time = string;

/** One callback that is to reach one URL (`Delivery` of openapi.control.yaml). */
export interface DeliveryRecord {
  readonly id: string;
  /** Id of the run; null for a callback that was fired by hand. */
  readonly runId: string | null;
  readonly provider: string;
  readonly callback: CallbackTypeName;
  /** 1-based number among the deliveries of its run. */
  readonly nth: number;
  /** `dropped`: a script prevents the delivery. `failed`: no attempt succeeded, and no further one follows. */
  readonly state: DeliveryState;
  readonly method: string;
  readonly url: string;
  /** Secrets are `***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the callback says: the JSON body, or the query parameters as one object. */
  readonly payload: JsonObject;
  /** The body's text as it is sent, or null for none. */
  readonly body: string | null;
  /** True only in an event whose delivery was evicted before its long bodies were read: they are cut. */
  readonly bodyTruncated?: boolean;
  readonly createdAt: Time;
  /** When the next attempt is due; null when none will follow, or while it is held back. */
  readonly dueAt: Time | null;
  readonly endedAt: Time | null;
  /** The delivery that this one repeats by hand, or null. */
  readonly redeliveryOf: string | null;
  /** What a script did to it as a whole, in words. */
  readonly faults: readonly string[];
  /** The faults with a probability, and the result of the random draw. */
  readonly draws: readonly {
    readonly fault: string;
    readonly probability: number;
    readonly drawn: number;
    readonly struck: boolean;
  }[];
  /** Departures of the payload from the contract. */
  readonly violations: readonly Violation[];
  readonly attempts: readonly AttemptRecord[];
}

/** One request of a delivery, and what came of it. */
export interface AttemptRecord {
  /** 1-based. */
  readonly number: number;
  readonly at: Time;
  readonly acknowledged: boolean;
  /** Null when there was no answer. */
  readonly statusCode: number | null;
  /** Why it was not successful, in a sentence; null when it was. */
  readonly error: string | null;
  /** The same as a code, which does not change between releases; null when it was successful. */
  readonly code: AttemptErrorCode | null;
  /** Real milliseconds to the end of the answer, or to the failure. */
  readonly durationMs: number;
  /** When the next attempt follows because of this one. Null if none does. */
  readonly retryAt: Time | null;
  readonly response: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly bodyTruncated: boolean;
  } | null;
  /** What a script did to this request, in words. */
  readonly faults: readonly string[];
  /** Where the consumer's response differs from what the provider requires. */
  readonly violations: readonly Violation[];
}

/** Why a scenario was chosen. */
export interface ChoiceRecord {
  readonly rule: ChoiceRule;
  readonly because: string;
}

/** One playing of a scenario for one submission, with its timeline and deliveries (`RunDetail`). */
export interface RunRecord {
  readonly id: string;
  readonly provider: string;
  /** Full name, e.g. `informed/complete`. */
  readonly scenario: string;
  readonly choice: ChoiceRecord;
  /** `operationId` of the submission. */
  readonly operation: string;
  /** The document or application that the submission created. */
  readonly resourceId: string;
  /** `finished`: no step or attempt is to come, unless the consumer submits more. */
  readonly state: 'playing' | 'finished';
  readonly createdAt: Time;
  /** Where callbacks are sent. Null if the submission has no URL. */
  readonly target: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
  } | null;
  /** Notes on how Ringback interpreted the submission. */
  readonly warnings: readonly Violation[];
  readonly deliveryCount: number;
  /** The number of deliveries with pending attempts. */
  readonly openDeliveries: number;
  /** Ids of the deliveries that a script holds back for the run's next callback. */
  readonly heldDeliveries: readonly string[];
  readonly timeline: readonly BranchRecord[];
  readonly deliveries: readonly DeliveryRecord[];
  /** What scripts did to the answers of requests about the run, oldest first. */
  readonly apiFaults: readonly {
    readonly at: Time;
    readonly operation: string;
    readonly scenario: string;
    readonly fault: string;
    readonly struck: boolean;
    readonly probability: number;
    readonly drawn: number | null;
  }[];
  /** How many of them are not listed any more. */
  readonly forgottenApiFaults: number;
}

/** What one trigger of a run started. */
export interface BranchRecord {
  /** `submission`, or a later event such as `upload`. */
  readonly trigger: string;
  /** What the trigger refers to, e.g. the id of the uploaded file. Null for the submission as a whole. */
  readonly subject: string | null;
  readonly scenario: string;
  readonly choice: ChoiceRecord;
  /** Null while the answer to the request that fires it is not sent yet. */
  readonly startedAt: Time | null;
  /** How many of its steps were played before that answer. */
  readonly playedEarly: number;
  readonly steps: readonly StepRecord[];
}

/** One step of a timeline. */
export interface StepRecord {
  /** `waiting`: its trigger has not fired yet. */
  readonly state: 'done' | 'pending' | 'waiting';
  /** Time from the trigger, e.g. `2s`. */
  readonly after: string;
  readonly due: Time | null;
  readonly set: JsonObject | null;
  /** The callback that the step sends, or null. */
  readonly callback: string | null;
}

/** A request as an inbox received it, nothing masked. */
export interface InboxRequestRecord {
  readonly id: string;
  readonly receivedAt: Time;
  readonly method: string;
  /** Path and query string as received. */
  readonly url: string;
  /** A list for a parameter that occurs several times. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text. */
  readonly body: string;
  readonly bodyTruncated: boolean;
  /** The body parsed, when it is JSON. */
  readonly json?: JsonValue;
  /** The status of the inbox's response. */
  readonly answeredWith: number;
}

/** What a move of the virtual clock did. */
export interface MoveRecord {
  readonly now: Time;
  /** The number of steps and attempts played. */
  readonly jobs: number;
  /** The number of steps and attempts still pending. */
  readonly pending: number;
  /** The bound that ended the move early, or null. */
  readonly bound: 'horizon' | 'count' | null;
  /** The number of deliveries that had an attempt, or ended, during the move. */
  readonly total: number;
  /**
   * These deliveries, in that order. Fewer than `total` if the space has evicted some, or if there are more than
   * 101,000.
   */
  readonly deliveries: readonly DeliveryRecord[];
}

/** Something that happened in a space, as its event stream tells it. */
export type SpaceEventRecord = { readonly id: number } & (
  | {
      readonly type: 'run.created';
      readonly at: Time;
      readonly runId: string;
      readonly run: Omit<RunRecord, 'timeline' | 'deliveries' | 'apiFaults' | 'forgottenApiFaults'>;
    }
  | { readonly type: 'run.finished' | 'run.evicted'; readonly at: Time; readonly runId: string }
  | {
      readonly type: 'step.played';
      readonly at: Time;
      readonly runId: string;
      readonly trigger: string;
      readonly subject: string | null;
      readonly step: Pick<StepRecord, 'after' | 'set' | 'callback'>;
    }
  | {
      readonly type:
        | 'delivery.created'
        | 'attempt.ended'
        | 'delivery.delivered'
        | 'delivery.failed'
        | 'delivery.dropped';
      readonly at: Time;
      readonly runId: string | null;
      readonly delivery: DeliveryRecord;
    }
  | {
      readonly type: 'request.faulted';
      readonly at: Time;
      readonly runId: string | null;
      readonly operation: string;
      readonly scenario: string;
      readonly fault: string;
    }
  | { readonly type: 'memory.high'; readonly at: Time; readonly bytes: number; readonly limit: number }
  | { readonly type: 'memory.full'; readonly at: Time; readonly runId: string; readonly message: string }
  | { readonly type: 'space.reset'; readonly at: Time }
  | { readonly type: 'defect'; readonly at: Time; readonly message: string }
  /** Some events are no longer available to the client. */
  | { readonly type: 'gap'; readonly missed: number | null }
);
