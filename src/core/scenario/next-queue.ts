import type { MemoryBudget } from '../engine/memory-budget.ts';
import type { JsonObject } from '../json.ts';
import { jsonBytes } from '../json-bytes.ts';
import type { ScenarioMatch } from './scenario.ts';

export interface NextOrder {
  /** Full name. */
  readonly scenario: string;
  readonly match: ScenarioMatch | null;
  /** The number of submissions that it still applies to. */
  readonly times: number;
}

/** A queued order, taken for one submission. */
export interface TakenOrder {
  readonly order: NextOrder;
  /** Its place in the queue. Later orders have higher places. */
  readonly place: number;
  /** The approximate size of the order in memory. */
  readonly bytes: number;
}

/** Memory of an order without its `match`. */
const orderBytes = 250;

/** The orders of scenarios for the next submissions, in the order in which they came. */
export class NextQueue {
  readonly #memory: Pick<MemoryBudget, 'add'> | undefined;
  #queue: readonly TakenOrder[] = [];
  #lastPlace = 0;
  /** Orders up to this place were cleared, so none of them is given back. */
  #clearedTo = 0;

  /** @param memory counts the orders. Default: not counted */
  constructor(memory?: Pick<MemoryBudget, 'add'>) {
    this.#memory = memory;
  }

  get orders(): readonly NextOrder[] {
    return this.#queue.map(({ order }) => order);
  }

  add(order: NextOrder): void {
    const bytes = orderBytes + jsonBytes(order.match as JsonObject | null);
    this.#set([...this.#queue, { order, place: ++this.#lastPlace, bytes }]);
  }

  clear(): void {
    this.#set([]);
    this.#clearedTo = this.#lastPlace;
  }

  /** The oldest order that matches. */
  first(fits: (order: NextOrder) => boolean): TakenOrder | undefined {
    return this.#queue.find(({ order }) => fits(order));
  }

  /** Takes an order for one submission. */
  take(taken: TakenOrder): void {
    const index = this.#queue.indexOf(taken);
    const { order } = taken;
    this.#set(
      order.times === 1
        ? this.#queue.toSpliced(index, 1)
        : this.#queue.with(index, { ...taken, order: { ...order, times: order.times - 1 } }),
    );
  }

  /** Puts an order back in its place, unless the queue was cleared meanwhile. */
  giveBack(taken: TakenOrder): void {
    if (taken.place <= this.#clearedTo) return;
    const found = this.#queue.findIndex(({ place }) => place >= taken.place);
    const at = found === -1 ? this.#queue.length : found;
    const rest = this.#queue[at];
    const isThere = rest?.place === taken.place;
    const order = { ...taken.order, times: isThere ? rest.order.times + 1 : 1 };
    this.#set(this.#queue.toSpliced(at, isThere ? 1 : 0, { ...taken, order }));
  }

  /** Removes the orders of other scenarios. */
  keep(has: (scenario: string) => boolean): void {
    this.#set(this.#queue.filter(({ order }) => has(order.scenario)));
  }

  #set(queue: readonly TakenOrder[]): void {
    this.#memory?.add(bytesOf(queue) - bytesOf(this.#queue));
    this.#queue = queue;
  }
}

function bytesOf(queue: readonly TakenOrder[]): number {
  return queue.reduce((sum, { bytes }) => sum + bytes, 0);
}
