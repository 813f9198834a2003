import type { Contract } from '../../core/contract/contract.ts';
import { readForeign } from '../../core/contract/foreign/read-foreign.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { limitTime } from '../../platform/limit-time.ts';
import { bundledProviders } from '../../providers/bundled.ts';
import { checkSamples } from '../../providers/contract/check-samples.ts';
import { type ContractProvider, contractProvider } from '../../providers/contract/contract-provider.ts';
import {
  chosenIds,
  noChoices,
  type OperationChoices,
  withChosenUrls,
} from '../../providers/contract/operation-choices.ts';
import { providerName } from '../../providers/contract/provider-name.ts';
import { scenarioEngine } from '../schema-engines.ts';
import type { LoadedDocument } from './load-document.ts';

/** A contract, its only provider, and what is known of it. `Catalogue` describes the members. */
export interface ForeignCatalogue {
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly locate: LoadedDocument['locate'];
  readonly check: () => Generator<void, void>;
  readonly contractFiles: readonly string[];
}

/** What a configuration adds to a contract. */
export interface ContractExtension {
  /** The choices for its operations. */
  choose(contract: Contract, provider: string): OperationChoices;
  /** The provider with code in front of the contract's play. */
  extend(base: ContractProvider, contract: Contract): Provider;
}

/**
 * The contract of another provider, and the provider that plays it.
 * @param given the provider's name. Default: made from the title of the contract
 */
export function foreignCatalogue(
  loaded: LoadedDocument,
  given: string | undefined,
  extension?: ContractExtension,
): ForeignCatalogue {
  const { document, origin, locate, files } = loaded;
  const notes = [...loaded.notes];
  const name = given ?? providerName(titleOf(document), new Set(bundledProviders.keys()));
  const read = readForeign(document, { name, notes, origin, engine: { ...scenarioEngine, limitTime } });
  const choices = extension?.choose(read, name);
  const contract = choices === undefined ? read : withChosenUrls(read, choices);
  const base = contractProvider(contract, name, choices);
  return {
    contract,
    providers: new Map([[name, extension?.extend(base, contract) ?? base]]),
    locate,
    contractFiles: files,
    *check() {
      for (const note of checkSamples(contract, chosenIds(choices ?? noChoices))) {
        if (note !== null) notes.push({ ...note, ...origin(note.pointer) });
        yield;
      }
    },
  };
}

function titleOf({ info }: JsonObject): string {
  return isJsonObject(info) && typeof info.title === 'string' ? info.title : '';
}
