/** Limits how many attempts are in flight, to all origins together. Waiting ones take turns by origin. */
export class AttemptGate {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Whether an attempt is waiting for room. */
  get contested(): boolean {
    return this.#waiting.size > 0;
  }

  /** Takes room, if there is any. */
  enter(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  /** Returns room. The first waiting attempt tries again. */
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
