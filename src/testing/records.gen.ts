// Made from openapi.control.yaml by "npm run generate". Change what it is made from, not this file.

import type { AttemptErrorCode } from '../core/engine/deliveries/attempt-errors.ts';
import type { ChoiceRule } from '../core/engine/runs/run.ts';
import type { Violation } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { AnyCallbacks, CallbackNameIn, PayloadIn } from './callback-types.ts';

/** A point in time by the space's clock: ISO 8601, UTC, e.g. `2030-01-01T00:00:02.000Z`. */
export type Time = string;

/** Why the scenario was chosen. */
export interface ChoiceRecord {
  /** The rule by which it was chosen: the header `X-Ringback-Scenario`, an order for the next submission, the file name, its `match`, what the bytes of the file show, or the default of the provider. */
  readonly rule: ChoiceRule;
  /** Why the rule applies, in a sentence. */
  readonly because: string;
}

/** Where callbacks are sent. Null if the submission has no URL. */
export interface TargetRecord {
  /** URL that callbacks are sent to. Passwords in it are `***`. */
  readonly url: string;
  /** HTTP method of the callbacks, e.g. `GET` or `POST`. */
  readonly method: string;
  /** Headers that the submission requests for its callbacks. Secrets are `***`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A fault with a probability, and the result of the random draw. */
export interface FaultDrawRecord {
  /** The fault in words. */
  readonly fault: string;
  /** Probability that the fault applies, from 0 to 1. */
  readonly probability: number;
  /** From 0 to 1. The fault applies if it is below the probability. */
  readonly drawn: number;
  /** Whether the fault was applied. */
  readonly struck: boolean;
}

/** An API fault that was considered for a request. */
export interface ApiFaultRecord {
  /** When the request arrived, by the clock of the space. */
  readonly at: Time;
  /** `operationId` of the request. */
  readonly operation: string;
  /** Full name of the scenario that has the fault. */
  readonly scenario: string;
  /**
   * The fault in words.
   * @example "status 503"
   */
  readonly fault: string;
  /** Whether the fault was applied. False if the random draw prevented it. */
  readonly struck: boolean;
  /** Probability that the fault applies, from 0 to 1. */
  readonly probability: number;
  /** The random number; the fault applies if it is below the probability. Null if the fault has none. */
  readonly drawn: number | null;
}

/** One request to the consumer, and its result. */
export interface AttemptRecord {
  /** 1-based number among the attempts of the delivery. */
  readonly number: number;
  /** When the attempt started, by the clock of the space. */
  readonly at: Time;
  /** True when the consumer responded with a 2xx in time. */
  readonly acknowledged: boolean;
  /** Status of the consumer's response. Null if there was none. */
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
   * The header `traceparent` of the request, by W3C Trace Context. It has the trace id of the run, and the span id
   * of this attempt. Null if the request had none.
   */
  readonly traceparent: string | null;
  /** Where the redirect led that was followed, since the contract declares it. Missing if none was. */
  readonly redirectedTo?: string;
  /**
   * The consumer's response. Null if there was none. The body is decoded according to its `content-encoding`
   * (gzip, deflate, br, zstd).
   */
  readonly response: {
    /** Headers of the response. Secrets are `***`. */
    readonly headers: Readonly<Record<string, string>>;
    /** The first 16 KiB. Empty when the memory limit is reached. */
    readonly body: string;
    /** True if the body was longer than what is stored, or than what the list shows. */
    readonly bodyTruncated: boolean;
  } | null;
  /** What a script did to this request, in words. */
  readonly faults: readonly string[];
  /** Where the consumer's response differs from what the provider requires. */
  readonly violations: readonly Violation[];
}

/** One callback to one URL, with its attempts. */
export interface DeliveryRecordOf<Callback, Payload> {
  /** Id of the delivery, e.g. for `GET /_ringback/deliveries/{id}`. */
  readonly id: string;
  /** The id of the run, or null for a callback that was fired by hand. */
  readonly runId: string | null;
  /** Name of the provider that sends the callback, e.g. `informed`. */
  readonly provider: string;
  /** The callback's type, e.g. `informed.extractions`. */
  readonly callback: Callback;
  /** 1-based number among the deliveries of its run. */
  readonly nth: number;
  /** `dropped`: a script prevents the delivery. `failed`: no attempt succeeded, and no further one follows. */
  readonly state: 'pending' | 'delivered' | 'failed' | 'dropped';
  /** HTTP method of the callback. */
  readonly method: string;
  /** URL that the callback is sent to, with its query. Passwords in it are `***`. */
  readonly url: string;
  /** Headers that the callback is sent with. Secrets are `***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The payload: the body as a JSON value, or the query parameters as one object. Null if there is none, or if its text is truncated. */
  readonly payload: Payload;
  /** The body as sent, or null for none. Truncated in lists and events. */
  readonly body: string | null;
  /** How `body` is written if it is not a string: its bytes in base64. */
  readonly bodyEncoding?: 'base64';
  /** True if the body, the payload or the body of a response is truncated in this list or event. `GET /_ringback/deliveries/{id}` returns them in full. */
  readonly bodyTruncated?: boolean;
  /** When the delivery was created, by the clock of the space. */
  readonly createdAt: Time;
  /** When the next attempt is due. Null if none follows, or while the delivery is held back until the next callback of the run. */
  readonly dueAt: Time | null;
  /** When the delivery ended: delivered, failed or dropped. Null while it is pending. */
  readonly endedAt: Time | null;
  /** The delivery that this one repeats by hand, or null. */
  readonly redeliveryOf: string | null;
  /** What a script did to the delivery as a whole, in words. `override`: a script replaced properties. `set`: a script's `set` made it violate the contract. */
  readonly faults: readonly string[];
  /** The faults with a probability, and the result of the random draw. */
  readonly draws: readonly FaultDrawRecord[];
  /** Violations of the contract by the payload. Without `faults` they are a bug in Ringback. */
  readonly violations: readonly Violation[];
  /** The attempts so far, the oldest first. */
  readonly attempts: readonly AttemptRecord[];
}

/**
 * One callback to one URL, with its attempts. Its `callback` narrows the type of its `payload`.
 * @typeParam Callbacks `CallbackPayloads` of `ringback/types`, or of the file that `ringback types` writes
 * @typeParam Name of the callback
 */
export type DeliveryRecord<
  Callbacks = AnyCallbacks,
  Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>,
> = unknown extends Callbacks
  ? DeliveryRecordOf<CallbackNameIn<Callbacks>, unknown>
  : { readonly [Each in Name]: DeliveryRecordOf<Each, PayloadIn<Callbacks, Each>> }[Name];

/** One step of a timeline. */
export interface StepRecord {
  /** `waiting`: its trigger has not fired yet. */
  readonly state: 'done' | 'pending' | 'waiting';
  /** Time from the trigger. */
  readonly after: string;
  /** When the step is due. Null while its trigger has not fired. */
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
  /** Full name of the scenario that the branch plays. */
  readonly scenario: string;
  /** Why the scenario was chosen. */
  readonly choice: ChoiceRecord;
  /** When the trigger fired. Null until the response to its request is sent. */
  readonly startedAt: Time | null;
  /** The number of steps played before that response, because of the fault `early`. */
  readonly playedEarly: number;
  /** The steps, in the order in which they are due. */
  readonly steps: readonly StepRecord[];
}

/** One playing of a scenario for one submission. */
export interface RunSummary {
  /** Id of the run, e.g. for `GET /_ringback/runs/{id}`. */
  readonly id: string;
  /** Name of the provider, e.g. `informed`. */
  readonly provider: string;
  /** Full name of the scenario that the run plays, e.g. `docdigitizer/rejected`. */
  readonly scenario: string;
  /** Why the scenario was chosen. */
  readonly choice: ChoiceRecord;
  /** `operationId` of the submission. */
  readonly operation: string;
  /** The document or application that the submission created. */
  readonly resourceId: string;
  /** `playing`: steps or attempts are pending. `finished`: none are, unless the consumer submits more. */
  readonly state: 'playing' | 'finished';
  /** When the run was created, by the clock of the space. */
  readonly createdAt: Time;
  /**
   * Trace id (W3C Trace Context) in the `traceparent` of its callbacks: that of the submission if it carried a valid
   * `traceparent`, otherwise a new one.
   */
  readonly traceId: string;
  /** Where callbacks are sent. Null if the submission has no URL. */
  readonly target: TargetRecord | null;
  /** Notes on how Ringback interpreted the submission. */
  readonly warnings: readonly Violation[];
  /** The number of deliveries so far. */
  readonly deliveryCount: number;
  /** The number of deliveries with pending attempts. */
  readonly openDeliveries: number;
  /** Ids of the deliveries that a script holds back until the next callback of the run (`reorder`). */
  readonly heldDeliveries: readonly string[];
}

/** A run with its timeline and deliveries. */
export interface RunRecord<Callbacks = AnyCallbacks> extends RunSummary {
  /** What each trigger has started. */
  readonly timeline: readonly BranchRecord[];
  /** The deliveries of the run, the oldest first. */
  readonly deliveries: readonly DeliveryRecord<Callbacks>[];
  /** What scripts did to the responses of requests about the run (`respond`), oldest first. */
  readonly apiFaults: readonly ApiFaultRecord[];
  /** The number of faults that are not listed, because a run keeps only the last hundred. */
  readonly forgottenApiFaults: number;
}

/** A request as an inbox received it. */
export interface InboxRequestRecord {
  /** Id of the request, e.g. for `GET /_ringback/inboxes/{name}/{id}`. */
  readonly id: string;
  /** When the request arrived, by the clock of the space. */
  readonly receivedAt: Time;
  /** HTTP method of the request. */
  readonly method: string;
  /** Path and query string as received. */
  readonly url: string;
  /** The query parameters; an array for one that occurs several times. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Headers of the request. Nothing is masked. */
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

/** What a move of the virtual clock did. */
export interface MoveRecord<Callbacks = AnyCallbacks> {
  /** The time of the space after the move. */
  readonly now: Time;
  /** The number of steps and attempts played. */
  readonly jobs: number;
  /** The number of steps and attempts still pending. */
  readonly pending: number;
  /** The bound that ended the move early, or null. */
  readonly bound: 'horizon' | 'count' | null;
  /** The number of deliveries that had an attempt, or ended, during the move. */
  readonly total: number;
  /** These deliveries, in the order of their attempts. Fewer than `total` if the space has evicted some, or if there are more than 101,000. */
  readonly deliveries: readonly DeliveryRecord<Callbacks>[];
}

/** A submission has started a run. */
export interface RunCreatedEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** A submission has started a run. */
  readonly type: 'run.created';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** Id of the run. */
  readonly runId: string;
  /** The run as it was at that time. */
  readonly run: RunSummary;
}

/** `run.finished`: nothing is pending, unless the consumer submits more. `run.evicted`: the run was evicted because of `limits.runs` or the memory limit. */
export interface RunEndedEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** `run.finished`: nothing is pending. `run.evicted`: the run is gone. */
  readonly type: 'run.finished' | 'run.evicted';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** Id of the run. */
  readonly runId: string;
}

