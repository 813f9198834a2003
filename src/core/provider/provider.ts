import type { CallbackType, Operation } from '../contract/contract.ts';
import type { ExpressionScope } from '../contract/runtime-expression.ts';
import type { Delivery } from '../engine/deliveries/delivery.ts';
import type { AnswerRules } from '../engine/deliveries/judge-answer.ts';
import type { RetryPolicy } from '../engine/deliveries/retry-policy.ts';
import type { Collection, Resource } from '../engine/records.ts';
import type { Branch, CallbackTarget, Choice, NewBranch, NewRun, Run } from '../engine/runs/run.ts';
import type { Clock } from '../engine/time/clock.ts';
import type { Violation } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Random } from '../random.ts';
import type { Plan, TimelineStep } from '../scenario/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Settings, SettingsTable } from '../settings.ts';
import type { FileContent } from './file-content.ts';
import type { Rehearse } from './rehearsal.ts';
import type { ScenarioLanguage } from './scenario-language.ts';

/**
 * One provider: it turns submissions into resources, and outcomes into timelines. README.md is the guide for authors.
 * Pure like the core: no `node:` import, no socket, no time or chance but those of the context.
 */
export interface Provider {
  /** First part of every path, and the tag of the operations and webhooks in the contract. */
  readonly name: string;
  /** Full name of the scenario that plays when nothing else chooses one: `informed/complete`. */
  readonly defaultScenario: string;
  /**
   * Scenarios that the provider brings itself. A script of the same name replaces one. If that script has a `match`,
   * it does so for matching submissions only. Default: none.
   */
  readonly scenarios?: readonly Scenario[];
  /**
   * The settings of the provider. Each name starts with that of the provider: `informed.quietPeriod`. A scenario of the
   * provider can set them for its runs. Default: none.
   */
  readonly settings?: SettingsTable;
  /** What the provider adds to the scenario language. Default: any outcome, timing and trigger; `expandOutcome` checks them. */
  readonly language?: ScenarioLanguage;
  /** URL of the real API that the mock replaces, without a trailing slash. Default: unknown. */
  readonly realUrl?: string;
  /** A handler for each operation of the contract, by `operationId`. The server starts only if none is missing. */
  readonly operations: Readonly<Record<string, OperationHandler>>;
  /**
   * Handles every operation that {@link operations} lacks. Default: none. A provider with it plays any contract.
   */
  readonly handle?: OperationHandler;
  /** `operationId`s of operations without a run. Scenarios cannot inject faults into them. Default: none. */
  readonly operationsWithoutRun?: readonly string[];
  /** `operationId`s whose requests choose a scenario, which a `match` may name. Default: all. */
  readonly choosingOperations?: readonly string[];
  /**
   * How callbacks are retried unless a scenario sets a policy. With default settings, the result is also the retry
   * preset named like the provider, for any scenario. Default: one attempt.
   */
  retryPolicy?(settings: Settings): RetryPolicy;
  /** What the provider requires of the consumer beyond the contract. Called for each attempt. Default: nothing. */
  answerRules?(settings: Settings): Partial<AnswerRules>;
  /**
   * Headers of callbacks that are fired without a submission, such as credentials agreed with the consumer out of
   * band. A run has its headers in `target`. Default: none.
   */
  callbackHeaders?(settings: Settings): Readonly<Record<string, string>>;
  /**
   * Checks the credentials of a request, before its handler. Does nothing for operations that need none.
   * @throws {RingbackError} `auth.missing`, `auth.wrong`
   */
  authorize(request: RequestHead, context: ProviderContext): void | Promise<void>;
  /**
   * Expands an outcome to the steps of each trigger. Called when a scenario is compiled, and again when settings
   * change. The same arguments must give equal steps.
   * @param outcome valid under the outcome schema of the provider's language
   * @param timingsMs the scenario's `timings`, by name, in milliseconds
   * @throws {RingbackError} `scenario.invalid` for rules that the schema cannot express
   */
  expandOutcome(
    outcome: JsonObject,
    timingsMs: Readonly<Record<string, number>>,
    settings: Settings,
  ): Plan['triggers'];
  /**
   * Carries out a step that is due: changes resources and returns the callbacks to send. It must not send anything or
   * wait: the engine applies faults, makes the deliveries and retries them. An error ends the branch and is a defect.
   */
  performStep(step: TimelineStep, context: StepContext): Promise<StepEffect>;
  /**
   * A further callback that contradicts one just sent, for the fault `contradict`. Null: there is none of that kind.
   * It must not change a resource: the API still returns the real state.
   * @param value `unknown-id`, `stale`, or an object with one of the language's `contradictions` as its only property
   */
  contradict(value: JsonValue, draft: CallbackDraft, context: StepContext): CallbackDraft | null;
  /** Ids of the other resources that are evicted with this one, the resource of a run. */
  dependentResources(resource: Resource): readonly string[];
  /** Collections of `GET /_ringback/data` that {@link viewResource} shows resources in. Default: none. */
  readonly collections?: readonly string[];
  /** How queries show a resource. Null: not at all. It must not change anything. Default: no resource is shown. */
  viewResource?(resource: Resource, context: ProviderContext): Promise<ResourceView | null>;
  /** What the resource of a run shows now, for templates of scenarios. Undefined: nothing. Default: nothing. */
  resourceOf?(context: StepContext): Promise<JsonObject | undefined>;
  /** How its callbacks and resources show a state, for the test kit's `toBeTerminal`. Default: they have none. */
  readonly states?: ProviderStates;
  /** Sends the requests of a typical client, so that `explain` and `trigger` can play a scenario without one. */
  readonly rehearse: Rehearse;
  /**
   * A valid payload of a callback as the provider would send it, for one made-up submission. The same random source
   * gives the same payload. Null: an example of the contract is used. Default: null for every callback.
   */
  sampleCallback?(callback: string, sample: SampleOptions): JsonObject | null;
  /**
   * Makes a callback that is fired by hand: its payload unless one is given, its URL with parameters, its headers and
   * media type. Null: that of the default. Default: the given URL and headers; the payload is an example.
   */
  draftCallback?(callback: CallbackType, order: HandOrder, sample: SampleOptions): CallbackDraft | null;
  /**
   * Why the callback cannot be fired by hand, and what to do: its payload cannot be made valid, for example. Null: it
   * can. Default: null.
   */
  unfireable?(callback: CallbackType): string | null;
  /**
   * When a submission sends the callback if the provider's own default scenario plays, in milliseconds after the
   * response. Null: it does not. Undefined, and the default: what the steps of the default scenario say.
   */
  defaultTime?(callback: CallbackType, settings: Settings): number | null | undefined;
}

