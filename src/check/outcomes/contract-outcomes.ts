import type { CallbackType, Contract } from '../../core/contract/contract.ts';
import type { JsonValue } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import type { Outcome } from './outcome.ts';

/** How a state is called that another one follows. */
const passing =
  /^(?:new|created|accepted|received|queued|pending|waiting|open|started|running|(?:in[-_ ]?)?progress(?:ing)?|processing|submitted)$/i;
/** How a property is called that says how something ended. */
const telling = /^(?:status|state|outcome|result|phase|type|event|event_?type)$/i;
const gap = '20ms';
/** More outcomes than these show nothing new. */
const mostOutcomes = 5;

/**
 * The outcomes of any contract: one for each final value of a property such as `status`, after a value that another one
 * follows; where there is none, one for each callback of the submission that has most.
 */
export function contractOutcomes(
  { name }: Provider,
  { callbacks, operations }: Contract,
): readonly Outcome[] {
  const own = [...callbacks.values()].filter(({ provider }) => provider === name);
  const groups = operations.map(({ id }) => own.filter(({ operation }) => operation === id));
  const [group = []] = groups.filter(({ length }) => length > 0).sort((a, b) => b.length - a.length);
  const played = group.length > 0 ? group : own.filter(({ operation }) => operation === null);
  const byValue = played.flatMap((type) => valuesOf(type).map((value) => ({ type, ...value })));
  const finals = byValue.filter(({ value }) => !passing.test(value));
  const first = byValue.find(({ value }) => passing.test(value));
  if (finals.length > 1) {
    const before = first === undefined ? [] : [step(first.type, first.property, first.value)];
    return finals.slice(0, mostOutcomes).map(({ type, property, value }) => ({
      id: idOf(value),
      script: { timeline: [...before, step(type, property, value)] as JsonValue },
    }));
  }
  return played.slice(0, mostOutcomes).map((type) => ({
    id: idOf(type.event),
    script: { timeline: [{ after: gap, callback: type.name }] },
  }));
}

function step({ name }: CallbackType, property: string, value: string): JsonValue {
  return { after: gap, callback: name, set: { [property]: value }, payload: { [property]: value } };
}

function valuesOf({
  enums,
  hasBody,
}: CallbackType): readonly { readonly property: string; readonly value: string }[] {
  if (!hasBody) return [];
  for (const [property, values] of enums) {
    const texts = values.filter((value) => typeof value === 'string');
    if (telling.test(property) && texts.length > 1) return texts.map((value) => ({ property, value }));
  }
  return [];
}

function idOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'callback'
  );
}
