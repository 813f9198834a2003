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

/** Some properties of a payload, at any depth. Arrays are replaced as a whole. `undefined` removes a property. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Overrides<T[K]> | undefined }
    : T;

/** Options of {@link callbackExample}. */
export interface ExampleOptions<T extends CallbackTypeName = CallbackTypeName> {
  /**
   * Determines ids and data. Callbacks with the same seed are about the same application or document.
   * @default 1
   */
  readonly seed?: number;
  /**
   * Properties that replace those of the payload.
   * @default none
   */
  readonly overrides?: Overrides<CallbackPayloads[T]>;
  /**
   * Lets overrides violate the contract, e.g. to test how a handler rejects a payload.
   * @default false
   */
  readonly allowInvalid?: boolean;
}

/**
 * Makes a valid payload of a callback, as the mock would send it. The same seed gives the same payload.
 * @throws {RingbackError} `callback.unknown`; `callback.invalid` when the overrides violate the contract; `option.*`
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
      details: { option: 'seed', given: seed },
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
  // `validateCallback` has checked it, unless the caller allows an invalid one.
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
