/** Where callbacks are written down before they are acknowledged. In earnest: a table of a database. */
export interface Journal<T> {
  /** Rejects when the callback could not be written down, and so must not be acknowledged. */
  append(callback: T): Promise<void>;
}

/** Acknowledge now, work afterwards, one callback after the other. */
export class CallbackQueue<T> {
  readonly #journal: Journal<T>;
  readonly #work: (callback: T) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();

  constructor(journal: Journal<T>, work: (callback: T) => Promise<void>, onError: (error: unknown) => void) {
    this.#journal = journal;
    this.#work = work;
    this.#onError = onError;
  }

  /** Settles as soon as the callback is safe; the work is done after that. */
  async accept(callback: T): Promise<void> {
    await this.#journal.append(callback);
    // A failure is not the end: reconciling finds the document still open.
    this.#last = this.#last.then(() => this.#work(callback)).catch(this.#onError);
  }

  /** Waits for the work that has been accepted so far. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
