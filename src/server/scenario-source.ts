import type { Contract } from '../core/contract/contract.ts';
import type { Provider } from '../core/provider/provider.ts';
import { fullName, type Scenario } from '../core/scenario/scenario.ts';
import type { Settings } from '../core/settings.ts';
import { parseOwnScenarios, readShippedScenarios } from '../loading/scenario-files.ts';

/** The initial scenarios of every space: the bundled ones, and those from the user's files. */
export interface ScenarioSource {
  /** The scenarios that were read last without an error. */
  readonly current: readonly Scenario[];
  /**
   * Reads all files again.
   * @throws {RingbackError} `scenario.invalid`, in which case `current` does not change
   */
  reload(): Promise<ScenarioChanges>;
}

/** The differences from the previous scenarios, by full names. */
export interface ScenarioChanges {
  /** The number of scenarios now. */
  readonly total: number;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export interface ScenarioSourceOptions {
  /** The user's files and directories. */
  readonly paths: readonly string[];
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  /** The settings of the server, with which every scenario must be playable. */
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
  return parseOwnScenarios(options.paths, options);
}

/** Scenarios from files replace bundled ones of the same name. */
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
