import { findCallback, type NamedCallback } from '../core/contract/find-callback.ts';
import { RingbackError } from '../core/errors.ts';

/**
 * The callback that a name finds.
 * @param what the action for the error message, e.g. `validate the callback`
 * @throws {RingbackError} `callback.unknown`, naming the nearest
 */
export function callbackNamed<T extends NamedCallback>(
  name: string,
  what: string,
  known: { readonly callbacks: ReadonlyMap<string, T> },
): T {
  const found = findCallback(String(name), known);
  if ('advice' in found) {
    throw new RingbackError('callback.unknown', {
      details: { name: String(name), suggestion: found.suggestion },
      detail: `Could not ${what}: there is no such callback. ${found.advice}`,
    });
  }
  return found.type;
}
