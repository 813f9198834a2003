import type { Operation } from '../contract/contract.ts';
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
   * The settings of the provider. Each name starts with that of the provider: `informed.quietPeriod`. A scenario of the
   * provider can set them for its runs. Default: none.
   */
  readonly settings?: SettingsTable;
  /** What scenarios of the provider can say. Default: any outcome, timing and trigger, which `expandOutcome` has to check. */
  readonly language?: ScenarioLanguage;
  /** URL of the real API, no slash at the end: what the mock stands in for. Default: unknown. */
  readonly realUrl?: string;
  /** By `operationId`: what the provider does for each operation of its contract. The server starts only if none is missing. */
  readonly operations: Readonly<Record<string, OperationHandler>>;
  /** `operationId`s that concern no run. No scenario can answer them with faults. Default: none. */
  readonly operationsWithoutRun?: readonly string[];
  /** `operationId`s whose requests choose a scenario, which a `match` may name. Default: all. */
  readonly choosingOperations?: readonly string[];
  /**
   * How callbacks are retried where a scenario does not say. Under the defaults of all settings it is also the retry
   * preset of the provider's name, for any scenario. Default: one attempt.
   */
  retryPolicy?(settings: Settings): RetryPolicy;
  /** What is demanded of the consumer beyond the contract. Called for each attempt. Default: nothing. */
  answerRules?(settings: Settings): Partial<AnswerRules>;
  /**
   * Headers of callbacks that are fired without a submission, as agreed with the consumer out of band: credentials.
   * Those of a run are in its `target`. Default: none.
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
   * @throws {RingbackError} `scenario.invalid` for what the schema cannot say
   */
  expandOutcome(
    outcome: JsonObject,
    timingsMs: Readonly<Record<string, number>>,
    settings: Settings,
  ): Plan['triggers'];
  /**
   * Carries out a step that is due: changes resources, and says which callbacks leave. It must not send anything or
   * wait: the engine applies faults, makes the deliveries and retries them. An error ends the branch and is a defect.
   */
  performStep(step: TimelineStep, context: StepContext): Promise<StepEffect>;
  /**
   * A further callback that contradicts one just sent, for the fault `contradict`; null when there is none of that kind.
   * It must not change a resource: the API goes on telling the truth.
   * @param value `unknown-id`, `stale`, or an object of one member that the language has
   */
  contradict(value: JsonValue, draft: CallbackDraft, context: StepContext): CallbackDraft | null;
  /** Ids of the other resources that are evicted with this one, the resource of a run. */
  dependentResources(resource: Resource): readonly string[];
  /** Collections of `GET /_ringback/data` that {@link viewResource} shows resources in. Default: none. */
  readonly collections?: readonly string[];
  /** What a query shows of a resource; null: nothing. It must not change anything. Default: nothing is shown. */
  viewResource?(resource: Resource, context: ProviderContext): Promise<ResourceView | null>;
  /** Sends the requests of a typical client, so that `explain` and `trigger` can play a scenario without one. */
  readonly rehearse: Rehearse;
  /**
   * A valid payload of a callback as the provider would send it, for one made-up submission. The same random source
   * gives the same payload. Null: an example of the contract is used. Default: null for every callback.
   */
  sampleCallback?(callback: string, sample: SampleOptions): JsonObject | null;
}

/** A resource as shown by the API of the provider. */
export interface ResourceView {
  /** One of `Provider.collections`. */
  readonly collection: string;
  readonly view: JsonObject;
}

/** What a payload is made for that no submission asked for. */
export interface SampleOptions {
  readonly random: Random;
  /** The time that it speaks of, in milliseconds since 1970. */
  readonly now: number;
  readonly settings: Settings;
  /** What will be laid over it, so that what belongs together can follow: a state brings its text along. */
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
  /** Depends only on the seed of the space (or of the plan) and a label. */
  random(label: string): Random;
}

/** What a step has done. */
export interface StepEffect {
  readonly callbacks: readonly CallbackDraft[];
  /** Branches of the run to restart from now on: a quiet period. */
  readonly restart?: readonly { trigger: string; subject: string | null }[];
}

