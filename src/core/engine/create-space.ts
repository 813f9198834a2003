import { RingbackError } from '../errors.ts';
import { jsonGrowth } from '../json-bytes.ts';
import type { ScenarioLibrary } from '../scenario/library.ts';
import { type Settings, type SettingsInput, withSettings } from '../settings.ts';
import type { Delivery } from './deliveries/delivery.ts';
import { Engine } from './engine.ts';
import { type MemoryBudget, unlimitedMemory } from './memory-budget.ts';
import type { Exchange, FireOrder, MoveReport, Space } from './space.ts';
import type { SpaceStore } from './store.ts';
import type { Clock } from './time/clock.ts';
import type { ClockMove, MoveCaller, VirtualSchedule } from './time/schedule.ts';
import type { Trace } from './trace.ts';
import { type SpaceParts, World } from './world.ts';

/** Makes a space: the engine that plays scenarios for submissions. */
export function createSpace(parts: SpaceParts): Space {
  return new EngineSpace(parts);
}

/** Each reset replaces the world and its engine. */
class EngineSpace implements Space {
  readonly name: string;
  readonly seed: number;
  readonly clock: Clock;
  readonly memory: MemoryBudget;
  readonly #parts: SpaceParts;
  #engine: Engine;
  /** Engines of ended worlds that still have work in flight. */
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(parts: SpaceParts) {
    this.name = parts.name;
    this.seed = parts.seed;
    this.clock = parts.time.clock;
    this.memory = parts.memory ?? unlimitedMemory();
    this.#parts = parts;
    this.#engine = this.#newEngine();
  }

  get store(): SpaceStore {
    return this.#engine.world.store;
  }

  get scenarios(): ScenarioLibrary {
    return this.#engine.scenarios;
  }

  get settings(): Settings {
    return this.#engine.world.settings;
  }

  get evictedRuns(): number {
    return this.#engine.runs.evicted;
  }

  get evictedDeliveries(): number {
    return this.#engine.deliveries.evicted;
  }

  configure(input: SettingsInput): void {
    const { world } = this.#engine;
    const changed = withSettings(world.settings, input);
    const growth = jsonGrowth(world.settings, changed);
    // A change that takes no memory is allowed: a higher limit resolves a full memory.
    if (growth > 0) this.#assertRoom();
    world.settings = changed;
    world.memory.add(growth);
  }

  pending(): Promise<number> {
    return this.#engine.world.schedule.pending();
  }

  isBusy(): Promise<boolean> {
    return this.#engine.world.schedule.isBusy();
  }

  redeliver(deliveryId: string): Promise<Delivery> {
    return this.#engine.runs.redeliver(deliveryId);
  }

  fire(order: FireOrder): Promise<Delivery> {
    return this.#engine.deliveries.fire(order);
  }

  openExchange(operation: string, trace: Trace | null = null): Exchange {
    return this.#engine.openExchange(operation, trace);
  }

  wait(ms: number): Promise<void> {
    return this.#engine.wait(ms);
  }

  advance(ms: number, caller?: MoveCaller): Promise<MoveReport> {
    return this.#move('advance', (schedule) => schedule.advance(ms, caller));
  }

  settle(caller?: MoveCaller): Promise<MoveReport> {
    return this.#move('settle', (schedule) => schedule.settle({}, caller));
  }

  async #move(what: string, move: (schedule: VirtualSchedule) => Promise<ClockMove>): Promise<MoveReport> {
    const engine = this.#engine;
    const report = await engine.move(what, move);
    return engine === this.#engine ? report : { ...report, pending: await this.pending() };
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
      details: { bytes: full.bytes, limit: full.limit },
      detail: `Could not accept the request: ${what} ${full.bytes} bytes in memory, at most ${full.limit} may be, and nothing of it can be evicted. Play what is pending, or reset the space; or raise ${setting}.`,
    });
  }

  async reset(): Promise<void> {
    const ending = this.#engine.end().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    this.#engine = this.#newEngine();
    if (this.#closed) await this.#engine.close();
    this.#engine.world.emit({ kind: 'space.reset', at: this.clock.now() });
  }

  async close(): Promise<{ unplayed: number }> {
    this.#closed = true;
    const unplayed = await this.#engine.close();
    await Promise.all(this.#ending);
    this.memory.close();
    return { unplayed };
  }

  #newEngine(): Engine {
    return new Engine(new World(this.#parts, this.memory));
  }
}
