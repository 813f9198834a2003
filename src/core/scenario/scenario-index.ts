import type { SubmissionFacts } from '../provider/provider.ts';
import { fits, type ReadyMatch, readyMatch, specificity, submittedFacts } from './match-submission.ts';
import { fullName, type Scenario } from './scenario.ts';

/** A scenario with a `match`. */
interface Candidate {
  readonly scenario: Scenario;
  readonly match: ReadyMatch;
}

/** An immutable index of scenarios, which spaces can share. */
export class ScenarioIndex {
  /** By full name, in alphabetical order. */
  readonly byName: ReadonlyMap<string, Scenario>;
  /** The scenarios with a `match`, by provider, the most specific first. */
  #candidates: ReadonlyMap<string, readonly Candidate[]> | null = null;
  /** The candidates that may match, by provider and operation. */
  readonly #ofOperation = new Map<string, readonly Candidate[]>();

  /** @param scenarios if two have the same full name, the later one counts */
  constructor(scenarios: readonly Scenario[]) {
    const latest = new Map(scenarios.map((scenario) => [fullName(scenario), scenario]));
    this.byName = new Map([...latest].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The most specific scenario whose `match` fits a submission. Among equally specific ones, the first by name. */
  matching(facts: SubmissionFacts): Scenario | undefined {
    const candidates = this.#candidatesFor(facts.provider, facts.operation);
    if (candidates.length === 0) return undefined;
    const submitted = submittedFacts(facts);
    return candidates.find(({ match }) => fits(match, submitted))?.scenario;
  }

  #candidatesFor(provider: string, operation: string): readonly Candidate[] {
    const key = `${provider} ${operation}`;
    let found = this.#ofOperation.get(key);
    if (found === undefined) {
      this.#candidates ??= candidatesByProvider(this.byName.values());
      const ofProvider = this.#candidates.get(provider) ?? [];
      found = ofProvider.filter(({ match }) => (match.operation ?? operation) === operation);
      this.#ofOperation.set(key, found);
    }
    return found;
  }
}

function candidatesByProvider(scenarios: Iterable<Scenario>): ReadonlyMap<string, readonly Candidate[]> {
  const weighed = [...scenarios].flatMap((scenario) => {
    const { match } = scenario;
    return match === null ? [] : [{ scenario, match: readyMatch(match), weight: specificity(match) }];
  });
  return Map.groupBy(
    weighed.sort((a, b) => b.weight - a.weight),
    ({ scenario }) => scenario.provider,
  );
}

const shared = new WeakMap<readonly Scenario[], ScenarioIndex>();

/** The index of an immutable array, built once for all spaces that start with it. */
export function sharedIndex(scenarios: readonly Scenario[]): ScenarioIndex {
  let index = shared.get(scenarios);
  if (index === undefined) {
    index = new ScenarioIndex(scenarios);
    shared.set(scenarios, index);
  }
  return index;
}
