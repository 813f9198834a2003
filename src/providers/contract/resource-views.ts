import type { Contract, MediaTypeDeclaration } from '../../core/contract/contract.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectOf,
  parsePointer,
  setOwn,
} from '../../core/json.ts';
import type { OperationRequest, ProviderContext } from '../../core/provider/provider.ts';
import { chooseAnswer } from './choose-answer.ts';
import { knownValues } from './known-values.ts';
import { makeAnswer } from './make-answer.ts';
import { parameterOf, type ResourceKind, segmentsOf } from './resource-map.ts';
import { findList, findObject, objectWithId, type ResourcePlace, wholeBody } from './resource-shape.ts';
import type { Sampler } from './sampler.ts';
import { at, type Shown, showResource } from './show-resource.ts';
import type { ResourceAddress, StoredResource } from './stored-resource.ts';

/** What a view is made from. */
export interface ViewFrom {
  readonly random: ReturnType<ProviderContext['random']>;
  readonly now: number;
  readonly shape: string;
  readonly isNew?: boolean;
}

/** A resource that is kept or changed, before a run owns it. */
export type UnownedData = Omit<StoredResource['data'], 'runId'>;

/** What the operations of a contract show of resources. */
export class ResourceViews {
  readonly #document: JsonObject;
  readonly #sampler: Sampler;

  constructor({ document }: Contract, sampler: Sampler) {
    this.#document = document;
    this.#sampler = sampler;
  }

  /** Where a body has a resource. */
  placeIn({ schema }: MediaTypeDeclaration, kind: ResourceKind): ResourcePlace | null {
    const found = kind.parameter === '' ? null : findObject(this.#document, schema, kind);
    return found ?? wholeBody(this.#document, schema);
  }

  /** Where the response to what creates a resource has it: where the configuration or a link says, or as elsewhere. */
  createdPlace(media: MediaTypeDeclaration, kind: ResourceKind): ResourcePlace | null {
    const pointer = /^\$response\.body#(\/.*)$/.exec(kind.idExpression ?? '')?.[1];
    const own =
      pointer === undefined ? null : objectWithId(this.#document, media.schema, parsePointer(pointer));
    return own ?? this.placeIn(media, kind);
  }

  /** Where a body has the list of resources. */
  listIn({ schema }: MediaTypeDeclaration, kind: ResourceKind): ResourcePlace | null {
    return findList(this.#document, schema, kind);
  }

  /** What GET of a resource shows of a state, and what it cannot show. */
  view(kind: ResourceKind, state: JsonObject, from: ViewFrom): Shown | null {
    const { media, place } = this.readOf(kind);
    if (media === null || place === null) return null;
    const { shape, ...how } = from;
    const made = this.#sampler.sample(media, { ...how, known: state, direction: 'response' });
    const shown = showResource(media, place, made.value, { state, shape });
    return { ...shown, body: at(shown.body, place.path) ?? null };
  }

  /** What GET shows of a resource that was never created, or that the request creates. */
  madeUp(
    { kind, id }: ResourceAddress,
    request: OperationRequest,
    context: ProviderContext,
    isNew: boolean,
  ): JsonObject {
    const { read, place } = this.readOf(kind);
    if (read === undefined || place === null) return {};
    const own = segmentsOf(request.operation.path);
    const path = Object.fromEntries(
      segmentsOf(read.path).flatMap((segment, index) => {
        const name = parameterOf(segment);
        return name === null ? [] : [[name, request.path[parameterOf(own[index]) ?? ''] ?? id]];
      }),
    );
    const asked = { headers: {}, query: {}, path, body: undefined };
    const { body } = makeAnswer(this.#sampler, chooseAnswer(read, {}), {
      known: knownValues({ request: asked, response: null }, read.path),
      random: context.random(`answer/${read.id} ${JSON.stringify(path)}`),
      now: context.clock.now(),
      isNew,
    });
    return objectOf(at(body, place.path));
  }

  /**
   * What is kept of a resource: its state, and what else GET shows of it, so that all responses agree.
   * @param how `removed`: properties that a change removed, which GET does not show again. `isNew`: it was just created
   */
  dataOf(
    { kind, collection, id }: ResourceAddress,
    key: string,
    given: JsonObject,
    shape: string,
    context: ProviderContext,
    { removed = [], isNew = false }: { readonly removed?: readonly string[]; readonly isNew?: boolean } = {},
  ): Omit<UnownedData, 'isGivenOut'> {
    const random = context.random(`resource/${key}`);
    const { read, place } = this.readOf(kind);
    const name = place?.isExact === true ? place.id : null;
    const hasId = name === null || String(given[name]) === id;
    const own = read?.parameters.find((each) => each.in === 'path' && each.name === kind.parameter);
    const state = hasId ? given : { ...given, [name]: (own?.coerce(id) ?? id) as JsonValue };
    const seen = this.view(kind, state, { random, now: context.clock.now(), shape, isNew });
    const full: Record<string, JsonValue> = { ...objectOf(seen?.body), ...state };
    for (const { location } of seen?.refused ?? []) {
      const refused = location.slice(1);
      const shown = objectOf(seen?.body)[refused];
      if (shown === undefined) delete full[refused];
      else setOwn(full, refused, shown);
    }
    for (const each of removed) if (full[each] !== null || isRefused(seen, each)) delete full[each];
    return { collection, id, state: full, shape: place?.shape ?? shape, isDeleted: false };
  }

  /** The operation that reads resources of a kind, and where its response has one. */
  readOf(kind: ResourceKind) {
    const read = kind.operations.get('read');
    const media = (read === undefined ? null : chooseAnswer(read, {}).media)?.declaration ?? null;
    return { read, media, place: media === null ? null : this.placeIn(media, kind) };
  }
}

function isRefused(seen: Shown | null, name: string): boolean {
  return (seen?.refused ?? []).some(({ location }) => location === `/${name}`);
}

/** The properties of a resource that a request gives: in the body, or where the response has the resource. */
export function givenIn(body: JsonValue | undefined, place: ResourcePlace | null): JsonObject {
  const inner = place === null ? undefined : at(body, place.path);
  return isJsonObject(inner) ? inner : objectOf(body);
}
