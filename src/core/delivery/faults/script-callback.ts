import type { CallbackDraft, Moment, Provider } from '../../../providers/provider.ts';
import type { CallbackType } from '../../contract/contract.ts';
import type { JsonObject } from '../../json.ts';
import type { TimelineStep } from '../../scenario/plan.ts';
import type { NewDelivery } from '../deliveries.ts';
import type { Branch, Run } from '../run.ts';
import { planDeliveries } from './plan-deliveries.ts';
import { type CallbackFacts, selectFaults } from './select-faults.ts';

/** A callback that a step of a run sends. */
export interface ScriptedCallback {
  readonly draft: CallbackDraft;
  readonly type: CallbackType;
  readonly step: TimelineStep;
  readonly moment: Moment;
  readonly provider: Provider;
}

/** The deliveries that the plan's faults make of a callback, and the run's counts with it counted in. */
export interface ScriptedDeliveries {
  readonly orders: readonly (NewDelivery & { readonly concurrent: boolean })[];
  readonly counts: Run['faultCounts'];
}

/** Makes deliveries of a callback as the plan wants it. Pure: `moment.run` says what the run has sent so far. */
export function scriptCallback(callback: ScriptedCallback): ScriptedDeliveries {
  const { draft, type, step, moment, provider } = callback;
  const { run, branch, clock } = moment;
  const { plan } = branch;
  const counts = run.faultCounts;
  const now = clock.now();
  const overridden = step.payload === undefined && step.query === undefined ? [] : ['override'];
  if (plan.faults.length === 0) {
    const unscripted = { strikes: [], draws: [], faults: overridden, concurrent: false };
    return { orders: [{ runId: run.id, type, draft, plan, dueAt: now, ...unscripted }], counts };
  }
  const random = moment.random(`faults/${run.id}`);
  const selected = selectFaults(plan.scenario, plan.faults, factsOf(draft, step), counts, random);
  const planned = planDeliveries(draft, selected.strikes, {
    type,
    random: random.stream(`delivery/${run.deliveryIds.length}`),
    early: branch.startedAt === null,
    releases: run.heldDeliveries.length > 0,
    contradict: (value, original) => provider.contradict(value, original, moment),
  });
  const orders = planned.map(({ draft: changed, faults, leaves, concurrent }) => ({
    runId: run.id,
    type,
    draft: changed,
    plan,
    faults: [...overridden, ...faults],
    strikes: selected.strikes,
    draws: selected.draws,
    dueAt: typeof leaves === 'string' ? leaves : now + leaves.afterMs,
    concurrent,
  }));
  return { orders, counts: selected.counts };
}

/**
 * How many steps of a branch the fault `early` has played before the answer: up to the last callback that it strikes.
 * Judged by what the steps say, since nothing was sent yet.
 */
export function earlySteps(run: Run, branch: Branch, random: Moment['random']): number {
  const rules = branch.plan.faults.filter(({ fault }) => fault === 'early');
  if (rules.length === 0) return 0;
  let counts: Run['faultCounts'] = run.faultCounts;
  let early = 0;
  let set: JsonObject = {};
  for (const [index, step] of branch.steps.entries()) {
    set = { ...set, ...step.set };
    if (step.callback === undefined) continue;
    const said = { ...set, ...step.query };
    const facts: CallbackFacts = {
      names: [step.callback],
      states: [said.state, said.stateText].filter((state) => state !== undefined),
      eventType: step.callback,
    };
    // All rules, so that each draws as it will when the step is played.
    const draws = random(`faults/${run.id}`);
    const selected = selectFaults(branch.plan.scenario, branch.plan.faults, facts, counts, draws);
    counts = selected.counts;
    if (selected.strikes.some(({ fault }) => fault === 'early')) early = index + 1;
  }
  return early;
}

function factsOf(draft: CallbackDraft, step: TimelineStep): CallbackFacts {
  const { state, status, stateText, event_type: eventType } = draft.payload;
  const said = [state, status, stateText, ...(draft.states ?? [])].filter((item) => item !== undefined);
  return {
    names: step.callback === undefined ? [draft.callback] : [draft.callback, step.callback],
    states: said,
    eventType: eventType ?? draft.callback,
  };
}
