import type { CallbackDraft, StepContext } from '../../provider/provider.ts';
import type { TimelineStep } from '../../scenario/plan.ts';
import { type StepOrder, scriptStep } from '../faults/script-callback.ts';
import type { World } from '../world.ts';
import { orderLabel, type Run, withStep } from './run.ts';

/** A step of a run that has been carried out, and its callbacks to send. */
export interface PlayedStep {
  readonly drafts: readonly CallbackDraft[];
  readonly step: TimelineStep;
  readonly context: StepContext;
  /** Index of the step's branch in the run. */
  readonly branch: number;
  /** The number of the branch's steps that are done, including this one. */
  readonly stepsDone: number;
  /** The branch's `starts` when the step was planned. Null if it was played early: then it does not count as done. */
  readonly start: number | null;
}

export interface CountedStep {
  /** The run after the step. */
  readonly run: Run;
  /** The callbacks that the step sends. */
  readonly orders: readonly StepOrder[];
  /** The ids of their deliveries, copies included. */
  readonly ids: readonly string[];
}

const none: readonly never[] = [];

/**
 * Counts a step and its deliveries in one change of the run. Steps may overlap, so deliveries are numbered and callbacks
 * counted one after the other. Pure.
 */
export function countStep(world: World, played: PlayedStep, run: Run): CountedStep {
  const { drafts, step, context, branch: index, start, stepsDone } = played;
  const branch = run.branches[index] ?? context.branch;
  // A branch that was restarted meanwhile begins at its first step.
  const counted = start !== null && branch.starts === start ? { ...branch, stepsDone } : branch;
  if (drafts.length === 0) {
    const { faultCounts: counts, heldDeliveries: held } = run;
    return { run: withStep(run, [index, counted], { counts, ids: none, held }), orders: none, ids: none };
  }
  const provider = world.provider(run.provider);
  const typeOf = ({ callback }: CallbackDraft) => world.callbackOf(run.provider, callback);
  const { orders, counts } = scriptStep({ drafts, step, context, provider, typeOf }, run, branch);
  const ids: string[] = [];
  let held: readonly string[] = run.heldDeliveries;
  for (const { copies, dueAt } of orders) {
    const first = ids.length;
    for (let copy = 0; copy < copies; copy++)
      ids.push(world.random(`run/${run.id}/${orderLabel(branch, branch.ordered + ids.length)}`).uuid());
    if (dueAt === 'after-next') held = held.concat(ids.slice(first));
  }
  const placed = [index, { ...counted, ordered: branch.ordered + ids.length }] as const;
  return { run: withStep(run, placed, { counts, ids, held }), orders, ids };
}
