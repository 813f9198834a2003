import { RingbackError } from '../core/errors.ts';
import { callbackTypeName } from './bundled-callbacks.ts';
import { checkOptions } from './options.ts';

/** As many as a list of the control API shows at most. */
const listLimit = 100_000;

/** The scenario that each provider plays when nothing chooses one. */
export const defaultScenarios = {
  docdigitizer: 'docdigitizer/annotated',
  informed: 'informed/complete',
} as const;

/**
 * A filter as the query string of a list of the control API, which has the same names.
 * @param what the call, e.g. `deliveries`
 * @throws {RingbackError} `option.*` for a name or a provider that there is not; `callback.unknown`
 */
export function listQuery(what: string, filter: object, names: readonly string[]): string {
  checkOptions(what, filter, names);
  const given: Readonly<Record<string, unknown>> = {
    ...filter,
    limit: (filter as { limit?: unknown }).limit ?? listLimit,
  };
  if (given.provider !== undefined) checkProvider(what, given.provider);
  return Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const text = name === 'callback' ? callbackTypeName(String(value), 'list deliveries') : String(value);
      return `${name}=${encodeURIComponent(text)}`;
    })
    .join('&');
}

/** @throws {RingbackError} `option.invalid` */
export function checkProvider(
  what: string,
  provider: unknown,
): asserts provider is keyof typeof defaultScenarios {
  if (typeof provider === 'string' && Object.hasOwn(defaultScenarios, provider)) return;
  throw new RingbackError('option.invalid', {
    detail: `Failed to call ${what}. Got the provider ${JSON.stringify(provider)}, expected ${Object.keys(defaultScenarios).join(' or ')}.`,
  });
}
