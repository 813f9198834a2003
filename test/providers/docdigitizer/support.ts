import { expect } from 'vitest';
import type { Operation } from '../../../src/core/contract/contract.ts';
import type { Callback, Delivery } from '../../../src/core/engine/deliveries/delivery.ts';
import type { Resource } from '../../../src/core/engine/records.ts';
import type { CallbackTarget, NewRun, Run } from '../../../src/core/engine/runs/run.ts';
import { virtualClock } from '../../../src/core/engine/time/clock.ts';
import type { Violation } from '../../../src/core/errors.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import type {
  CallbackDraft,
  OperationAnswer,
  OperationRequest,
  ProviderContext,
  ReceivedFile,
  StepContext,
  SubmissionFacts,
} from '../../../src/core/provider/provider.ts';
import { seededRandom } from '../../../src/core/random.ts';
import type { Plan, TimelineStep } from '../../../src/core/scenario/plan.ts';
import { type SettingsInput, withSettings } from '../../../src/core/settings.ts';
import { loadBundledContract } from '../../../src/loading/contract-files.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import { defaultSettings } from '../../support/bundled.ts';
import { emptyRun } from '../../support/empty-run.ts';

export const contract = await loadBundledContract();

export const consumer = 'http://127.0.0.1:9/hook';

/** The options of a test world: real collections, a virtual clock, and one plan for each submission. */
export interface WorldOptions {
  readonly settings?: SettingsInput;
  readonly seed?: number;
  /** The plan of a submission; default: the outcome `annotated`, or `error` for bad content. */
  readonly plan?: (facts: SubmissionFacts) => Plan;
}

/** A `ProviderContext` without the engine: it records calls, and tests play the steps. */
export function makeWorld(options: WorldOptions = {}) {
  const settings = withSettings(defaultSettings, options.settings ?? {});
  const random = seededRandom(options.seed ?? 1);
  const ids = random.stream('ids');
  const clock = virtualClock();
  const store = createMemoryStore({ freeze: true });
  const deliveries = new Map<string, Delivery[]>();
  const facts: SubmissionFacts[] = [];
  const orders: NewRun[] = [];
  const waits: number[] = [];
  const context: ProviderContext = {
    clock,
    settings,
    resources: store.resources,
    newId: () => ids.uuid(),
    random: (label) => random.stream(label),
    wait: async (ms) => {
      waits.push(ms);
      clock.moveTo(clock.now() + ms);
    },
    chooseScenario: async (submission) => {
      facts.push(submission);
      const final = submission.byContent === 'docdigitizer/error' ? 'error' : 'annotated';
      const plan = options.plan?.(submission) ?? outcomePlan({ final }, options.settings);
      return { plan, choice: { rule: 'default', because: 'the test says so' } };
    },
    runForRequest: async () => undefined,
    settingsOf: (plan) => withSettings(settings, plan.settings),
    startRun: async (order) => {
      orders.push(order);
      const run: Run = {
        id: ids.uuid(),
        provider: order.provider,
        scenario: order.plan.scenario,
        choice: order.choice,
        operation: order.operation,
        resourceId: order.resourceId,
        createdAt: clock.now(),
        trace: emptyRun.trace,
        target: order.target,
        exchange: null,
        branches: order.branches.map((branch) => ({
          trigger: branch.trigger,
          subject: branch.subject,
          scenario: order.plan.scenario,
          choice: order.choice,
          plan: order.plan,
          steps: branch.steps ?? order.plan.triggers[branch.trigger] ?? [],
          startedAt: null,
          playedEarly: 0,
          starts: 0,
          stepsDone: 0,
          ordered: 0,
        })),
        openBranches: order.branches.length,
        respondingPlans: [],
        deliveryIds: [],
        openDeliveries: 0,
        heldDeliveries: [],
        faultCounts: {},
        warnings: order.warnings,
        apiFaults: [],
        forgottenApiFaults: 0,
        chances: 0,
      };
      await store.runs.put(run);
      return run;
    },
    startBranches: async () => {
      throw new Error('DocDigitizer starts no branch later');
    },
    run: (id) => store.runs.get(id),
    deliveriesOf: async (run) => deliveries.get(run.id) ?? [],
  };
  const answer = async (request: OperationRequest): Promise<OperationAnswer> => {
    const handler = docdigitizer.operations[request.operation.id];
    if (handler === undefined) throw new Error(`no operation ${request.operation.id}`);
    await docdigitizer.authorize(request, context);
    return handler(request, context);
  };
  /** The response of an operation, checked against the contract. */
  const call = async (operation: string, given: Partial<RequestOptions> = {}): Promise<OperationAnswer> => {
    const request = makeRequest(operation, given);
    const made = await answer(request);
    expect(request.operation.validateAnswer(made.status, 'application/json', made.body)).toEqual([]);
    return made;
  };
  /** Plays the steps of a run that are due by then, in order. */
  const play = async (runId: string, untilMs = Number.POSITIVE_INFINITY): Promise<CallbackDraft[]> => {
    const run = await store.runs.get(runId);
    const branch = run?.branches[0];
    if (run === undefined || branch === undefined) throw new Error(`no run ${runId}`);
    const drafts = [];
    for (const step of branch.steps.filter((one) => one.atMs <= untilMs)) {
      const { callbacks } = await docdigitizer.performStep(step, momentOf(run, context));
      for (const draft of callbacks) expect(violationsOf(draft)).toEqual([]);
      drafts.push(...callbacks);
    }
    return drafts;
  };
  return { context, store, facts, orders, waits, deliveries, answer, call, play };
}

