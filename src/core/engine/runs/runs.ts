import type { ExpressionScope } from '../../contract/runtime-expression.ts';
import type { Violation } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import type { CallbackDraft, StepEffect } from '../../provider/provider.ts';
import type { TimelineStep } from '../../scenario/plan.ts';
import { withHeaders } from '../deliveries/compose-callback.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import { finished, redelivery } from '../deliveries/redelivery.ts';
import { withContent } from '../deliveries/written-content.ts';
import { earlySteps, type StepOrder } from '../faults/script-callback.ts';
import type { StepJob } from '../time/schedule.ts';
import { newTrace, type Trace } from '../trace.ts';
import type { World } from '../world.ts';
import { countStep } from './count-step.ts';
import { fillTemplates } from './fill-templates.ts';
import { KeptRuns } from './kept-runs.ts';
import {
  type ApiFaultMark,
  type Branch,
  type BranchPlace,
  isOver,
  type NewBranch,
  type NewRun,
  newRun,
  type Run,
  waitsForNothing,
  withApiFaults,
  withBranches,
  withDelivery,
  withDeliveryEnded,
  withoutDeliveries,
  withReadyBranches,
  withReleased,
  withStartedBranches,
  withWarnings,
} from './run.ts';
import { noteFailure, noteUnsent, warn } from './run-warnings.ts';
import { stepContext } from './step-context.ts';

/** The deliveries of a callback. */
interface MadeDeliveries {
  readonly deliveries: readonly Delivery[];
  /** True if they are sent at the same time. */
  readonly concurrent: boolean;
}

const none: readonly never[] = [];
const noEffect: StepEffect = { callbacks: [] };

/** Replaces or adds headers of a callback. */
function withHeadersOf(
  headers: NonNullable<TimelineStep['headers']>,
): (draft: CallbackDraft) => CallbackDraft {
  return (draft) => ({
    ...draft,
    target: { ...draft.target, headers: withHeaders(draft.target.headers, headers) },
  });
}

/** Creates the runs of a space, starts their branches, plays their steps and evicts old runs. */
export class Runs {
  readonly #world: World;
  readonly #deliveries: Deliveries;
  readonly #kept: KeptRuns;

  constructor(world: World, deliveries: Deliveries) {
    this.#world = world;
    this.#deliveries = deliveries;
    this.#kept = new KeptRuns(world);
  }

  /** How many runs were evicted since the last reset. */
  get evicted(): number {
    return this.#kept.evicted;
  }

