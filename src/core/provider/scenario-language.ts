import type { JsonObject, JsonValue } from '../json.ts';

/** What a provider adds to the scenario language. The core merges the languages of all providers into one schema. */
export interface ScenarioLanguage {
  /** JSON Schema of `outcome`, published as `schemas/scenario/<provider>-outcome.schema.json`. */
  readonly outcome: JsonObject;
  /** Outcome of a scenario with neither `outcome` nor `timeline`: that of the provider's default scenario. */
  readonly defaultOutcome: JsonObject;
  /** Names that `timings` may have, each with a description. */
  readonly timings: Readonly<Record<string, string>>;
  /** Triggers that the `on` of a step may name, each with what fires it. The first one is `submission`. */
  readonly triggers: Readonly<Record<string, string>>;
  /**
   * Conditions that the `on` of a fault may have in addition to `callback`, `nth` and `attempt`, by name. Default:
   * none.
   */
  readonly selectors?: Readonly<Record<string, Selector>>;
  /** Property of a JSON body with the kind of the callback, for `drift: new-event-type`. Default: none. */
  readonly eventType?: string;
  /** What `contradict` accepts in addition to `unknown-id` and `stale`, by name. Default: nothing. */
  readonly contradictions?: Readonly<Record<string, Contradiction>>;
  /** Whole scenarios, for the schema that editors show. Default: none. */
  readonly examples?: readonly JsonObject[];
}

/** A way to select callbacks by their contents, e.g. `on: { state: 92 }`. */
export interface Selector {
  /** Its name in messages, e.g. `event type`. */
  readonly label: string;
  /** JSON Schema of the value in a script, with a `description`. */
  readonly schema: JsonObject;
  /** Every value that callbacks of the provider have by default. Scripts can set others. */
  readonly values: readonly (string | number)[];
  /**
   * The values that select a callback. Null and undefined are ignored. A value matches if it is the same string as the
   * one in the script.
   * @param said the payload, or the part of it that a script sets
   * @param callback name of the callback, if known
   */
  read(said: JsonObject, callback?: string): readonly (JsonValue | undefined)[];
}

/** The values that select a callback by its contents, by selector. */
export function readSelectors(
  language: ScenarioLanguage | undefined,
  said: JsonObject,
  callback?: string,
): Readonly<Record<string, readonly JsonValue[]>> {
  return Object.fromEntries(
    Object.entries(language?.selectors ?? {}).map(([name, selector]) => [
      name,
      selector.read(said, callback).filter((value) => value !== undefined && value !== null),
    ]),
  );
}

/** A way to contradict a callback, e.g. `contradict: { state: 92 }`. `Provider.contradict` performs it. */
export interface Contradiction {
  /** Placeholder of the value in messages, e.g. `<number>`. */
  readonly shown: string;
  /** JSON Schema of the value, with a `description`. Providers that share a name share the values of its `enum`. */
  readonly schema: JsonObject;
  /** Names of the callbacks that can be contradicted this way. */
  readonly callbacks: readonly string[];
}