/** The violations of the strict schema. */
export function violationsOf(draft: CallbackDraft): readonly Violation[] | undefined {
  return contract.callbacks.get(`docdigitizer.${draft.callback}`)?.validateStrict(draft.payload);
}

export function momentOf(run: Run, context: ProviderContext): StepContext {
  const branch = run.branches[0];
  if (branch === undefined) throw new Error('a run has a branch');
  const { resources, clock } = context;
  const settings = context.settingsOf(branch.plan);
  const stepRandom = () => context.random('step');
  return { run, branch, resources, clock, settings, random: context.random, stepRandom };
}

export function outcomePlan(outcome: JsonObject, settings: SettingsInput = {}, own: JsonObject = {}): Plan {
  const triggers = docdigitizer.expandOutcome(
    outcome,
    {},
    withSettings(withSettings(defaultSettings, settings), own),
  );
  return { ...timelinePlan([]), triggers, outcome, settings: own };
}

export function timelinePlan(steps: readonly TimelineStep[]): Plan {
  return {
    scenario: 'docdigitizer/of-a-test',
    provider: 'docdigitizer',
    triggers: { submission: steps },
    retry: { delaysMs: [], on: [], timeoutMs: 30_000, retryAfterMaxMs: 0 },
    faults: [],
    respond: [],
    outcome: null,
    settings: {},
    seed: null,
  };
}

export interface RequestOptions {
  readonly path: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: JsonObject;
  readonly files: readonly ReceivedFile[];
  readonly unknownFields: OperationRequest['unknownFields'];
}

const credentials: Readonly<Record<string, string>> = {
  authenticate: 'a-key',
  submitDocument: 'Bearer a-token',
  getDocument: 'Bearer a-token',
};

function operationOf(id: string): Operation {
  const operation = contract.operations.find((one) => one.id === id);
  if (operation === undefined) throw new Error(`the contract has no operation ${id}`);
  return operation;
}

export function makeRequest(operation: string, given: Partial<RequestOptions> = {}): OperationRequest {
  return {
    operation: operationOf(operation),
    path: given.path ?? {},
    query: {},
    headers: { authorization: credentials[operation] ?? 'API_KEY a-key', ...given.headers },
    cookies: {},
    absoluteUrl: 'http://127.0.0.1:4020/docdigitizer',
    body: given.body,
    files: given.files ?? [],
    unknownFields: given.unknownFields ?? [],
    receiveFile: async () => {
      throw new Error('DocDigitizer takes no raw body');
    },
    baseUrl: 'http://127.0.0.1:4020/docdigitizer',
  };
}

export function makeFile(
  fileName = 'invoice.pdf',
  given: Partial<ReceivedFile['content']> = {},
  bytes = 20_000,
): ReceivedFile {
  return {
    field: 'files',
    fileName,
    bytes,
    content: { type: 'pdf', width: null, height: null, problem: null, ...given },
    blob: null,
  };
}

/** A run outside of any store, to test single steps. */
export function makeRun(
  document: Resource,
  plan: Plan,
  given: { operation?: string; target?: CallbackTarget | null } = {},
): Run {
  const choice = { rule: 'default', because: 'the test says so' } as const;
  return {
    ...emptyRun,
    scenario: plan.scenario,
    choice,
    operation: given.operation ?? 'submitDocument',
    resourceId: document.id,
    createdAt: document.createdAt,
    target: given.target === undefined ? { url: consumer, method: 'GET', headers: {} } : given.target,
    branches: [
      {
        trigger: 'submission',
        subject: null,
        scenario: plan.scenario,
        choice,
        plan,
        steps: [],
        startedAt: 0,
        playedEarly: 0,
        starts: 1,
        stepsDone: 0,
        ordered: 0,
      },
    ],
  };
}

/** A delivery as the engine keeps it, with the attempts of `[at, statusCode, error]`. */
export function makeDelivery(
  payload: JsonObject,
  attempts: readonly (readonly [number, number | null, string | null])[],
  { state = 'pending', ...given }: Partial<Callback & Pick<Delivery, 'state'>> = {},
): Delivery {
  const callback: Callback = {
    runId: 'a-run',
    provider: 'docdigitizer',
    type: 'docdigitizer.documentState',
    target: { url: consumer, method: 'GET', headers: {} },
    strikes: [],
    draws: [],
    method: 'GET',
    settings: {},
    url: consumer,
    headers: {},
    payload,
    body: null,
    createdAt: 0,
    retry: { delaysMs: [], on: [], timeoutMs: 30_000, retryAfterMaxMs: 0 },
    violations: [],
    faults: [],
    copies: 1,
    redeliveryOf: null,
    messageId: 'd1',
    trace: emptyRun.trace,
    ...given,
  };
  return {
    id: 'a-delivery',
    callback,
    copy: 1,
    nth: 1,
    state,
    dueAt: null,
    endedAt: null,
    attempts: attempts.map(([at, statusCode, error], index) => ({
      number: index + 1,
      at,
      statusCode,
      acknowledged: error === null,
      error,
      code: error === null ? null : 'response.status',
      durationMs: 1,
      response: null,
      violations: [],
      faults: [],
      retryAt: null,
    })),
  };
}
