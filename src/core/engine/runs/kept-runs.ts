import type { MemoryPart } from '../memory-budget.ts';
import type { Resource } from '../records.ts';
import type { World } from '../world.ts';
import { isOver, type Run } from './run.ts';
import { RunEnds } from './run-ends.ts';

/** Counts the runs of a space, and evicts old ones. */
export class KeptRuns implements MemoryPart {
  readonly #world: World;
  readonly #ends = new RunEnds();
  #kept = 0;
  #evicted = 0;
  /** Evictions run one after the other, since each depends on the result of the one before. */
  #evicting: Promise<void> = Promise.resolve();

  constructor(world: World) {
    this.#world = world;
    world.memory.addPart(this);
  }

  /** The size of the runs, with their resources and deliveries. */
  get bytes(): number {
    const { resources, runs, deliveries } = this.#world.store;
    return resources.bytes + runs.bytes + deliveries.bytes;
  }

  /** How many runs were evicted since the last reset. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Counts a run before it is stored. */
  count(): void {
    this.#kept++;
  }

  /** Marks a run as evictable. Runs are evicted in the order they ended. */
  end(runId: string): void {
    this.#ends.add(runId);
  }

  /** Evicts the runs that ended first while there are more than the limit. */
  evict(): Promise<void> | undefined {
    if (!this.#isFull()) return undefined;
    const evicting = this.#evicting.then(() => this.#evictOldest());
    this.#evicting = evicting.catch(() => undefined);
    return evicting;
  }

  #isFull(): boolean {
    return this.#kept > this.#world.settings['limits.runs'];
  }

  async #evictOldest(): Promise<void> {
    let evicted = true;
    while (evicted && this.#isFull()) {
      evicted = await this.evictOldest();
      const pause = this.#isFull() ? this.#world.pace() : undefined;
      if (pause !== undefined) await pause;
    }
  }

  /** Evicts the run that ended first. */
  async evictOldest(): Promise<boolean> {
    for (let id = this.#ends.take(); id !== undefined; id = this.#ends.take()) {
      const run = await this.#world.store.runs.get(id);
      if (run === undefined || !isOver(run)) continue;
      await this.remove(run);
      this.#evicted++;
      this.#world.emit({ kind: 'run.evicted', at: this.#world.clock.now(), runId: run.id });
      return true;
    }
    return false;
  }

  /** Removes a run with its resources and deliveries. */
  async remove(run: Run): Promise<void> {
    const { store } = this.#world;
    const resource = await store.resources.get(run.resourceId);
    if (resource !== undefined && isOwnedBy(run, resource)) {
      const owned = this.#world.provider(run.provider).dependentResources(resource);
      for (const id of [resource.id, ...owned]) await store.resources.delete(id);
    }
    if (await store.runs.delete(run.id)) this.#kept--;
    for (const id of run.deliveryIds) {
      await store.deliveries.delete(id);
      const pause = this.#world.pace();
      if (pause !== undefined) await pause;
    }
  }
}

/** A resource that names a run is that run's. Other runs are only about it. */
function isOwnedBy({ id }: Run, { data: { runId = id } }: Resource): boolean {
  return runId === id;
}
