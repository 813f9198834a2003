import type { ProviderContext } from '../../providers/provider.ts';
import { RingbackError } from '../errors.ts';
import type { ScenarioLibrary, TakenOrder } from '../scenario/library.ts';
import { type Settings, type SettingsInput, withSettings } from '../settings.ts';
import { ApiFaults } from './api-faults.ts';
import type { Clock } from './clock.ts';
import { Deliveries } from './deliveries.ts';
import type { Delivery } from './delivery.ts';
import { RequestFaults } from './request-faults.ts';
import { Runs } from './runs.ts';
import type { ClockMove, Job, Schedule, VirtualSchedule } from './schedule.ts';
import type { Exchange, FireOrder, MoveReport, Space } from './space.ts';
import { type SpaceParts, SpaceState } from './space-state.ts';
import type { SpaceStore } from './store.ts';

/** Makes a space: the engine that plays scenarios for submissions. */
export function createSpace(parts: SpaceParts): Space {
  return new Engine(parts);
}

class Engine implements Space {
  readonly name: string;
  readonly seed: number;
  readonly clock: Clock;
  readonly store: SpaceStore;
  readonly scenarios: ScenarioLibrary;
  readonly #state: SpaceState;
  readonly #deliveries: Deliveries;
  readonly #runs: Runs;
  readonly #apiFaults = new ApiFaults();
  /** Answers that are being written. Moves of the clock wait for them, since their runs start afterwards. */
  readonly #flushes = new Set<Promise<void>>();
  /** Requests that wait for a real clock. */
  readonly #waiters = new Map<number, { wake: () => void; fail: (error: Error) => void }>();
  #lastWaiter = 0;

