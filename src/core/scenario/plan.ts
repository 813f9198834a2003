import type { RetryPolicy } from '../engine/deliveries/retry-policy.ts';
import type { JsonObject } from '../json.ts';
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
  /** The outcome in the provider's own terms, for what its answers show; null for a scenario that is a timeline. */
  readonly outcome: JsonObject | null;
  /** Settings that differ from the space's while this plan plays. */
  readonly settings: JsonObject;
  /** Seed of the data of its runs; null: the space's. */
  readonly seed: number | null;
  /** How many other scripts of this name came before it; absent: none. What is counted for a script begins again. */
  readonly revision?: number;
  /** What it takes in memory, about; absent: nothing that would not be there anyway, as of a script that ships. */
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
  /** Members that replace those which the provider would put in the callback's query. */
  readonly query?: JsonObject;
  /** Merge patch on the payload that the provider would send. */
  readonly payload?: JsonObject;
  /** Details of the step for the provider's own use. */
  readonly detail?: JsonObject;
}