/** The states that callbacks and resources of a provider show. */
export interface ProviderStates {
  /** The final states, for messages: `91 ANNOTATED`. */
  readonly finals: readonly string[];
  /** Reads the state from a payload or a resource. Null: it shows none of this provider. */
  read(shown: JsonObject): { readonly name: string; readonly isFinal: boolean } | null;
}

/** A resource as shown by the API of the provider. */
export interface ResourceView {
  /** One of `Provider.collections`. */
  readonly collection: string;
  readonly view: JsonObject;
}

/** A callback to be fired by hand. */
export interface HandOrder {
  /** Absolute http(s) URL. */
  readonly to: string;
  /** One of the callback's methods. */
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The payload to send. Undefined: the provider makes one. */
  readonly payload: JsonValue | undefined;
}

/** What to make a sample payload from. */
export interface SampleOptions {
  readonly random: Random;
  /** The current time in the payload, in milliseconds since 1970. */
  readonly now: number;
  readonly settings: Settings;
  /** Properties that will replace those of the sample. Related ones can follow them, such as the text of a state. */
  readonly overrides: JsonObject;
}

/** What a step may use when it is due. */
export interface StepContext {
  readonly run: Run;
  readonly branch: Branch;
  readonly resources: Collection<Resource>;
  readonly clock: Clock;
  /** Settings of the space, overridden by those of the plan. */
  readonly settings: Settings;
  /** A random source that depends only on the label and the seed of the space (or of the plan). */
  random(label: string): Random;
  /** The random source of the step's templates: the same source each time, and another one for each step. */
  stepRandom(): Random;
}

