import type { CallbackDraft, Effect, Moment, NewBranch, NewRun } from '../../providers/provider.ts';
import type { TimelineStep } from '../scenario/plan.ts';
import type { Deliveries } from './deliveries.ts';
import type { Delivery } from './delivery.ts';
import { earlySteps, type ScriptedDeliveries, scriptCallback } from './faults/script-callback.ts';
import type { ApiFaultMark, Branch, Run } from './run.ts';
import type { StepJob } from './schedule.ts';
import type { SpaceState } from './space-state.ts';

/** Most marks of API-side faults that a run keeps: a client may poll for as long as it likes. */
const maxApiFaults = 100;

interface MadeDelivery {
  readonly delivery: Delivery;
  /** Leaves at the same moment as its copies. */
  readonly concurrent: boolean;
}

/** Makes the runs of a space, starts their branches, plays their steps and lets old runs go. */
export class Runs {
  readonly #state: SpaceState;
  readonly #deliveries: Deliveries;
  /** Runs in the order in which they ended last: the first are the first to be evicted. */
  readonly #ended = new Set<string>();
  #evicted = 0;

  constructor(state: SpaceState, deliveries: Deliveries) {
    this.#state = state;
    this.#deliveries = deliveries;
  }

  /** How many runs were evicted since the last reset. */
  get evicted(): number {
    return this.#evicted;
  }

  forgetAll(): void {
    this.#ended.clear();
    this.#evicted = 0;
  }

  /** @param apiFaults what scripts have done to the request that makes it */
  async create(order: NewRun, apiFaults: readonly ApiFaultMark[]): Promise<Run> {
    const { clock, store } = this.#state;
    const run: Run = {
      id: this.#state.newId(),
      provider: order.provider,
      scenario: order.plan.scenario,
      choice: order.choice,
      operation: order.operation,
      resourceId: order.resourceId,
      createdAt: clock.now(),
      target: order.target,
      branches: order.branches.map((branch) => makeBranch(branch, order)),
      deliveryIds: [],
      openDeliveries: 0,
      heldDeliveries: [],
      faultCounts: {},
      warnings: order.warnings,
      apiFaults,
      forgottenApiFaults: 0,
    };
    await store.runs.put(run);
    this.#state.emit({ kind: 'run.created', at: run.createdAt, runId: run.id, run });
    await this.#evict();
    return run;
  }

