import type { NamedCallback } from '../core/contract/find-callback.ts';
import type { Provider } from '../core/provider/provider.ts';
import { bundledCallbacks } from './bundled-callbacks.ts';
import type { DeliveryRecord } from './records.gen.ts';
import type { ServerNames } from './server-names.ts';

/** The callbacks of each provider that this process has started, so that matchers can check names. */
const met = new Map<string, Map<string, NamedCallback>>();

/** How the providers that this process has started show a state, by name. */
const metStates = new Map<string, Pick<Provider, 'states'>>();

export function meet(
  { callbacks, providers }: ServerNames,
  started: Iterable<Pick<Provider, 'name' | 'states'>> = [],
): void {
  for (const provider of started) metStates.set(provider.name, provider);
  for (const provider of providers ?? []) {
    const all = met.get(provider) ?? new Map<string, NamedCallback>();
    met.set(provider, all);
    for (const { type, name, event } of callbacks.values()) all.set(type, { type, name, event });
  }
}

/** The providers that this process has started, as far as they show a state. */
export function providersWithStates(): ReadonlyMap<string, Pick<Provider, 'states'>> {
  return metStates;
}

/** The callbacks of the providers of some deliveries. */
export function callbacksAbout(deliveries: readonly DeliveryRecord[]): {
  readonly callbacks: ReadonlyMap<string, NamedCallback>;
  /** Whether there are no others. */
  readonly isComplete: boolean;
} {
  const callbacks = new Map<string, NamedCallback>();
  let isComplete = true;
  for (const { provider, callback } of deliveries) {
    callbacks.set(callback, { type: callback, name: callback, event: callback });
    const bundled = bundledCallbacks().callbacks;
    const isBundled = [...bundled.values()].some((type) => type.provider === provider);
    const known = met.get(provider) ?? (isBundled ? bundled : undefined);
    for (const [type, named] of known ?? []) callbacks.set(type, named);
    isComplete &&= known !== undefined;
  }
  return { callbacks, isComplete };
}
