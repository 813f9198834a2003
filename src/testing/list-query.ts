import { RingbackError } from '../core/errors.ts';
import { callbackNamed } from './callback-named.ts';
import { checkOptions } from './options.ts';
import type { ServerNames } from './server-names.ts';

export const runFilters = ['provider', 'scenario', 'state', 'limit'] as const;
export const deliveryFilters = ['run', 'provider', 'callback', 'state', 'limit'] as const;

/**
 * Writes a filter as the start of a query string for the control API, which has the same names: `state=failed&`. The
 * limit is left out.
 * @param what the call, e.g. `deliveries`
 * @throws {RingbackError} `option.*` for an unknown name or provider; `callback.unknown`
 */
export async function listQuery(
  what: string,
  filter: object,
  names: readonly string[],
  known: () => Promise<ServerNames>,
): Promise<string> {
  return Object.entries(await readFilter(what, filter, names, known))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}&`)
    .join('');
}

/** Applies a filter to the items of a space, as the control API would. */
export async function listed<T>(
  what: string,
  given: {
    readonly filter: object;
    readonly names: readonly string[];
    readonly states: readonly string[];
    readonly known: () => Promise<ServerNames>;
  },
  items: readonly T[],
  fits: (item: T, query: Readonly<Record<string, string>>) => boolean,
): Promise<readonly T[]> {
  const query = await readFilter(what, given.filter, given.names, given.known);
  const { state } = query;
  const { limit } = given.filter as { readonly limit?: unknown };
  const invalid = (name: string, value: unknown, expected: string): RingbackError =>
    new RingbackError('option.invalid', {
      details: { option: name, given: value },
      detail: `Could not call ${what}. Got ${JSON.stringify(value)} for ${name}, expected ${expected}.`,
    });
  if (state !== undefined && !given.states.includes(state))
    throw invalid('state', state, given.states.join(' or '));
  const fitting = items.filter((item) => fits(item, query));
  if (limit === undefined) return fitting;
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 0) throw invalid('limit', limit, 'an integer from 0');
  return fitting.slice(Math.max(0, fitting.length - most));
}

async function readFilter(
  what: string,
  filter: object,
  names: readonly string[],
  known: () => Promise<ServerNames>,
): Promise<Readonly<Record<string, string>>> {
  checkOptions(what, filter, names);
  const { limit: _, ...given } = filter as Readonly<Record<string, unknown>>;
  if (given.provider !== undefined) checkProvider(what, given.provider, await known());
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    query[name] =
      name === 'callback'
        ? callbackNamed(String(value), 'list deliveries', await known()).type
        : String(value ?? '');
  }
  return query;
}

/** @throws {RingbackError} `option.invalid` */
export function checkProvider(what: string, provider: unknown, { providers }: ServerNames): void {
  if (typeof provider === 'string' && (providers ?? [provider]).includes(provider)) return;
  throw new RingbackError('option.invalid', {
    details: { option: 'provider', given: provider },
    detail: `Could not call ${what}. Got the provider ${JSON.stringify(provider)}, expected ${providers?.join(' or ') ?? 'its name'}.`,
  });
}
