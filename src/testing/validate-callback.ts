import { type Judgement, judgeBody, judgeQuery } from '../core/contract/judge-payload.ts';
import { isQueryRecord } from '../core/contract/recognize-callback.ts';
import { RingbackError, type Violation } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { CallbackName, CallbackPayloads, CallbackTypeName } from '../types/index.ts';
import { bundledCallbacks, type CallbackReference, callbackTypeName } from './bundled-callbacks.ts';
import { checkOptions } from './options.ts';
import { listViolations } from './sentences.ts';

/** The full type of a name: the name itself, or, for a bare name, the type that ends in it. */
export type TypeNamed<N extends CallbackReference> = N extends CallbackTypeName
  ? N
  : { [K in CallbackTypeName]: K extends `${string}.${N & CallbackName}` ? K : never }[CallbackTypeName];

/** A callback that satisfies the contract. `type` narrows the type of `payload`. */
export type ValidCallback<T extends CallbackTypeName = CallbackTypeName> = {
  [K in T]: { readonly valid: true; readonly type: K; readonly payload: CallbackPayloads[K] };
}[T];

/** A callback that violates the contract. */
export interface InvalidCallback<T extends CallbackTypeName = CallbackTypeName> {
  readonly valid: false;
  /** Null if the type could not be detected. */
  readonly type: T | null;
  /** The violations, each with its JSON pointer. Never empty. */
  readonly violations: readonly Violation[];
}

export type CallbackResult<T extends CallbackTypeName = CallbackTypeName> =
  | ValidCallback<T>
  | InvalidCallback<T>;

/** Options of {@link validateCallback}. */
export interface ValidateOptions<N extends CallbackReference = CallbackReference> {
  /**
   * The type of the callback.
   * @default detected from the payload
   */
  readonly type?: N;
  /**
   * Requires the exact current shape, without the changes that the provider may make without notice.
   * @default false
   */
  readonly strict?: boolean;
}

const optionNames = ['type', 'strict'];

/**
 * Validates a callback against the bundled contract, without a server.
 * @param payload the parsed JSON body, or the query parameters of a state callback as one object of numbers or strings
 * @throws {RingbackError} `callback.unknown` for a `type` that does not exist, `option.*`
 * @example
 * const result = validateCallback(body);
 * if (result.valid && result.type === 'informed.error') console.log(result.payload.error_message);
 */
export function validateCallback<N extends CallbackReference = CallbackTypeName>(
  payload: unknown,
  options: ValidateOptions<N> = {},
): CallbackResult<TypeNamed<N>> {
  checkOptions('validateCallback', options, optionNames);
  const contract = bundledCallbacks();
  const name = options.type === undefined ? null : callbackTypeName(options.type, 'validate the callback');
  const type = name === null ? null : (contract.callbacks.get(name) ?? null);
  const how = { type, strict: options.strict ?? false, option: 'the option "type"' };
  if (typeof payload === 'string') {
    const message =
      'must be an object; got a string. Parse a body with JSON.parse, a URL with parseStateCallback';
    return resultOf<TypeNamed<N>>({
      type,
      value: payload,
      violations: [{ location: '', code: 'type', message }],
    });
  }
  const asQuery = isJsonObject(payload) && (type === null ? isQueryRecord(payload, contract) : !type.hasBody);
  return resultOf(
    asQuery ? judgeQuery(Object.entries(payload), contract, how) : judgeBody(payload, contract, how),
  );
}

/** The public form of a judgement. */
export function resultOf<T extends CallbackTypeName>(judgement: Judgement): CallbackResult<T> {
  const { type, value, violations } = judgement;
  // The types are generated from the contract that validated the value.
  const name = (type?.type ?? null) as T | null;
  if (violations.length > 0 || name === null) return { valid: false, type: name, violations };
  return { valid: true, type: name, payload: value } as ValidCallback<T>;
}

/**
 * Asserts that a value is the payload of a callback, and narrows its type.
 * @throws {RingbackError} `callback.invalid` with the violations in sentences; `callback.unknown`
 * @example
 * assertCallback(body, 'informed.extractions');
 * Object.keys(body.documents);
 */
export function assertCallback<N extends CallbackReference>(
  payload: unknown,
  type: N,
  options: Omit<ValidateOptions, 'type'> = {},
): asserts payload is CallbackPayloads[TypeNamed<N>] {
  checkOptions('assertCallback', options, ['strict']);
  const result = validateCallback(payload, { type, ...options });
  if (result.valid) return;
  const name = callbackTypeName(type, 'assert the callback');
  throw new RingbackError('callback.invalid', {
    detail: `Could not assert that the value is the callback ${name}:\n${listViolations(result.violations)}`,
    violations: result.violations,
  });
}
