import { RingbackError, type Violation } from '../errors.ts';

/** Collects all problems of a contract, to report them together. */
export class Problems {
  readonly #list: Violation[] = [];
  readonly #seen = new Set<string>();

  /**
   * @param location `file#pointer`, without the file for the OpenAPI document itself
   * @param code stable name of the rule, e.g. `operation-id`
   */
  add(location: string, code: string, message: string): void {
    const key = `${location}\n${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#list.push({ location, code, message });
  }

  get count(): number {
    return this.#list.length;
  }

  /** @throws {RingbackError} `contract.invalid` with every problem, if there is one */
  throwIfAny(title: string): void {
    const first = this.#list[0];
    if (first === undefined) return;
    const count = this.#list.length === 1 ? '1 problem' : `${this.#list.length} problems`;
    throw new RingbackError('contract.invalid', {
      detail: `Could not load the contract "${title}": ${count}. First, at ${first.location}: ${first.message}`,
      violations: this.#list,
    });
  }
}