  /**
   * @param apiFaults the API faults of the request that creates it
   * @param submitted the trace of that request, if it has one
   */
  async create(
    id: string,
    order: NewRun,
    apiFaults: readonly ApiFaultMark[],
    submitted: Trace | null,
  ): Promise<Run> {
    const { clock, store, parts } = this.#world;
    const trace =
      parts.tracer?.beginRun(id, order, submitted) ??
      submitted ??
      newTrace(this.#world.random(`trace/run/${id}`));
    const run = newRun(id, order, { createdAt: clock.now(), apiFaults, trace });
    this.#kept.count();
    await store.runs.put(run);
    this.#world.emit({ kind: 'run.created', at: run.createdAt, runId: run.id, run });
    await this.#kept.evict();
    const relieving = this.#world.memory.relieve();
    if (relieving !== undefined) await relieving;
    return run;
  }

  /** Records the API faults of a request about the run. */
  async mark(runId: string, marks: readonly ApiFaultMark[]): Promise<void> {
    await this.#world.store.runs.update(runId, (run) => withApiFaults(run, marks));
  }

  /** Gives a run its exchange, unless it has one. */
  async keepExchange(runId: string, exchange: ExpressionScope): Promise<void> {
    await this.#world.store.runs.update(runId, (run) => (run.exchange === null ? { ...run, exchange } : run));
  }

  /** Adds branches, or makes those with the same triggers and subjects ready to restart. Returns their indexes. */
  async addBranches(
    runId: string,
    orders: readonly NewBranch[],
    warnings: readonly Violation[],
  ): Promise<readonly BranchPlace[]> {
    let places: readonly BranchPlace[] = none;
    await this.#world.store.runs.update(runId, (old) => {
      const ready = withReadyBranches(old, orders);
      ({ places } = ready);
      return warnings.length === 0 ? ready.run : withWarnings(ready.run, warnings);
    });
    return places;
  }

  /** Starts branches now, after the steps that were played early. */
  async startBranches(runId: string, indexes: readonly number[]): Promise<void> {
    const now = this.#world.clock.now();
    const run = await this.#world.store.runs.update(runId, (old) => withStartedBranches(old, indexes, now));
    if (run !== undefined) await this.#scheduleFirst(run, indexes);
  }

  /** Restarts branches now, with their existing plans. */
  async #restart(runId: string, restarts: NonNullable<StepEffect['restart']>): Promise<void> {
    const now = this.#world.clock.now();
    let indexes: readonly number[] = none;
    const run = await this.#world.store.runs.update(runId, (old) => {
      const again = old.branches.filter((branch) =>
        restarts.some(({ trigger, subject }) => trigger === branch.trigger && subject === branch.subject),
      );
      const ready = withReadyBranches(old, again);
      indexes = ready.places.map(({ index }) => index);
      return withStartedBranches(ready.run, indexes, now);
    });
    if (run !== undefined) await this.#scheduleFirst(run, indexes);
  }

  /** @param run with those branches just started */
  async #scheduleFirst(run: Run, indexes: readonly number[]): Promise<void> {
    let someAreOver = false;
    for (const index of indexes) {
      const branch = run.branches[index];
      if (branch === undefined) continue;
      if (branch.steps.length === branch.stepsDone) someAreOver = true;
      else await this.#scheduleStep(run.id, index, branch, branch.stepsDone);
    }
    if (someAreOver) await this.#checkEnd(run);
  }

  /** Plays the steps of a branch that the fault `early` moves before the response that starts it. */
  async playEarly(runId: string, index: number): Promise<void> {
    const { store } = this.#world;
    const run = await store.runs.get(runId);
    const branch = run?.branches[index];
    if (run === undefined || branch === undefined) return;
    const steps = earlySteps(
      this.#world.provider(run.provider),
      run,
      branch,
      (label) => this.#world.random(label, branch.plan),
      (callback) => this.#world.findCallback(run.provider, callback),
    );
    if (steps === 0) return;
    await store.runs.update(runId, (old) => {
      const early = old.branches[index];
      return early === undefined ? old : withBranches(old, [[index, { ...early, playedEarly: steps }]]);
    });
    for (let step = 0; step < steps; step++) await this.#playStep(runId, index, step, null);
  }

  /** Plays a step that is due, and plans the next one of its branch. */
  play({ runId, branch, step, start }: StepJob): Promise<void> {
    return this.#playStep(runId, branch, step, start);
  }

  /** Plays one step. `start` is null for a step that is played early. */
  async #playStep(runId: string, index: number, stepIndex: number, start: number | null): Promise<void> {
    const { store } = this.#world;
    const run = await store.runs.get(runId);
    const branch = run?.branches[index];
    const planned = branch?.steps[stepIndex];
    if (run === undefined || branch === undefined || planned === undefined) return;
    if (start !== null && branch.starts !== start) return;
    const context = stepContext(this.#world, run, branch, stepIndex);
    const provider = this.#world.provider(run.provider);
    const { step, warnings } = await fillTemplates(planned, context, provider);
    if (warnings.length > 0) await warn(this.#world, runId, warnings);
    let effect = noEffect;
    try {
      effect = await provider.performStep(step, context);
    } catch (error) {
      await noteFailure(this.#world, run, branch, error);
    }
    this.#emitPlayed(runId, branch, step);
    if (effect.warnings !== undefined) await warn(this.#world, runId, effect.warnings);
    if (effect.unsent !== undefined) await noteUnsent(this.#world, runId, effect.unsent);
    const isFull = this.#world.memory.isFull && effect.callbacks.length > 0;
    const affordable = isFull ? await this.#affordable(effect.callbacks, run, branch) : effect.callbacks;
    const headed = step.headers === undefined ? affordable : affordable.map(withHeadersOf(step.headers));
    const drafts = step.content === undefined ? headed : headed.map(this.#withContent(step.content, run));
    const stepsDone = stepIndex + 1;
    const played = { drafts, step, context, branch: index, stepsDone, start };
    let orders: readonly StepOrder[] = none;
    let ids: readonly string[] = none;
    let updated = await store.runs.update(runId, (old) => {
      const counted = countStep(this.#world, played, old);
      ({ orders, ids } = counted);
      return counted.run;
    });
    if (updated === undefined) return;
    let made: readonly MadeDeliveries[] = none;
    try {
      made = this.#make(orders, ids, updated);
    } catch (error) {
      updated = await store.runs.update(runId, (old) => withoutDeliveries(old, ids));
      if (updated === undefined) return;
      await noteFailure(this.#world, run, branch, error);
    }
    for (const { deliveries } of made)
      for (const delivery of deliveries) {
        await this.#deliveries.keep(delivery);
        const pause = deliveries.length > 1 ? this.#world.pace() : undefined;
        if (pause !== undefined) await pause;
      }
    if (start !== null && stepsDone < branch.steps.length)
      await this.#scheduleStep(runId, index, branch, stepsDone);
    if (effect.restart !== undefined) await this.#restart(runId, effect.restart);
    const held = updated.heldDeliveries;
    const sent = made.length > 0 && (await this.#sendDue(made));
    if (sent && held.length > 0)
      await this.#release(
        runId,
        held.filter((id) => !ids.includes(id)),
      );
    // Otherwise the last delivery, or the restarted branch, reports the end of the run.
    if (made.length === 0 && effect.restart === undefined) await this.#checkEnd(updated);
    else if (held.length > 0) await this.#releaseLast(runId);
  }

  /** Makes an attempt that is due, unless the delivery was evicted or has ended meanwhile. */
  async attempt(deliveryId: string): Promise<void> {
    const delivery = await this.#world.store.deliveries.get(deliveryId);
    if (delivery?.state === 'pending') await this.#send(delivery);
  }

  async #send(delivery: Delivery): Promise<void> {
    const sent = await this.#deliveries.attempt(delivery);
    if (sent.endedAt !== null) await this.#countEnd(sent);
  }

  /** Sends a finished delivery again, as a new delivery of the same run. */
  async redeliver(deliveryId: string): Promise<Delivery> {
    const old = finished(await this.#world.store.deliveries.get(deliveryId), deliveryId);
    const now = this.#world.clock.now();
    const { runId } = old.callback;
    const id = this.#world.nextFiredId();
    const run =
      runId === null
        ? undefined
        : await this.#world.store.runs.update(runId, (before) => withDelivery(before, id));
    const again = redelivery(old, { id, now, nth: run?.deliveryIds.length ?? 1 });
    const sent = await this.#deliveries.sendNow(again);
    if (sent.endedAt !== null) await this.#countEnd(sent);
    return sent;
  }

  /** Counts the end of a delivery, which may end its run. */
  async #countEnd({ callback: { runId } }: Delivery): Promise<void> {
    if (runId === null) return;
    const run = await this.#world.store.runs.update(runId, withDeliveryEnded);
    if (run !== undefined) await this.#checkEnd(run);
  }

  /** The callbacks of a step, or none if memory is full. Then the run gets a warning. */
  async #affordable(
    drafts: StepEffect['callbacks'],
    run: Run,
    { scenario, trigger }: Branch,
  ): Promise<StepEffect['callbacks']> {
    const { memory, clock } = this.#world;
    await memory.relieve();
    if (!memory.isFull) return drafts;
    const message = `Callbacks of ${scenario} were not made: there was no room in memory, and nothing could be evicted. Raise limits.memoryBytes or --memory-bytes.`;
    await warn(this.#world, run.id, [{ location: `timeline/${trigger}`, code: 'memory.full', message }]);
    this.#world.emit({ kind: 'memory.full', at: clock.now(), runId: run.id, message });
    return none;
  }

  /** Makes the deliveries of a step's callbacks. */
  #make(orders: readonly StepOrder[], ids: readonly string[], run: Run): readonly MadeDeliveries[] {
    let done = 0;
    const before = run.deliveryIds.length - ids.length;
    return orders.map((order) => {
      const own = ids.slice(done, done + order.copies);
      const deliveries = this.#deliveries.make(order, own, before + done + 1, run.trace);
      done += order.copies;
      return { deliveries, concurrent: order.concurrent };
    });
  }

  /** Replaces what the callbacks of a step carry. */
  #withContent(content: JsonValue, { provider }: Run): (draft: CallbackDraft) => CallbackDraft {
    const { document } = this.#world.parts.contract;
    return (draft) => {
      const type = this.#world.findCallback(provider, draft.callback);
      return type === undefined ? draft : withContent(draft, type, content, document);
    };
  }

  #emitPlayed(runId: string, { trigger, subject, scenario }: Branch, step: TimelineStep): void {
    const at = this.#world.clock.now();
    this.#world.emit({ kind: 'step.played', at, runId, scenario, trigger, subject, step });
  }

  /** Sends what is due now, in order or concurrently, and schedules the rest. Returns whether anything was sent. */
  async #sendDue(made: readonly MadeDeliveries[]): Promise<boolean> {
    const { clock, schedule } = this.#world;
    const now = clock.now();
    const atOnce: Promise<unknown>[] = [];
    let sent = false;
    for (const { deliveries, concurrent } of made)
      for (const delivery of deliveries) {
        if (delivery.state === 'dropped') {
          this.#deliveries.drop(delivery);
          await this.#countEnd(delivery);
        }
        if (delivery.state !== 'pending' || delivery.dueAt === null) continue;
        if (delivery.dueAt > now) {
          await schedule.add({ kind: 'attempt', due: delivery.dueAt, deliveryId: delivery.id });
          continue;
        }
        sent = true;
        const attempt = this.#send(delivery);
        if (concurrent) {
          atOnce.push(attempt);
          continue;
        }
        await attempt;
        const pause = deliveries.length > 1 ? this.#world.pace() : undefined;
        if (pause !== undefined) await pause;
      }
    await Promise.all(atOnce);
    return sent;
  }

  /** Sends deliveries that were held back for the callback that was just sent, each only once. */
  async #release(runId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    let released: readonly string[] = [];
    await this.#world.store.runs.update(runId, (run) => {
      released = run.heldDeliveries.filter((id) => ids.includes(id));
      return withReleased(run, ids);
    });
    for (const id of released) await this.attempt(id);
  }

  /** Sends what a run holds back if no callback follows. */
  async #releaseLast(runId: string): Promise<void> {
    const run = await this.#world.store.runs.get(runId);
    if (run !== undefined && waitsForNothing(run)) await this.#release(runId, run.heldDeliveries);
  }

  /**
   * Reports the end of a run that has nothing left to play, and sends what it holds back if no callback follows.
   * @param run right after a change. Of several concurrent changes, exactly one ends the run
   */
  #checkEnd(run: Run): Promise<void> | undefined {
    if (waitsForNothing(run)) return this.#release(run.id, run.heldDeliveries);
    if (!isOver(run)) return undefined;
    this.#kept.end(run.id);
    this.#deliveries.forget(run.id);
    this.#world.emit({ kind: 'run.finished', at: this.#world.clock.now(), runId: run.id, run });
    return this.#kept.evict();
  }

  #scheduleStep(runId: string, index: number, branch: Branch, step: number): Promise<void> {
    const due = (branch.startedAt ?? 0) + (branch.steps[step]?.atMs ?? 0);
    return this.#world.schedule.add({ kind: 'step', due, runId, branch: index, step, start: branch.starts });
  }

  /** Removes a run whose request failed. A run that had already started stays. */
  async abandon(runId: string): Promise<void> {
    const run = await this.#world.store.runs.get(runId);
    if (run?.branches.every(({ starts, playedEarly }) => starts === 0 && playedEarly === 0))
      await this.#kept.remove(run);
  }
}
