import type { CallbackType, Contract, MediaTypeDeclaration, Operation } from '../core/contract/contract.ts';
import { SchemaView } from '../core/contract/schema-view.ts';
import { isRingbackError } from '../core/errors.ts';
import { type JsonObject, type JsonValue, mergePatch } from '../core/json.ts';
import { seededRandom } from '../core/random.ts';
import { unsendable } from '../providers/contract/check-samples.ts';
import { chooseAnswer } from '../providers/contract/choose-answer.ts';
import { chooseMedia } from '../providers/contract/make-callback.ts';
import type { Outcome } from '../providers/contract/outcome-words.ts';
import { mapResources, type ResourceMap } from '../providers/contract/resource-map.ts';
import { findObject } from '../providers/contract/resource-shape.ts';
import { createSampler, type Sampler } from '../providers/contract/sampler.ts';
import { isUsual, type State, stateOf, statesIn } from './find-states.ts';

/** How many made-up payloads have to be valid with a patch. */
const tries = 3;

/**
 * Merge patches that give callbacks and resources a state. A patch is used only if made-up payloads are valid with it.
 */
export class StatePatches {
  readonly #document: JsonObject;
  readonly #sampler: Sampler;
  readonly #resources: ResourceMap;
  readonly #known = new Map<string, JsonObject | null>();

  constructor(contract: Contract) {
    this.#document = contract.document;
    this.#sampler = createSampler(contract.document);
    this.#resources = mapResources(contract);
  }

  /** Why the callback cannot be sent with a made-up payload. Null: it can. */
  unsendable(type: CallbackType): string | null {
    return unsendable(type, this.#sampler);
  }

  /** Whether the payload of a callback names the event: `type: payment.refunded`. */
  namesEvent(type: CallbackType): boolean {
    return this.#statesOf(type).some(({ own }) => own !== null);
  }

  /** What changes the payload or the query of a callback so that it means an outcome. Null: the contract has no such state. */
  ofCallback(type: CallbackType, outcome: Outcome): JsonObject | null {
    return this.#once(`callback ${type.type} ${outcome}`, () => {
      const states = this.#statesOf(type);
      return type.hasBody
        ? this.#validPatch(states, chooseMedia(type)[1], outcome, [])
        : patchOf(states, outcome);
    });
  }

  #statesOf(type: CallbackType): readonly State[] {
    if (type.hasBody) return statesIn(this.#view(chooseMedia(type)[1]), type.event);
    return type.parameters
      .filter((parameter) => parameter.in === 'query')
      .flatMap(({ name, media }) => stateOf([name], this.#view(media), type.event) ?? []);
  }

  /** What an event changes in the resource that an operation creates. Null: GET cannot show such a state. */
  ofResource(operation: Operation, event: string, outcome: Outcome): JsonObject | null {
    return this.#once(`resource ${operation.id} ${event} ${outcome}`, () =>
      this.#ofResource(operation, event, outcome),
    );
  }

  #once(key: string, find: () => JsonObject | null): JsonObject | null {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const patch = find();
    this.#known.set(key, patch);
    return patch;
  }

  #ofResource(operation: Operation, event: string, outcome: Outcome): JsonObject | null {
    const { kind, read } = this.#readOf(operation) ?? {};
    const { media } = read === undefined ? { media: null } : chooseAnswer(read, {});
    if (kind === undefined || media === null) return null;
    const { declaration } = media;
    const place = findObject(this.#document, declaration.schema, kind);
    const view = place?.path.reduce((each, name) => each.property(name), this.#view(declaration));
    if (place === null || view === undefined) return null;
    const states = [...view.properties]
      .filter(([name]) => isUsual([name]))
      .flatMap(([name, property]) => stateOf([name], property, event) ?? []);
    return this.#validPatch(states, declaration, outcome, place.path);
  }

  /** The operation that shows what an operation has created. Null: there is none. */
  reading(operation: Operation): Operation | null {
    return this.#readOf(operation)?.read ?? null;
  }

  #readOf(operation: Operation) {
    const use = this.#resources.uses.get(operation.id);
    const read = use?.kind.operations.get('read');
    return use?.role === 'create' && read !== undefined ? { kind: use.kind, read } : null;
  }

  #view({ schema }: MediaTypeDeclaration): SchemaView {
    return new SchemaView(schema, this.#document);
  }

  /** A patch of all states together or else of one of them, the most usual name first. */
  #validPatch(
    states: readonly State[],
    media: MediaTypeDeclaration,
    outcome: Outcome,
    place: readonly string[],
  ): JsonObject | null {
    const usualFirst = states.toSorted((a, b) => Number(isUsual(b.path)) - Number(isUsual(a.path)));
    for (const some of [states, ...usualFirst.map((state) => [state])]) {
      const patch = patchOf(some, outcome);
      if (patch !== null && this.#isValid(media, nested(place, patch))) return patch;
    }
    return null;
  }

  #isValid(media: MediaTypeDeclaration, patch: JsonObject): boolean {
    try {
      return Array.from({ length: tries }, (_, seed) => seed).every((seed) => {
        const random = seededRandom(`init/${seed}`);
        const order = { random, now: Date.UTC(2030, 0, 1), known: {}, direction: 'callback' } as const;
        const { value } = this.#sampler.sample(media, order);
        return media.validate(mergePatch(value, patch)).length === 0;
      });
    } catch (error) {
      if (isRingbackError(error)) return false;
      throw error;
    }
  }
}

/** Null if no state can have the outcome. A property that names the event keeps its name. */
function patchOf(states: readonly State[], outcome: Outcome): JsonObject | null {
  if (!states.some(({ values }) => values.has(outcome))) return null;
  const patches = states.flatMap(({ path, values, own }) => {
    const value = values.get(outcome) ?? own;
    return value === null ? [] : [nested(path, value)];
  });
  return patches.reduce<JsonObject>((all, patch) => mergePatch(all, patch) as JsonObject, {});
}

function nested(path: readonly string[], value: JsonValue): JsonObject {
  return path.reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), value) as JsonObject;
}
