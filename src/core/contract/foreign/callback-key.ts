import { isRingbackError } from '../../errors.ts';
import type { CallbackUrl } from '../contract.ts';
import { parseRuntimeExpression } from '../runtime-expression.ts';

export type CallbackKey =
  | { readonly url: CallbackUrl; readonly expression: string; readonly forgiven: string | null }
  | { readonly reason: string };

/** Reads the key of a path item under a callback (OpenAPI 3.1 §4.8.18.3). */
export function readCallbackKey(key: string): CallbackKey {
  try {
    const evaluate = parseRuntimeExpression(key);
    const url: CallbackUrl = (exchange) => {
      const value = evaluate(exchange);
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return typeof first === 'string' ? first : undefined;
    };
    return { url, expression: key, forgiven: null };
  } catch (error) {
    if (isRingbackError(error)) return { reason: error.message };
    throw error;
  }
}
