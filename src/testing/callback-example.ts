import { checkNoMore } from '../core/check-no-more.ts';
import type { CallbackType } from '../core/contract/contract.ts';
import { virtualEpoch } from '../core/engine/time/clock.ts';
import { RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../core/json.ts';
import { seededRandom } from '../core/random.ts';
import { defaultSettings } from '../core/settings.ts';
import type { CallbackPayloads, CallbackTypeName } from '../types/index.ts';
import { callbackNamed } from './callback-named.ts';
import type { AnyCallbacks, CallbackNameIn, CallbackReference, PayloadIn } from './callback-types.ts';
import { type CallbackSource, type LoadedContract, loadContract, sourceOf } from './loaded-contract.ts';
import { checkOptions } from './options.ts';
import { listViolations } from './sentences.ts';
import { judgePayload, type TypeNamed } from './validate-callback.ts';

/** Some properties of a payload, at any depth. Arrays are replaced as a whole. `undefined` removes a property. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Overrides<T[K]> | undefined }
    : T;

/** Options of {@link callbackExample}. */
export interface ExampleOptions<T extends string = CallbackTypeName, Callbacks = CallbackPayloads> {
  /**
   * Determines ids and data. Callbacks with the same seed are about the same application or document.
   * @default 1
   */
  readonly seed?: number;
  /**
   * Properties that replace those of the payload.
   * @default none
   */
  readonly overrides?: Overrides<PayloadIn<Callbacks, T>>;
  /**
   * Lets overrides violate the contract, e.g. to test how a handler rejects a payload.
   * @default false
   */
  readonly allowInvalid?: boolean;
}

/** {@link ExampleOptions} for any contract. */
export interface ContractExampleOptions<Contract, Name extends string, Callbacks>
  extends ExampleOptions<Name, Callbacks> {
  /** The path of an OpenAPI file, or what `loadContract` returned for it. */
  readonly contract: Contract;
}

/**
 * Makes a valid payload of a callback, as the mock would send it. The same seed gives the same payload.
 * @throws {RingbackError} `callback.unknown`; `callback.invalid` when the overrides violate the contract; `option.*`
 * @example
 * const body = callbackExample('informed.error', { overrides: { error_message: 'The image dimension is invalid.' } });
 */
export function callbackExample<N extends CallbackReference>(
  type: N,
  options?: ExampleOptions<TypeNamed<N>>,
  ...extra: readonly never[]
): CallbackPayloads[TypeNamed<N>];
/**
 * Makes a valid payload of a callback of a contract that is loaded.
 * @throws {RingbackError} `callback.unknown`; `callback.invalid` when the overrides violate the contract; `option.*`
 * @example
 * const contract = await loadContract<CallbackPayloads>('openapi.yaml');
 * const body = callbackExample('createPayment.failed', { contract });
 */
export function callbackExample<Callbacks, Name extends CallbackNameIn<Callbacks>>(
  name: Name,
  options: ContractExampleOptions<LoadedContract<Callbacks>, Name, Callbacks>,
  ...extra: readonly never[]
): PayloadIn<Callbacks, Name>;
/**
 * Makes a valid payload of a callback of any contract. The contract is loaded at the first call.
 * @throws {RingbackError} `contract.invalid`; `callback.unknown`; `callback.invalid`; `option.*`
 */
export function callbackExample(
  name: string,
  options: ContractExampleOptions<string, string, AnyCallbacks>,
  ...extra: readonly never[]
): Promise<unknown>;
export function callbackExample(
  name: string,
  options: Partial<ContractExampleOptions<unknown, string, AnyCallbacks>> = {},
  ...extra: readonly never[]
): unknown {
  checkNoMore('callbackExample(type, options)', extra);
  checkOptions('callbackExample', options, ['contract', 'seed', 'overrides', 'allowInvalid']);
  const { contract, seed = 1, overrides, allowInvalid = false } = options;
  if (!Number.isSafeInteger(seed)) {
    throw new RingbackError('option.invalid', {
      details: { option: 'seed', given: seed },
      detail: `Could not make an example. Got the seed ${JSON.stringify(seed)}, expected an integer.`,
    });
  }
  const make = (loaded: unknown): JsonValue =>
    exampleOf(name, sourceOf(loaded, 'make an example'), { seed, overrides, allowInvalid });
  return typeof contract === 'string' ? loadContract(contract).then(make) : make(contract);
}

interface Wanted {
  readonly seed: number;
  readonly overrides: unknown;
  readonly allowInvalid: boolean;
}

function exampleOf(
  name: string,
  source: CallbackSource,
  { seed, overrides, allowInvalid }: Wanted,
): JsonValue {
  const type = callbackNamed(name, 'make an example', source.contract);
  const sample = sampleOf(type, source, seed, overrides);
  const payload = overrides === undefined ? sample : override(sample, overrides);
  const { violations } = judgePayload(payload, { source, callback: type.type, strict: false, option: '' });
  if (violations.length > 0 && !allowInvalid) {
    throw new RingbackError('callback.invalid', {
      detail: `Could not make an example of ${type.type}: the overrides break the contract.\n${listViolations(violations)}\nChange them, or set allowInvalid: true if that is what you want.`,
      violations,
    });
  }
  return payload;
}

/** What the provider would send. Null: nothing. */
function sampleOf(
  type: CallbackType,
  { providers }: CallbackSource,
  seed: number,
  overrides: unknown,
): JsonValue {
  const provider = providers.get(type.provider);
  const why = provider?.unfireable?.(type) ?? null;
  if (why !== null) {
    throw new RingbackError('callback.invalid', {
      detail: `Could not make an example of ${type.type}. ${why}`,
      violations: [],
    });
  }
  const sample = {
    random: seededRandom(seed),
    now: virtualEpoch,
    settings: defaultSettings(providers),
    overrides: isJsonObject(overrides) ? overrides : {},
  };
  const order = {
    to: 'http://localhost/',
    method: type.methods[0] ?? 'POST',
    headers: {},
    payload: undefined,
  };
  const draft = provider?.draftCallback?.(type, order, sample) ?? null;
  if (draft !== null) return draft.payload ?? null;
  return provider?.sampleCallback?.(type.name, sample) ?? {};
}

function override(target: JsonValue | undefined, over: unknown): JsonValue {
  if (!isJsonObject(over)) return structuredClone(over as JsonValue);
  const result: Record<string, JsonValue> = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries<unknown>(over)) {
    if (value === undefined) delete result[key];
    else setOwn(result, key, override(result[key], value));
  }
  return result satisfies JsonObject;
}
