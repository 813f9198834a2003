import type { CallbackType } from '../core/contract/contract.ts';
import { type Judgement, judgeBody, judgeQuery } from '../core/contract/judge-payload.ts';
import { isQueryRecord } from '../core/contract/recognize-callback.ts';
import { RingbackError, type Violation } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { CallbackName, CallbackPayloads, CallbackTypeName } from '../types/index.ts';
import { callbackNamed } from './callback-named.ts';
import type { AnyCallbacks, CallbackNameIn, CallbackReference, PayloadIn } from './callback-types.ts';
import { type CallbackSource, type LoadedContract, loadContract, sourceOf } from './loaded-contract.ts';
import { checkOptions } from './options.ts';
import { listViolations } from './sentences.ts';

/** The full type of a name: the name itself, or, for a bare name, the type that ends in it. */
export type TypeNamed<N extends CallbackReference> = N extends CallbackTypeName
  ? N
  : { [K in CallbackTypeName]: K extends `${string}.${N & CallbackName}` ? K : never }[CallbackTypeName];

/** A callback that satisfies the contract. `type` narrows the type of `payload`. */
export type ValidCallback<T extends string = CallbackTypeName, Callbacks = CallbackPayloads> = {
  [K in T]: { readonly valid: true; readonly type: K; readonly payload: PayloadIn<Callbacks, K> };
}[T];

/** A callback that violates the contract. */
export interface InvalidCallback<T extends string = CallbackTypeName> {
  readonly valid: false;
  /** Null if the type could not be detected. */
  readonly type: T | null;
  /** The violations, each with its JSON pointer. Never empty. */
  readonly violations: readonly Violation[];
}

export type CallbackResult<T extends string = CallbackTypeName, Callbacks = CallbackPayloads> =
  | ValidCallback<T, Callbacks>
  | InvalidCallback<T>;

interface StrictOption {
  /**
   * Requires the exact current shape, without the changes that the provider may make without notice.
   * @default false
   */
  readonly strict?: boolean;
}

/** Options of {@link validateCallback} for the bundled providers. */
export interface ValidateOptions<N extends CallbackReference = CallbackReference> extends StrictOption {
  /**
   * The type of the callback.
   * @default detected from the payload
   */
  readonly type?: N;
}

/** Options of {@link validateCallback} for any contract. */
export interface ContractOptions<Contract, Name extends string = string> extends StrictOption {
  /** The path of an OpenAPI file, or what `loadContract` returned for it. */
  readonly contract: Contract;
  /**
   * The name of the callback.
   * @default detected from the payload
   */
  readonly callback?: Name;
}

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
  options?: ValidateOptions<N>,
): CallbackResult<TypeNamed<N>>;
/**
 * Validates a callback against a contract that is loaded, without a server.
 * @param payload the parsed body, or the query parameters as one object
 * @throws {RingbackError} `callback.unknown` for a `callback` that does not exist, `option.*`
 * @example
 * const contract = await loadContract<CallbackPayloads>('openapi.yaml');
 * const result = validateCallback(body, { contract });
 */
export function validateCallback<
  Callbacks,
  Name extends CallbackNameIn<Callbacks> = CallbackNameIn<Callbacks>,
>(
  payload: unknown,
  options: ContractOptions<LoadedContract<Callbacks>, Name>,
): CallbackResult<Name, Callbacks>;
/**
 * Validates a callback against any contract, without a server. The contract is loaded at the first call, and again when
 * its files have changed.
 * @param payload the parsed body, or the query parameters as one object
 * @throws {RingbackError} `contract.invalid`; `callback.unknown` for a `callback` that does not exist, `option.*`
 * @example
 * const result = await validateCallback<CallbackPayloads>(body, { contract: 'openapi.yaml' });
 */
