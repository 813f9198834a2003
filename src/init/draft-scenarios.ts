import type { CallbackType, Contract, Operation } from '../core/contract/contract.ts';
import { callbackNames } from '../core/contract/find-callback.ts';
import type { JsonObject } from '../core/json.ts';
import {
  areAboutTheSame,
  type Outcome,
  outcomeOf,
  outcomeOfEvent,
} from '../providers/contract/outcome-words.ts';
import type { StatePatches } from './state-patches.ts';

/** What can happen to a callback, and how the names of its scenarios end. */
export const kinds = {
  happy: '',
  failure: '-failure',
  duplicate: '-duplicate',
  late: '-late',
  outOfOrder: '-out-of-order',
  lost: '-lost',
} as const;

export type Kind = keyof typeof kinds;

/** One scenario for a callback, or why the contract gives none. */
export type ScenarioDraft = {
  readonly kind: Kind;
  /** The first sentence of the comment above it. */
  readonly title: string;
} & ({ readonly scenario: DraftedScenario } | { readonly missing: string });

export interface DraftedScenario {
  readonly name: string;
  readonly description: string;
  readonly timeline: readonly Step[];
  readonly faults?: readonly JsonObject[];
}

interface Step {
  readonly after: string;
  readonly set?: JsonObject;
  readonly callback: string;
  readonly query?: JsonObject;
  readonly payload?: JsonObject;
}

/** Two steps of one run, and what the first one is. */
interface InOrder {
  readonly steps: readonly Step[];
  readonly what: string;
}

/** Where the scenarios of a callback come from. */
export interface DraftContext {
  readonly contract: Contract;
  readonly patches: StatePatches;
  /** Whether the scenarios may use a callback: it has a URL, and a payload can be made. */
  readonly isPlayable: (type: CallbackType) => boolean;
}

/**
 * The scenarios of a callback: happy path, failure, duplicate, late, out of order, lost. Payloads and other events come
 * from the contract.
 * @param name the name of the happy path, which the others begin with
 */
export function draftScenarios(
  type: CallbackType,
  name: string,
  context: DraftContext,
): readonly ScenarioDraft[] {
  return new Drafting(type, name, context).drafts();
}

class Drafting {
  readonly #type: CallbackType;
  readonly #name: string;
  readonly #context: DraftContext;
  readonly #operation: Operation | null;
  readonly #outcome: 'success' | 'failure';
  readonly #names: ReadonlyMap<string, CallbackType>;

  constructor(type: CallbackType, name: string, context: DraftContext) {
    this.#type = type;
    this.#name = name;
    this.#context = context;
    const { operations, callbacks } = context.contract;
    this.#operation = operations.find(({ id }) => id === type.operation) ?? null;
    this.#outcome = outcomeOfEvent(type.event);
    this.#names = callbackNames(callbacks.values());
  }

