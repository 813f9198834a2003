import { callbackUrlWarning } from '../../callback-url.ts';
import type { ExpressionScope } from '../../contract/runtime-expression.ts';
import type { Violation } from '../../errors.ts';
import type { Plan, TimelineStep } from '../../scenario/plan.ts';
import type { Identified } from '../records.ts';
import type { Trace } from '../trace.ts';

/** Why a scenario was chosen (DESIGN §4.2, in the order in which the rules apply). */
export type ChoiceRule = 'header' | 'next' | 'file-name' | 'match' | 'content' | 'default';

export interface Choice {
  readonly rule: ChoiceRule;
  /** Why the rule applies, in one sentence. */
  readonly because: string;
}

/** One playing of a scenario for one submission. */
export interface Run extends Identified {
  readonly provider: string;
  /** Full name, e.g. `docdigitizer/annotated`. */
  readonly scenario: string;
  readonly choice: Choice;
  /** `operationId` of the submission. */
  readonly operation: string;
  /** The resource that the submission created. */
  readonly resourceId: string;
  readonly createdAt: number;
  /** That of its callbacks. */
  readonly trace: Trace;
  /** Where callbacks are sent. Null if the consumer gave no URL: then there are no callbacks. */
  readonly target: CallbackTarget | null;
  /** The submission and its response, which the URLs and payloads of callbacks refer to. Null: the provider needs none. */
  readonly exchange: ExpressionScope | null;
  readonly branches: readonly Branch[];
  /** The number of branches with pending steps or a pending start. An application has one for each upload. */
  readonly openBranches: number;
  /** The branches' plans that may strike requests about the run, each once. */
  readonly respondingPlans: readonly Plan[];
  /** In the order of creation. */
  readonly deliveryIds: readonly string[];
  /** The number of deliveries that have not ended. */
  readonly openDeliveries: number;
  /** Deliveries that wait for the run's next callback, because a script swaps them. */
  readonly heldDeliveries: readonly string[];
  /** By fault rule, how many callbacks of the run have matched its `on`, which `nth` counts. */
  readonly faultCounts: Readonly<Record<string, number>>;
  /** Problems with the submission that did not cause a refusal. */
  readonly warnings: readonly Violation[];
  /** API faults of requests about the run, oldest first. Only the latest hundred are kept. */
  readonly apiFaults: readonly ApiFaultMark[];
  /** How many API faults were evicted. */
  readonly forgottenApiFaults: number;
  /** How many requests about the run left a fault to chance. The next random draw depends on it. */
  readonly chances: number;
}

/** An API fault that applied to a request: it struck, or chance decided against it. */
export interface ApiFaultMark {
  readonly at: number;
  /** `operationId` of the request. */
  readonly operation: string;
  /** Full name of the scenario with the fault. */
  readonly scenario: string;
  /** In a few words, e.g. `status 503`. */
  readonly fault: string;
  readonly struck: boolean;
  /** 0…1. */
  readonly probability: number;
  /** The number drawn. Below the probability, the fault strikes. Null: nothing was left to chance. */
  readonly drawn: number | null;
}

