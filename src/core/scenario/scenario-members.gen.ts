// Made from src/core/scenario/scenario-schema.ts by "npm run generate". Change what it is made from, not this file.

import type { CallbackSettings } from '../callback-settings.gen.ts';
import type { Duration } from '../duration.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ExactlyOne, LanguageShape } from './language-shape.ts';

export interface ScenarioMembers<L extends LanguageShape, Step, Fault, ApiFault, Retry> {
  /** The schema that an editor checks the file by. */
  readonly $schema?: string;
  /** Unique among the provider’s scenarios. Also matches a part of a file name: contract.NAME.pdf. */
  readonly name: string;
  /** What happens, and what a good consumer does about it. */
  readonly description?: string;
  /**
   * The provider that plays it.
   * @example "docdigitizer"
   */
  readonly provider: L['provider'];
  /** Submissions that it answers by itself; every member that is given has to fit. */
  readonly match?: MatchMembers<L>;
  /**
   * What happens, in the provider’s own terms.
   * @default as in the provider’s default scenario
   */
  readonly outcome?: L['outcome'];
  /** When the parts of the outcome happen, by the provider’s names. */
  readonly timings?: { readonly [K in L['timing']]?: Duration };
  /** What happens, step by step, in place of an outcome. */
  readonly timeline?: readonly Step[];
  /** What goes wrong on the callback side; each entry is one fault. */
  readonly faults?: readonly Fault[];
  /**
   * When an attempt is made again: a preset, or a policy.
   * @default the provider’s settings
   */
  readonly retry?: Retry;
  /** What goes wrong on the API side; each entry is one fault. */
  readonly respond?: readonly ApiFault[];
  /** Settings that hold for the runs of this scenario. */
  readonly settings?: L['settings'] & CallbackSettings;
  /**
   * Seed of the data of its runs.
   * @default the space’s
   */
  readonly seed?: number;
}

export interface MatchMembers<L extends LanguageShape> {
  /** operationId of the submission. */
  readonly operation?: L['operation'];
  /** File name with the wildcards * and ?; upper and lower case are the same. */
  readonly fileName?: string;
  /** Members that the body or form has to have. */
  readonly body?: JsonObject;
}

export interface StepMembers<Trigger extends string, Callback extends string> {
  /**
   * What starts the step’s list.
   * @default submission
   */
  readonly on?: Trigger;
  /** From the previous step of the same `on`; for the first, from what `on` names. */
  readonly after: Duration;
  /** Merge patch (RFC 7396) on what a GET of the resource shows. */
  readonly set?: JsonObject;
  /** Name of the callback to send, e.g. documentState. */
  readonly callback?: Callback;
  /** Query parameters that replace those which the provider would send. */
  readonly query?: JsonObject;
  /** Merge patch (RFC 7396) on the JSON body that the provider would send. */
  readonly payload?: JsonObject;
}

export interface RetryPolicyInput {
  /** Waits before the 2nd, 3rd, … attempt. */
  readonly schedule?: readonly Duration[];
  /** What is retried. Default: as the provider’s settings say; everything when those retry nothing. */
  readonly on?: readonly (number | string)[];
  /** How long an attempt may take, in real time. */
  readonly timeout?: Duration;
  /** The longest Retry-After that is honoured; 0s: the header is ignored. */
  readonly retryAfter?: Duration;
}

export interface SelectorMembers<L extends LanguageShape> {
  /** Name of the callback. */
  readonly callback?: L['callback'];
  /** The so manyth delivery of the run among those that fit the rest, from 1. */
  readonly nth?: number;
  /**
   * The so manyth attempt, from 1.
   * @default every one
   */
  readonly attempt?: number;
}

export interface FaultMembers<L extends LanguageShape> {
  /**
   * Which deliveries of the run it strikes; every member that is given has to fit.
   * @default all
   */
  readonly on?: SelectorMembers<L> & L['selectors'];
  /**
   * How likely it strikes, drawn from the seed.
   * @default 1
   */
  readonly probability?: number;
  /**
   * What a good consumer does about a callback that it strikes, which `ringback trigger` checks: acknowledged (acknowledges it with a 2xx, at the latest on a retry); refused (refuses it with a 4xx); answered (acknowledges it or refuses it: 2xx or 4xx); unanswered (cannot acknowledge it: what arrives is no whole request).
   * @default acknowledged
   */
  readonly expect?: 'acknowledged' | 'refused' | 'answered' | 'unanswered';
}

export interface FaultValues<L extends LanguageShape, Duplicate> {
  /** The callback is never sent. */
  readonly drop: true;
  /** The callback is sent so much later than the script says. */
  readonly delay: Duration;
  /** The callback is sent several times. */
  readonly duplicate: Duplicate;
  /** Swapped with the next callback of the run. */
  readonly reorder: true;
  /** Sent before the answer to the submission. */
  readonly early: true;
  /** The message is spoilt. */
  readonly corrupt: 'truncate' | 'invalid-json' | 'empty' | 'content-type' | 'charset' | ExactlyOne<{
    /** That place of the payload is made invalid. */
    readonly schema: string;
    /** This query parameter is left out. */
    readonly missingQuery: string;
  }>;
  /** A change that the provider may make without notice: legal, and a consumer has to bear it. */
  readonly drift: 'unknown-property' | 'omit-null' | 'null' | 'reorder-properties' | 'new-enum-value' | 'new-event-type';
  /** A further callback that contradicts this one. */
  readonly contradict: 'unknown-id' | 'stale' | L['contradiction'];
  /** The credentials that the consumer expects are left out, or are not the agreed ones. */
  readonly auth: 'missing' | 'wrong';
  /** The bytes go out at this rate. */
  readonly slow: {
    readonly bytesPerSecond: number;
  };
  /** The connection is reset after so many bytes of the message. */
  readonly reset_peer: {
    /** Bytes that still go out. */
    readonly after: number;
  };
  /** Connects, then stays silent for so long. */
  readonly timeout: Duration;
}

export interface DuplicateMembers {
  /** How often it is sent in all. */
  readonly times: number;
  /**
   * Time between one and the next.
   * @default 0s
   */
  readonly gap?: Duration;
  /** All of them leave at the same moment. */
  readonly concurrent?: true;
}

export interface ApiFaultMembers<Operation extends string> {
  /** operationId; default: every operation of the provider. */
  readonly operation?: Operation;
  /** How many requests it strikes; default: all. */
  readonly times?: number;
  /**
   * How likely it strikes, drawn from the seed.
   * @default 1
   */
  readonly probability?: number;
  /** Headers of an answer with `status`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of an answer with `status`, as JSON. */
  readonly body?: JsonValue;
}

export interface ApiFaultValues {
  /** Answers with this status. */
  readonly status: number;
  /** The answer comes so much later. */
  readonly latency: Duration;
  /** The connection is reset after so many bytes of the message. */
  readonly reset_peer: {
    /** Bytes that still go out. */
    readonly after: number;
  };
  /** The bytes go out at this rate. */
  readonly slow: {
    readonly bytesPerSecond: number;
  };
  /** The body of the answer is not what its content type says. */
  readonly malformed: true;
  /** Requests over the limit get 429 with Retry-After. */
  readonly rate_limit: {
    readonly limit: number;
    /** The window that the limit is for. */
    readonly per: Duration;
  };
}
