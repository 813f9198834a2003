import type { JsonObject, JsonValue } from '../json.ts';

/** What a provider adds to the scenario language. The core merges the languages of all providers into one schema. */
export interface ScenarioLanguage {
  /** JSON Schema of `outcome`, published as `schemas/scenario/<provider>-outcome.schema.json`. */
  readonly outcome: JsonObject;
  /** Outcome of a scenario with neither `outcome` nor `timeline`: that of the provider's default scenario. */
  readonly defaultOutcome: JsonObject;
  /** Names that `timings` may have, with what each one times. */
  readonly timings: Readonly<Record<string, string>>;
  /** What the `on` of a step may name, with what fires it. The first one is `submission`. */
  readonly triggers: Readonly<Record<string, string>>;
  /** What the `on` of a fault may ask for besides `callback`, `nth` and `attempt`, by name. Default: nothing. */
  readonly selectors?: Readonly<Record<string, Selector>>;
  /** Member of a JSON body that says what kind of callback it is, for `drift: new-event-type`. Default: there is none. */
  readonly eventType?: string;
  /** What `contradict` can say besides `unknown-id` and `stale`, by name. Default: nothing. */
  readonly contradictions?: Readonly<Record<string, Contradiction>>;
  /** Whole scenarios, for the schema that editors show. Default: none. */
  readonly examples?: readonly JsonObject[];
}

/** A way to pick callbacks by what they say, e.g. `on: { state: 92 }`. */
export interface Selector {
  /** What it is called in messages, e.g. `event type`. */
  readonly label: string;
  /** JSON Schema of the value that a script asks for, with a `description`. */
  readonly schema: JsonObject;
  /** Every value that the provider's callbacks have by themselves. Scripts can make them say others. */
  readonly values: readonly (string | number)[];
  /**
   * The values by which a callback can be selected; those that are null or undefined count for nothing. A value fits
   * when it is the same text as the one that the script asks for.
   * @param said the payload, or the part of it that a script sets
   * @param callback name of the callback, where it is known
   */
  read(said: JsonObject, callback?: string): readonly (JsonValue | undefined)[];
}

/** The values by which what a callback says can be selected, by selector. */
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

/** A way to contradict a callback, e.g. `contradict: { state: 92 }`. `Provider.contradict` carries it out. */
export interface Contradiction {
  /** What stands for the value in messages, e.g. `<number>`. */
  readonly shown: string;
  /** JSON Schema of the value, with a `description`. Providers that share a name share the values of its `enum`. */
  readonly schema: JsonObject;
  /** Names of the callbacks that can be contradicted so. */
  readonly callbacks: readonly string[];
}
