import type { MemoryPart } from '../memory-budget.ts';
import type { SpaceState } from '../space-state.ts';
import { isOver, type Run } from './run.ts';
import { RunEnds } from './run-ends.ts';

/** Counts the runs that a space keeps, and lets old ones go. */
export class KeptRuns implements MemoryPart {
  readonly #state: SpaceState;
  readonly #ends = new RunEnds();
  #kept = 0;
  #evicted = 0;
  /** Evictions take place one after the other, since each looks at what the one before has left. */
  #evicting: Promise<void> = Promise.resolve();

  constructor(state: SpaceState) {
    this.#state = state;
    state.memory.addPart(this);
  }

  /** What the runs take, with their resources and deliveries. */
  get bytes(): number {
    const { resources, runs, deliveries } = this.#state.store;
    return resources.bytes + runs.bytes + deliveries.bytes;
  }

  /** How many runs were evicted since the last reset. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Counts a run that is about to be kept. */
  count(): void {
    this.#kept++;
  }

  /** A run has ended: once the others that ended before it are gone, it may go. */
  end(runId: string): void {
    this.#ends.add(runId);
  }

  forgetAll(): void {
    this.#ends.clear();
    this.#kept = 0;
    this.#evicted = 0;
  }

  /** Lets the runs that ended first go while there are more than the limit. */
  evict(): Promise<void> | undefined {
    if (!this.#isFull()) return undefined;
    const evicting = this.#evicting.then(() => this.#evictOldest());
    this.#evicting = evicting.catch(() => undefined);
    return evicting;
  }

  #isFull(): boolean {
    return this.#kept > this.#state.settings['limits.runs'];
  }

  async #evictOldest(): Promise<void> {
    // Runs that a reset took away while they were made were counted all the same.
    this.#kept = await this.#state.store.runs.count();
    let evicted = true;
    while (evicted && this.#isFull()) {
      evicted = await this.evictOldest();
      const pause = this.#isFull() ? this.#state.pace() : undefined;
      if (pause !== undefined) await pause;
    }
  }

  /** Lets the run that ended first go. */
  async evictOldest(): Promise<boolean> {
    const { era } = this.#state;
    for (let id = this.#ends.take(); id !== undefined; id = this.#ends.take()) {
      const run = await this.#state.store.runs.get(id);
      if (era !== this.#state.era) return false;
      if (run === undefined || !isOver(run)) continue;
      await this.remove(run);
      if (era !== this.#state.era) return true;
      this.#evicted++;
      this.#state.emit({ kind: 'run.evicted', at: this.#state.clock.now(), runId: run.id });
      return true;
    }
    return false;
  }

  /** Takes a run out, with all that is its own. Stops at a reset: after it, other records have these ids. */
  async remove(run: Run): Promise<void> {
    const { store, era } = this.#state;
    const isCurrent = (): boolean => era === this.#state.era;
    this.#kept--;
    const resource = await store.resources.get(run.resourceId);
    const owned = resource === undefined ? [] : this.#state.provider(run.provider).owned(resource);
    for (const id of [run.resourceId, ...owned]) if (isCurrent()) await store.resources.delete(id);
    if (isCurrent()) await store.runs.delete(run.id);
    for (const id of run.deliveryIds) {
      if (!isCurrent()) return;
      await store.deliveries.delete(id);
      const pause = this.#state.pace();
      if (pause !== undefined) await pause;
    }
  }
}
