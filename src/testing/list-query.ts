import { RingbackError } from '../core/errors.ts';
import { callbackTypeName } from './bundled-callbacks.ts';
import { checkOptions } from './options.ts';

/** As many as a list of the control API shows at most. */
const listLimit = 100_000;

export const runFilters = ['provider', 'scenario', 'state', 'limit'] as const;
export const deliveryFilters = ['run', 'provider', 'callback', 'state', 'limit'] as const;

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
  return Object.entries(readFilter(what, filter, names))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

/** Takes what fits a filter from what a space holds, as the control API would. */
export function listed<T>(
  what: string,
  given: { readonly filter: object; readonly names: readonly string[]; readonly states: readonly string[] },
  items: readonly T[],
  fits: (item: T, query: Readonly<Record<string, string>>) => boolean,
): readonly T[] {
  const query = readFilter(what, given.filter, given.names);
  const { state } = query;
  const limit = Number(query.limit);
  const invalid = (name: string, expected: string): RingbackError =>
    new RingbackError('option.invalid', {
      detail: `Failed to call ${what}. Got ${JSON.stringify(query[name])} for ${name}, expected ${expected}.`,
    });
  if (state !== undefined && !given.states.includes(state)) throw invalid('state', given.states.join(' or '));
  if (!Number.isInteger(limit) || limit < 0 || limit > listLimit) {
    throw invalid('limit', `an integer from 0 to ${listLimit}`);
  }
  const fitting = items.filter((item) => fits(item, query));
  return fitting.slice(Math.max(0, fitting.length - limit));
}

function readFilter(
  what: string,
  filter: object,
  names: readonly string[],
): Readonly<Record<string, string>> {
  checkOptions(what, filter, names);
  const given: Readonly<Record<string, unknown>> = {
    ...filter,
    limit: (filter as { limit?: unknown }).limit ?? listLimit,
  };
  if (given.provider !== undefined) checkProvider(what, given.provider);
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        name === 'callback' ? callbackTypeName(String(value), 'list deliveries') : String(value),
      ]),
  );
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
