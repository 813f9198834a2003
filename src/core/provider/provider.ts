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
 * One provider: turns submissions into resources, and outcomes into timelines (DESIGN §2).
 * Pure like the core: no `node:` import, no socket, no time or chance of its own.
 */
export interface Provider {
  readonly name: string;
  /** Full name of the scenario that plays when nothing else chooses one. */
  readonly defaultScenario: string;
  /**
   * The provider's own settings. Each name begins with the provider's: `informed.quietPeriod`. A scenario of the
   * provider can set them for its runs. Default: none.
   */
  readonly settings?: SettingsTable;
  /** What its scenarios can say. Default: any outcome, timing and trigger, which `expandOutcome` has to check. */
  readonly language?: ScenarioLanguage;
  /**
   * How its callbacks are retried where a scenario does not say. Under the defaults of all settings it is also the
   * preset of the provider's name, for any scenario. Default: one attempt.
   */
  retryPolicy?(settings: Settings): RetryPolicy;
  /** By `operationId`: what the provider does for each operation of its contract. */
  readonly operations: Readonly<Record<string, OperationHandler>>;
  /** `operationId`s that are about no run, so that no scenario can answer them. Default: none. */
  readonly operationsWithoutRun?: readonly string[];
  /** `operationId`s whose requests choose a scenario, which a `match` may ask for. Default: all. */
  readonly choosingOperations?: readonly string[];
  /**
   * Expands an outcome to the steps of each trigger.
   * @param outcome valid under the provider's outcome schema (`schemas/scenario/…`)
   * @param timingsMs the scenario's `timings`, by name, in milliseconds
   */
  expandOutcome(
    outcome: JsonObject,
    timingsMs: Readonly<Record<string, number>>,
    settings: Settings,
  ): Plan['triggers'];
  /** Refuses a request without (good) credentials by throwing `auth.missing` or `auth.wrong`; null for the open operations. */
  authorize(request: RequestHead, context: ProviderContext): void | Promise<void>;
  /**
   * Carries out a step that is due: says what the resource becomes and which callbacks leave.
   * The engine makes the deliveries.
   */
  performStep(step: TimelineStep, context: StepContext): Promise<Effect>;
  /**
   * A further callback that contradicts one just sent, for the fault `contradict`; null when there is none of that kind.
   * It changes no resource: whoever asks the API is told the truth.
   * @param value `{state}`, `{final}`, `unknown-id` or `stale`
   */
  contradict(value: JsonValue, draft: CallbackDraft, context: StepContext): CallbackDraft | null;
  /** Ids of the other resources that go when this one, the resource of a run, is evicted. */
  dependentResources(resource: Resource): readonly string[];
  /** What a query shows of a resource, and among what; null: it is not shown. Changes nothing. Default: none is shown. */
  view?(resource: Resource, context: ProviderContext): Promise<ResourceView | null>;
  /** Sends the requests of a typical client, so that a scenario plays although nobody submits anything. */
  readonly rehearse: Rehearse;
}

/** A resource as the provider's API shows it. */
export interface ResourceView {
  readonly collection: 'documents' | 'applications';
  readonly view: JsonObject;
}

/** What a step has at hand when its time has come. */
export interface StepContext {
  readonly run: Run;
  readonly branch: Branch;
  readonly resources: Collection<Resource>;
  readonly clock: Clock;
  /** Space and plan settings together. */
  readonly settings: Settings;
  /** Depends on the space's seed (or the plan's) and a label alone. */
  random(label: string): Random;
}

export interface Effect {
  readonly callbacks: readonly CallbackDraft[];
  /** Branches of the run that begin again from now on: a quiet period. */
  readonly restart?: readonly { trigger: string; subject: string | null }[];
}

/** A callback that a provider wants sent, before faults, defaults and validation. */
export interface CallbackDraft {
  /** Name of the callback, e.g. `extractions`. */
  readonly callback: string;
  readonly target: CallbackTarget;
  /** The JSON body, or the query parameters as one object. */
  readonly payload: JsonObject;
  /** Values that it can be selected by besides those that `Selector.read` finds in the payload, by selector. */
  readonly selects?: Readonly<Record<string, readonly JsonValue[]>>;
  /** Query parameters in the order in which they go out; default: the contract's. Those that it lacks come last. */
  readonly queryOrder?: readonly string[];
  /** Body of a callback whose parameters are in the query string, made from the payload as it is sent; default: none. */
  readonly body?: { content(payload: JsonObject): string; readonly mediaType: string };
}

