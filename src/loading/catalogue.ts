import type { Contract, ContractNote } from '../core/contract/contract.ts';
import { RingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';
import { quoted } from '../core/quoted.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import type { Settings } from '../core/settings.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { loadBundledContract, loadContractFile } from './contract-files.ts';
import type { ContractExtension } from './foreign/foreign-catalogue.ts';
import { parseOwnScenarios, readShippedScenarios } from './scenario-files.ts';

/** A contract, and the providers that play it. */
export interface Catalogue {
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  /** The settings that scenarios are played with. Default: the defaults. */
  readonly settings?: Settings;
  /**
   * Makes what would be sent for each operation and callback of a contract that is not ours, one after the other. What
   * cannot be made valid is a note of the contract from then on.
   */
  readonly check?: () => Generator<void, void>;
  /** Line and column of a note of the contract. Default: unknown. */
  readonly locate?: (note: ContractNote) => { readonly line: number; readonly column: number } | null;
  /** Absolute paths of the local files of a contract that is not ours. */
  readonly contractFiles?: readonly string[];
}

export interface CatalogueOptions {
  /** Providers that implement the operations with their tag in the contract. Default: those that the contract is for. */
  readonly providers?: ReadonlyMap<string, Provider> | undefined;
  /** The name of the provider that a contract of another provider gives. Default: from its title. */
  readonly name?: string | undefined;
  /** Whether references to other servers are fetched. Default: false. */
  readonly allowRemoteRefs?: boolean | undefined;
  /** What a configuration adds to a contract of another provider. Default: nothing. */
  readonly extension?: ContractExtension | undefined;
}

/**
 * Loads a contract: the bundled one, a changed copy of it, which the bundled providers play, or that of any other
 * provider.
 * @param path an OpenAPI file; null: the bundled contract
 * @throws {RingbackError} `contract.invalid`; `option.invalid` for a name that cannot be used
 */
export async function loadCatalogue(path: string | null, options: CatalogueOptions = {}): Promise<Catalogue> {
  const { providers = bundledProviders, name } = options;
  if (name !== undefined) checkName(name, path);
  if (path === null) return { contract: await loadBundledContract(), providers };
  if (/^https?:\/\//i.test(path)) throw notDownloaded(path);
  if (options.providers !== undefined) return { contract: await loadContractFile(path), providers };
  // Other contracts take much code, which a start with the bundled one does not need.
  const { loadDocument } = await import('./foreign/load-document.ts');
  const loaded = await loadDocument(path, { allowRemoteRefs: options.allowRemoteRefs ?? false });
  if (loaded.isOurs) {
    if (name !== undefined)
      throw unusableName(name, 'the bundled providers play this contract, by their own names');
    const { loadChangedCopy } = await import('./changed-copy.ts');
    return loadChangedCopy(path, loaded);
  }
  const { foreignCatalogue } = await import('./foreign/foreign-catalogue.ts');
  return foreignCatalogue(loaded, name, options.extension);
}

function notDownloaded(url: string): RingbackError {
  const message = `got a URL, expected a file, so that tests do not change with the provider. Download it first: curl -o openapi.yaml ${JSON.stringify(url)}`;
  return new RingbackError('contract.invalid', {
    detail: `Could not read the contract ${url}: ${message}`,
    violations: [{ location: url, code: 'contract', message }],
  });
}

/** A name is part of scenario names, settings and URLs. */
function checkName(name: string, path: string | null): void {
  if (path === null)
    throw unusableName(name, 'it names the provider of your own contract, and no contract is given');
  if (!/^[a-z][a-z0-9-]{0,59}$/.test(name)) {
    throw unusableName(name, 'expected lower-case letters, digits and hyphens, e.g. payments');
  }
  if (bundledProviders.has(name)) throw unusableName(name, 'a bundled provider has this name');
}

function unusableName(given: string, why: string): RingbackError {
  return new RingbackError('option.invalid', {
    details: { option: 'name', given },
    detail: `Could not use the name ${quoted(given)} for the provider: ${why}.`,
  });
}

/**
 * The scenarios of the providers, followed by those of the paths, which replace the ones of the same name.
 * @throws {RingbackError} `scenario.invalid`, also for a scenario that cannot be played
 */
export async function loadScenarios(catalogue: Catalogue, paths: readonly string[]): Promise<Scenario[]> {
  const shipped = await readShippedScenarios(catalogue);
  return [...shipped, ...(await parseOwnScenarios(paths, catalogue))];
}
