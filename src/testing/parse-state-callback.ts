import { judgeQuery } from '../core/contract/judge-payload.ts';
import { RingbackError } from '../core/errors.ts';
import { isJsonObject, type JsonValue } from '../core/json.ts';
import type { CallbackName, CallbackTypeName, webhooks } from '../types/index.ts';
import { bundledCallbacks } from './bundled-callbacks.ts';
import { callbackNamed } from './callback-named.ts';
import { checkOptions } from './options.ts';
import { type CallbackResult, resultOf, type TypeNamed, type ValidateOptions } from './validate-callback.ts';

/** The callbacks that have query parameters instead of a body. */
export type StateCallbackType = {
  [Type in CallbackTypeName]: BareName<Type> extends infer Name extends CallbackName
    ? webhooks[Name]['parameters'] extends { query: object }
      ? Type
      : never
    : never;
}[CallbackTypeName];

/** The forms of a state callback that {@link parseStateCallback} reads. */
export type StateCallbackInput =
  | string
  | URL
  | URLSearchParams
  | Readonly<Record<string, string | number | readonly string[] | undefined>>;

type BareName<Type extends CallbackTypeName> = Type extends `${string}.${infer Name}` ? Name : never;

type StateReference = StateCallbackType | BareName<StateCallbackType>;

/**
 * Reads one of DocDigitizer's state callbacks from its request. `state` becomes a number.
 * @param input an absolute URL, a request target (`/hook?documentId=…`), a query string, `URLSearchParams`, or the
 *   query as a web framework parsed it
 * @throws {RingbackError} `callback.unknown` for a `type` that does not exist, `option.invalid` for another input
 * @example
 * const result = parseStateCallback(request.url);
 * if (result.valid && result.type === 'docdigitizer.documentState') result.payload.state === 91;
 */
export function parseStateCallback<N extends StateReference = StateCallbackType>(
  input: StateCallbackInput,
  options: ValidateOptions<N> = {},
): CallbackResult<TypeNamed<N>> {
  checkOptions('parseStateCallback', options, ['type', 'strict']);
  const contract = bundledCallbacks();
  const type =
    options.type === undefined ? null : callbackNamed(options.type, 'parse the state callback', contract);
  const how = { type, strict: options.strict ?? false, option: 'the option "type"' };
  return resultOf(judgeQuery(parametersOf(input), contract, how));
}

/** The parameters of a query. */
export function parametersOf(input: unknown): Iterable<readonly [string, JsonValue]> {
  if (typeof input === 'string') return new URLSearchParams(queryOf(input));
  if (input instanceof URL) return input.searchParams;
  if (input instanceof URLSearchParams) return input;
  if (!isJsonObject(input)) {
    throw new RingbackError('option.invalid', {
      details: { option: 'input', given: input },
      detail: `Could not parse the state callback. Got ${input === null ? 'null' : typeof input}, expected a URL, a query string, URLSearchParams or an object of parameters; pass e.g. request.url.`,
    });
  }
  return Object.entries(input).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((one) => [key, one] as const),
  );
}

/** The query of a URL or request target. A string without `?` is itself a query, unless it is a URL or a path. */
function queryOf(text: string): string {
  const [beforeHash = ''] = text.trim().split('#', 1);
  const mark = beforeHash.indexOf('?');
  if (mark >= 0) return beforeHash.slice(mark + 1);
  return /^([a-z][a-z0-9+.-]*:\/\/|\/)/i.test(beforeHash) ? '' : beforeHash;
}