export type OperationHandler = (
  request: OperationRequest,
  context: ProviderContext,
) => Promise<OperationAnswer>;

/** A request that has passed the contract: parameters coerced, body valid. */
export interface OperationRequest {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
  readonly query: JsonObject;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body, or the fields of a form as one object, its files left out; undefined when there is none. */
  readonly body: JsonValue | undefined;
  /** The files of a form, in the order in which they came. */
  readonly files: readonly ReceivedFile[];
  /** Fields of a form that the contract does not know. They are not refused; a warning on the run should name them. */
  readonly unknownFields: readonly UnknownField[];
  /**
   * Takes a raw body in as a stream. Called at most once, after the handler has seen that it wants it.
   * Throws `request.aborted` when the body is cut off; then nothing of it is kept, nor when the operation fails later.
   * @param options.runId the run that the bytes are kept for: they go when it is evicted
   */
  receiveFile(options: { fileName: string; runId: string }): Promise<ReceivedFile>;
  /** Absolute URL of the provider's mount, space prefix included, no slash at the end: `http://127.0.0.1:4020/@a/informed`. */
  readonly baseUrl: string;
}

/** What is known of a request before its body is read. */
export type RequestHead = Pick<OperationRequest, 'operation' | 'headers'>;

export interface UnknownField {
  readonly name: string;
  /** ` Did you mean "callback_method"?`, or an empty text. */
  readonly suggestion: string;
}

/** A file that was uploaded: what its bytes are, and where they are kept. */
export interface ReceivedFile {
  /** Name of the form field; empty for a raw body. */
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
  /** Raw text instead of a JSON body. */
  readonly text?: { readonly content: string; readonly mediaType: string };
  /** Kept bytes instead of a JSON body. */
  readonly blob?: {
    readonly key: string;
    readonly mediaType: string;
    /** When the bytes came to be. */
    readonly modifiedAt?: number;
    /** What is answered when a condition does not hold (412), or the range lies outside (416). Default: no body. */
    readonly refusals?: Readonly<Record<412 | 416, OperationAnswer>>;
  };
  /** Runs that the answer names in `X-Ringback-Run`. */
  readonly runs?: readonly string[];
}

/** What an operation may use of its space. */
export interface ProviderContext {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly resources: Collection<Resource>;
  /** A new id, the next of this submission's own stream. A request about a run draws its ids from what it is about. */
  newId(): string;
  random(label: string): Random;
  /**
   * Waits on the space's clock. Virtual time is moved on by that much, since the caller is blocked in its request.
   * Throws `resource.conflict` when the space is reset meanwhile.
   */
  wait(ms: number): Promise<void>;
  /**
   * Says which run the request is about, before anything is done for it: the run's scripts may strike it. Gives the
   * run, or undefined when there is none of that id (any more).
   * Throws `ScriptedAnswer` when one of them answers in place of the provider; then nothing is to be done.
   */
  runForRequest(runId: string): Promise<Run | undefined>;
  /**
   * Chooses the scenario for a submission, or for a part of one, by the rules of DESIGN §4.2. Called before anything
   * is made: throws `ScriptedAnswer` when the scenario answers in place of the provider.
   */
  chooseScenario(facts: SubmissionFacts): Promise<{ plan: Plan; choice: Choice }>;
  /** Like a setting of the space, with the plan's own settings over it. */
  settingsOf(plan: Plan): Settings;
  /**
   * Makes a run; its branches start once the answer to the request is sent.
   * Throws `resource.conflict` when the space was reset since the request came; so does `startBranches`.
   */
  startRun(run: NewRun): Promise<Run>;
  /**
   * Adds branches to a run, or starts its branches of those triggers and subjects again; likewise after the answer.
   * @param warnings about the request; the run keeps each once
   */
  startBranches(
    runId: string,
    branches: readonly NewBranch[],
    warnings?: readonly Violation[],
  ): Promise<void>;
  run(id: string): Promise<Run | undefined>;
  /** The deliveries of a run, in the order in which they were made. */
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
  /** Body or form fields of the submission, for `match`. */
  readonly body: JsonValue | undefined;
  /**
   * True for a request about an earlier submission (an upload, an update): it takes only queued orders whose `match`
   * names an operation or a file name, and leaves the others to the next submission. Default: false.
   */
  readonly isPart?: boolean;
  /** Full name of the scenario to play when the bytes say nothing either; default: the provider's. */
  readonly fallback?: { plan: Plan; choice: Choice };
  /** Full name of the scenario that the content means, e.g. `informed/password-protected`; null: nothing. */
  readonly byContent: string | null;
}
