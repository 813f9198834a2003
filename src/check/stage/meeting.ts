/** Several disturbances that share one thing, such as a restart: it happens when each has come to it or has ended. */
export class Meeting {
  #missing: number;
  #action: (() => Promise<void>) | null = null;
  #started = false;
  readonly #done = Promise.withResolvers<void>();

  /** @param count how many take part */
  constructor(count: number) {
    this.#missing = count;
    // All may leave without coming to it.
    this.#done.promise.catch(() => undefined);
  }

  /** Waits for the others, and resolves when the shared action has ended. */
  async once(action: () => Promise<void>): Promise<void> {
    this.#action ??= action;
    this.#expect();
    await this.#done.promise;
  }

  /** One has ended. Whoever came to the action ends after it. */
  leave(): void {
    if (!this.#started) this.#expect();
  }

  #expect(): void {
    this.#missing--;
    if (this.#missing > 0 || this.#action === null) return;
    this.#started = true;
    this.#action().then(this.#done.resolve, this.#done.reject);
  }
}