/** What a step has done. */
export interface StepEffect {
  readonly callbacks: readonly CallbackDraft[];
  /** Branches of the run to restart now, such as a quiet period. */
  readonly restart?: readonly { trigger: string; subject: string | null }[];
  /** What else is wrong with the step. The run keeps each once. Default: none. */
  readonly warnings?: readonly Violation[];
  /** Why a callback is not sent, for example since its URL is unknown. Warnings, too, and events. Default: none. */
  readonly unsent?: readonly Violation[];
}

/** A callback that a provider sends, before faults, defaults and validation. */
export interface CallbackDraft {
  /** Name of the callback, e.g. `extractions`. */
  readonly callback: string;
  /**
   * Where it is sent. Parameters of the callback other than `CallbackType.query` are part of the URL and the headers.
   */
  readonly target: CallbackTarget;
  /** The body as a JSON value, or the query parameters as one object. Undefined: none. */
  readonly payload: JsonValue | undefined;
  /** Values that select the callback in addition to those that `Selector.read` finds in the payload, by selector. */
  readonly selects?: Readonly<Record<string, readonly JsonValue[]>>;
  /** Query parameters in the order of sending. Default: that of the contract. Missing ones come last. */
  readonly queryOrder?: readonly string[];
  /**
   * How the payload becomes the body. Default: as JSON if the contract declares a body for the callback, otherwise
   * there is no body.
   */
  readonly body?: {
    /** The body of a payload, as a string (sent as UTF-8) or as bytes. Must not throw for any JSON value. */
    content(payload: JsonValue | undefined): string | Uint8Array;
    readonly mediaType: string;
  };
  /**
   * The exact text of the body or of the query parameters, for its payload. A payload that a fault has changed is
   * encoded instead. Default: the payload is encoded.
   */
  readonly written?: { readonly text: string; readonly payload: JsonValue | undefined };
}

export type OperationHandler = (
  request: OperationRequest,
  context: ProviderContext,
) => Promise<OperationAnswer>;

/** A request that matches the contract: parameters coerced, body valid. */
export interface OperationRequest {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
  readonly query: JsonObject;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The cookies by name: as strings, but declared parameters with the type of their schema. */
  readonly cookies: JsonObject;
  /** Absolute URL of the request, with its query string. */
  readonly absoluteUrl: string;
  /**
   * The body: JSON, the fields of a form as one object, or the text of another media type. Undefined if there is none.
   * A file of a form is its name if the operation has a {@link Operation.document}; otherwise it is only in {@link files}.
   */
  readonly body: JsonValue | undefined;
  /** The files of a form, in the order of arrival. */
  readonly files: readonly ReceivedFile[];
  /** Fields of a form that are not in the contract. They are not refused, but a warning on the run should name them. */
  readonly unknownFields: readonly UnknownField[];
  /**
   * Receives a raw body as a stream. Call it at most once, after checking that you need the body. Throws
   * `request.aborted` if the body is truncated. The bytes are stored only if the whole operation succeeds.
   * @param options.runId the run that the bytes belong to. They are evicted with it
   */
  receiveFile(options: { fileName: string; runId: string }): Promise<ReceivedFile>;
  /**
   * Absolute URL of the provider's mount, with space prefix and without a trailing slash:
   * `http://127.0.0.1:4020/@a/informed`.
   */
  readonly baseUrl: string;
}

/** The part of a request that is available before its body is read. */
export type RequestHead = Pick<OperationRequest, 'operation' | 'headers' | 'query' | 'cookies'>;

export interface UnknownField {
  readonly name: string;
  /** ` Did you mean "callback_method"?`, or an empty string. */
  readonly suggestion: string;
}

