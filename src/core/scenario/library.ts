import type { Contract } from '../contract/contract.ts';
import type { MemoryBudget } from '../engine/memory-budget.ts';
import { planBytes } from '../engine/record-bytes.ts';
import type { Choice, ChoiceRule } from '../engine/runs/run.ts';
import { RingbackError } from '../errors.ts';
import type { Provider, SubmissionFacts } from '../provider/provider.ts';
import { quoted } from '../quoted.ts';
import type { Settings } from '../settings.ts';
import { compileScenario } from './compile-scenario.ts';
import { findScenario, lookUp } from './find-scenario.ts';
import { matchesSubmission } from './match-submission.ts';
import { type NextOrder, NextQueue, type TakenOrder } from './next-queue.ts';
import type { Plan } from './plan.ts';
import { retryPresets } from './retry-presets.ts';
import { fullName, type Scenario } from './scenario.ts';
import { ScenarioIndex, sharedIndex } from './scenario-index.ts';

/** The scripts of a space, ready to play, and the order in which queued ones are played. */
export interface ScenarioLibrary {
  /** All scenarios, by full name in alphabetical order. */
  list(): readonly Scenario[];
  /**
   * Finds a scenario: `docdigitizer/rejected`, or `rejected` if `provider` is given or only one provider has it.
   * Throws `scenario.unknown`, naming the nearest.
   */
  get(name: string, provider?: string): { scenario: Scenario; plan: Plan };
  /**
   * Adds scenarios, or replaces those with the same full name. Runs that play an old one continue with it.
   * If one of them cannot be played, throws `scenario.invalid` and changes nothing.
   */
  put(scenarios: readonly Scenario[]): void;
  /** Removes a scenario and the queued orders for it. Returns whether it existed. */
  delete(name: string): boolean;
  /** Queues a scenario for the next submissions that match. Throws `scenario.unknown`. */
  queueNext(order: NextOrder): void;
  /** The queued orders. */
  queue(): readonly NextOrder[];
  /** Removes all orders. */
  clearQueue(): void;
  /**
   * Chooses the scenario of a submission by the first rule that applies (docs/scenarios.md has the rules). Takes a
   * queued order, which the caller returns if the submission is refused afterwards.
   */
  choose(facts: SubmissionFacts): { plan: Plan; choice: Choice; order?: TakenOrder };
  /** Puts a queued order back in its place, since the submission that took it was refused. */
  giveBack(taken: TakenOrder): void;
  /**
   * Replaces the initial scenarios, for example after their files have changed. Scenarios that were put or deleted stay
   * so. Orders for a missing scenario are removed. Playing runs continue with their old plan.
   */
  rebase(scenarios: readonly Scenario[]): void;
}

type PlayedProvider = Pick<
  Provider,
  'name' | 'expandOutcome' | 'defaultScenario' | 'scenarios' | 'retryPolicy' | 'settings'
>;

export interface ScenarioLibraryOptions {
  /**
   * An immutable array. Libraries with the same array share its index. Of two with the same full name, the later one
   * counts: a team's own script replaces the bundled one.
   */
  readonly scenarios: readonly Scenario[];
  readonly providers: ReadonlyMap<string, PlayedProvider>;
  /** The current settings of the space. Plans are recompiled when they have changed. */
  readonly settings: () => Settings;
  /** The contract, to detect in errors that a name is that of a callback. Default: none. */
  readonly contract?: Pick<Contract, 'callbacks'>;
  /** Full name of the default scenario by provider. Default: the provider's own `defaultScenario`. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Counts the memory of the scripts and orders of the space. Default: not counted. */
  readonly memory?: Pick<MemoryBudget, 'add'>;
}

/**
 * A library that compiles a scenario when it is first played.
 *
 * If the `match` of several scenarios fits, the most specific one is chosen: the one with the most conditions
 * (operation, file name, each single value of the body). Among equally specific ones, the first by name is chosen.
 */
export function createScenarioLibrary(options: ScenarioLibraryOptions): ScenarioLibrary {
  return new CompilingLibrary(options);
}

