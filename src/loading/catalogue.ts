import type { Contract } from '../core/contract/contract.ts';
import type { Provider } from '../core/provider/provider.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import type { Settings } from '../core/settings.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { loadBundledContract, loadContractFile } from './contract-files.ts';
import { parseOwnScenarios, readShippedScenarios } from './scenario-files.ts';

/** What is needed to read and play scenarios without a server. */
export interface Catalogue {
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  /** The settings that scenarios are played with. Default: the defaults. */
  readonly settings?: Settings;
}

/** @param contract an OpenAPI file. Null: the bundled contract */
export async function loadCatalogue(contract: string | null): Promise<Catalogue> {
  return {
    contract: contract === null ? await loadBundledContract() : await loadContractFile(contract),
    providers: bundledProviders,
  };
}

/**
 * The scenarios of the providers, followed by those of the paths, which replace the ones of the same name.
 * @throws {RingbackError} `scenario.invalid`, also for a scenario that cannot be played
 */
export async function loadScenarios(catalogue: Catalogue, paths: readonly string[]): Promise<Scenario[]> {
  const shipped = await readShippedScenarios(catalogue);
  return [...shipped, ...(await parseOwnScenarios(paths, catalogue))];
}