  drafts(): readonly ScenarioDraft[] {
    const step = this.#step(this.#type, '2s', this.#outcome);
    const shown = step.set === undefined ? '' : ` ${this.#reading()} shows its state on time.`;
    return [
      this.#draft('happy', 'Happy path: the callback arrives once, 2 s after the response.', {
        description: 'The callback arrives once. A good consumer acknowledges it with a 2xx.',
        timeline: [step],
      }),
      this.#failure(),
      this.#draft('duplicate', 'Duplicate: the callback arrives twice, 1 s apart.', {
        description: 'The callback arrives twice. A good consumer acknowledges both, and acts once.',
        timeline: [step],
        faults: [{ duplicate: { times: 2, gap: '1s' } }],
      }),
      this.#draft('late', 'Late: the callback arrives an hour late.', {
        description: `The callback arrives an hour late. A good consumer still acts on it.${shown}`,
        timeline: [step],
        faults: [{ delay: '1h' }],
      }),
      this.#outOfOrder(),
      this.#draft('lost', 'Lost: the callback is never sent.', {
        description: `The callback is never sent. A good consumer ${
          step.set === undefined ? 'notices that it is missing' : `asks after a while: ${this.#reading()}`
        }.`,
        timeline: [step],
        faults: [{ drop: true }],
      }),
    ];
  }

  #failure(): ScenarioDraft {
    const missing = (why: string): ScenarioDraft => ({ kind: 'failure', title: 'Failure', missing: why });
    if (this.#outcome === 'failure') return missing('the callback itself says that something failed.');
    const description =
      'The provider says that it failed. A good consumer acknowledges that, and acts on the failure.';
    const other = this.#siblings().find(({ event }) => outcomeOfEvent(event) === 'failure');
    if (other !== undefined) {
      return this.#draft('failure', `Failure: ${other.event} arrives in place of ${this.#type.event}.`, {
        description,
        timeline: [this.#step(other, '2s', 'failure')],
      });
    }
    const step = this.#step(this.#type, '2s', 'failure');
    if (step.payload === undefined && step.query === undefined)
      return missing(
        `${this.#declarer()} no other event that means failure, and the payload no state whose name says so.`,
      );
    return this.#draft('failure', 'Failure: the callback says that it failed.', {
      description,
      timeline: [step],
    });
  }

  #outOfOrder(): ScenarioDraft {
    const earlier = this.#inOrder();
    if (earlier === null) {
      return {
        kind: 'outOfOrder',
        title: 'Out of order',
        missing: `it takes two callbacks of one run: ${this.#declarer()} no second event, and the payload no second state whose name says that it comes earlier.`,
      };
    }
    const { steps, what } = earlier;
    return this.#draft('outOfOrder', `Out of order: ${what} is sent first, and arrives last.`, {
      description:
        'Two callbacks arrive in the wrong order. A good consumer keeps the state of the later one.',
      timeline: steps,
      faults: [{ on: { nth: 1 }, reorder: true }],
    });
  }

  /**
   * Two callbacks of one run, and what the first one is: another event of the contract, or an earlier state in the same
   * callback. An event with one meaning, such as `paymentRefunded`, has no earlier state.
   */
  #inOrder(): InOrder | null {
    const pending = this.#ownState('pending', 'an earlier state');
    const isFinal = outcomeOf(this.#type.event) !== null || this.#context.patches.namesEvent(this.#type);
    return (
      (isFinal ? null : pending) ??
      this.#withSibling() ??
      pending ??
      this.#ownState(this.#outcome === 'success' ? 'failure' : 'success', 'the opposite')
    );
  }

  #ownState(outcome: Outcome, what: string): InOrder | null {
    const [first, last] = [outcome, this.#outcome].map((each) => this.#step(this.#type, '1s', each));
    const says = (step: Step | undefined): string => JSON.stringify(step?.payload ?? step?.query ?? null);
    const isOther = says(first) !== 'null' && says(first) !== says(last);
    return first !== undefined && last !== undefined && isOther ? { steps: [first, last], what } : null;
  }

  /** The event before the callback in the contract, or else the one after it. Failures only if there is nothing else. */
  #withSibling(): InOrder | null {
    const all = this.#siblings();
    const fine = all.filter(({ event }) => outcomeOfEvent(event) !== 'failure');
    const siblings = fine.length > 0 ? fine : all;
    const types = [...this.#context.contract.callbacks.values()];
    const place = types.indexOf(this.#type);
    const before = siblings.findLast((type) => types.indexOf(type) < place || fine.length === 0);
    const [first, last] = before === undefined ? [this.#type, siblings[0]] : [before, this.#type];
    if (first === undefined || last === undefined) return null;
    const steps = [first, last].map((type) => this.#step(type, '1s', outcomeOfEvent(type.event)));
    return { steps, what: first.event };
  }

  /** Other callbacks that the same run can send: of the same operation, or webhooks about the same. */
  #siblings(): readonly CallbackType[] {
    const { contract, isPlayable } = this.#context;
    const { kind, operation, event } = this.#type;
    const isSibling = (other: CallbackType): boolean =>
      kind === 'callback'
        ? other.operation === operation && operation !== null
        : other.kind !== 'callback' && areAboutTheSame(event, other.event);
    return [...contract.callbacks.values()].filter(
      (other) => other.event !== event && isSibling(other) && isPlayable(other),
    );
  }

  #step(type: CallbackType, after: string, outcome: Outcome): Step {
    const { patches } = this.#context;
    const says = patches.ofCallback(type, outcome);
    const isToShow = says !== null || outcome !== 'pending';
    const set =
      isToShow && this.#operation !== null ? patches.ofResource(this.#operation, type.event, outcome) : null;
    return {
      after,
      ...(set !== null && { set }),
      callback: this.#names.get(type.event) === type ? type.event : type.type,
      ...(says !== null && { [type.hasBody ? 'payload' : 'query']: says }),
    };
  }

  #draft(kind: Kind, title: string, rest: Omit<DraftedScenario, 'name'>): ScenarioDraft {
    return { kind, title, scenario: { name: `${this.#name}${kinds[kind]}`, ...rest } };
  }

  #declarer(): string {
    return this.#operation === null ? 'the contract has' : `${this.#operation.id} has`;
  }

  #reading(): string | null {
    const read = this.#operation === null ? null : this.#context.patches.reading(this.#operation);
    return read === null ? null : `${read.method} ${read.path}`;
  }
}
