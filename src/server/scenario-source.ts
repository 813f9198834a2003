import type { Contract } from '../core/contract/contract.ts';
import type { Provider } from '../core/provider/provider.ts';
import { checkPlayable } from '../core/scenario/check-playable.ts';
import { fullName, type Scenario } from '../core/scenario/scenario.ts';
import type { Settings } from '../core/settings.ts';
import { parseOwnScenarios, readShippedScenarios } from '../loading/scenario-files.ts';

/** The initial scenarios of every space: the bundled ones, and the team's own from files. */
export interface ScenarioSource {
  /** The result of the last successful reading. */
  readonly current: readonly Scenario[];
  /**
   * Reads the files again, all of them together.
   * @throws {RingbackError} `scenario.invalid`, and then `current` stays as it was
   */
  reload(): Promise<ScenarioChanges>;
}

/** How a reading differs from the one before, by full names. */
export interface ScenarioChanges {
  /** How many scenarios there are now. */
  readonly total: number;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export interface ScenarioSourceOptions {
  /** The team's own files and directories. */
  readonly paths: readonly string[];
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  /** Of the server: own scenarios have to be playable with them. */
  readonly settings: Settings;
}

/** Reads the scenarios for the first time. Throws `scenario.invalid`. */
export async function openScenarioSource(options: ScenarioSourceOptions): Promise<ScenarioSource> {
  const shipped = await readShippedScenarios(options);
  let current = withOwn(shipped, await readOwn(options));
  return {
    get current() {
      return current;
    },
    async reload() {
      const next = withOwn(shipped, await readOwn(options));
      const changes = compare(current, next);
      current = next;
      return changes;
    },
  };
}

function readOwn(options: ScenarioSourceOptions): Promise<readonly Scenario[]> {
  const { paths, settings, providers } = options;
  const check = checkPlayable(providers, settings);
  return parseOwnScenarios(paths, { ...options, check });
}

/** The team's own scenarios replace bundled ones with the same name. */
function withOwn(shipped: readonly Scenario[], own: readonly Scenario[]): readonly Scenario[] {
  return [...new Map([...shipped, ...own].map((scenario) => [fullName(scenario), scenario])).values()];
}

function compare(before: readonly Scenario[], after: readonly Scenario[]): ScenarioChanges {
  const old = new Map(before.map((scenario) => [fullName(scenario), content(scenario)]));
  const names = new Set(after.map(fullName));
  return {
    total: after.length,
    added: after.filter((scenario) => !old.has(fullName(scenario))).map(fullName),
    changed: after
      .filter((scenario) => old.has(fullName(scenario)) && old.get(fullName(scenario)) !== content(scenario))
      .map(fullName),
    removed: [...old.keys()].filter((name) => !names.has(name)),
  };
}

/** The content of a scenario without its source position. */
function content({ source: _, ...scenario }: Scenario): string {
  return JSON.stringify(scenario);
}
