import { quoted } from '../quoted.ts';
import { didYouMean, nearestName } from '../suggest.ts';
import type { CallbackType } from './contract.ts';

/** The names of a callback. */
export type NamedCallback = Pick<CallbackType, 'type' | 'name' | 'event'>;

/** Callbacks by each name that finds exactly one of them: its type, its name, or its event. */
export type CallbackNames<T = CallbackType> = ReadonlyMap<string, T>;

/** A type comes before a name, and a name before an event. */
export function callbackNames<T extends NamedCallback>(callbacks: Iterable<T>): CallbackNames<T> {
  const all = [...callbacks];
  const found = new Map<string, T>();
  for (const name of ['type', 'name', 'event'] as const)
    for (const [key, types] of Map.groupBy(all, (type) => type[name])) {
      const [only, second] = types;
      if (only !== undefined && second === undefined && !found.has(key)) found.set(key, only);
    }
  return found;
}

/** A callback, or advice for an error. */
export type FoundCallback<T = CallbackType> =
  | { readonly type: T }
  | { readonly advice: string; readonly suggestion: string | null };

/** Finds a callback by its type; or by its name or event if only one has it. */
export function findCallback<T extends NamedCallback>(
  name: string,
  { callbacks }: { readonly callbacks: ReadonlyMap<string, T> },
  names = callbackNames(callbacks.values()),
): FoundCallback<T> {
  const type = names.get(name);
  if (type !== undefined) return { type };
  const several = [...callbacks.values()].filter((one) => one.name === name || one.event === name);
  if (several.length > 0) {
    const types = several.map((one) => one.type);
    return {
      advice: `Several callbacks have the name ${quoted(name)}, expected one of ${listed(types)}.`,
      suggestion: null,
    };
  }
  const known = [...callbacks.keys()];
  const events = [...callbacks.values()].map(({ event }) => event);
  const suggestion = nearestName(name, name.includes('.') ? known : [...names.keys(), ...events]);
  return {
    advice: `Got ${quoted(name)}, expected one of ${listed(known)}.${didYouMean(suggestion)}`,
    suggestion,
  };
}

/** The maximum number of names that a message lists. */
const mostListed = 20;

/** Names for a message, separated by commas. Of many, the first ones and how many more there are. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return '(none)';
  if (names.length <= mostListed) return names.join(', ');
  return `${names.slice(0, mostListed).join(', ')} and ${names.length - mostListed} more`;
}