export function validateCallback<Callbacks = AnyCallbacks>(
  payload: unknown,
  options: ContractOptions<string, CallbackNameIn<NoInfer<Callbacks>>>,
): Promise<CallbackResult<CallbackNameIn<Callbacks>, Callbacks>>;
export function validateCallback(
  payload: unknown,
  options: ValidateOptions & Partial<ContractOptions<unknown>> = {},
): unknown {
  checkOptions('validateCallback', options, ['contract', 'callback', 'type', 'strict']);
  const { contract, type, callback = type, strict = false } = options;
  const judge = (loaded: unknown): CallbackResult<string, AnyCallbacks> => {
    const option = contract === undefined ? 'the option "type"' : 'the option "callback"';
    const source = sourceOf(loaded, 'validate the callback');
    return resultOf(judgePayload(payload, { source, callback, strict, option }));
  };
  return typeof contract === 'string' ? loadContract(contract).then(judge) : judge(contract);
}

interface PayloadOptions {
  readonly source: CallbackSource;
  /** The name of the callback. Undefined: detect it. */
  readonly callback: string | undefined;
  readonly strict: boolean;
  /** How the caller can name the callback, for messages. */
  readonly option: string;
}

/** @throws {RingbackError} `callback.unknown` */
export function judgePayload(payload: unknown, options: PayloadOptions): Judgement {
  const { source, callback, strict, option } = options;
  const { contract } = source;
  const type = callback === undefined ? null : callbackNamed(callback, 'validate the callback', contract);
  const how = { type, strict, option };
  if (type !== null && !type.hasBody && type.query.length === 0) return judgeNothing(payload, type);
  if (typeof payload === 'string' && (type === null || type.validate(payload).length > 0)) {
    const message =
      'must be an object; got a string. Parse a body with JSON.parse, a URL with parseStateCallback';
    return { type, value: payload, violations: [{ location: '', code: 'type', message }] };
  }
  const asQuery = isJsonObject(payload) && (type === null ? isQueryRecord(payload, contract) : !type.hasBody);
  return asQuery ? judgeQuery(Object.entries(payload), contract, how) : judgeBody(payload, contract, how);
}

function judgeNothing(value: unknown, type: CallbackType): Judgement {
  const isEmpty = value === undefined || value === null || Object.keys(Object(value)).length === 0;
  const message = `${type.type} has neither a body nor query parameters`;
  return { type, value: null, violations: isEmpty ? [] : [{ location: '', code: 'form', message }] };
}

/** The public form of a judgement. The types are generated from the contract that validated the value. */
export function resultOf<T extends string, Callbacks>(judgement: Judgement): CallbackResult<T, Callbacks> {
  const { type, value, violations } = judgement;
  const name = (type?.type ?? null) as T | null;
  if (violations.length > 0 || name === null) return { valid: false, type: name, violations };
  return { valid: true, type: name, payload: value } as ValidCallback<T, Callbacks>;
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
  options?: Omit<ValidateOptions, 'type'>,
): asserts payload is CallbackPayloads[TypeNamed<N>];
export function assertCallback<Callbacks, Name extends CallbackNameIn<Callbacks>>(
  payload: unknown,
  type: Name,
  options: Omit<ContractOptions<LoadedContract<Callbacks>>, 'callback'>,
): asserts payload is PayloadIn<Callbacks, Name>;
export function assertCallback(
  payload: unknown,
  callback: string,
  options: StrictOption & { readonly contract?: unknown } = {},
): void {
  checkOptions('assertCallback', options, ['contract', 'strict']);
  const source = sourceOf(options.contract, 'assert the callback');
  const { type } = callbackNamed(callback, 'assert the callback', source.contract);
  const how = { source, callback: type, strict: options.strict ?? false, option: '' };
  const { violations } = judgePayload(payload, how);
  if (violations.length === 0) return;
  throw new RingbackError('callback.invalid', {
    detail: `Could not assert that the value is the callback ${type}:\n${listViolations(violations)}`,
    violations,
  });
}
