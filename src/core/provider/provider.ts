import type { Operation } from '../contract/contract.ts';
import type { Delivery } from '../engine/deliveries/delivery.ts';
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
 * One provider: turns submissions into resources, and outcomes into timelines . Pure like the core: no `node:` import,
 * no socket, no time or chance of its own.
 */
export interface Provider {
  readonly name: string;
  /** Full name of the scenario that plays when nothing else chooses one. */
  readonly defaultScenario: string;
  /**
   * The settings of the provider. Each name starts with that of the provider: `informed.quietPeriod`. A scenario of the
   * provider can set them for its runs. Default: none.
   */
  readonly settings?: SettingsTable;
  /** What its scenarios can contain. Default: any outcome, timing and trigger, which `expandOutcome` must check. */
  readonly language?: ScenarioLanguage;
  /**
   * How its callbacks are retried, unless a scenario says otherwise. With all settings at their defaults, it is also
   * the preset of the provider's name, for any scenario. Default: one attempt.
   */
  retryPolicy?(settings: Settings): RetryPolicy;
  /** By `operationId`: what the provider does for each operation of its contract. */
  readonly operations: Readonly<Record<string, OperationHandler>>;
  /** `operationId`s that belong to no run, so that no scenario applies to them. Default: none. */
  readonly operationsWithoutRun?: readonly string[];
  /** `operationId`s whose requests choose a scenario, which `match` may name. Default: all. */
  readonly choosingOperations?: readonly string[];
  /**
   * Expands an outcome into the steps of each trigger.
   * @param outcome valid under the provider's outcome schema (`schemas/scenario/…`)
   * @param timingsMs the scenario's `timings`, by name, in milliseconds
   */
  expandOutcome(
    outcome: JsonObject,
    timingsMs: Readonly<Record<string, number>>,
    settings: Settings,
  ): Plan['triggers'];
  /**
   * Refuses a request without valid credentials by throwing `auth.missing` or `auth.wrong`. Null for open operations.
   */
  authorize(request: RequestHead, context: ProviderContext): void | Promise<void>;
  /**
   * Plays a step that is due: returns the changed resource and the callbacks to send. The engine creates the
   * deliveries.
   */
  performStep(step: TimelineStep, context: StepContext): Promise<Effect>;
  /**
   * Another callback that contradicts one just sent, for the fault `contradict`. Null if there is none of that kind. It
   * changes no resource: the API still returns the true state.
   * @param value `{state}`, `{final}`, `unknown-id` or `stale`
   */
  contradict(value: JsonValue, draft: CallbackDraft, context: StepContext): CallbackDraft | null;
  /** Ids of the other resources to evict along with this one, the resource of a run. */
  dependentResources(resource: Resource): readonly string[];
  /**
   * How queries show a resource, and in which collection. Null: not shown. Changes nothing. Default: no resource is
   * shown.
   */
  view?(resource: Resource, context: ProviderContext): Promise<ResourceView | null>;
  /** Sends the requests of a typical client, so that a scenario plays without a real submission. */
  readonly rehearse: Rehearse;
}

/** A resource as shown by the API of the provider. */
export interface ResourceView {
  readonly collection: 'documents' | 'applications';
  readonly view: JsonObject;
}

/** What a step can use when it is due. */
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

export interface Effect {
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

/** ` Did you mean "callback_method"?`, or an empty string. */
export type RequestHead = Pick<OperationRequest, 'operation' | 'headers'>;

export interface UnknownField {
  readonly name: string;
  /** An uploaded file: what its bytes are, and where they are stored. */
  readonly suggestion: string;
}

/** A file that was uploaded: what its bytes are, and where they are kept. */
export interface ReceivedFile {
  /** Key of the stored bytes for `OperationAnswer.blob`, or null if they were not stored. */
  readonly field: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly content: FileContent;
  /** Key of the kept bytes for `OperationAnswer.blob`, or null when they were not kept. */
  readonly blob: string | null;
}

export interface OperationAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** Stored bytes instead of a JSON body. */
  readonly text?: { readonly content: string; readonly mediaType: string };
  /** When the bytes were created. */
  readonly blob?: {
    readonly key: string;
    readonly mediaType: string;
    /** The response if a condition fails (412), or the range is outside (416). Default: no body. */
    readonly modifiedAt?: number;
    /** Runs that the response names in `X-Ringback-Run`. */
    readonly refusals?: Readonly<Record<412 | 416, OperationAnswer>>;
  };
  /** What an operation may use of its space. */
  readonly runs?: readonly string[];
}

/** A new id, the next one in the sequence of this submission. A request about a run has its own sequence. */
export interface ProviderContext {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly resources: Collection<Resource>;
  /**
   * Waits on the clock of the space. Virtual time advances by that much, since the caller is blocked in its request.
   * Throws `resource.conflict` if the space is reset meanwhile.
   */
  newId(): string;
  random(label: string): Random;
  /**
   * Declares which run the request refers to, before anything is done for it, so that the scripts of the run can apply
   * API faults. Returns the run, or undefined if there is none of that id. Throws `ScriptedAnswer` if a script responds
   * in place of the provider. Then do nothing.
   */
  wait(ms: number): Promise<void>;
  /**
   * Chooses the scenario for a submission, or for a part of one (docs/scenarios.md has the rules). Call it before
   * creating anything: it throws `ScriptedAnswer` if the scenario responds in place of the provider.
   */
  runForRequest(runId: string): Promise<Run | undefined>;
  /** Like a setting of the space, overridden by those of the plan. */
  chooseScenario(facts: SubmissionFacts): Promise<{ plan: Plan; choice: Choice }>;
  /**
   * Creates a run. Its branches start when the response to the request is sent. Throws `resource.conflict` if the space
   * was reset since the request arrived, and so does `startBranches`.
   */
  settingsOf(plan: Plan): Settings;
  /**
   * Adds branches to a run, or restarts its branches with those triggers and subjects, also after the response.
   * @param warnings about the request. The run keeps each one once
   */
  startRun(run: NewRun): Promise<Run>;
  /** The deliveries of a run, in the order of creation. */
  startBranches(
    runId: string,
    branches: readonly NewBranch[],
    warnings?: readonly Violation[],
  ): Promise<void>;
  run(id: string): Promise<Run | undefined>;
  /** What is known about a submission when its scenario is chosen. */
  deliveriesOf(run: Run): Promise<readonly Delivery[]>;
}

/** What is known of a submission when its scenario is chosen. */
export interface SubmissionFacts {
  readonly provider: string;
  readonly operation: string;
  /** Value of the header `X-Ringback-Scenario`, or undefined. */
  readonly header: string | undefined;
  readonly fileName: string | null;
  readonly content: FileContent | null;
  /**
   * True for a request about an earlier submission (an upload, an update). It takes only queued orders whose `match`
   * names an operation or a file name, and leaves the others to the next submission. Default: false.
   */
  readonly body: JsonValue | undefined;
  /** Full name of the scenario to play if the bytes select none either. Default: that of the provider. */
  readonly isPart?: boolean;
  /** Full name of the scenario that the content selects, e.g. `informed/password-protected`. Null: none. */
  readonly fallback?: { plan: Plan; choice: Choice };
  /** Full name of the scenario that the content means, e.g. `informed/password-protected`; null: nothing. */
  readonly byContent: string | null;
}
