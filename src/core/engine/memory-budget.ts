import { type Pace, unhurried } from './time/pace.ts';

/** A part of what is kept that can give memory back. */
export interface MemoryPart {
  /** What it takes in memory, about. */
  readonly bytes: number;
  /** Lets go what has been there for longest and is no longer needed. Returns false when there is nothing of that kind. */
  evictOldest(): Promise<boolean>;
}

/** How full a budget is. */
export interface MemoryUse {
  readonly bytes: number;
  readonly limit: number;
}

export interface MemoryBudgetOptions {
  /** Most bytes, as of now. */
  readonly limit: () => number;
  /** The budget that this one is a part of. Default: none. */
  readonly whole?: MemoryBudget;
  /** Asked after each eviction. Default: they follow each other in one go. */
  readonly pace?: Pace;
  /** Called when four fifths are used; again only after less than 70 % were. Default: no call. */
  readonly onHigh?: (use: MemoryUse) => void;
}

/** From this share on, evictions are near. */
const highShare = 0.8;
/** Below this share, the next time that it gets high is worth a word again. */
const lowShare = 0.7;

/**
 * Counts the bytes of all that is kept, in a space and in the server that it belongs to, and makes room when there are
 * too many. The part that takes most gives way first, its oldest first: a flood of one kind, or in one space, evicts
 * itself.
 */
export class MemoryBudget implements MemoryPart {
  readonly #limit: () => number;
  readonly #onHigh: (use: MemoryUse) => void;
  readonly #pace: Pace;
  readonly #parts = new Set<MemoryPart>();
  #whole: MemoryBudget | null;
  #bytes = 0;
  #isHigh = false;
  /** One at a time, since each looks at what the one before has left. */
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

  /** Whether it, or what it is a part of, holds more than it may. */
  get isFull(): boolean {
    return this.#bytes > this.#limit() || this.#whole?.isFull === true;
  }

  /** The one that is full: itself, or what it is a part of. */
  get full(): MemoryBudget | null {
    return this.#bytes > this.#limit() ? this : (this.#whole?.full ?? null);
  }

  addPart(part: MemoryPart): void {
    this.#parts.add(part);
  }

  removePart(part: MemoryPart): void {
    this.#parts.delete(part);
  }

  /** Counts bytes that are kept from now on; negative: that no longer are. */
  add(bytes: number): void {
    this.#bytes += bytes;
    this.#whole?.add(bytes);
  }

  /** Makes room where there is too little. Called after something was kept; most often there is nothing to do. */
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

  /** Gives all back: what it counted is gone, and what is still on its way to it counts no more. */
  close(): void {
    this.#whole?.add(-this.#bytes);
    this.#whole?.removePart(this);
    this.#whole = null;
  }

  /** Waits for the eviction under way. It may have looked for the last time already: then another one follows. */
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

/** What one owner keeps of a budget: given back as a whole. */
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

  /** Gives all back: what is kept from now on counts no more, and makes nothing else go. */
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