/** A step was played. Its callbacks, if any, are sent next. */
export interface StepPlayedEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** A step was played. */
  readonly type: 'step.played';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** Id of the run. */
  readonly runId: string;
  /** The trigger that started the step: `submission`, or a later event such as `upload`. */
  readonly trigger: string;
  /** What the trigger refers to, e.g. the id of the uploaded file. Null for the submission as a whole. */
  readonly subject: string | null;
  /** What the step does. */
  readonly step: {
    /** Time from the trigger. */
    readonly after: string;
    /** What the step changes on the resource, or null. */
    readonly set: JsonObject | null;
    /** The callback that the step sends, or null. */
    readonly callback: string | null;
  };
}

/** A delivery was created, had an attempt, or ended. */
export interface DeliveryChangedEvent<Callbacks = AnyCallbacks> {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** `delivery.created`: it is due. `attempt.ended`: an attempt has its result. `delivery.delivered`: an attempt was acknowledged. `delivery.failed`: no attempt succeeded, and no further one follows. `delivery.dropped`: a script prevents the delivery. */
  readonly type: 'delivery.created' | 'attempt.ended' | 'delivery.delivered' | 'delivery.failed' | 'delivery.dropped';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** Null for a callback sent by hand. */
  readonly runId: string | null;
  /** The delivery as it was at that time, its bodies whole. */
  readonly delivery: DeliveryRecord<Callbacks>;
}