/** An uploaded file. */
export interface ReceivedFile {
  /** Name of the form field. Empty for a raw body. */
  readonly field: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly content: FileContent;
  /** Key of the stored bytes for `OperationAnswer.blob`, or null if they were not stored. */
  readonly blob: string | null;
}

export interface OperationAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** Raw text instead of a JSON body. */
  readonly text?: { readonly content: string; readonly mediaType: string };
  /** Stored bytes instead of a JSON body. */
  readonly blob?: {
    readonly key: string;
    readonly mediaType: string;
    /** When the bytes were created. */
    readonly modifiedAt?: number;
    /** The response if a condition fails (412), or the range is outside (416). Default: no body. */
    readonly refusals?: Readonly<Record<412 | 416, OperationAnswer>>;
  };
  /** Runs that the response names in `X-Ringback-Run`. */
  readonly runs?: readonly string[];
  /**
   * What these runs keep of the request and this response, unless they keep an exchange already: for a handler that
   * starts its run before it has made the response. Default: nothing.
   */
  readonly exchange?: ExpressionScope;
}

/** What an operation may use of its space. */
export interface ProviderContext {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly resources: Collection<Resource>;
  /** A new id, the next one in the sequence of this submission. A request about a run has its own sequence. */
  newId(): string;
  random(label: string): Random;
  /**
   * Waits on the space's clock. A virtual clock moves on by that much, since the caller is blocked in its request.
   * @throws {RingbackError} `resource.conflict` when the space is reset in the meantime
   */
  wait(ms: number): Promise<void>;
  /**
   * Loads the run of a later request, and applies the API faults of its scenarios. Call it before you change anything.
   * @returns the run; undefined if no run has that id, or it was evicted
   * @throws {ScriptedAnswer} a scenario responds in place of the provider: do not catch it
   */
  runForRequest(runId: string): Promise<Run | undefined>;
  /**
   * Chooses the scenario of a submission, or of a part of one, and applies its API faults. Call it before you create
   * anything.
   * @throws {ScriptedAnswer} the scenario responds in place of the provider: do not catch it
   * @throws {RingbackError} `scenario.unknown` for the header `X-Ringback-Scenario`
   */
  chooseScenario(facts: SubmissionFacts): Promise<{ plan: Plan; choice: Choice }>;
  /** The settings of the space, overridden by those of the plan's scenario. */
  settingsOf(plan: Plan): Settings;
  /**
   * Makes a run. Its branches start when the response to the request is sent.
   * @throws {RingbackError} `resource.conflict` when the space was reset after the request arrived
   */
  startRun(run: NewRun): Promise<Run>;
  /**
   * Adds branches to a run, or restarts those with the same trigger and subject, when the response is sent.
   * @param warnings about the request. The run keeps each once
   * @throws {RingbackError} `resource.conflict` when the space was reset after the request arrived
   */
  startBranches(
    runId: string,
    branches: readonly NewBranch[],
    warnings?: readonly Violation[],
  ): Promise<void>;
  /** A run by its id, without applying API faults. Undefined if no run has that id, or it was evicted. */
  run(id: string): Promise<Run | undefined>;
  /** The deliveries of a run, in the order of creation. */
  deliveriesOf(run: Run): Promise<readonly Delivery[]>;
}

/** The parts of a submission that choose its scenario. */
export interface SubmissionFacts {
  readonly provider: string;
  readonly operation: string;
  /** Value of the header `X-Ringback-Scenario`, or undefined. */
  readonly header: string | undefined;
  readonly fileName: string | null;
  readonly content: FileContent | null;
  /** Body or form fields of the submission, for `match`. */
  readonly body: JsonValue | undefined;
  /**
   * True for a request that adds to an earlier submission (an upload, an update). It takes only queued orders whose
   * `match` names an operation or a file name, and leaves the others for the next submission. Default: false.
   */
  readonly isPart?: boolean;
  /** The scenario to play if nothing else selects one. Default: the provider's default scenario. */
  readonly fallback?: { plan: Plan; choice: Choice };
  /** Full name of the scenario that the content selects, e.g. `informed/password-protected`. Null: none. */
  readonly byContent: string | null;
}
