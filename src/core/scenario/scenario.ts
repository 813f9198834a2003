import type { JsonObject, JsonValue } from '../json.ts';
import type { FaultRule } from './fault.ts';
import type { ApiFaultName } from './fault-schemas.ts';

/** The maximum length of a script, in characters: scripts are written by people, and checked in a single pass. */
export const maxScriptLength = 1024 * 1024;

/** `$id` of the schema that a script keeps, inside the program: the published file has none, for nothing to fetch. */
export const scenarioSchemaId = 'ringback:/schemas/scenario.schema.json';

/**
 * A parsed script (`schemas/scenario.schema.json`), with durations in milliseconds and its source positions.
 * `compileScenario` makes a `Plan` of it.
 */
export interface Scenario {
  /** Unique per provider, e.g. `rejected`. */
  readonly name: string;
  readonly provider: string;
  /** What happens, and what a good consumer does about it. */
  readonly description: string;
  readonly match: ScenarioMatch | null;
  /** In the provider's terms. Null if the scenario is a timeline. */
  readonly outcome: JsonObject | null;
  /** By the provider's names, in milliseconds. */
  readonly timingsMs: Readonly<Record<string, number>>;
  readonly timeline: readonly ScenarioStep[] | null;
  readonly faults: readonly FaultRule[];
  /** Name of a preset, or a policy of its own. Null: the provider's settings apply. */
  readonly retry: RetryInput | string | null;
  readonly respond: readonly ApiFault[];
  readonly settings: JsonObject;
  readonly seed: number | null;
  readonly source: ScenarioSource;
}

/** `provider/name`, which identifies a scenario without its provider. */
export function fullName(scenario: Pick<Scenario, 'provider' | 'name'>): string {
  return `${scenario.provider}/${scenario.name}`;
}

export interface ScenarioSource {
  /** File or a name for where it came from, e.g. `PUT /_ringback/scenarios/x`. */
  readonly file: string;
  readonly line: number;
}

/** Which submissions a scenario answers by itself. Every member that is given has to fit. */
export interface ScenarioMatch {
  readonly operation?: string;
  /** Glob with `*` and `?`; upper and lower case are the same. */
  readonly fileName?: string;
  /** Members that the body or form has to have, as a subset. */
  readonly body?: JsonObject;
}

export interface ScenarioStep {
  /** What starts the step's list: `submission` unless the provider has other triggers, e.g. `upload`. */
  readonly on: string;
  /** After the previous step of the same `on`, or after the trigger, in milliseconds. */
  readonly afterMs: number;
  readonly set?: JsonObject;
  readonly callback?: string;
  readonly query?: JsonObject;
  readonly payload?: JsonValue;
  readonly content?: JsonValue;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `retry` as it is written, read; what is left out comes from the provider's settings. */
export interface RetryInput {
  readonly delaysMs?: readonly number[];
  readonly on?: readonly string[];
  readonly timeoutMs?: number;
  readonly retryAfterMaxMs?: number;
}

/** A fault of the API side: what the provider answers instead of doing its work. */
export interface ApiFault {
  /** `operationId`; absent: every operation. */
  readonly operation?: string;
  /** How many requests it strikes; absent: all. */
  readonly times?: number;
  readonly probability: number;
  readonly kind: ApiFaultName;
  /** As it is written, read: milliseconds for `latency`, `{limit, perMs}` for `rate_limit`. */
  readonly value: JsonValue;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}
