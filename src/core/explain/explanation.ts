import type { DeliveryState } from '../engine/deliveries/delivery.ts';
import type { WireFault } from '../engine/deliveries/sender.ts';
import type { FaultDraw } from '../engine/faults/select-faults.ts';
import type { Violation } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Expectation } from '../scenario/expectation.ts';
import type { ConsumerAnswer } from './recording-sender.ts';

/**
 * What a scenario does for a typical client (`schemas/explain.schema.json`). Times are milliseconds of the provider's
 * clock since the client's first request.
 */
export interface Explanation {
  /** Full name, e.g. `informed/complete`. */
  readonly scenario: string;
  readonly provider: string;
  readonly description: string;
  /** The seed of all ids and data. */
  readonly seed: number;
  /** The consumer's responses to its first, second, … request. The last one repeats. */
  readonly answers: readonly ConsumerAnswer[];
  /** Everything that happens, in order. */
  readonly events: readonly ExplainedEvent[];
  /** In the order of their creation. */
  readonly deliveries: readonly ExplainedDelivery[];
  /** When the last thing happens. */
  readonly endsAtMs: number;
  /** The bound that ended the play early. Null: nothing is pending. */
  readonly bound: 'horizon' | 'count' | null;
  /** Notes for the user, e.g. that a request was refused. */
  readonly notes: readonly string[];
}

export type ExplainedEvent =
  /** The client sends a request to the provider. */
  | {
      readonly atMs: number;
      readonly kind: 'request';
      readonly operation: string;
      readonly method: string;
      readonly path: string;
    }
  /** The client gets a response. `status` null: the response is lost. */
  | {
      readonly atMs: number;
      readonly kind: 'answer';
      readonly operation: string;
      readonly status: number | null;
      /** Why the request was refused, in a sentence. Null: it was not, or there is no reason. */
      readonly detail: string | null;
      /** What the script did to the response, in words. */
      readonly faults: readonly string[];
    }
  /** A step of the timeline. */
  | {
      readonly atMs: number;
      readonly kind: 'step';
      readonly scenario: string;
      readonly trigger: string;
      /** What the step changes on the resource. Null: nothing. */
      readonly set: JsonObject | null;
      /** The callback that the step sends. Null: none. */
      readonly callback: string | null;
      /** The deliveries of the callback. Empty if the provider has nothing to send yet. */
      readonly deliveries: readonly number[];
    }
  /** An attempt of a delivery. Both numbers are 1-based. */
  | {
      readonly atMs: number;
      readonly kind: 'attempt';
      readonly delivery: number;
      readonly attempt: number;
    }
  /** A delivery that a script drops. */
  | { readonly atMs: number; readonly kind: 'dropped'; readonly delivery: number };

export interface ExplainedDelivery {
  /** 1-based. */
  readonly number: number;
  /** Callback type, e.g. `informed.extractions`. */
  readonly callback: string;
  /** The payload: the body as a JSON value, or the query parameters as one object. Null: none. */
  readonly payload: JsonValue;
  readonly state: DeliveryState;
  /** What the script did to it, in words. */
  readonly faults: readonly string[];
  /** How a good consumer responds. */
  readonly expect: Expectation;
  /** The random draws for faults, and their results. */
  readonly draws: readonly FaultDraw[];
  /** Violations of the contract, which the script causes on purpose. */
  readonly violations: readonly Violation[];
  readonly attempts: readonly ExplainedAttempt[];
}

export interface ExplainedAttempt {
  /** 1-based. */
  readonly number: number;
  readonly atMs: number;
  /** The request as sent. Null: the script drops this attempt. */
  readonly request: ExplainedRequest | null;
  /** What the script does to this request, in words. */
  readonly faults: readonly string[];
  /** The status of the consumer's response. Null: there is none. */
  readonly statusCode: number | null;
  readonly acknowledged: boolean;
  /** Wait until the next attempt, in milliseconds. Null: there is none. */
  readonly retryInMs: number | null;
}

export interface ExplainedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as a string, in base64 if it is not UTF-8. Null: there is none. */
  readonly body: string | null;
  readonly bodyEncoding: 'utf8' | 'base64';
  /** The fault on the wire. Null: none. */
  readonly wire: WireFault | null;
}
