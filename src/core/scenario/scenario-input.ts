import type { Duration } from '../duration.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { CoreSettings, SettingsTable } from '../settings.ts';
import type { Expectation } from './expectation.ts';
import type { ApiFaultName, FaultName } from './fault-schemas.ts';
import type { KnownPreset } from './retry-presets.ts';

export type DurationInput = Duration;

/** What is a provider's own in the language. */
export interface LanguageShape {
  readonly provider: string;
  readonly outcome: object;
  /** Properties of a fault's `on` in addition to `callback`, `nth` and `attempt`. */
  readonly selectors: object;
  /** Values of `contradict` other than its words: objects with one property. */
  readonly contradiction: object;
  readonly settings: SettingsTable;
  readonly timing: string;
  readonly trigger: string;
  readonly callback: string;
  readonly operation: string;
  /** Operations that are about no run: no scenario can answer them. */
  readonly withoutRun: string;
}

/**
 * A scenario as it is written (`schemas/scenario.schema.json`), of one provider.
 * @typeParam Providers names of all providers, each of which is a retry preset
 */
export type ScenarioInputOf<L extends LanguageShape, Providers extends string = L['provider']> = {
  readonly $schema?: string;
  readonly name: string;
  readonly description?: string;
  readonly provider: L['provider'];
  readonly match?: {
    readonly operation?: L['operation'];
    readonly fileName?: string;
    readonly body?: JsonObject;
  };
  readonly faults?: readonly FaultInput<L>[];
  readonly retry?: KnownPreset | Providers | RetryPolicyInput;
  readonly respond?: readonly ApiFaultInput<Exclude<L['operation'], L['withoutRun']>>[];
  readonly settings?: SettingsInputOf<L['settings']>;
  readonly seed?: number;
} & (
  | {
      /** Default: the outcome of the provider's default scenario. */
      readonly outcome?: L['outcome'];
      readonly timings?: { readonly [K in L['timing']]?: DurationInput };
      readonly timeline?: never;
    }
  | {
      readonly timeline: readonly StepInput<L['trigger'], L['callback']>[];
      readonly outcome?: never;
      readonly timings?: never;
    }
);

export type StepInput<Trigger extends string, Callback extends string> = {
  readonly on?: Trigger;
  readonly after: DurationInput;
} & (
  | { readonly set: JsonObject; readonly callback?: never; readonly query?: never; readonly payload?: never }
  | {
      readonly set?: JsonObject;
      readonly callback: Callback;
      readonly query?: JsonObject;
      readonly payload?: JsonObject;
    }
);

export interface RetryPolicyInput {
  readonly schedule?: readonly DurationInput[];
  readonly on?: readonly (number | string)[];
  readonly timeout?: DurationInput;
  readonly retryAfter?: DurationInput;
}

type SettingsInputOf<T extends SettingsTable> = {
  readonly [K in keyof T]?: SettingInput<T[K]['type']>;
} & {
  readonly [K in keyof CoreSettings as K extends `callbacks.${string}` ? K : never]?: SettingInput<
    CoreSettings[K]['type']
  >;
};

/** A setting as it is written. */
type SettingInput<T> = T extends readonly string[]
  ? T[number]
  : T extends 'duration'
    ? DurationInput
    : T extends 'durations'
      ? readonly DurationInput[]
      : T extends 'strings'
        ? readonly string[]
        : T extends 'integer'
          ? number
          : T extends 'boolean'
            ? boolean
            : string;

interface FaultValues<L extends LanguageShape> {
  readonly drop: true;
  readonly delay: DurationInput;
  readonly duplicate:
    | { readonly times: number; readonly gap?: DurationInput; readonly concurrent?: never }
    | { readonly times: number; readonly concurrent: true; readonly gap?: never };
  readonly reorder: true;
  readonly early: true;
  readonly corrupt:
    | 'truncate'
    | 'invalid-json'
    | 'empty'
    | 'content-type'
    | 'charset'
    | { readonly schema: string; readonly missingQuery?: never }
    | { readonly missingQuery: string; readonly schema?: never };
  readonly drift:
    | 'unknown-property'
    | 'omit-null'
    | 'null'
    | 'reorder-properties'
    | 'new-enum-value'
    | 'new-event-type';
  readonly contradict: 'unknown-id' | 'stale' | L['contradiction'];
  readonly auth: 'missing' | 'wrong';
  readonly slow: { readonly bytesPerSecond: number };
  readonly reset_peer: { readonly after: number };
  readonly timeout: DurationInput;
}

interface ApiFaultValues {
  readonly status: number;
  readonly latency: DurationInput;
  readonly reset_peer: { readonly after: number };
  readonly slow: { readonly bytesPerSecond: number };
  readonly malformed: true;
  readonly rate_limit: { readonly limit: number; readonly per: DurationInput };
}

/** An object with exactly one of the members of `T`. */
type ExactlyOne<T> = {
  [K in keyof T]: { readonly [P in K]: T[P] } & { readonly [P in Exclude<keyof T, K>]?: never };
}[keyof T];

type FaultInput<L extends LanguageShape> = {
  readonly on?: {
    readonly callback?: L['callback'];
    readonly nth?: number;
    readonly attempt?: number;
  } & L['selectors'];
  readonly probability?: number;
  /** How a good consumer responds to a callback with this fault. Default: `acknowledged`. */
  readonly expect?: Expectation;
} & ExactlyOne<Pick<FaultValues<L>, FaultName>>;

export type ApiFaultInput<Operation extends string> = {
  readonly operation?: Operation;
  readonly times?: number;
  readonly probability?: number;
} & (
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: JsonValue;
      readonly latency?: never;
      readonly reset_peer?: never;
      readonly slow?: never;
      readonly malformed?: never;
      readonly rate_limit?: never;
    }
  | ({ readonly status?: never; readonly headers?: never; readonly body?: never } & ExactlyOne<
      Pick<ApiFaultValues, Exclude<ApiFaultName, 'status'>>
    >)
);
