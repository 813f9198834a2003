import type { CallbackType } from '../core/contract/contract.ts';
import { wordsOf } from '../providers/contract/outcome-words.ts';
import { type Kind, kinds } from './draft-scenarios.ts';

/** The longest name of a callback in scenarios: the longest ending still fits (`maxNameLength`). */
const mostLetters = 48;

/** Names that are no file on Windows, and the one that replaces the default timeline. */
const taken = /^(?:con|prn|aux|nul|com\d|lpt\d|default)$/;

/**
 * A name for each callback, which scenarios and files can have: `paymentSucceeded` is `payment-succeeded`. It is made
 * from the event or, where several callbacks share it, from the type. No two scenarios made from them share a name.
 */
export function nameScenarios(types: readonly CallbackType[]): ReadonlyMap<CallbackType, string> {
  const events = Map.groupBy(types, ({ event }) => event);
  const names = new Map<CallbackType, string>();
  const used = new Set<string>();
  for (const type of types) {
    const base = plainName(events.get(type.event)?.length === 1 ? type.event : type.type);
    let name = base;
    for (let number = 2; namesFrom(name).some((each) => used.has(each)); number++) name = `${base}-${number}`;
    for (const each of namesFrom(name)) used.add(each);
    names.set(type, name);
  }
  return names;
}

function namesFrom(name: string): readonly string[] {
  return (Object.keys(kinds) as Kind[]).map((kind) => `${name}${kinds[kind]}`);
}

function plainName(text: string): string {
  const name = wordsOf(text).join('-').slice(0, mostLetters).replace(/-$/, '');
  if (name === '') return 'callback';
  return taken.test(name) ? `${name}-callback` : name;
}
