import type { RetryPolicy } from '../engine/deliveries/retry-policy.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { FaultRule } from './fault.ts';
import type { ApiFault } from './scenario.ts';

/**
 * A scenario made ready to play: its outcome expanded to steps, presets resolved, durations in milliseconds.
 * Plain immutable data, shared by all runs that play it.
 */
export interface Plan {
  /** Full name, e.g. `informed/complete`. */
  readonly scenario: string;
  readonly provider: string;
  /** Steps by the trigger that starts them, each list ordered by `atMs`. `submission` is the submission itself. */
  readonly triggers: Readonly<Record<string, readonly TimelineStep[]>>;
  readonly retry: RetryPolicy;
  readonly faults: readonly FaultRule[];
  /** Faults of the API side. */
  readonly respond: readonly ApiFault[];
  /** The outcome in the provider's terms, for its responses. Null for a scenario with a timeline. */
  readonly outcome: JsonObject | null;
  /** Settings that differ from the space's while this plan plays. */
  readonly settings: JsonObject;
  /** Seed of the data of its runs. Null: the space's seed. */
  readonly seed: number | null;
  /** How many scripts it has replaced under this name. Each starts with new counts. Default: none. */
  readonly revision?: number;
  /** Its approximate size in memory. Absent for bundled scripts, which are in memory anyway. */
  readonly bytes?: number;
}

/** At this time, change this state, send this callback. */
export interface TimelineStep {
  /** Milliseconds after the trigger fired. */
  readonly atMs: number;
  /** Merge patch on what a GET of the resource shows. */
  readonly set?: JsonObject;
  /** Name of the callback to send, e.g. `documentState`. */
  readonly callback?: string;
  /** Parameters that replace those of the provider in the callback's query. */
  readonly query?: JsonObject;
  /** Merge patch on the payload that the provider would send. A value that is not an object replaces it. */
  readonly payload?: JsonValue;
  /** What the callback carries in place of what the provider would send. A string is sent as it is written. */
  readonly content?: JsonValue;
  /** Headers that replace those of the callback, or are added to them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Details of the step for the provider's own use. */
  readonly detail?: JsonObject;
}
