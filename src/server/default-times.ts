import type { CallbackType } from '../core/contract/contract.ts';
import type { Space } from '../core/engine/space.ts';
import { isRingbackError } from '../core/errors.ts';
import type { Provider } from '../core/provider/provider.ts';

/**
 * When submissions send the callbacks of a provider if no scenario is chosen: milliseconds after the response. Null: they
 * do not. A script of the team that is called like the default scenario counts; one with `match`, for its operation.
 */
export function defaultTimes(provider: Provider, space: Space): (type: CallbackType) => number | null {
  const { scenario, plan } = defaultScenario(provider, space) ?? { scenario: null, plan: null };
  if (plan === null) return () => null;
  const times = new Map<string, number>();
  for (const { callback, atMs } of Object.values(plan.triggers).flat())
    if (callback !== undefined && !times.has(callback)) times.set(callback, atMs);
  const planned = ({ name, event }: CallbackType): number | null =>
    times.get(name) ?? times.get(event) ?? null;
  return (type) => {
    const replaced = scenario.match?.operation;
    const isProviders = plan.outcome !== null || (replaced !== undefined && replaced !== type.operation);
    const own = isProviders ? provider.defaultTime?.(type, space.settings) : undefined;
    return own === undefined ? planned(type) : own;
  };
}

function defaultScenario({ name, defaultScenario }: Provider, space: Space) {
  try {
    return space.scenarios.get(defaultScenario, name);
  } catch (error) {
    // A space may have deleted it.
    if (isRingbackError(error, 'scenario.unknown')) return null;
    throw error;
  }
}
