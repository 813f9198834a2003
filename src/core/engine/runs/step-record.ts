import type { CallbackDraft, StepContext } from '../../provider/provider.ts';
import type { TimelineStep } from '../../scenario/plan.ts';
import { type StepOrder, scriptStep } from '../faults/script-callback.ts';
import type { World } from '../world.ts';
import { branchesWith, orderLabel, type Run } from './run.ts';

/** A step of a run that has been carried out, and the callbacks that it wants sent. */
export interface PlayedStep {
  readonly drafts: readonly CallbackDraft[];
  readonly step: TimelineStep;
  readonly context: StepContext;
  /** Place of the step's branch in the run. */
  readonly branch: number;
  /** How many of the branch's steps are done with it. */
  readonly stepsDone: number;
  /** The branch's `starts` when the step was planned; null when it was played early: then it is not counted as done. */
  readonly start: number | null;
}

/**
 * Counts a step as done and its deliveries as made, in one change of the run, since steps may overlap: deliveries are
 * numbered and callbacks counted one after the other.
 */
export class StepRecord {
  /** The callbacks that the step has delivered, as of the last {@link apply}. */
  orders: readonly StepOrder[] = [];
  readonly ids: string[] = [];
  readonly #world: World;
  readonly #played: PlayedStep;

  constructor(world: World, played: PlayedStep) {
    this.#world = world;
    this.#played = played;
  }

  /** The run with the step counted in. May be called again when another writer came first. */
  apply(run: Run): Run {
    const { drafts, step, context, branch: index, start, stepsDone } = this.#played;
    const world = this.#world;
    const branch = run.branches[index] ?? context.branch;
    // A branch that was started again meanwhile begins at its first step.
    const counted = start !== null && branch.starts === start ? { ...branch, stepsDone } : branch;
    if (drafts.length === 0) return { ...run, ...branchesWith(run, [[index, counted]]) };
    const provider = world.provider(run.provider);
    const typeOf = ({ callback }: CallbackDraft) => world.callbackOf(run.provider, callback);
    const { orders, counts } = scriptStep({ drafts, step, context, provider, typeOf }, run, branch);
    const { ids } = this;
    this.orders = orders;
    ids.length = 0;
    let held: readonly string[] = run.heldDeliveries;
    for (const { copies, dueAt } of orders) {
      const first = ids.length;
      for (let copy = 0; copy < copies; copy++)
        ids.push(world.random(`run/${run.id}/${orderLabel(branch, branch.ordered + ids.length)}`).uuid());
      if (dueAt === 'after-next') held = held.concat(ids.slice(first));
    }
    return {
      ...run,
      ...branchesWith(run, [[index, { ...counted, ordered: branch.ordered + ids.length }]]),
      faultCounts: counts,
      deliveryIds: run.deliveryIds.concat(ids),
      openDeliveries: run.openDeliveries + ids.length,
      heldDeliveries: held,
    };
  }

  /** The run with the step counted in, but none of its deliveries: they could not be made. */
  withoutDeliveries(run: Run): Run {
    const isOther = (id: string): boolean => !this.ids.includes(id);
    return {
      ...run,
      deliveryIds: run.deliveryIds.filter(isOther),
      openDeliveries: run.openDeliveries - this.ids.length,
      heldDeliveries: run.heldDeliveries.filter(isOther),
    };
  }
}