  /** Notes what scripts have done to a request about the run. */
  async mark(runId: string, marks: readonly ApiFaultMark[]): Promise<void> {
    await this.#state.store.runs.update(runId, (run) => {
      const all = [...run.apiFaults, ...marks];
      const forgotten = Math.max(0, all.length - maxApiFaults);
      return {
        ...run,
        apiFaults: all.slice(forgotten),
        forgottenApiFaults: run.forgottenApiFaults + forgotten,
      };
    });
  }

  /** Adds a branch, or makes the run's branch of that trigger and subject ready to start anew. Returns its index. */
  async addBranch(runId: string, order: NewBranch): Promise<number | null> {
    let index: number | null = null;
    await this.#state.store.runs.update(runId, (run) => {
      const plan = order.plan ?? run.branches[0]?.plan;
      if (plan === undefined) return run;
      const found = run.branches.findIndex((b) => b.trigger === order.trigger && b.subject === order.subject);
      index = found === -1 ? run.branches.length : found;
      const fresh = makeBranch(order, { plan, choice: order.choice ?? run.choice });
      const branch = { ...fresh, starts: run.branches[found]?.starts ?? 0 };
      return { ...run, branches: run.branches.toSpliced(index, found === -1 ? 0 : 1, branch) };
    });
    return index;
  }

  /** Starts a branch from now on, after the steps that were played early; what was left of an earlier start is void. */
  async startBranch(runId: string, index: number): Promise<void> {
    const now = this.#state.clock.now();
    const run = await this.#changeBranch(runId, index, (branch) => ({
      ...branch,
      startedAt: now,
      starts: branch.starts + 1,
      stepsDone: branch.playedEarly,
    }));
    const branch = run?.branches[index];
    if (run === undefined || branch === undefined) return;
    if (branch.steps.length === branch.stepsDone) await this.checkEnd(run);
    else await this.#scheduleStep(run.id, index, branch, branch.stepsDone);
  }

  /** Plays the steps of a branch that the fault `early` wants played before the answer that starts it. */
  async playEarly(runId: string, index: number): Promise<void> {
    const run = await this.#state.store.runs.get(runId);
    const branch = run?.branches[index];
    if (run === undefined || branch === undefined) return;
    const steps = earlySteps(run, branch, (label) => this.#state.random(label, branch.plan));
    if (steps === 0) return;
    await this.#changeBranch(runId, index, (old) => ({ ...old, playedEarly: steps }));
    for (let step = 0; step < steps; step++) await this.#playStep(runId, index, step);
  }

  /** Plays a step whose time has come, and plans the next one of its branch. */
  async play(job: StepJob): Promise<void> {
    const run = await this.#state.store.runs.get(job.runId);
    if (run?.branches[job.branch]?.starts !== job.start) return;
    await this.#playStep(job.runId, job.branch, job.step, job);
  }

  /**
   * Plays a step: its effect on the resource, its callbacks.
   * @param job the step's job; absent when it is played early: then the branch does not go on from it
   */
  async #playStep(runId: string, index: number, stepIndex: number, job?: StepJob): Promise<void> {
    const { era, store } = this.#state;
    const run = await store.runs.get(runId);
    const branch = run?.branches[index];
    const step = branch?.steps[stepIndex];
    if (run === undefined || branch === undefined || step === undefined) return;
    const moment = this.#momentOf(run, branch);
    const effect = await this.#perform(step, moment);
    if (era !== this.#state.era) return;
    const { trigger, subject, scenario } = branch;
    const at = this.#state.clock.now();
    this.#state.emit({ kind: 'step.played', at, runId, scenario, trigger, subject, step });
    const made = await this.#makeDeliveries(effect.callbacks, step, moment);
    if (job !== undefined) {
      await this.#changeBranch(runId, index, (now) =>
        now.starts === job.start ? { ...now, stepsDone: stepIndex + 1 } : now,
      );
      await this.#scheduleStep(runId, index, branch, stepIndex + 1);
    }
    for (const restart of effect.restart ?? []) {
      const other = await this.addBranch(runId, { ...restart, plan: branch.plan, choice: branch.choice });
      if (other !== null) await this.startBranch(runId, other);
    }
    const held = (await store.runs.get(runId))?.heldDeliveries ?? [];
    const sent = await this.#sendDue(made);
    if (sent)
      await this.#release(
        runId,
        held.filter((id) => !made.some(({ delivery }) => delivery.id === id)),
      );
    const after = await store.runs.get(runId);
    if (after !== undefined && era === this.#state.era) await this.checkEnd(after, made.length === 0);
  }

  async #makeDeliveries(
    drafts: readonly CallbackDraft[],
    step: TimelineStep,
    moment: Moment,
  ): Promise<readonly MadeDelivery[]> {
    const { era, store } = this.#state;
    const made: MadeDelivery[] = [];
    for (const draft of drafts) {
      for (const { concurrent, ...order } of await this.#script(draft, step, moment)) {
        if (era !== this.#state.era) return [];
        made.push({ delivery: await this.#deliveries.create(order), concurrent });
      }
    }
    const held = made.filter(({ delivery }) => delivery.state === 'pending' && delivery.dueAt === null);
    if (held.length > 0) {
      await store.runs.update(moment.run.id, (run) => ({
        ...run,
        heldDeliveries: [...run.heldDeliveries, ...held.map(({ delivery }) => delivery.id)],
      }));
    }
    return made;
  }

  /** Has the plan's faults make deliveries of a callback, and counts it, in one change of the run: steps may overlap. */
  async #script(
    draft: CallbackDraft,
    step: TimelineStep,
    moment: Moment,
  ): Promise<ScriptedDeliveries['orders']> {
    const provider = this.#state.provider(moment.run.provider);
    const type = this.#state.callbackType(`${moment.run.provider}.${draft.callback}`);
    let orders: ScriptedDeliveries['orders'] = [];
    await this.#state.store.runs.update(moment.run.id, (run) => {
      const scripted = scriptCallback({ draft, type, step, moment: { ...moment, run }, provider });
      orders = scripted.orders;
      return { ...run, faultCounts: scripted.counts };
    });
    return orders;
  }

  /** Sends what is due now, in order or at once, and plans what is due later. Says whether anything was sent. */
  async #sendDue(made: readonly MadeDelivery[]): Promise<boolean> {
    const { clock, schedule } = this.#state;
    const now = clock.now();
    const atOnce: Promise<void>[] = [];
    let sent = false;
    for (const { delivery, concurrent } of made) {
      if (delivery.state === 'dropped') await this.#deliveries.drop(delivery);
      if (delivery.state !== 'pending' || delivery.dueAt === null) continue;
      if (delivery.dueAt > now) {
        await schedule.add({ kind: 'attempt', due: delivery.dueAt, deliveryId: delivery.id, attempt: 1 });
        continue;
      }
      sent = true;
      const attempt = this.#deliveries.attempt(delivery, 1);
      if (concurrent) atOnce.push(attempt);
      else await attempt;
    }
    await Promise.all(atOnce);
    return sent;
  }

  /** Sends deliveries that were held back for the callback that has just been sent; each is let go once. */
  async #release(runId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    let released: readonly string[] = [];
    await this.#state.store.runs.update(runId, (run) => {
      released = run.heldDeliveries.filter((id) => ids.includes(id));
      return { ...run, heldDeliveries: run.heldDeliveries.filter((id) => !ids.includes(id)) };
    });
    for (const deliveryId of released) await this.#deliveries.play({ deliveryId, attempt: 1 });
  }

  /**
   * Says so when a run has nothing left to play; lets go what it holds back when no callback is to come.
   * @param mayEnd false when an ended delivery has said so already
   */
  async checkEnd(run: Run, mayEnd = true): Promise<void> {
    const held = run.heldDeliveries;
    if (held.length > 0 && run.openDeliveries === held.length && branchesAreOver(run)) {
      await this.#release(run.id, held);
      return;
    }
    if (!mayEnd || !isOver(run)) return;
    // It may have ended before: an application does so after each of its uploads.
    this.#ended.delete(run.id);
    this.#ended.add(run.id);
    this.#state.emit({ kind: 'run.finished', at: this.#state.clock.now(), runId: run.id });
    await this.#evict();
  }

  #momentOf(run: Run, branch: Branch): Moment {
    const { store, clock } = this.#state;
    return {
      run,
      branch,
      resources: store.resources,
      clock,
      settings: this.#state.settingsOf(branch.plan),
      random: (label) => this.#state.random(label, branch.plan),
    };
  }

  /** A provider that fails at a step must not stop the run: the failure is kept on the run, the branch goes on. */
  async #perform(step: TimelineStep, moment: Moment): Promise<Effect> {
    const state = this.#state;
    const { run, branch } = moment;
    try {
      return await state.provider(run.provider).perform(step, moment);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `Failed to play a step of ${branch.scenario}: ${reason}`;
      const warning = { location: `timeline/${branch.trigger}`, code: 'internal', message };
      await state.store.runs.update(run.id, (old) => ({ ...old, warnings: [...old.warnings, warning] }));
      state.emit({ kind: 'defect', at: state.clock.now(), message, error });
      return { callbacks: [] };
    }
  }

  #changeBranch(runId: string, index: number, change: (branch: Branch) => Branch): Promise<Run | undefined> {
    return this.#state.store.runs.update(runId, (run) => ({
      ...run,
      branches: run.branches.map((branch, i) => (i === index ? change(branch) : branch)),
    }));
  }

  async #scheduleStep(runId: string, index: number, branch: Branch, step: number): Promise<void> {
    const atMs = branch.steps[step]?.atMs;
    if (atMs === undefined || branch.startedAt === null) return;
    const due = branch.startedAt + atMs;
    await this.#state.schedule.add({ kind: 'step', due, runId, branch: index, step, start: branch.starts });
  }

  /** Takes back a run that was made by a request which then failed; one that had started before stays. */
  async abandon(runId: string): Promise<void> {
    const run = await this.#state.store.runs.get(runId);
    if (run?.branches.every(({ starts, playedEarly }) => starts === 0 && playedEarly === 0))
      await this.#remove(run);
  }

  /** Lets the runs that ended first go while there are more than the limit. */
  async #evict(): Promise<void> {
    const { store, settings } = this.#state;
    for (const id of this.#ended) {
      if ((await store.runs.count()) <= settings['limits.runs']) return;
      this.#ended.delete(id);
      const run = await store.runs.get(id);
      if (run === undefined || !isOver(run)) continue;
      await this.#remove(run);
      this.#evicted++;
      this.#state.emit({ kind: 'run.evicted', at: this.#state.clock.now(), runId: run.id });
    }
  }

  async #remove(run: Run): Promise<void> {
    const { store } = this.#state;
    const resource = await store.resources.get(run.resourceId);
    const owned = resource === undefined ? [] : this.#state.provider(run.provider).owned(resource);
    for (const id of [run.resourceId, ...owned]) await store.resources.delete(id);
    for (const id of run.deliveryIds) await store.deliveries.delete(id);
    await store.runs.delete(run.id);
  }
}

function makeBranch(order: NewBranch, defaults: Pick<NewRun, 'plan' | 'choice'>): Branch {
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
  };
}

/** True when all branches have played all their steps and all deliveries have ended. */
export function isOver(run: Run): boolean {
  return run.openDeliveries === 0 && branchesAreOver(run);
}

function branchesAreOver(run: Run): boolean {
  return run.branches.every(
    (branch) => branch.startedAt !== null && branch.stepsDone === branch.steps.length,
  );
}
