import type { SpaceState } from './space-state.ts';

/** Counts the deliveries without a run that a space keeps, those fired by hand, and lets old ones go. */
export class FiredDeliveries {
  readonly #state: SpaceState;
  readonly #pending = new Set<string>();
  /** In the order in which they ended: so they are evicted. */
  #ended: string[] = [];
  #evicted = 0;

  constructor(state: SpaceState) {
    this.#state = state;
  }

  /** How many were evicted since the last reset. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Counts a delivery that is about to be kept. */
  count(id: string): void {
    this.#pending.add(id);
  }

  /** A delivery has ended: once the others that ended before it are gone, it may go. */
  end(id: string): Promise<void> {
    if (this.#pending.delete(id)) this.#ended.push(id);
    return this.evict();
  }

  /** Lets the deliveries that ended first go while there are more than the limit. */
  async evict(): Promise<void> {
    const { settings, store } = this.#state;
    while (this.#pending.size + this.#ended.length > settings['limits.runs']) {
      const id = this.#ended.shift();
      if (id === undefined) return;
      this.#evicted++;
      await store.deliveries.delete(id);
    }
  }

  forgetAll(): void {
    this.#pending.clear();
    this.#ended = [];
    this.#evicted = 0;
  }
}
