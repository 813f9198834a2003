import type { JsonValue } from '../../core/json.ts';
import { type Difference, differencesOf, Mask } from '../state/compare-states.ts';

/** The normalized states that undisturbed plays leave, by outcome. Undefined: no state. */
export class Baselines {
  readonly #byOutcome = new Map<
    string,
    { readonly state: JsonValue | undefined; readonly mask: Mask; plays: number }
  >();

  /** Adds the state after one more undisturbed play. Where it differs from the earlier ones, it says nothing. */
  learn(outcome: string, state: JsonValue | undefined): void {
    const known = this.#byOutcome.get(outcome);
    if (known === undefined) {
      this.#byOutcome.set(outcome, { state, mask: new Mask(), plays: 1 });
      return;
    }
    known.plays++;
    known.mask.learn(known.state, state);
  }

  has(outcome: string): boolean {
    return this.#byOutcome.has(outcome);
  }

  playsOf(outcome: string): number {
    return this.#byOutcome.get(outcome)?.plays ?? 0;
  }

  stateOf(outcome: string): JsonValue | undefined {
    return this.#byOutcome.get(outcome)?.state;
  }

  /** Where a state differs from that of an outcome, apart from what differs anyway. */
  differences(outcome: string, state: JsonValue | undefined): readonly Difference[] {
    const known = this.#byOutcome.get(outcome);
    if (known === undefined) return [];
    return known.mask.filter(differencesOf(known.state, state));
  }

  /** Whether two outcomes leave states that can be told apart, in both directions. */
  differ(one: string, other: string): boolean {
    return (
      this.differences(one, this.stateOf(other)).length > 0 &&
      this.differences(other, this.stateOf(one)).length > 0
    );
  }

  /** The outcomes whose state differs from that of at least one other. */
  distinct(): readonly string[] {
    const all = [...this.#byOutcome.keys()];
    return all.filter((one) => all.some((other) => other !== one && this.differ(one, other)));
  }

  /**
   * The scalar places, outside of arrays, at which outcomes differ: what a state says of its outcome, without what it
   * counts or lists.
   */
  essence(outcome: string): ReadonlyMap<string, JsonValue | undefined> {
    const places = new Map<string, JsonValue | undefined>();
    for (const other of this.#byOutcome.keys())
      for (const { pointer, expected } of this.differences(outcome, this.stateOf(other)))
        if (!/\/\d+(?:\/|$)/.test(pointer) && !Array.isArray(expected)) places.set(pointer, expected);
    return places;
  }
}