/** URL and method of the consumer's callbacks. */
export interface CallbackTarget {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A part of a run that one trigger started: the submission itself, a later upload, an update or a quiet period.
 * A run plays until all its branches have ended.
 */
export interface Branch {
  /** Which of the plan's triggers it plays. */
  readonly trigger: string;
  /** Its subject, e.g. the id of the uploaded file. Null: the run's own resource. */
  readonly subject: string | null;
  /** Full name of the scenario whose plan it plays: an upload may play another one than its run. */
  readonly scenario: string;
  readonly choice: Choice;
  readonly plan: Plan;
  /** The steps to play: those of the plan for its trigger, unless the submission asked for fewer. */
  readonly steps: readonly TimelineStep[];
  /** When its trigger fired. Null until the response to the request that fires it is sent. */
  readonly startedAt: number | null;
  /** How many times it was started. Each upload restarts a quiet period. */
  readonly starts: number;
  /** How many of its steps the fault `early` carried out before the response was sent. */
  readonly playedEarly: number;
  /** How many of its steps have been carried out since the last start. */
  readonly stepsDone: number;
  /** How many deliveries its steps have ordered, in all starts. The id of the next one depends on it. */
  readonly ordered: number;
}

/**
 * The label for random draws of the n-th delivery of a branch. It does not depend on other branches, whose order
 * depends on timing.
 */
export function orderLabel({ trigger, subject }: Branch, n: number): string {
  return `${trigger}/${subject ?? ''}/${n}`;
}

/** The label for what a step makes up. A step that is played early does not count as done, but what it orders does. */
export function stepLabel({ playedEarly, stepsDone, ordered }: Branch): string {
  return playedEarly === 0 ? String(stepsDone) : `${stepsDone}/${ordered}`;
}

/** The index of a branch in its run, and the plan that it plays. */
export interface BranchPlace {
  readonly index: number;
  readonly plan: Plan;
}

/** A branch and its position: that of an existing one, or after the last one. */
type PlacedBranch = readonly [index: number, branch: Branch];

export interface NewRun {
  readonly provider: string;
  readonly operation: string;
  readonly plan: Plan;
  readonly choice: Choice;
  readonly resourceId: string;
  readonly target: CallbackTarget | null;
  /** Default: null. */
  readonly exchange?: ExpressionScope | null;
  readonly warnings: readonly Violation[];
  readonly branches: readonly NewBranch[];
}

export interface NewBranch {
  readonly trigger: string;
  readonly subject: string | null;
  /** Default: those of the run. */
  readonly plan?: Plan;
  readonly choice?: Choice;
  /** Steps to play instead of the plan's for the trigger. A synchronous submission plays only the last one. */
  readonly steps?: readonly TimelineStep[];
}

/** Shared by all runs that have none, since a million of them may wait. */
const none: readonly never[] = [];
const noCounts: Run['faultCounts'] = {};

/** Replaces or adds branches of a run. */
export function withBranches(run: Run, placed: readonly PlacedBranch[]): Run {
  return { ...run, ...branchesWith(run, placed) };
}

/** The properties of a run that depend on its branches, with some replaced. */
function branchesWith(
  run: Run,
  placed: readonly PlacedBranch[],
): Pick<Run, 'branches' | 'openBranches' | 'respondingPlans'> {
  const branches = run.branches.slice();
  let { openBranches, respondingPlans } = run;
  for (const [index, branch] of placed) {
    const old = branches[index];
    openBranches += Number(isOpen(branch)) - Number(old !== undefined && isOpen(old));
    branches[index] = branch;
    if (old === undefined) respondingPlans = withResponding(respondingPlans, branch);
    else if (old.plan !== branch.plan) respondingPlans = respondingPlansOf(branches);
  }
  return { branches, openBranches, respondingPlans };
}

/** The branches' plans that may strike requests about their run, each once. */
function respondingPlansOf(branches: readonly Branch[]): readonly Plan[] {
  return branches.reduce(withResponding, none as readonly Plan[]);
}

function withResponding(plans: readonly Plan[], { plan }: Branch): readonly Plan[] {
  return plan.respond.length === 0 || plans.includes(plan) ? plans : [...plans, plan];
}

/** Adds branches to a run, or makes those with the same triggers and subjects ready to restart. */
export function withReadyBranches(
  run: Run,
  orders: readonly NewBranch[],
): { readonly run: Run; readonly places: readonly BranchPlace[] } {
  const placed: PlacedBranch[] = [];
  let { length } = run.branches;
  for (const order of orders) {
    const plan = order.plan ?? run.branches[0]?.plan;
    if (plan === undefined) continue;
    const found = run.branches.findIndex((b) => b.trigger === order.trigger && b.subject === order.subject);
    const fresh = newBranch(order, { plan, choice: order.choice ?? run.choice });
    const old = run.branches[found];
    placed.push(
      old === undefined ? [length++, fresh] : [found, { ...fresh, starts: old.starts, ordered: old.ordered }],
    );
  }
  const places = placed.map(([index, { plan }]) => ({ index, plan }));
  return { run: withBranches(run, placed), places };
}

/** Adds warnings to a run, each only once: a client may send the same update many times. */
export function withWarnings(run: Run, warnings: readonly Violation[]): Run {
  const known = new Set(run.warnings.map(keyOf));
  const further = warnings.filter((warning) => !known.has(keyOf(warning)));
  return further.length === 0 ? run : { ...run, warnings: someWarnings([...run.warnings, ...further]) };
}

/** The maximum number of warnings of a run: a client may send many unknown properties in many requests. */
const maxWarnings = 100;

/** The first warnings. If there are more, the last one says so. */
function someWarnings(warnings: readonly Violation[]): readonly Violation[] {
  if (warnings.length <= maxWarnings) return warnings;
  const more = {
    location: '',
    code: 'warnings.more',
    message: `Only the first ${maxWarnings - 1} warnings are kept.`,
  };
  return [...warnings.slice(0, maxWarnings - 1), more];
}

function keyOf({ location, message }: Violation): string {
  return `${location} ${message}`;
}

/** Starts branches of a run at that time. Pending steps of an earlier start become void. */
export function withStartedBranches(run: Run, places: readonly number[], startedAt: number): Run {
  const placed = places.flatMap((index): PlacedBranch[] => {
    const branch = run.branches[index];
    if (branch === undefined) return [];
    const { starts, playedEarly } = branch;
    return [[index, { ...branch, startedAt, starts: starts + 1, stepsDone: playedEarly }]];
  });
  return withBranches(run, placed);
}

/** Creates a run that waits for its start. */
export function newRun(
  id: string,
  order: NewRun,
  { createdAt, apiFaults, trace }: Pick<Run, 'createdAt' | 'apiFaults' | 'trace'>,
): Run {
  const branches = order.branches.map((branch) => newBranch(branch, order));
  return {
    id,
    provider: order.provider,
    scenario: order.plan.scenario,
    choice: order.choice,
    operation: order.operation,
    resourceId: order.resourceId,
    createdAt,
    trace,
    target: order.target,
    exchange: order.exchange ?? null,
    branches,
    openBranches: branches.length,
    respondingPlans: respondingPlansOf(branches),
    deliveryIds: none,
    openDeliveries: 0,
    heldDeliveries: none,
    faultCounts: noCounts,
    warnings: warningsOf(order),
    apiFaults,
    forgottenApiFaults: 0,
    chances: 0,
  };
}

function warningsOf({ target, warnings }: NewRun): readonly Violation[] {
  const warning = target === null ? null : callbackUrlWarning(target.url);
  return someWarnings(warning === null ? warnings : [warning, ...warnings]);
}

/** Counts a step of a branch: how many times its faults matched, and the deliveries that it ordered. */
export function withStep(
  run: Run,
  placed: PlacedBranch,
  { counts, ids, held }: { counts: Run['faultCounts']; ids: readonly string[]; held: readonly string[] },
): Run {
  const { branches, openBranches, respondingPlans } = branchesWith(run, [placed]);
  return {
    ...run,
    branches,
    openBranches,
    respondingPlans,
    faultCounts: counts,
    deliveryIds: run.deliveryIds.concat(ids),
    openDeliveries: run.openDeliveries + ids.length,
    heldDeliveries: held,
  };
}

/** Adds a pending delivery to a run. */
export function withDelivery(run: Run, id: string): Run {
  return { ...run, deliveryIds: [...run.deliveryIds, id], openDeliveries: run.openDeliveries + 1 };
}

/** Removes deliveries that could not be made. */
export function withoutDeliveries(run: Run, ids: readonly string[]): Run {
  const isOther = (id: string): boolean => !ids.includes(id);
  return {
    ...run,
    deliveryIds: run.deliveryIds.filter(isOther),
    openDeliveries: run.openDeliveries - ids.length,
    heldDeliveries: run.heldDeliveries.filter(isOther),
  };
}

/** Counts the end of one delivery. */
export function withDeliveryEnded(run: Run): Run {
  return { ...run, openDeliveries: run.openDeliveries - 1 };
}

/** Removes some of the deliveries that the run holds back. */
export function withReleased(run: Run, ids: readonly string[]): Run {
  return { ...run, heldDeliveries: run.heldDeliveries.filter((id) => !ids.includes(id)) };
}

/** The maximum number of API faults that a run keeps: a client may poll without end. */
const maxApiFaults = 100;

/** Adds the API faults of a request about the run. */
export function withApiFaults(run: Run, marks: readonly ApiFaultMark[]): Run {
  const all = [...run.apiFaults, ...marks];
  const forgotten = Math.max(0, all.length - maxApiFaults);
  return { ...run, apiFaults: all.slice(forgotten), forgottenApiFaults: run.forgottenApiFaults + forgotten };
}

/** Counts a request about the run that left a fault to chance. */
export function withChance(run: Run): Run {
  return { ...run, chances: run.chances + 1 };
}

/** Creates a branch that waits for its start. */
function newBranch(order: NewBranch, defaults: Pick<NewRun, 'plan' | 'choice'>): Branch {
  const plan = order.plan ?? defaults.plan;
  return {
    trigger: order.trigger,
    subject: order.subject,
    scenario: plan.scenario,
    choice: order.choice ?? defaults.choice,
    plan,
    steps: order.steps ?? plan.triggers[order.trigger] ?? [],
    startedAt: null,
    playedEarly: 0,
    starts: 0,
    stepsDone: 0,
    ordered: 0,
  };
}

/** True if all open deliveries wait for a next callback, and none will follow. */
export function waitsForNothing(run: Run): boolean {
  const held = run.heldDeliveries.length;
  return held > 0 && run.openDeliveries === held && run.openBranches === 0;
}

/** True when all branches have played all their steps and all deliveries have ended. */
export function isOver(run: Run): boolean {
  return run.openDeliveries === 0 && run.openBranches === 0;
}

function isOpen({ startedAt, stepsDone, steps }: Branch): boolean {
  return startedAt === null || stepsDone < steps.length;
}
