import { RingbackError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import { nearestName, suggest } from '../core/suggest.ts';

/**
 * Checks the names of an options object, so that a misspelled option is not ignored.
 * @param what the call, e.g. `startProvider`
 * @throws {RingbackError} `option.invalid` when it is no object, `option.unknown` naming the nearest option
 */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (!isJsonObject(options)) {
    throw new RingbackError('option.invalid', {
      details: { option: 'options', given: options },
      detail: `Could not call ${what}. Got ${options === null ? 'null' : typeof options} for its options, expected an object with ${known.join(', ')}.`,
    });
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new RingbackError('option.unknown', {
    details: { option: unknown, suggestion: nearestName(unknown, known) },
    detail: `Could not call ${what}: it has no option "${unknown}". Expected ${known.join(', ')}.${suggest(unknown, known)}`,
  });
}
