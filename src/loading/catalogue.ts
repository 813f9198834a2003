import type { Contract } from '../core/contract/contract.ts';
import type { Provider } from '../core/provider/provider.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { loadBundledContract, loadContractFile } from './contract-files.ts';
import { parseOwnScenarios, readShippedScenarios } from './scenario-files.ts';

/** What is needed to read and play scenarios without a server. */
export interface Catalogue {
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
}

/** @param contract an OpenAPI file. Null: the bundled contract */
export async function loadCatalogue(contract: string | null): Promise<Catalogue> {
  return {
    contract: contract === null ? await loadBundledContract() : await loadContractFile(contract),
    providers: bundledProviders,
  };
}

/**
 * The bundled scenarios, followed by those of the paths, which replace bundled ones of the same name.
 * @throws {RingbackError} `scenario.invalid`
 */
export async function loadScenarios(catalogue: Catalogue, paths: readonly string[]): Promise<Scenario[]> {
  const shipped = await readShippedScenarios(catalogue);
  return [...shipped, ...(await parseOwnScenarios(paths, catalogue))];
}
