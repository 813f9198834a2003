/**
 * The runs that have ended, in the order in which they ended last: so they are evicted. Takes the same time for each,
 * however many were taken before: an iterator of its own goes on where it was, past the holes that deletions leave.
 */
export class RunEnds {
  readonly #ids = new Set<string>();
  #oldest = this.#ids.values();

  /** A run has ended; it may have ended before: an application does so after each of its uploads. */
  add(runId: string): void {
    this.#ids.delete(runId);
    this.#ids.add(runId);
  }

  /** Takes the run that ended first. */
  take(): string | undefined {
    let next = this.#oldest.next();
    if (next.done === true) {
      this.#oldest = this.#ids.values();
      next = this.#oldest.next();
    }
    if (next.done === true) return undefined;
    this.#ids.delete(next.value);
    return next.value;
  }
}