/** A callback that a provider sends, before faults, defaults and validation. */
export interface CallbackDraft {
  /** Name of the callback, e.g. `extractions`. */
  readonly callback: string;
  readonly target: CallbackTarget;
  /** The JSON body, or the query parameters as one object. */
  readonly payload: JsonObject;
  /** Values that select the callback in addition to those that `Selector.read` finds in the payload, by selector. */
  readonly selects?: Readonly<Record<string, readonly JsonValue[]>>;
  /** Query parameters in the order of sending. Default: that of the contract. Missing ones come last. */
  readonly queryOrder?: readonly string[];
  /** Body of a callback with query parameters, built from the payload as it is sent. Default: none. */
  readonly body?: { content(payload: JsonObject): string; readonly mediaType: string };
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
  /** The JSON body, or the fields of a form as one object, without its files. Undefined if there is none. */
  readonly body: JsonValue | undefined;
  /** The files of a form, in the order of arrival. */
  readonly files: readonly ReceivedFile[];
  /** Fields of a form that are not in the contract. They are not refused, but a warning on the run should name them. */
  readonly unknownFields: readonly UnknownField[];
  /**
   * Receives a raw body as a stream. Called at most once, after the handler has checked that it needs the body. Throws
   * `request.aborted` if the body is cut off. Then nothing of it is stored, and neither if the operation fails later.
   * @param options.runId the run that the bytes belong to. They are evicted with it
   */
  receiveFile(options: { fileName: string; runId: string }): Promise<ReceivedFile>;
  /**
   * Absolute URL of the provider's mount, with space prefix and without a trailing slash:
   * `http://127.0.0.1:4020/@a/informed`.
   */
  readonly baseUrl: string;
}

/** What is known of a request before its body is read. */
export type RequestHead = Pick<OperationRequest, 'operation' | 'headers'>;

export interface UnknownField {
  readonly name: string;
  /** ` Did you mean "callback_method"?`, or an empty string. */
  readonly suggestion: string;
}

/** An uploaded file: what its bytes are, and where they are stored. */
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
   * Loads the run that a later request is about, and applies the API faults of its scenarios. Call it before you change
   * anything.
   * @returns the run; undefined: there is none of that id, or it was evicted
   * @throws {ScriptedAnswer} a scenario answers in place of the provider: let it pass
   */
  runForRequest(runId: string): Promise<Run | undefined>;
  /**
   * Chooses the scenario of a submission, or of a part of one, and applies its API faults. Call it before you make
   * anything.
   * @throws {ScriptedAnswer} the scenario answers in place of the provider: let it pass
   * @throws {RingbackError} `scenario.unknown` for the header `X-Ringback-Scenario`
   */
  chooseScenario(facts: SubmissionFacts): Promise<{ plan: Plan; choice: Choice }>;
  /** The settings of the space, with those of the plan's scenario over them. */
  settingsOf(plan: Plan): Settings;
  /**
   * Makes a run. Its branches start when the response to the request is sent.
   * @throws {RingbackError} `resource.conflict` when the space was reset since the request came
   */
  startRun(run: NewRun): Promise<Run>;
  /**
   * Adds branches to a run, or starts those of the same trigger and subject again, when the response is sent.
   * @param warnings about the request; the run keeps each once
   * @throws {RingbackError} `resource.conflict` when the space was reset since the request came
   */
  startBranches(
    runId: string,
    branches: readonly NewBranch[],
    warnings?: readonly Violation[],
  ): Promise<void>;
  /** A run by its id, without its API faults; undefined: there is none, or it was evicted. */
  run(id: string): Promise<Run | undefined>;
  /** The deliveries of a run, in the order of creation. */
  deliveriesOf(run: Run): Promise<readonly Delivery[]>;
}

/** What is known about a submission when its scenario is chosen. */
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
   * True for a request about an earlier submission (an upload, an update). It takes only queued orders whose `match`
   * names an operation or a file name, and leaves the others to the next submission. Default: false.
   */
  readonly isPart?: boolean;
  /** The scenario to play if the bytes select none either. Default: that of the provider. */
  readonly fallback?: { plan: Plan; choice: Choice };
  /** Full name of the scenario that the content selects, e.g. `informed/password-protected`. Null: none. */
  readonly byContent: string | null;
}
