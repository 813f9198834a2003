import { loadBundledContract, loadContractFile } from './contract-files.ts';
import type { Contract } from './core/contract/contract.ts';
import type { Scenario } from './core/scenario/scenario.ts';
import { docdigitizer } from './providers/docdigitizer/docdigitizer.ts';
import { informed } from './providers/informed/informed.ts';
import type { Provider } from './providers/provider.ts';
import { parseOwnScenarios, readShippedScenarios } from './scenario-files.ts';

/** What scenarios are read and played with, without a server. */
export interface World {
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
}

/** @param contract an OpenAPI file; null: the bundled contract */
export async function loadWorld(contract: string | null): Promise<World> {
  return {
    contract: contract === null ? await loadBundledContract() : await loadContractFile(contract),
    providers: new Map([docdigitizer, informed].map((each) => [each.name, each])),
  };
}

/**
 * The scenarios that ship and, after them, those of the paths, which so replace the ones of the same name.
 * @throws {RingbackError} `scenario.invalid`
 */
export async function loadScenarios(world: World, paths: readonly string[]): Promise<Scenario[]> {
  const shipped = await readShippedScenarios(world);
  return [...shipped, ...(await parseOwnScenarios(paths, world))];
}
