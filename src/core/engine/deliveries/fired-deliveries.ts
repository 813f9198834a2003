import type { MemoryPart } from '../memory-budget.ts';
import { deliveryBytes } from '../record-bytes.ts';
import type { World } from '../world.ts';
import type { Delivery } from './delivery.ts';

/** Counts the deliveries of a space that were fired by hand, and evicts old ones. */
export class FiredDeliveries implements MemoryPart {
  readonly #world: World;
  readonly #pending = new Set<string>();
  /** In the order in which they ended, which is also the order of eviction. */
  readonly #ended: { readonly id: string; readonly bytes: number }[] = [];
  #bytes = 0;
  #evicted = 0;

  constructor(world: World) {
    this.#world = world;
    world.memory.addPart(this);
  }

  /** The memory of the deliveries that have ended. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many were evicted since the last reset. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Counts a delivery before it is stored. */
  count(id: string): void {
    this.#pending.add(id);
  }

  /** Marks a delivery as evictable. Deliveries are evicted in the order they ended. */
  end(delivery: Delivery): Promise<void> {
    const { id } = delivery;
    if (this.#pending.delete(id)) {
      const bytes = deliveryBytes(delivery);
      this.#ended.push({ id, bytes });
      this.#bytes += bytes;
    }
    return this.evict();
  }

  /** Evicts the deliveries that ended first while there are more than the limit. */
  async evict(): Promise<void> {
    const { settings } = this.#world;
    let evicted = true;
    while (evicted && this.#pending.size + this.#ended.length > settings['limits.runs'])
      evicted = await this.evictOldest();
  }

  /** Evicts the delivery that ended first. */
  async evictOldest(): Promise<boolean> {
    const oldest = this.#ended.shift();
    if (oldest === undefined) return false;
    this.#bytes -= oldest.bytes;
    this.#evicted++;
    await this.#world.store.deliveries.delete(oldest.id);
    return true;
  }
}
