/** How many attempts are on their way at a time, to whatever origins. Those that find no room take turns by origin. */
export class AttemptGate {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Whether somebody waits for room. */
  get contested(): boolean {
    return this.#waiting.size > 0;
  }

  /** Takes room, if there is some. */
  enter(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  /** Gives room back: the first who waits for it tries again. */
  leave(): void {
    this.#free++;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    next();
  }

  /** Calls back once, when there is room. */
  wait(next: () => void): void {
    this.#waiting.add(next);
  }
}
