import { checkNoMore } from '../core/check-no-more.ts';
import { virtualEpoch } from '../core/engine/time/clock.ts';
import { RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../core/json.ts';
import { seededRandom } from '../core/random.ts';
import { defaultSettings } from '../core/settings.ts';
import { bundledProviders } from '../providers/bundled.ts';
import type { CallbackPayloads, CallbackTypeName } from '../types/index.ts';
import { bundledCallbacks, type CallbackReference, callbackTypeName } from './bundled-callbacks.ts';
import { checkOptions } from './options.ts';
import { listViolations } from './sentences.ts';
import { type TypeNamed, validateCallback } from './validate-callback.ts';

/** Some members of a payload, at any depth. Lists are replaced whole; `undefined` takes a member away. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Overrides<T[K]> | undefined }
    : T;

/** Options of {@link callbackExample}. */
export interface ExampleOptions<T extends CallbackTypeName = CallbackTypeName> {
  /** Ids and data follow from it; callbacks of one seed speak of the same application or document. Default 1. */
  readonly seed?: number;
  /** Members to set, laid over the payload. Default: none. */
  readonly overrides?: Overrides<CallbackPayloads[T]>;
  /** Lets overrides break the contract, e.g. to test how a handler refuses. Default false. */
  readonly allowInvalid?: boolean;
}

/**
 * Makes a valid payload of a callback as the mock itself would send it, the same for the same seed.
 * @throws {RingbackError} `callback.unknown`; `callback.invalid` when the overrides break the contract; `option.*`
 * @example
 * const body = callbackExample('informed.error', { overrides: { error_message: 'The image dimension is invalid.' } });
 */
export function callbackExample<N extends CallbackReference>(
  type: N,
  options: ExampleOptions<TypeNamed<N>> = {},
  ...extra: readonly never[]
): CallbackPayloads[TypeNamed<N>] {
  checkNoMore('callbackExample(type, options)', extra);
  checkOptions('callbackExample', options, ['seed', 'overrides', 'allowInvalid']);
  const { seed = 1, overrides = {}, allowInvalid = false } = options;
  if (!Number.isSafeInteger(seed)) {
    throw new RingbackError('option.invalid', {
      detail: `Could not make an example. Got the seed ${JSON.stringify(seed)}, expected an integer.`,
    });
  }
  const name = callbackTypeName(type, 'make an example');
  const payload = override(sampleOf(name, seed, overrides), overrides);
  const result = validateCallback(payload, { type: name });
  if (!result.valid && !allowInvalid) {
    throw new RingbackError('callback.invalid', {
      detail: `Could not make an example of ${name}: the overrides break the contract.\n${listViolations(result.violations)}\nChange them, or set allowInvalid: true if that is what you want.`,
      violations: result.violations,
    });
  }
  // `validateCallback` has checked it, unless the caller asks for an invalid one.
  return payload as unknown as CallbackPayloads[TypeNamed<N>];
}

function sampleOf(type: CallbackTypeName, seed: number, overrides: object): JsonObject {
  const { provider = '', name = '' } = bundledCallbacks().callbacks.get(type) ?? {};
  const sample = {
    random: seededRandom(seed),
    now: virtualEpoch,
    settings: defaultSettings(bundledProviders),
    overrides: isJsonObject(overrides) ? overrides : {},
  };
  return bundledProviders.get(provider)?.sampleCallback?.(name, sample) ?? {};
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
