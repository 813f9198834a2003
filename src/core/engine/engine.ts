import { RingbackError } from '../errors.ts';
import { jsonGrowth } from '../json-bytes.ts';
import type { ScenarioLibrary } from '../scenario/library.ts';
import { type Settings, type SettingsInput, withSettings } from '../settings.ts';
import { Deliveries } from './deliveries/deliveries.ts';
import type { Delivery } from './deliveries/delivery.ts';
import { type ExchangeParts, type Flushes, RequestExchange } from './exchange.ts';
import { ApiFaults } from './faults/api-faults.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { Runs } from './runs/runs.ts';
import type { Exchange, FireOrder, MoveReport, Space } from './space.ts';
import { type SpaceParts, SpaceState } from './space-state.ts';
import type { SpaceStore } from './store.ts';
import type { Clock } from './time/clock.ts';
import type { ClockMove, Job, MoveCaller, Schedule, VirtualSchedule } from './time/schedule.ts';

/** Makes a space: the engine that plays scenarios for submissions. */
export function createSpace(parts: SpaceParts): Space {
  return new Engine(parts);
}

class Engine implements Space {
  readonly name: string;
  readonly seed: number;
  readonly clock: Clock;
  readonly store: SpaceStore;
  readonly memory: MemoryBudget;
  readonly scenarios: ScenarioLibrary;
  readonly #state: SpaceState;
  readonly #deliveries: Deliveries;
  readonly #runs: Runs;
  readonly #apiFaults = new ApiFaults();
  readonly #exchanges: ExchangeParts;
  readonly #flushes: PendingFlushes;
  /** Requests that wait for a real clock. */
  readonly #waiters = new Map<number, { wake: () => void; fail: (error: Error) => void }>();
  #lastWaiter = 0;

