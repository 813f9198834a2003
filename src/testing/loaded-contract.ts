import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Contract } from '../core/contract/contract.ts';
import { RingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';
import { bundledProviders } from '../providers/bundled.ts';
import { bundledCallbacks } from './bundled-callbacks.ts';
import type { AnyCallbacks, CallbackNameIn } from './callback-types.ts';

/**
 * A contract whose callbacks can be checked and made without a server.
 * @typeParam Callbacks `CallbackPayloads` of the file that `ringback types` writes. Default: any
 */
export interface LoadedContract<Callbacks = AnyCallbacks> {
  /** As it was given. */
  readonly path: string;
  /** The names of its callbacks and webhooks, in document order. */
  readonly callbacks: readonly CallbackNameIn<Callbacks>[];
}

/** The callbacks of a contract, and the providers that make them. */
export interface CallbackSource {
  readonly contract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
}

const sources = new WeakMap<object, CallbackSource>();

interface Cached {
  /** Of all files of the contract. */
  readonly stamp: string;
  readonly files: readonly string[];
  readonly contract: LoadedContract;
}

/** By absolute path. */
const cache = new Map<string, Cached>();

/**
 * Loads an OpenAPI file for `validateCallback`, `callbackExample`, `assertCallback` and the matchers. A further call
 * returns the same contract, unless one of its files has changed.
 * @throws {RingbackError} `contract.invalid`, `option.invalid`
 * @example
 * const contract = await loadContract<CallbackPayloads>('openapi.yaml');
 * const result = validateCallback(body, { contract });
 */
export async function loadContract<Callbacks = AnyCallbacks>(
  path: string,
): Promise<LoadedContract<Callbacks>> {
  if (typeof path !== 'string' || path === '') throw noContract('load the contract', path);
  const file = resolve(path);
  const known = cache.get(file);
  if (known !== undefined && known.stamp === (await stampOf(known.files))) return known.contract;
  // Most of the package. Checking bundled callbacks does not load it.
  const { loadCatalogue } = await import('../loading/catalogue.ts');
  const { contract, providers, contractFiles: files = [file] } = await loadCatalogue(path);
  const loaded: LoadedContract = { path, callbacks: [...contract.callbacks.keys()] };
  sources.set(loaded, { contract, providers });
  cache.set(file, { stamp: await stampOf(files), files, contract: loaded });
  return loaded;
}

/** Changes when one of the files changes. */
async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map(async (file) => {
    const { mtimeMs, size } = await stat(file).catch(() => ({ mtimeMs: 0, size: -1 }));
    return `${mtimeMs}/${size}`;
  });
  return (await Promise.all(stamps)).join();
}

/**
 * What a contract was loaded to. Undefined: that of the bundled providers.
 * @param what the action for the error message
 * @throws {RingbackError} `option.invalid`
 */
export function sourceOf(contract: unknown, what: string): CallbackSource {
  if (contract === undefined) return { contract: bundledCallbacks(), providers: bundledProviders };
  const source = typeof contract === 'object' && contract !== null ? sources.get(contract) : undefined;
  if (source === undefined) throw noContract(what, contract);
  return source;
}

function noContract(what: string, given: unknown): RingbackError {
  const got = typeof given === 'string' ? JSON.stringify(given) : given === null ? 'null' : typeof given;
  return new RingbackError('option.invalid', {
    details: { option: 'contract', given },
    detail: `Could not ${what}. Got ${got} for the contract, expected ${
      what === 'load the contract'
        ? 'the path of a file'
        : 'what loadContract returned: await loadContract(path)'
    }.`,
  });
}
