/**
 * The runs that have ended, in the order in which they last ended, which is the order of eviction. Taking a run always
 * takes the same time: a persistent iterator continues where it stopped, past the holes that deletions leave.
 */
export class RunEnds {
  readonly #ids = new Set<string>();
  #oldest = this.#ids.values();

  /** Adds a run that has ended. It may have ended before: an application ends after each of its uploads. */
  add(runId: string): void {
    this.#ids.delete(runId);
    this.#ids.add(runId);
  }

  /** Removes and returns the run that ended first. */
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
