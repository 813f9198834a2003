// Made from src/core/scenario/scenario-schema.ts by "npm run generate". Change what it is made from, not this file.

import type { CallbackSettings } from '../callback-settings.gen.ts';
import type { Duration } from '../duration.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ExactlyOne, LanguageShape } from './language-shape.ts';

export interface ScenarioMembers<L extends LanguageShape, Step, Fault, ApiFault, Retry> {
  /** JSON Schema that an editor validates the file with. */
  readonly $schema?: string;
  /** Unique among the provider’s scenarios. Also selects the scenario as part of a file name: contract.NAME.pdf. */
  readonly name: string;
  /** What happens, and how a good consumer handles it. */
  readonly description?: string;
  /**
   * The provider that plays it. If only one is served, it can be omitted.
   * @example "docdigitizer"
   */
  readonly provider: L['provider'];
  /** Submissions that play the scenario by themselves. All given conditions must match. */
  readonly match?: MatchMembers<L>;
  /**
   * What happens, in the provider’s own terms.
   * @default the outcome of the provider’s default scenario
   */
  readonly outcome?: L['outcome'];
  /** When the parts of the outcome happen, by the names of the provider. */
  readonly timings?: L['timings'];
  /** What happens, step by step, instead of an outcome. */
  readonly timeline?: readonly Step[];
  /** Faults of the callbacks. Each entry is one fault. */
  readonly faults?: readonly Fault[];
  /**
   * Retry policy of the callbacks: the name of a preset, or a policy.
   * @default the provider’s settings
   */
  readonly retry?: Retry;
  /** Faults of the API responses. Each entry is one fault. */
  readonly respond?: readonly ApiFault[];
  /** Settings for the runs of this scenario. */
  readonly settings?: L['settings'] & CallbackSettings;
  /**
   * Seed of the data of its runs.
   * @default the seed of the space
   */
  readonly seed?: number;
}

export interface MatchMembers<L extends LanguageShape> {
  /** The submission: `operationId`, or method and path. */
  readonly operation?: L['operation'];
  /** File name with the wildcards * and ?, case-insensitive. */
  readonly fileName?: string;
  /** Properties that the body or form must have. */
  readonly body?: JsonObject;
}

export interface StepMembers<Trigger extends string, Callback extends string> {
  /**
   * The trigger that starts the step.
   * @default submission
   */
  readonly on?: Trigger;
  /** Time since the previous step with the same `on`. For the first one, since the trigger. */
  readonly after: Duration;
  /** Merge patch (RFC 7396) for the resource as a GET returns it. */
  readonly set?: JsonObject;
  /** The callback to send: its type; or its event, if only one callback has it. E.g. documentState. */
  readonly callback?: Callback;
  /** Query parameters that replace those of the provider. */
  readonly query?: JsonObject;
  /** Merge patch (RFC 7396) for the body of the provider. A value that is not an object replaces the body. */
  readonly payload?: JsonObject;
  /** The whole body, or the whole query, in place of that of the provider. A string is sent as it is written; any other value is encoded as the contract says, with its order and its nulls. */
  readonly content?: JsonValue;
  /** Headers that replace those of the callback, or are added to them. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RetryPolicyInput {
  /** Waits before the 2nd, 3rd, … attempt. */
  readonly schedule?: readonly Duration[];
  /**
   * Which failures are retried.
   * @default the provider’s settings, or everything when those retry nothing
   */
  readonly on?: readonly (number | string)[];
  /** Timeout of an attempt, in real time. */
  readonly timeout?: Duration;
  /** The longest Retry-After that is honored. 0s: the header is ignored. */
  readonly retryAfter?: Duration;
}

export interface SelectorMembers<L extends LanguageShape> {
  /** Type or event of the callback. */
  readonly callback?: L['callback'];
  /** Properties that the payload must have, also nested ones. */
  readonly payload?: JsonObject;
  /** Match only the nth delivery (1-based) that satisfies the other conditions. */
  readonly nth?: number;
  /**
   * Match only the nth attempt (1-based).
   * @default every attempt
   */
  readonly attempt?: number;
}

