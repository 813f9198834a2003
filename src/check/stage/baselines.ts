import type { JsonValue } from '../../core/json.ts';
import { type Difference, differencesOf, Mask } from '../state/compare-states.ts';

/** The normalized states that undisturbed plays leave, by outcome. Undefined: no state. */
export class Baselines {
  readonly #byOutcome = new Map<
    string,
    { state: JsonValue | undefined; mask: Mask; readonly plays: (JsonValue | undefined)[] }
  >();

  /** Adds the state after one more undisturbed play. Where it differs from the earlier ones, it says nothing. */
  learn(outcome: string, state: JsonValue | undefined): void {
    const known = this.#byOutcome.get(outcome);
    if (known === undefined) {
      this.#byOutcome.set(outcome, { state, mask: new Mask(), plays: [state] });
      return;
    }
    known.plays.push(state);
    // What nearly all plays leave is the state. The rare other one is a race of the consumer, such as a poll that came
    // at the same moment as a callback.
    const usual = usualOf(known.plays);
    if (usual === null) known.mask.learn(known.state, state);
    else {
      known.state = usual;
      known.mask = new Mask();
    }
  }

  has(outcome: string): boolean {
    return this.#byOutcome.has(outcome);
  }

  /** The outcomes whose plays differ in a number or in the length of an array. */
  uncertain(): readonly string[] {
    return [...this.#byOutcome].flatMap(([outcome, { plays }]) =>
      plays.some((play) => differencesOf(plays[0], play).some(isCount)) ? [outcome] : [],
    );
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

/** The state of at least five of six plays. Null: there is none, or the others differ in more than counts. */
function usualOf(plays: readonly (JsonValue | undefined)[]): JsonValue | null {
  const usual = plays.find(
    (one) => plays.filter((other) => differencesOf(one, other).length > 0).length * 6 <= plays.length,
  );
  if (plays.length < 6 || usual === undefined) return null;
  return plays.every((other) => differencesOf(usual, other).every(isCount)) ? usual : null;
}

function isCount({ expected, observed }: Difference): boolean {
  return (
    (typeof expected === 'number' && typeof observed === 'number') ||
    (Array.isArray(expected) && Array.isArray(observed))
  );
}