  constructor(parts: SpaceParts) {
    this.name = parts.name;
    this.seed = parts.seed;
    this.clock = parts.clock;
    this.store = parts.store;
    this.#state = new SpaceState(parts);
    this.memory = this.#state.memory;
    this.#deliveries = new Deliveries(this.#state, (run) => this.#runs.checkEnd(run));
    this.#runs = new Runs(this.#state, this.#deliveries);
    this.scenarios = parts.scenarios(() => this.#state.settings);
    // Nobody moves a real clock: there, nothing waits for an answer to be flushed.
    this.#flushes = new PendingFlushes(isVirtual(parts.schedule));
    this.#exchanges = {
      state: this.#state,
      runs: this.#runs,
      deliveries: this.#deliveries,
      scenarios: this.scenarios,
      apiFaults: this.#apiFaults,
      flushes: this.#flushes,
      wait: (ms) => this.wait(ms),
    };
    parts.schedule.start((job) => this.#play(job));
  }

  get settings(): Settings {
    return this.#state.settings;
  }

  get evictedRuns(): number {
    return this.#runs.evicted;
  }

  get evictedDeliveries(): number {
    return this.#deliveries.evicted;
  }

  configure(input: SettingsInput): void {
    const { settings } = this.#state;
    const changed = withSettings(settings, input);
    const growth = jsonGrowth(settings, changed);
    // One that takes no more, such as a higher limit, is a way out of a full memory.
    if (growth > 0) this.#assertRoom();
    this.#state.settings = changed;
    this.memory.add(growth);
  }

  pending(): Promise<number> {
    return this.#state.schedule.pending();
  }

  isBusy(): Promise<boolean> {
    return this.#state.schedule.isBusy();
  }

  redeliver(deliveryId: string): Promise<Delivery> {
    return this.#deliveries.redeliver(deliveryId);
  }

  fire(order: FireOrder): Promise<Delivery> {
    return this.#deliveries.fire(order);
  }

  openExchange(operation: string): Exchange {
    return new RequestExchange(this.#exchanges, operation);
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

  async makeRoom(): Promise<void> {
    await this.memory.relieve();
    this.#assertRoom();
  }

  #assertRoom(): void {
    const { full } = this.memory;
    if (full === null) return;
    const [what, setting] =
      full === this.memory
        ? [`the space "${this.name}" keeps`, 'limits.memoryBytes']
        : ['the spaces of the server keep', '--memory-bytes'];
    throw new RingbackError('memory.full', {
      detail: `Could not take the request: ${what} ${full.bytes} bytes in memory, at most ${full.limit} may be, and nothing of it can be evicted. Play what is pending, or reset the space; or raise ${setting}.`,
    });
  }

  advance(ms: number, caller?: MoveCaller): Promise<MoveReport> {
    return this.#move('advance', (schedule) => schedule.advance(ms, caller));
  }

  settle(caller?: MoveCaller): Promise<MoveReport> {
    return this.#move('settle', (schedule) => schedule.settle({}, caller));
  }

  async reset(): Promise<void> {
    const changed = this.#state.settings;
    this.#state.startNewEra();
    this.memory.add(jsonGrowth(changed, this.#state.settings));
    await this.#state.schedule.clear();
    this.#failWaiters('the space was reset');
    this.#runs.forgetAll();
    const { resources, runs, deliveries, inbox } = this.store;
    for (const collection of [resources, runs, deliveries, inbox]) await collection.clear();
    this.scenarios.reset();
    this.#deliveries.forgetAll();
    this.#apiFaults.forgetAll();
    this.#state.emit({ kind: 'space.reset', at: this.clock.now() });
  }

  async close(): Promise<{ unplayed: number }> {
    const { schedule } = this.#state;
    this.#failWaiters('the server stops');
    await schedule.close();
    this.memory.close();
    // Only now: an attempt that was in flight may have planned a retry.
    return { unplayed: await schedule.pending() };
  }

  /** Plays a job that is due. One whose run, delivery or waiter is gone has nothing left to do. */
  #play(job: Job): Promise<void> {
    if (job.kind === 'wake') {
      this.#waiters.get(job.waiter)?.wake();
      this.#waiters.delete(job.waiter);
      return Promise.resolve();
    }
    const played = job.kind === 'step' ? this.#runs.play(job) : this.#deliveries.play(job.deliveryId);
    return played.catch((error: unknown) => {
      const message = `Failed to play a job (${job.kind}): ${error instanceof Error ? error.message : String(error)}`;
      this.#state.emit({ kind: 'defect', at: this.#state.clock.now(), message, error });
    });
  }

  async #move(what: string, move: (schedule: VirtualSchedule) => Promise<ClockMove>): Promise<MoveReport> {
    const { schedule, watchers, era } = this.#state;
    if (!isVirtual(schedule)) {
      throw new RingbackError('clock.real', {
        detail: `Failed to ${what} the clock of space "${this.name}": it is real, so time passes by itself.`,
      });
    }
    await this.#flushes.over();
    if (era !== this.#state.era)
      return {
        now: this.clock.now(),
        jobs: 0,
        pending: await schedule.pending(),
        bound: null,
        deliveries: [],
      };
    const touched = new Set<string>();
    watchers.add(touched);
    try {
      const moved = await move(schedule);
      return { ...moved, deliveries: await this.store.deliveries.getMany(touched) };
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

/** The answers that are being written, and who waits for them. */
class PendingFlushes implements Flushes {
  readonly #isCounted: boolean;
  readonly #begun = new Set<Exchange>();
  #waiting: (() => void)[] = [];

  constructor(isCounted: boolean) {
    this.#isCounted = isCounted;
  }

  begin(exchange: Exchange): void {
    if (this.#isCounted) this.#begun.add(exchange);
  }

  end(exchange: Exchange): void {
    if (!this.#begun.delete(exchange) || this.#begun.size > 0) return;
    for (const go of this.#waiting.splice(0)) go();
  }

  async over(): Promise<void> {
    while (this.#begun.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

function isVirtual(schedule: Schedule | VirtualSchedule): schedule is VirtualSchedule {
  return 'settle' in schedule;
}
