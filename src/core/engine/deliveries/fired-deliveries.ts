import type { MemoryPart } from '../memory-budget.ts';
import { deliveryBytes } from '../record-bytes.ts';
import type { World } from '../world.ts';
import type { Delivery } from './delivery.ts';

/** Counts the deliveries without a run that a space keeps, those fired by hand, and lets old ones go. */
export class FiredDeliveries implements MemoryPart {
  readonly #world: World;
  readonly #pending = new Set<string>();
  /** In the order in which they ended: so they are evicted. */
  readonly #ended: { readonly id: string; readonly bytes: number }[] = [];
  #bytes = 0;
  #evicted = 0;

  constructor(world: World) {
    this.#world = world;
    world.memory.addPart(this);
  }

  /** What those take that have ended. */
  get bytes(): number {
    return this.#bytes;
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
  end(delivery: Delivery): Promise<void> {
    const { id } = delivery;
    if (this.#pending.delete(id)) {
      const bytes = deliveryBytes(delivery);
      this.#ended.push({ id, bytes });
      this.#bytes += bytes;
    }
    return this.evict();
  }

  /** Lets the deliveries that ended first go while there are more than the limit. */
  async evict(): Promise<void> {
    const { settings } = this.#world;
    let evicted = true;
    while (evicted && this.#pending.size + this.#ended.length > settings['limits.runs'])
      evicted = await this.evictOldest();
  }

  /** Lets the delivery that ended first go. */
  async evictOldest(): Promise<boolean> {
    const oldest = this.#ended.shift();
    if (oldest === undefined) return false;
    this.#bytes -= oldest.bytes;
    this.#evicted++;
    await this.#world.store.deliveries.delete(oldest.id);
    return true;
  }
}
