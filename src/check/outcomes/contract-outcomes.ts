import type { CallbackType, Contract } from '../../core/contract/contract.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { StatePatches } from '../../init/state-patches.ts';
import { areAboutTheSame, outcomeOf, outcomeOfEvent } from '../../providers/contract/outcome-words.ts';
import type { Outcome } from './outcome.ts';

/** How a state or an event is called that another one follows. */
const passing =
  /^(?:new|created|accepted|received|queued|pending|waiting|open|started|running|(?:in[-_ ]?)?progress(?:ing)?|processing|submitted)$|in_?transit|authori[sz]ed/i;
/** How a property is called that says how something ended. */
const telling = /^(?:status|state|outcome|result|phase|type|event|event_?type)$/i;
const gap = '20ms';
/** More outcomes than these show nothing new. */
const mostOutcomes = 5;

/**
 * The outcomes of any contract, from the callbacks of the submission that has most. Several callbacks are an outcome
 * each, after the one that another follows. A single one has an outcome for each final value of a property such as
 * `status`, or else for success and failure.
 */
export function contractOutcomes({ name }: Provider, contract: Contract): readonly Outcome[] {
  const { callbacks, operations } = contract;
  const own = [...callbacks.values()].filter(({ provider }) => provider === name);
  const groups = operations.map(({ id }) => own.filter(({ operation }) => operation === id));
  const [group = []] = groups.filter(({ length }) => length > 0).sort((a, b) => b.length - a.length);
  const played = group.length > 0 ? group : own.filter(({ operation }) => operation === null);
  const [first] = played;
  if (first === undefined) return [];
  const events = new Events(contract);
  const found = played.length > 1 ? events.ofSeveral(played) : several(valuesOf(first), events.ofOne(first));
  return unique(found).slice(0, mostOutcomes);
}

/** What events say of an outcome, in the callback and in the resource that the API shows. */
class Events {
  readonly #contract: Contract;
  readonly #patches: StatePatches;

  constructor(contract: Contract) {
    this.#contract = contract;
    this.#patches = new StatePatches(contract);
  }

  ofSeveral(types: readonly CallbackType[]): readonly Outcome[] {
    const first = types.find(({ event }) => outcomeOf(event) === 'pending' || passing.test(snake(event)));
    const finals = types.filter((type) => type !== first);
    if (first === undefined || finals.length === 0) return types.map((type) => this.#outcome(type, []));
    const before = this.#step(first, outcomeOfEvent(first.event));
    return finals.map((type) =>
      this.#outcome(type, areAboutTheSame(first.event, type.event) ? [before] : []),
    );
  }

  /** Success and failure, if the callback can say so. */
  ofOne(type: CallbackType): readonly Outcome[] {
    const outcomes = (['success', 'failure'] as const).filter(
      (outcome) => this.#patches.ofCallback(type, outcome) !== null,
    );
    if (outcomes.length < 2) return [this.#outcome(type, [])];
    return outcomes.map((outcome) => ({
      id: `${idOf(type.event)}-${outcome}`,
      script: { timeline: [this.#step(type, outcome)] },
    }));
  }

  #outcome(type: CallbackType, before: readonly JsonObject[]): Outcome {
    const timeline = [...before, this.#step(type, outcomeOfEvent(type.event))];
    return { id: idOf(type.event), script: { timeline } };
  }

  #step(type: CallbackType, outcome: 'success' | 'failure'): JsonObject {
    const operation = this.#contract.operations.find(({ id }) => id === type.operation);
    const says = this.#patches.ofCallback(type, outcome);
    const set = operation === undefined ? null : this.#patches.ofResource(operation, type.event, outcome);
    return {
      after: gap,
      callback: type.name,
      ...(set !== null && { set }),
      ...(says !== null && { [type.hasBody ? 'payload' : 'query']: says }),
    };
  }
}

/** One outcome for each final value of a property that says how something ended. None if there is only one. */
function valuesOf(type: CallbackType): readonly Outcome[] {
  if (!type.hasBody) return [];
  for (const [property, listed] of type.enums) {
    const values = listed.filter((value) => typeof value === 'string');
    if (!telling.test(property) || values.length < 2) continue;
    const finals = values.filter((value) => !passing.test(value));
    const first = values.find((value) => passing.test(value));
    const step = (value: string): JsonObject => ({
      after: gap,
      callback: type.name,
      set: { [property]: value },
      payload: { [property]: value },
    });
    const before = first === undefined ? [] : [step(first)];
    if (finals.length > 1)
      return finals.map((value) => ({
        id: idOf(value),
        script: { timeline: [...before, step(value)] as JsonValue },
      }));
  }
  return [];
}

/** The first ones, or else the others. */
function several(some: readonly Outcome[], others: readonly Outcome[]): readonly Outcome[] {
  return some.length > 0 ? some : others;
}

function unique(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter(({ id }, i) => outcomes.findIndex((other) => other.id === id) === i);
}

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
}

function idOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'callback'
  );
}
