import { join } from 'node:path';
import type { CallbackType, Contract } from '../core/contract/contract.ts';
import { readForeign } from '../core/contract/foreign/read-foreign.ts';
import type { Provider } from '../core/provider/provider.ts';
import { limitTime } from '../platform/limit-time.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { onContract } from '../providers/contract/changed/on-contract.ts';
import { loadBundledContract, loadContractFile, packageRoot } from './contract-files.ts';
import { type LoadedDocument, loadDocument } from './foreign/load-document.ts';
import { scenarioEngine } from './schema-engines.ts';

/** A copy of the contract of the bundled providers, and the providers that play it as it is. */
export interface ChangedCopy {
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
}

/**
 * Loads a copy of the contract of the bundled providers. Whatever it changes, their code plays on; if it changes
 * nothing, at no cost.
 * @param loaded the same file, read as any contract
 * @throws {RingbackError} `contract.invalid`
 */
export async function loadChangedCopy(path: string, loaded: LoadedDocument): Promise<ChangedCopy> {
  const own = await loadContractFile(path);
  const shipped = {
    own: await loadBundledContract(),
    any: readAny(await loadDocument(join(packageRoot, 'openapi.yaml'))),
  };
  const changed = { own, any: readAny(loaded) };
  const all = [...bundledProviders.values()].map((code) => onContract(code, { shipped, changed }));
  if (all.every(({ provider }) => bundledProviders.get(provider.name) === provider))
    return { contract: own, providers: bundledProviders };
  const operations = own.operations.map(
    (operation) => all.map((one) => one.operations.get(operation.id)).find(Boolean) ?? operation,
  );
  const callbacks = new Map<string, CallbackType>(own.callbacks);
  for (const one of all) for (const [type, callback] of one.callbacks) callbacks.set(type, callback);
  return {
    contract: {
      ...own,
      operations,
      callbacks,
      notes: all.flatMap(({ notes }) => notes),
      document: loaded.document,
    },
    providers: new Map(all.map(({ provider }) => [provider.name, provider])),
  };
}

function readAny({ document, origin }: LoadedDocument): Contract {
  return readForeign(document, { name: 'any', notes: [], origin, engine: { ...scenarioEngine, limitTime } });
}
