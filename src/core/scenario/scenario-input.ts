import type { Duration } from '../duration.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { SettingName, settingsTable } from '../settings.ts';
import type { Expectation } from './expectation.ts';
import type { FaultSelector } from './fault.ts';
import type { ApiFaultName, FaultName } from './fault-schemas.ts';
import type { RetryPresetName } from './retry-presets.ts';

export type DurationInput = Duration;

/** A scenario as it is written (`schemas/scenario.schema.json`), by provider. */
export type ScenarioInput = DocDigitizerScenarioInput | InformedScenarioInput;

export type DocDigitizerScenarioInput = ScenarioInputOf<DocDigitizerLanguage>;
export type InformedScenarioInput = ScenarioInputOf<InformedLanguage>;

/** What is a provider's own in the language. */
interface LanguageShape {
  readonly provider: string;
  readonly outcome: object;
  readonly timing: string;
  readonly trigger: string;
  readonly callback: string;
  readonly operation: string;
  /** Operations that are about no run: no scenario can answer them. */
  readonly withoutRun: string;
}

interface DocDigitizerLanguage extends LanguageShape {
  readonly provider: 'docdigitizer';
  readonly outcome: DocDigitizerOutcome;
  readonly timing: 'machineLearning' | 'final';
  readonly trigger: 'submission';
  readonly callback: 'documentState' | 'documentStateOverview' | 'documentStateV1';
  readonly operation:
    | 'authenticate'
    | 'submitDocument'
    | 'getDocument'
    | 'annotateDocument'
    | 'annotateDocumentOfClass'
    | 'listTasks'
    | 'getTask'
    | 'getDocumentV1'
    | 'getDocumentAssets';
  readonly withoutRun: 'authenticate' | 'listTasks';
}

interface InformedLanguage extends LanguageShape {
  readonly provider: 'informed';
  readonly outcome: InformedOutcome;
  readonly timing: 'extraction' | 'quiet';
  readonly trigger: 'submission' | 'upload' | 'quiet' | 'update';
  readonly callback: 'extractions' | 'verifications' | 'error';
  readonly operation:
    | 'registerApplication'
    | 'updateApplication'
    | 'listApplications'
    | 'getApplication'
    | 'addDocuments'
    | 'uploadFile'
    | 'downloadDocument';
  readonly withoutRun: 'listApplications';
}

/** `schemas/scenario/docdigitizer-outcome.schema.json`. */
export type DocDigitizerOutcome =
  | { readonly final: 'annotated'; readonly annotations?: JsonObject }
  | {
      readonly final: 'rejected' | 'error';
      readonly reason?: string;
      readonly reasons?: never;
      readonly annotations?: JsonObject;
    }
  | {
      readonly final: 'rejected' | 'error';
      readonly reason?: never;
      readonly reasons?: readonly string[];
      readonly annotations?: JsonObject;
    };

/** `schemas/scenario/informed-outcome.schema.json`. */
export interface InformedOutcome {
  /** For every file, or one for each in the order of the uploads; the last holds for those that follow. */
  readonly extraction?: InformedExtraction | readonly InformedExtraction[];
  /** Types for every file, or one list per file. */
  readonly documents?: readonly InformedDocumentType[] | readonly (readonly InformedDocumentType[])[];
  readonly verifications?:
    | 'delayed'
    | 'none'
    | { readonly [K in InformedVerification]?: 'pass' | 'fail' | 'missing' | 'review' };
}

type InformedExtraction =
  | 'ok'
  | 'unreadable'
  | 'invalid-type'
  | 'corrupted'
  | 'password-protected'
  | 'too-small'
  | 'too-large';
type InformedDocumentType =
  | 'paystub'
  | 'bank_statement'
  | 'drivers_license'
  | 'utility_bill'
  | 'w2'
  | 'credit_application'
  | 'retail_installment_sales_contract'
  | 'odometer_statement'
  | 'bookout_sheet'
  | 'gap_waiver_contract'
  | 'vehicle_service_contract'
  | 'other';
type InformedVerification =
  | 'income'
  | 'residence'
  | 'identity'
  | 'credit_application'
  | 'retail_installment_sales_contract'
  | 'odometer_statement'
  | 'bookout_sheet'
  | 'gap_waiver_contract'
  | 'vehicle_service_contract';

type ScenarioInputOf<L extends LanguageShape> = {
  readonly $schema?: string;
  readonly name: string;
  readonly description?: string;
  readonly provider: L['provider'];
  readonly match?: {
    readonly operation?: L['operation'];
    readonly fileName?: string;
    readonly body?: JsonObject;
  };
  readonly faults?: readonly FaultInput<L['callback']>[];
  readonly retry?: RetryPresetName | RetryPolicyInput;
  readonly respond?: readonly ApiFaultInput<Exclude<L['operation'], L['withoutRun']>>[];
  readonly settings?: SettingsInputOf<L['provider']>;
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

type SettingsInputOf<P extends string> = {
  readonly [K in SettingName as K extends `${P}.${string}` | `callbacks.${string}`
    ? K
    : never]?: SettingInput<(typeof settingsTable)[K]['type']>;
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

interface FaultValues {
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
  readonly contradict:
    | 'unknown-id'
    | 'stale'
    | { readonly state: number; readonly final?: never }
    | {
        readonly final: 'annotated' | 'rejected' | 'error' | 'pass' | 'fail' | 'missing' | 'review';
        readonly state?: never;
      };
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

export type FaultInput<Callback extends string> = {
  readonly on?: Omit<FaultSelector, 'callback'> & { readonly callback?: Callback };
  readonly probability?: number;
  /** What a good consumer does about a callback that it strikes. Default: `acknowledged`. */
  readonly expect?: Expectation;
} & ExactlyOne<Pick<FaultValues, FaultName>>;

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
