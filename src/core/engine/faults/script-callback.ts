import type { CallbackType } from '../../contract/contract.ts';
import { isJsonObject, type JsonObject, mergePatch, objectOf } from '../../json.ts';
import type { CallbackDraft, Provider, StepContext } from '../../provider/provider.ts';
import { readSelectors } from '../../provider/scenario-language.ts';
import type { Plan, TimelineStep } from '../../scenario/plan.ts';
import type { DeliveryOrder } from '../deliveries/deliveries.ts';
import { type Branch, orderLabel, type Run } from '../runs/run.ts';
import { planDeliveries } from './plan-deliveries.ts';
import { type CallbackFacts, selectFaults } from './select-faults.ts';

/** The callbacks of a step, and the inputs to make deliveries from them. */
export interface ScriptedStep {
  readonly drafts: readonly CallbackDraft[];
  readonly step: TimelineStep;
  readonly context: StepContext;
  readonly provider: Provider;
  typeOf(draft: CallbackDraft): CallbackType;
}

/** A callback that a step sends. */
export interface StepOrder extends DeliveryOrder {
  /** True if its copies are sent at the same time. */
  readonly concurrent: boolean;
}

/** The deliveries of a step's callbacks after the plan's faults, and the run's updated counts. */
export interface StepOrders {
  readonly orders: readonly StepOrder[];
  readonly counts: Run['faultCounts'];
}

/**
 * Creates the deliveries of a step's callbacks by the plan. Pure.
 * @param run the current run: other steps may have continued since the step began
 * @param branch the current branch of the step
 */
export function scriptStep(scripted: ScriptedStep, run: Run, branch: Branch): StepOrders {
  const { drafts, step, context } = scripted;
  const { plan } = context.branch;
  const { payload, content, query, headers } = step;
  const isPlain = [payload, content, query, headers].every((part) => part === undefined);
  const overridden = isPlain ? none : override;
  if (plan.faults.length === 0) {
    const dueAt = context.clock.now();
    const orders = drafts.map((draft) => ({
      runId: run.id,
      type: scripted.typeOf(draft),
      draft,
      plan,
      faults: overridden,
      strikes: none,
      draws: none,
      dueAt,
      copies: 1,
      gapMs: 0,
      concurrent: false,
    }));
    return { orders, counts: run.faultCounts };
  }
  const orders: StepOrder[] = [];
  let counts = run.faultCounts;
  let { ordered } = branch;
  for (const draft of drafts) {
    const selected = strikeCallback(scripted, draft, { run, counts, label: orderLabel(branch, ordered) });
    for (const order of selected.orders) {
      orders.push(overridden.length === 0 ? order : { ...order, faults: overridden.concat(order.faults) });
      ordered += order.copies;
    }
    counts = selected.counts;
  }
  return { orders, counts };
}

const none: readonly never[] = [];
const override: readonly string[] = ['override'];

/** @param sofar the run's counts before the callback, and the label for its random draws */
function strikeCallback(
  { step, context, provider, typeOf }: ScriptedStep,
  draft: CallbackDraft,
  sofar: { readonly run: Run; readonly counts: Run['faultCounts']; readonly label: string },
): StepOrders {
  const { branch, clock } = context;
  const { plan } = branch;
  const { run } = sofar;
  const type = typeOf(draft);
  const now = clock.now();
  const random = context.random(`faults/${run.id}`);
  const selected = selectFaults(
    plan.scenario,
    plan.faults,
    factsOf(draft, type, step, provider),
    sofar.counts,
    random,
  );
  const planned = planDeliveries(draft, selected.strikes, {
    type,
    random: random.stream(`delivery/${sofar.label}`),
    early: branch.startedAt === null,
    releases: run.heldDeliveries.length > 0,
    contradict: (value, original) => provider.contradict(value, original, context),
    eventType: provider.language?.eventType,
  });
  const orders = planned.map(({ draft: changed, faults, leaves, copies }) => ({
    runId: run.id,
    type,
    draft: changed,
    plan,
    faults,
    strikes: selected.strikes,
    draws: selected.draws,
    dueAt: typeof leaves === 'string' ? leaves : now + leaves.afterMs,
    copies: copies.times,
    gapMs: copies.gapMs,
    concurrent: copies.concurrent,
  }));
  return { orders, counts: selected.counts };
}

/** Whether a callback of the plan may be sent before the response that starts it. */
export function mayPlayEarly(plan: Plan): boolean {
  return plan.faults.some(({ fault }) => fault === 'early');
}

/**
 * How many steps of a branch the fault `early` plays before the response: up to the last callback that it strikes.
 * Determined from the steps, since nothing was sent yet.
 */
export function earlySteps(
  { language }: Pick<Provider, 'language'>,
  run: Run,
  branch: Branch,
  random: StepContext['random'],
  typeOf: (callback: string) => CallbackType | undefined,
): number {
  if (!mayPlayEarly(branch.plan)) return 0;
  let counts: Run['faultCounts'] = run.faultCounts;
  let early = 0;
  let set: JsonObject = {};
  for (const [index, step] of branch.steps.entries()) {
    set = { ...set, ...step.set };
    if (step.callback === undefined) continue;
    const said = { ...set, ...step.query };
    const payload = isJsonObject(step.content) ? step.content : mergePatch(said, step.payload ?? {});
    const names = namesOf(typeOf(step.callback), step.callback);
    const facts = { names, said: readSelectors(language, said, step.callback), payload };
    // Evaluates all rules, so that each draws the same number as when the step is played.
    const draws = random(`faults/${run.id}`);
    const selected = selectFaults(branch.plan.scenario, branch.plan.faults, facts, counts, draws);
    counts = selected.counts;
    if (selected.strikes.some(({ fault }) => fault === 'early')) early = index + 1;
  }
  return early;
}

function factsOf(
  draft: CallbackDraft,
  type: CallbackType,
  step: TimelineStep,
  { language }: Provider,
): CallbackFacts {
  const said = { ...readSelectors(language, objectOf(draft.payload), draft.callback) };
  for (const [name, more] of Object.entries(draft.selects ?? {}))
    said[name] = [...(said[name] ?? []), ...more];
  return { names: namesOf(type, step.callback ?? draft.callback), said, payload: draft.payload };
}

/** What the `on` of a fault may name a callback: its name, its type and its event, and its name in the step. */
function namesOf(type: CallbackType | undefined, inStep: string): readonly string[] {
  return type === undefined ? [inStep] : [type.name, type.type, type.event, inStep];
}
