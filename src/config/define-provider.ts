import type { Duration } from '../core/duration.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { SettingType } from '../core/read-setting.ts';
import type { KnownPreset } from '../core/scenario/retry-presets.ts';
import type { RetryPolicyInput, StepMembers } from '../core/scenario/scenario-members.gen.ts';

/** What code adds to the provider that a contract gives. Everything is optional. */
export interface ProviderDefinition {
  /**
   * The OpenAPI file, relative to the module. Used if neither the command line nor `ringback.yaml` has one.
   * @default none
   */
  readonly contract?: string;
  /**
   * Responses by `operationId`, or by method and path, such as `POST /payments`.
   * @default those of the contract
   * @example { createPayment: (request, { next }) => next({ body: { status: 'pending' } }) }
   */
  readonly operations?: Readonly<Record<string, OperationCode>>;
  /**
   * Payloads of callbacks and webhooks by name. Each function gets the payload that would be sent.
   * @default those of the contract
   * @example { onPaid: (payload) => ({ ...payload, paidAt: '2030-01-01' }) }
   */
  readonly callbacks?: Readonly<Record<string, CallbackCode>>;
  /**
   * Settings by name, without the name of the provider: `limit` is the setting `payments.limit`.
   * @default none
   */
  readonly settings?: Readonly<Record<string, SettingDefinition>>;
  /**
   * How callbacks are retried, unless a scenario has its own `retry`: the name of a preset, or a policy. `retry` in
   * `ringback.yaml` takes its place.
   * @default one attempt
   * @example { schedule: ['5s', '1m'], on: [503, 'timeout'], timeout: '10s' }
   */
  readonly retryPolicy?: KnownPreset | RetryPolicyInput;
  /**
   * What the provider requires of responses to callbacks beyond the contract. Others are violations of the delivery.
   * @default nothing
   */
  readonly answerRules?: AnswerRulesInput;
  /**
   * Scenarios, as YAML or as objects. One called `default` replaces the default callbacks. Files with `scenarios` in
   * `ringback.yaml` replace those of the same name.
   * @default none
   * @example ['{ name: lost, timeline: [{ after: 1h, callback: onPaid }], faults: [{ drop: true }] }']
   */
  readonly scenarios?: readonly (string | JsonObject)[];
  /**
   * The words of `outcome` in scenarios, such as `outcome: { paid: late }`, and the steps that they mean.
   * @default none: scenarios have a `timeline`
   */
  readonly outcome?: OutcomeDefinition;
  /**
   * How payloads and resources show their state, for `toBeTerminal` in tests that start the provider themselves.
   * @default they show none
   */
  readonly states?: StatesDefinition;
  /**
   * How long a function may take, in real time. Then the request gets 500, or the callback is not sent. Only a function
   * that waits can be stopped: one that computes without end blocks the server.
   * @default 30s
   */
  readonly timeout?: Duration;
}

/** What a provider requires of responses to its callbacks. */
export interface AnswerRulesInput {
  /**
   * Whether callbacks must go over HTTPS.
   * @default false
   */
  readonly httpsOnly?: boolean;
  /**
   * A response that takes longer, in real time, is a violation.
   * @default the setting callbacks.slowAnswer
   */
  readonly slowAnswer?: Duration;
}

/** What scenarios can say with `outcome`. */
export interface OutcomeDefinition {
  /** JSON Schema of `outcome`, an object. */
  readonly schema: JsonObject;
  /**
   * The outcome of scenarios with neither `outcome` nor `timeline`, also of the default one.
   * @default none: they send the default callbacks
   */
  readonly default?: JsonObject;
  /**
   * The steps of an outcome, as in `timeline`. The same arguments must give the same steps. It must not wait, and runs
   * when a scenario is loaded, and again when settings change. An outcome without properties is not passed.
   * @example ({ paid }) => [{ after: paid === 'late' ? '30d' : '2s', callback: 'onPaid' }]
   */
  expand(outcome: JsonObject, context: Pick<CodeContext, 'settings'>): readonly StepMembers<string, string>[];
}

/** Where a state is, and which ones are final. */
export interface StatesDefinition {
  readonly finals: readonly string[];
  /**
   * JSON pointers of the state. The first one with a string or a number counts.
   * @default ['/status']
   */
  readonly at?: readonly string[];
}

/** Responds to an operation. The request is valid by the contract. Code that throws, or whose response is invalid, gets 500. */
export type OperationCode = (
  request: ProviderRequest,
  context: OperationCodeContext,
) => ProviderResponse | Promise<ProviderResponse>;

/** Makes the payload of a callback. Null: it is not sent. */
export type CallbackCode = (
  payload: JsonValue | undefined,
  context: CallbackCodeContext,
) => JsonValue | null | Promise<JsonValue | null>;

/** A request, with the types that the contract declares. */
export interface ProviderRequest {
  /** `operationId`, or method and path. */
  readonly operation: string;
  readonly method: string;
  /** With the query string. */
  readonly url: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: JsonObject;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: JsonObject;
  /** Undefined: there is none. */
  readonly body: JsonValue | undefined;
}

export interface ProviderResponse {
  /** One that the contract declares. */
  readonly status: number;
  /** @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * JSON.
   * @default none
   */
  readonly body?: JsonValue;
}

/** The parts of a response that code chooses. The contract says the rest. */
export interface WantedResponse {
  /** @default that of a success */
  readonly status?: number;
  /** Merged into the body (RFC 7396). What is created is kept with it, and callbacks repeat it. */
  readonly body?: JsonObject;
}

/** What code of both kinds may use. */
export interface CodeContext {
  /** The space's clock: milliseconds since 1970. */
  readonly now: number;
  /** A number from 0 to 1, without 1. The seed decides. */
  random(): number;
  /** The value of each setting by its full name, such as `payments.limit`. Durations are in milliseconds. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface OperationCodeContext extends CodeContext {
  /**
   * Does what the contract says: keeps what is created, starts the callbacks, and makes the response. Call it at most
   * once. Without it, nothing is kept and nothing is called back.
   */
  next(wanted?: WantedResponse): Promise<ProviderResponse>;
}

export interface CallbackCodeContext extends CodeContext {
  /** The name of the callback, e.g. `createPayment.onPaid`. */
  readonly callback: string;
  /** The submission and its response. */
  readonly request: Pick<ProviderRequest, 'path' | 'query' | 'headers' | 'body'>;
  readonly response: { readonly status: number; readonly body: JsonValue | undefined } | null;
  /** What GET shows of the resource of the submission now. Undefined: none is kept. */
  readonly resource: JsonObject | undefined;
}

/** A setting of the provider. */
export interface SettingDefinition {
  /** An array of strings: one of these. */
  readonly type: SettingType;
  /** As it is written. */
  readonly default: string | number | boolean | readonly string[];
  /** What it does, in a sentence. */
  readonly text: string;
}

/**
 * Defines what a contract cannot say of a provider. `provider: ./provider.mjs` in `ringback.yaml` names the module whose
 * default export it is.
 * @returns the definition
 * @example
 * export default defineProvider({
 *   operations: { createPayment: (request, { next }) => next({ body: { status: 'pending' } }) },
 * });
 */
export function defineProvider(definition: ProviderDefinition): ProviderDefinition {
  return definition;
}