/** A script applied an API fault to a request. */
export interface RequestFaultedEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** A fault was applied to a request. */
  readonly type: 'request.faulted';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** Null if the request has no run, or none yet. */
  readonly runId: string | null;
  /** `operationId` of the request. */
  readonly operation: string;
  /** Full name of the scenario that has the fault. */
  readonly scenario: string;
  /** In words. */
  readonly fault: string;
}

/** The records of the space use more than 80 % of its memory limit. Beyond the limit, the oldest are evicted. This event is repeated only after usage has dropped below 70 %. */
export interface MemoryHighEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** The memory limit is near. */
  readonly type: 'memory.high';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** Memory that the records use, in bytes. */
  readonly bytes: number;
  /** The memory limit, in bytes. */
  readonly limit: number;
}

/** Callbacks of a run were not created, because the memory limit was reached and nothing could be evicted. The run has a warning. */
export interface MemoryFullEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** The memory limit is reached. */
  readonly type: 'memory.full';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** Id of the run. */
  readonly runId: string;
  /** What was not created, in a sentence. */
  readonly message: string;
}

/** Callbacks of a run are not sent, because the provider has no URL for them, for example. */
export interface CallbackUnsentEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** Callbacks are not sent. */
  readonly type: 'callback.unsent';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** Id of the run. */
  readonly runId: string;
  /** Which callback, and why, in a sentence. */
  readonly message: string;
}

