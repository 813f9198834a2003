import { type Pace, unhurried } from './time/pace.ts';

/** Something in memory that can be evicted in parts. */
export interface MemoryPart {
  /** Its approximate size in memory. */
  readonly bytes: number;
  /** Evicts the oldest item that is no longer needed. Returns false if there is none. */
  evictOldest(): Promise<boolean>;
}

/** How full a budget is. */
export interface MemoryUse {
  readonly bytes: number;
  readonly limit: number;
}

export interface MemoryBudgetOptions {
  /** The current limit in bytes. */
  readonly limit: () => number;
  /** The budget that contains this one. Default: none. */
  readonly whole?: MemoryBudget;
  /** Called after each eviction. Default: evictions run without a break. */
  readonly pace?: Pace;
  /** Called when four fifths are used, and again only after use has fallen below 70 %. Default: no call. */
  readonly onHigh?: (use: MemoryUse) => void;
}

/** From this share on, evictions are near. */
const highShare = 0.8;
/** Use must fall below this share before high use is reported again. */
const lowShare = 0.7;

/**
 * Counts the bytes in the memory of a space or of the whole server, and evicts when there are too many. The largest part
 * is evicted first, oldest items first, so that a flood of one kind, or in one space, evicts itself.
 */
export class MemoryBudget implements MemoryPart {
  readonly #limit: () => number;
  readonly #onHigh: (use: MemoryUse) => void;
  readonly #pace: Pace;
  readonly #parts = new Set<MemoryPart>();
  #whole: MemoryBudget | null;
  #bytes = 0;
  #isHigh = false;
  /** Evictions run one after the other, since each depends on the result of the one before. */
  #making: Promise<void> | null = null;

  constructor({ limit, whole, pace = unhurried, onHigh = () => undefined }: MemoryBudgetOptions) {
    this.#limit = limit;
    this.#pace = pace;
    this.#onHigh = onHigh;
    this.#whole = whole ?? null;
    whole?.addPart(this);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get limit(): number {
    return this.#limit();
  }

  /** Whether it, or the budget that contains it, is over its limit. */
  get isFull(): boolean {
    return this.#bytes > this.#limit() || this.#whole?.isFull === true;
  }

  /** The budget that is full: itself, or the one that contains it. */
  get full(): MemoryBudget | null {
    return this.#bytes > this.#limit() ? this : (this.#whole?.full ?? null);
  }

  addPart(part: MemoryPart): void {
    this.#parts.add(part);
  }

  removePart(part: MemoryPart): void {
    this.#parts.delete(part);
  }

  /** Counts stored bytes. Negative: bytes that were removed. */
  add(bytes: number): void {
    this.#bytes += bytes;
    this.#whole?.add(bytes);
  }

  /** Evicts if the budget is full. Called after something was stored. Usually does nothing. */
  relieve(): Promise<void> | undefined {
    this.#watch();
    return this.isFull ? this.#makeRoom() : undefined;
  }

  async evictOldest(): Promise<boolean> {
    const left = new Set(this.#parts);
    while (left.size > 0) {
      let largest: MemoryPart | null = null;
      for (const part of left) if (largest === null || part.bytes > largest.bytes) largest = part;
      if (largest === null || largest.bytes === 0) return false;
      if (await largest.evictOldest()) return true;
      left.delete(largest);
    }
    return false;
  }

  /** Returns all its bytes, and ignores what is counted later. */
  close(): void {
    this.#whole?.add(-this.#bytes);
    this.#whole?.removePart(this);
    this.#whole = null;
  }

  /** Waits for the current eviction. Another one follows if that one had already checked for the last time. */
  async #makeRoom(): Promise<void> {
    await this.#making;
    if (!this.isFull) return;
    this.#making ??= this.#evict().finally(() => {
      this.#making = null;
    });
    await this.#making;
  }

  async #evict(): Promise<void> {
    let evicted = true;
    while (evicted && this.#bytes > this.#limit()) {
      evicted = await this.evictOldest();
      const pause = this.#pace();
      if (pause !== undefined) await pause;
    }
    if (this.#whole?.isFull === true) await this.#whole.#makeRoom();
  }

  #watch(): void {
    const limit = this.#limit();
    if (this.#bytes > limit * highShare) {
      if (!this.#isHigh) this.#onHigh({ bytes: this.#bytes, limit });
      this.#isHigh = true;
    } else if (this.#bytes < limit * lowShare) this.#isHigh = false;
    if (this.#whole !== null) this.#whole.#watch();
  }
}

/** The share of one owner in a budget. It is returned as a whole. */
export class MemoryShare {
  #budget: MemoryBudget | null;
  readonly #parts: MemoryPart[] = [];
  #bytes = 0;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  get isFull(): boolean {
    return this.#budget?.isFull === true;
  }

  addPart(part: MemoryPart): void {
    this.#parts.push(part);
    this.#budget?.addPart(part);
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#budget?.add(bytes);
  }

  relieve(): Promise<void> | undefined {
    return this.#budget?.relieve();
  }

  /** Returns the whole share. What is stored later is not counted, and evicts nothing. */
  close(): void {
    this.#budget?.add(-this.#bytes);
    for (const part of this.#parts) this.#budget?.removePart(part);
    this.#budget = null;
  }
}

/** A budget without a limit, for a space that belongs to no server. */
export function unlimitedMemory(): MemoryBudget {
  return new MemoryBudget({ limit: () => Number.POSITIVE_INFINITY });
}