  constructor(parts: SpaceParts) {
    this.name = parts.name;
    this.seed = parts.seed;
    this.clock = parts.clock;
    this.store = parts.store;
    this.#state = new SpaceState(parts);
    this.#deliveries = new Deliveries(this.#state, (run) => this.#runs.checkEnd(run));
    this.#runs = new Runs(this.#state, this.#deliveries);
    this.scenarios = parts.scenarios(() => this.#state.settings);
    parts.schedule.start((job) => this.#play(job));
  }

  get settings(): Settings {
    return this.#state.settings;
  }

  get evictedRuns(): number {
    return this.#runs.evicted;
  }

  configure(input: SettingsInput): void {
    this.#state.settings = withSettings(this.#state.settings, input);
  }

  pending(): Promise<number> {
    return this.#state.schedule.pending();
  }

  redeliver(deliveryId: string): Promise<Delivery> {
    return this.#deliveries.redeliver(deliveryId);
  }

  fire(order: FireOrder): Promise<Delivery> {
    return this.#deliveries.fire(order);
  }

  openExchange(operation: string): Exchange {
    const state = this.#state;
    const { era } = state;
    let starts: { runId: string; branch: number }[] = [];
    const taken: TakenOrder[] = [];
    const faults = new RequestFaults(state, this.#apiFaults, this.#runs, operation);
    const context: ProviderContext = {
      clock: this.clock,
      settings: state.settings,
      resources: this.store.resources,
      newId: () => state.newId(),
      random: (label) => state.random(label),
      wait: (ms) => this.wait(ms),
      about: (runId) => faults.about(runId),
      choose: async (facts) => {
        const { plan, choice, order } = this.scenarios.choose(facts);
        if (order !== undefined) taken.push(order);
        await faults.face(plan);
        return { plan, choice };
      },
      settingsOf: (plan) => state.settingsOf(plan),
      startRun: async (order) => {
        const run = await this.#runs.create(order, faults.marksOf(order.plan.scenario));
        starts.push(...run.branches.map((_, branch) => ({ runId: run.id, branch })));
        return run;
      },
      startBranch: async (runId, order) => {
        const branch = await this.#runs.addBranch(runId, order);
        if (branch !== null) starts.push({ runId, branch });
      },
      run: (id) => this.store.runs.get(id),
      deliveriesOf: (run) => this.#deliveries.of(run),
    };
    let flushed: () => void = () => undefined;
    return {
      context,
      get faults() {
        return faults.answer;
      },
      playEarly: async () => {
        if (era === state.era)
          for (const { runId, branch } of starts) await this.#runs.playEarly(runId, branch);
      },
      abandon: async () => {
        if (era !== state.era) return;
        const begun = starts;
        starts = [];
        for (const { runId } of begun) await this.#runs.abandon(runId);
        for (const order of taken.splice(0)) this.scenarios.giveBack(order);
      },
      answering: () => {
        // A client may leave an answer unread for ever, a long file say: moves wait only for what is yet to start.
        if (starts.length === 0) return;
        const flush = new Promise<void>((resolve) => {
          flushed = resolve;
        }).then(() => {
          this.#flushes.delete(flush);
        });
        this.#flushes.add(flush);
      },
      answered: async () => {
        try {
          if (era === state.era)
            for (const { runId, branch } of starts) await this.#runs.startBranch(runId, branch);
        } finally {
          flushed();
        }
      },
    };
  }

  async wait(ms: number): Promise<void> {
    const { schedule } = this.#state;
    if (isVirtual(schedule)) {
      await schedule.advanceWithin(ms);
      return;
    }
    const waiter = ++this.#lastWaiter;
    const woken = new Promise<void>((wake, fail) => {
      this.#waiters.set(waiter, { wake, fail });
    });
    await schedule.add({ kind: 'wake', due: this.clock.now() + ms, waiter });
    await woken;
  }

  advance(ms: number): Promise<MoveReport> {
    return this.#move('advance', (schedule) => schedule.advance(ms));
  }

  settle(): Promise<MoveReport> {
    return this.#move('settle', (schedule) => schedule.settle());
  }

  async reset(): Promise<void> {
    this.#state.startNewEra();
    await this.#state.schedule.clear();
    this.#failWaiters('the space was reset');
    const { resources, runs, deliveries, inbox } = this.store;
    for (const collection of [resources, runs, deliveries, inbox]) await collection.clear();
    this.scenarios.reset();
    this.#runs.forgetAll();
    this.#deliveries.forgetAll();
    this.#apiFaults.forgetAll();
    this.#state.emit({ kind: 'space.reset', at: this.clock.now() });
  }

  async close(): Promise<{ unplayed: number }> {
    const unplayed = await this.#state.schedule.pending();
    this.#failWaiters('the server stops');
    await this.#state.schedule.close();
    return { unplayed };
  }

  /** Plays a job that is due. One whose run, delivery or waiter is gone has nothing left to do. */
  async #play(job: Job): Promise<void> {
    try {
      if (job.kind === 'step') await this.#runs.play(job);
      else if (job.kind === 'attempt') await this.#deliveries.play(job);
      else this.#waiters.get(job.waiter)?.wake();
    } catch (error) {
      const message = `Failed to play a job (${job.kind}): ${error instanceof Error ? error.message : String(error)}`;
      this.#state.emit({ kind: 'defect', at: this.clock.now(), message, error });
    } finally {
      if (job.kind === 'wake') this.#waiters.delete(job.waiter);
    }
  }

  async #move(what: string, move: (schedule: VirtualSchedule) => Promise<ClockMove>): Promise<MoveReport> {
    const { schedule, watchers } = this.#state;
    if (!isVirtual(schedule)) {
      throw new RingbackError('clock.real', {
        detail: `Failed to ${what} the clock of space "${this.name}": it is real, so time passes by itself.`,
      });
    }
    while (this.#flushes.size > 0) await Promise.all(this.#flushes);
    const touched = new Set<string>();
    watchers.add(touched);
    try {
      const moved = await move(schedule);
      const found = await Promise.all([...touched].map((id) => this.store.deliveries.get(id)));
      return { ...moved, deliveries: found.filter((delivery) => delivery !== undefined) };
    } finally {
      watchers.delete(touched);
    }
  }

  #failWaiters(why: string): void {
    const error = new RingbackError('resource.conflict', { detail: `Failed to wait for the clock: ${why}.` });
    for (const waiter of this.#waiters.values()) waiter.fail(error);
    this.#waiters.clear();
  }
}

function isVirtual(schedule: Schedule | VirtualSchedule): schedule is VirtualSchedule {
  return 'settle' in schedule;
}