export interface FaultMembers<L extends LanguageShape> {
  /**
   * The deliveries of the run that the fault applies to. All given conditions must match.
   * @default all
   */
  readonly on?: SelectorMembers<L> & L['selectors'];
  /**
   * Probability that the fault applies. The seed decides.
   * @default 1
   */
  readonly probability?: number;
  /** How a good consumer responds to a callback with this fault. `ringback trigger` checks it: acknowledged (acknowledges it with a 2xx, on a retry at the latest); refused (refuses it with a 4xx); answered (acknowledges or refuses it: 2xx or 4xx); unanswered (cannot acknowledge it: no complete request arrives). Default: acknowledged; refused for `signature`. */
  readonly expect?: 'acknowledged' | 'refused' | 'answered' | 'unanswered';
}

export interface FaultValues<L extends LanguageShape, Duplicate> {
  /** The callback is never sent. */
  readonly drop: true;
  /** The callback is sent this much later than scheduled. */
  readonly delay: Duration;
  /** The callback is sent several times. */
  readonly duplicate: Duplicate;
  /** The callback is swapped with the next one of the run. */
  readonly reorder: true;
  /** The callback is sent before the response to the submission. */
  readonly early: true;
  /** The message is corrupted. */
  readonly corrupt: 'truncate' | 'invalid-json' | 'empty' | 'content-type' | 'charset' | ExactlyOne<{
    /** The value at this place of the payload becomes invalid. */
    readonly schema: string;
    /** This query parameter is left out. */
    readonly missingQuery: string;
  }>;
  /** A change that the provider may make without notice. It is legal, so a consumer must accept it. */
  readonly drift: 'unknown-property' | 'omit-null' | 'null' | 'reorder-properties' | 'new-enum-value' | 'new-event-type';
  /** A further callback that contradicts this one. */
  readonly contradict: 'unknown-id' | 'stale' | L['contradiction'];
  /** The credentials that the consumer expects are missing or wrong. */
  readonly auth: 'missing' | 'wrong';
  /** The signature is missing or wrong. A good consumer refuses the callback, so the default of `expect` is `refused`. */
  readonly signature: 'missing' | 'wrong-key' | 'other-body' | 'old-timestamp' | 'reserialized';
  /** The bytes are sent at this rate. */
  readonly slow: {
    readonly bytesPerSecond: number;
  };
  /** The connection is reset after this number of bytes of the message. */
  readonly reset_peer: {
    /** Bytes that still go out. */
    readonly after: number;
  };
  /** Connects, then sends nothing for this long. */
  readonly timeout: Duration;
}

export interface DuplicateMembers {
  /** How often it is sent in all. */
  readonly times: number;
  /**
   * Time between two copies.
   * @default 0s
   */
  readonly gap?: Duration;
  /** All copies are sent at the same moment. */
  readonly concurrent?: true;
}

export interface ApiFaultMembers<Operation extends string> {
  /**
   * Requests that it applies to: `operationId`, or method and path.
   * @default every operation of the provider
   */
  readonly operation?: Operation;
  /**
   * How many requests it applies to.
   * @default all
   */
  readonly times?: number;
  /**
   * Probability that the fault applies. The seed decides.
   * @default 1
   */
  readonly probability?: number;
  /** Headers of the response. Requires `status`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of the response, as JSON. Requires `status`. */
  readonly body?: JsonValue;
}

export interface ApiFaultValues {
  /** Answers with this status. */
  readonly status: number;
  /** The response is sent this much later. */
  readonly latency: Duration;
  /** The connection is reset after this number of bytes of the message. */
  readonly reset_peer: {
    /** Bytes that still go out. */
    readonly after: number;
  };
  /** The bytes are sent at this rate. */
  readonly slow: {
    readonly bytesPerSecond: number;
  };
  /** The body of the response does not match its content type. */
  readonly malformed: true;
  /** Requests over the limit get 429 with Retry-After. */
  readonly rate_limit: {
    readonly limit: number;
    /** The time window of the limit. */
    readonly per: Duration;
  };
}