/** The code of a provider failed, so that a request got 500. Nothing of the request was kept. */
export interface ProviderFailedEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** The code of the provider failed. */
  readonly type: 'provider.failed';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** `operationId` of the request. */
  readonly operation: string;
  /** Which code, and why, in a sentence. */
  readonly message: string;
}

/** The space was reset. The stream ends. */
export interface SpaceResetEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** The space was reset. */
  readonly type: 'space.reset';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
}

/** Ringback itself failed. The run continues as far as possible. */
export interface DefectEvent {
  /** Id of the event, a number that grows by one with each event of the space. */
  readonly id: number;
  /** Ringback failed. */
  readonly type: 'defect';
  /** When it happened, by the clock of the space. */
  readonly at: Time;
  /** What failed, in a sentence. */
  readonly message: string;
}

/** Some events are no longer available to the client. */
export interface GapEvent {
  /** Id of the last missed event. */
  readonly id: number;
  /** Events are missing at this place of the stream. */
  readonly type: 'gap';
  /** The number of missed events. Null if they are from before a reset or eviction of the space. */
  readonly missed: number | null;
}

/** An event of a space, as in its event stream. */
export type SpaceEventRecord<Callbacks = AnyCallbacks> =
  | RunCreatedEvent
  | RunEndedEvent
  | StepPlayedEvent
  | DeliveryChangedEvent<Callbacks>
  | RequestFaultedEvent
  | MemoryHighEvent
  | MemoryFullEvent
  | CallbackUnsentEvent
  | ProviderFailedEvent
  | SpaceResetEvent
  | DefectEvent
  | GapEvent;