class CompilingLibrary implements ScenarioLibrary {
  readonly #options: ScenarioLibraryOptions;
  /** Plans for the initial settings of the space. */
  readonly #plans = new WeakMap<Scenario, Plan>();
  readonly #firstSettings: Settings;
  /** Plans for later settings of the space. */
  readonly #laterPlans = new Map<Scenario, Plan>();
  #laterSettings: Settings | null = null;
  #laterBytes = 0;
  readonly #choices = {
    header: new WeakMap<Scenario, Choice>(),
    match: new WeakMap<Scenario, Choice>(),
    default: new WeakMap<Scenario, Choice>(),
  };
  #base: readonly Scenario[];
  /** Scenarios that were put, by full name. Null: deleted. */
  readonly #own = new Map<string, Scenario | null>();
  #index: ScenarioIndex;
  readonly #queue: NextQueue;
  /** By full name, how many scripts of that name were compiled. */
  readonly #revisions = new Map<string, number>();
  readonly #revisionOf = new WeakMap<Scenario, number>();

  constructor(options: ScenarioLibraryOptions) {
    this.#options = options;
    this.#firstSettings = options.settings();
    this.#queue = new NextQueue(options.memory);
    this.#base = options.scenarios;
    this.#index = sharedIndex(options.scenarios);
  }

  list(): readonly Scenario[] {
    return [...this.#index.byName.values()];
  }

  get(name: string, provider?: string): { scenario: Scenario; plan: Plan } {
    const scenario = this.#find(name, provider);
    return { scenario, plan: this.#plan(scenario) };
  }

  put(scenarios: readonly Scenario[]): void {
    for (const scenario of scenarios) this.#plan(scenario);
    for (const scenario of scenarios) this.#setOwn(fullName(scenario), scenario);
    this.#rebuild();
  }

  delete(name: string): boolean {
    const [scenario, second] = lookUp(this.#index, name);
    if (scenario === undefined || second !== undefined) return false;
    this.#setOwn(fullName(scenario), null);
    this.#rebuild();
    return true;
  }

  queueNext(order: NextOrder): void {
    const scenario = fullName(this.#find(order.scenario));
    if (!Number.isSafeInteger(order.times) || order.times < 1) {
      throw new RingbackError('request.invalid', {
        detail: `Could not queue ${scenario}. Got times ${order.times}, expected an integer from 1.`,
        violations: [{ location: '/times', code: 'minimum', message: 'expected an integer from 1' }],
      });
    }
    this.#queue.add({ ...order, scenario });
  }

  queue(): readonly NextOrder[] {
    return this.#queue.orders;
  }

  clearQueue(): void {
    this.#queue.clear();
  }

  rebase(scenarios: readonly Scenario[]): void {
    this.#base = scenarios;
    this.#forgetLater();
    this.#rebuild();
  }

  giveBack(taken: TakenOrder): void {
    if (this.#index.byName.has(taken.order.scenario)) this.#queue.giveBack(taken);
  }

  choose(facts: SubmissionFacts): { plan: Plan; choice: Choice; order?: TakenOrder } {
    if (facts.header !== undefined) {
      const scenario = this.#find(facts.header.trim(), facts.provider);
      return this.#chosenAlways(
        scenario,
        'header',
        (name) => `The header X-Ringback-Scenario names ${name}.`,
      );
    }
    const queued = this.#takeNext(facts);
    if (queued !== null) return queued;
    for (const part of middleParts(facts.fileName)) {
      const scenario = this.#index.byName.get(`${facts.provider}/${part}`);
      if (scenario !== undefined) {
        return this.#chosen(
          scenario,
          'file-name',
          `The file name "${facts.fileName}" has the part "${part}".`,
        );
      }
    }
    const matching = this.#index.matching(facts);
    if (matching !== undefined) {
      return this.#chosenAlways(matching, 'match', (name) => `The submission matches \`match\` of ${name}.`);
    }
    if (facts.byContent !== null) {
      const scenario = this.#find(facts.byContent, facts.provider);
      const found = facts.content?.problem ?? null;
      return this.#chosen(
        scenario,
        'content',
        found === null
          ? 'It is what the file shows.'
          : `The bytes of the file show: ${found}. With the setting files.inspect=false, any bytes count as a valid file.`,
      );
    }
    if (facts.fallback !== undefined) return facts.fallback;
    const name = this.#options.defaults?.[facts.provider] ?? this.#provider(facts.provider).defaultScenario;
    return this.#chosenAlways(
      this.#withoutMatch(this.#find(name, facts.provider)),
      'default',
      () => `It is the default scenario of ${facts.provider}.`,
    );
  }

  /** A script replaces a scenario that the provider brings for the submissions of its `match` only. */
  #withoutMatch(scenario: Scenario): Scenario {
    return scenario.match === null ? scenario : (this.#broughtBy(scenario) ?? scenario);
  }

  /** The scenario of that name that the provider brings itself. */
  #broughtBy({ provider, name }: Scenario): Scenario | undefined {
    return this.#provider(provider).scenarios?.find((own) => own.name === name);
  }

  #takeNext(facts: SubmissionFacts): { plan: Plan; choice: Choice; order: TakenOrder } | null {
    const taken = this.#queue.first(
      (order) => order.scenario.startsWith(`${facts.provider}/`) && isFor(order.match, facts),
    );
    if (taken === undefined) return null;
    const { order } = taken;
    const chosen = this.#chosen(
      this.#find(order.scenario),
      'next',
      order.times === 1
        ? `${order.scenario} was queued for the next submission.`
        : `${order.scenario} was queued for the next ${order.times} submissions.`,
    );
    this.#queue.take(taken);
    return { ...chosen, order: taken };
  }

  #chosen(scenario: Scenario, rule: ChoiceRule, because: string): { plan: Plan; choice: Choice } {
    return { plan: this.#plan(scenario), choice: { rule, because } };
  }

  /** A choice whose reason is the same for every submission, so that all share one object. */
  #chosenAlways(
    scenario: Scenario,
    rule: 'header' | 'match' | 'default',
    because: (name: string) => string,
  ): { plan: Plan; choice: Choice } {
    const choices = this.#choices[rule];
    let choice = choices.get(scenario);
    if (choice === undefined) {
      choice = { rule, because: because(fullName(scenario)) };
      choices.set(scenario, choice);
    }
    return { plan: this.#plan(scenario), choice };
  }

  #plan(scenario: Scenario): Plan {
    const settings = this.#options.settings();
    const plans = settings === this.#firstSettings ? this.#plans : this.#plansForLater(settings);
    const known = plans.get(scenario);
    if (known !== undefined) return known;
    const compiled = compileScenario(scenario, {
      provider: this.#provider(scenario.provider),
      settings,
      presets: retryPresets(this.#options.providers),
    });
    const name = fullName(scenario);
    const earlier = this.#revisionOf.get(scenario);
    const revision = earlier ?? this.#nextRevision(name);
    this.#revisionOf.set(scenario, revision);
    const isShipped =
      sharedIndex(this.#base).byName.get(name) === scenario || this.#broughtBy(scenario) === scenario;
    const plan = {
      ...compiled,
      ...(revision > 0 && { revision }),
      // The space's own scenario, which a run may keep in memory longest.
      ...((earlier !== undefined || !isShipped) && { bytes: planBytes(scenario) }),
    };
    plans.set(scenario, plan);
    // The space's own scripts are counted with their plans.
    if (plans === this.#laterPlans && isShipped) this.#countLater(planBytes(scenario));
    return plan;
  }

  #plansForLater(settings: Settings): Map<Scenario, Plan> {
    if (settings !== this.#laterSettings) this.#forgetLater();
    this.#laterSettings = settings;
    return this.#laterPlans;
  }

  #forgetLater(): void {
    this.#laterPlans.clear();
    this.#countLater(-this.#laterBytes);
  }

  #countLater(bytes: number): void {
    this.#laterBytes += bytes;
    this.#options.memory?.add(bytes);
  }

  #nextRevision(name: string): number {
    const revision = this.#revisions.get(name) ?? 0;
    this.#revisions.set(name, revision + 1);
    return revision;
  }

  #provider(name: string): PlayedProvider {
    const provider = this.#options.providers.get(name);
    if (provider !== undefined) return provider;
    throw new RingbackError('scenario.invalid', {
      detail: `There is no provider ${quoted(name)}, expected one of ${[...this.#options.providers.keys()].join(', ')}.`,
    });
  }

  #find(name: string, provider?: string): Scenario {
    return findScenario(this.#index, this.#options, name, provider);
  }

  #rebuild(): void {
    this.#index = this.#own.size === 0 ? sharedIndex(this.#base) : this.#ownIndex();
    this.#queue.keep((name) => this.#index.byName.has(name));
  }

  #setOwn(name: string, scenario: Scenario | null): void {
    const bytes = ownBytes(scenario) - (this.#own.has(name) ? ownBytes(this.#own.get(name) ?? null) : 0);
    this.#options.memory?.add(bytes);
    this.#own.set(name, scenario);
  }

  #ownIndex(): ScenarioIndex {
    const own = [...this.#own.values()].filter((scenario) => scenario !== null);
    const kept = this.#base.filter((scenario) => this.#own.get(fullName(scenario)) !== null);
    return new ScenarioIndex([...kept, ...own]);
  }
}

/** The size of a script and its plan. A deleted one leaves only its name. */
function ownBytes(scenario: Scenario | null): number {
  return 500 + (scenario === null ? 0 : planBytes(scenario));
}

/** Whether a queued order applies to a submission. A part of an earlier one takes only orders that name it. */
function isFor(match: Scenario['match'], facts: SubmissionFacts): boolean {
  if (facts.isPart === true && match?.operation === undefined && match?.fileName === undefined) return false;
  return matchesSubmission(match, facts);
}

/** The dot-separated parts of a file name between the first one and the extension. */
function middleParts(fileName: string | null): readonly string[] {
  if (fileName === null || fileName.indexOf('.') === fileName.lastIndexOf('.')) return [];
  return fileName
    .replace(/^.*[/\\]/, '')
    .split('.')
    .slice(1, -1);
}
