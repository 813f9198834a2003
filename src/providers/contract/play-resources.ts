import type { Contract, Operation } from '../../core/contract/contract.ts';
import type { Violation } from '../../core/errors.ts';
import { type JsonObject, type JsonValue, mergePatch, objectOf } from '../../core/json.ts';
import { applyJsonPatch, isJsonPatch } from '../../core/json-patch.ts';
import type { OperationRequest, ProviderContext, StepContext } from '../../core/provider/provider.ts';
import type { ChosenAnswer } from './choose-answer.ts';
import { createResource } from './create-resource.ts';
import type { KnownResource } from './known-values.ts';
import { listAnswer } from './list-resources.ts';
import { answerOf, type MadeAnswer } from './make-answer.ts';
import { isGone, type MissingResource } from './missing-resource.ts';
import { isId } from './new-id.ts';
import { filtered, pageOf } from './paging.ts';
import {
  mapResources,
  parameterOf,
  type ResourceKind,
  type ResourceMap,
  type ResourceUse,
  segmentsOf,
} from './resource-map.ts';
import type { ResourcePlace } from './resource-shape.ts';
import { givenIn, ResourceViews } from './resource-views.ts';
import type { Sampler } from './sampler.ts';
import { contractSettings } from './settings.ts';
import { at, type ShownState, showResource } from './show-resource.ts';
import {
  changeStored,
  findStored,
  keyFor,
  listStored,
  putStored,
  type ResourceAddress,
  readStored,
  type StoredResource,
} from './stored-resource.ts';

/** The resource that a request is about. */
export interface AboutResource {
  readonly use: ResourceUse;
  /** Null: a list, or something that is still to be created. */
  readonly address: ResourceAddress | null;
  /** Null: nothing of it is kept. */
  readonly stored: StoredResource | null;
}

/** What a request does to a resource. */
export interface ResourceChange {
  readonly address: ResourceAddress;
  readonly after: Omit<StoredResource, 'data'> & { readonly data: Omit<StoredResource['data'], 'runId'> };
  /** The run that owns it. Null: it is new. */
  readonly runId: string | null;
}

export interface PlayedAnswer {
  readonly made: MadeAnswer;
  /** Key of the resource in the store. Null: none is kept. */
  readonly key: string | null;
  readonly change: ResourceChange | null;
}

/** Keeps what the operations of a contract create, and answers with it. */
export class PlayedResources {
  readonly #contract: Contract;
  readonly #provider: string;
  readonly #sampler: Sampler;
  readonly #views: ResourceViews;
  readonly #ids: ReadonlyMap<string, string> | undefined;
  #map: ResourceMap | null = null;

  /** @param ids by the `id` of an operation that creates: the runtime expression of the id of what it creates */
  constructor(contract: Contract, provider: string, sampler: Sampler, ids?: ReadonlyMap<string, string>) {
    this.#contract = contract;
    this.#provider = provider;
    this.#sampler = sampler;
    this.#views = new ResourceViews(contract, sampler);
    this.#ids = ids;
  }

  get map(): ResourceMap {
    this.#map ??= mapResources(this.#contract, this.#ids);
    return this.#map;
  }

  /**
   * The resource that a request is about. Null: none.
   */
  async about(request: OperationRequest, context: ProviderContext): Promise<AboutResource | null> {
    const use = this.map.uses.get(request.operation.id);
    if (use === undefined) return null;
    const hasId = use.role !== 'create' && use.role !== 'list';
    const address = hasId ? this.#addressIn(use.kind, request) : null;
    const stored = address === null ? null : await findStored(context.resources, address);
    return { use, address, stored };
  }

  /** The id that a request names and that there is no resource of. Null: there is one, or it may be made up. */
  async missing(
    { use, address, stored }: AboutResource,
    request: OperationRequest,
    context: ProviderContext,
  ): Promise<MissingResource | null> {
    const { guard, kind } = use;
    const isStrict = this.#isStrict(context);
    const isOwn = address !== null && (guard === kind || kind.parameter === '');
    if (isOwn && stored !== null) {
      if (isGone(stored, isStrict)) return creates(use) ? null : { kind, id: address.id };
      if (guard === kind) return null;
    }
    const asked = guard === null ? null : guard === kind ? address : this.#addressIn(guard, request);
    if (guard === null || asked === null) return null;
    const found = guard === kind ? stored : await findStored(context.resources, asked);
    if (found === null ? !(isStrict && guard.isCreatable) : !isGone(found, isStrict)) return null;
    if (guard === kind && creates(use)) return null;
    return { kind: guard, id: asked.id };
  }

  /** Makes the response to a request about a resource, and says what becomes of the resource. */
  async answer(
    about: AboutResource,
    { request, chosen, make }: AnswerOrder,
    context: ProviderContext,
  ): Promise<PlayedAnswer> {
    const { use, stored, address } = about;
    if (use.role === 'create') return this.#create(use.kind, request, chosen, make(null), context);
    if (use.role === 'list')
      return {
        made: await this.#list(use.kind, { request, chosen, make }, context),
        key: null,
        change: null,
      };
    if (address === null) return { made: make(null), key: null, change: null };
    const { id } = address;
    const isKept = stored !== null && !stored.data.isDeleted;
    if (use.role === 'merge' || use.role === 'replace') {
      const before = isKept
        ? stored.data
        : { state: this.#views.madeUp(address, request, context, isPutNew(about)), shape: '' };
      const change = await this.#changed(about, address, before, request, chosen, context);
      const { state, shape } = change.after.data;
      const made = this.#shown(use.kind, chosen, make({ id, state }), { state, shape });
      return { made, key: change.after.key, change };
    }
    if (!isKept) return { made: make(null), key: null, change: null };
    const { key, data } = stored;
    const sampled = make({ id, state: data.state });
    const isRead = use.role === 'read';
    // What is kept has all that GET shows.
    const resource = { state: data.state, shape: data.shape, isComplete: isRead };
    const made = this.#shown(use.kind, chosen, sampled, resource, isRead ? null : data.shape);
    if (use.role !== 'remove') return { made, key, change: null };
    const after = { ...stored, data: { ...data, isDeleted: true } };
    return { made, key, change: { address, after, runId: data.runId } };
  }

  /** The resource of a run as of now. Null: none is kept. */
  async known({ run, resources }: StepContext): Promise<KnownResource | null> {
    const stored = readStored(await resources.get(run.resourceId), this.#provider);
    return stored === null ? null : { id: stored.data.id, state: stored.data.state };
  }

  /**
   * Applies a merge patch to the resource of a run.
   * @returns why parts of it are not shown
   */
  async set(patch: JsonObject, context: StepContext): Promise<readonly Violation[]> {
    const { run, resources, clock } = context;
    const record = await resources.get(run.resourceId);
    const stored = readStored(record, this.#provider);
    const kind = this.map.kinds.find(({ name }) => name === record?.kind);
    if (stored === null || stored.data.isDeleted || kind === undefined)
      return [unset('', 'No resource is kept of this run')];
    const { key, data } = stored;
    const wanted = objectOf(mergePatch(data.state, patch));
    const random = context.random(`resource/${key}`);
    const refused =
      this.#views.view(kind, wanted, { random, now: clock.now(), shape: data.shape })?.refused ?? [];
    const names = new Set(refused.map(({ location }) => location.slice(1)));
    const accepted = Object.fromEntries(Object.entries(patch).filter(([name]) => !names.has(name)));
    await changeStored(resources, key, (state) => objectOf(mergePatch(state, accepted)));
    return refused.map(({ location, message }) => unset(location, message));
  }

  /** Keeps the change of a resource. */
  async keep(
    { address, after, runId }: ResourceChange,
    newRun: string | null,
    context: ProviderContext,
  ): Promise<void> {
    const owner = runId ?? newRun ?? '';
    await putStored(context.resources, address, { ...after, data: { ...after.data, runId: owner } });
  }

  #addressIn(kind: ResourceKind, { operation, path }: OperationRequest): ResourceAddress | null {
    const length = segmentsOf(kind.collection).length;
    const segments = segmentsOf(operation.path);
    const name = parameterOf(segments[length]);
    const id = kind.parameter === '' ? segments[length] : path[name ?? ''];
    if (id === undefined) return null;
    const { collection } = this.#collectionIn(kind, operation, path);
    return { provider: this.#provider, kind, collection, id };
  }

  /** The collection that a request is about: the names of parameters may differ between the paths of a kind. */
  #collectionIn(
    kind: ResourceKind,
    operation: Operation,
    path: OperationRequest['path'],
  ): Omit<ResourceAddress, 'id'> {
    const own = segmentsOf(operation.path);
    const filled = segmentsOf(kind.collection).map((segment, index) => {
      const name = parameterOf(segment);
      if (name === null) return segment;
      return encodeURIComponent(path[parameterOf(own[index]) ?? name] ?? path[name] ?? '');
    });
    return { provider: this.#provider, kind, collection: `/${filled.join('/')}` };
  }

  async #changed(
    about: AboutResource,
    address: ResourceAddress,
    before: { readonly state: JsonObject; readonly shape: string },
    request: OperationRequest,
    chosen: ChosenAnswer,
    context: ProviderContext,
  ): Promise<ResourceChange> {
    const { stored, use } = about;
    const { kind, role } = use;
    const isNew = isPutNew(about);
    const answered = chosen.media === null ? null : this.#views.placeIn(chosen.media.declaration, kind);
    const place = answered ?? this.#views.readOf(kind).place;
    const idName =
      place?.isExact === true
        ? place.id
        : Object.keys(before.state).find((name) => isIdOf(before.state[name], address.id));
    const changed = changedState(before.state, request.body, role === 'replace', place);
    const own =
      idName == null || kind.parameter === ''
        ? {}
        : { [idName]: idOf(before.state[idName], address.id, request) };
    const state = { ...changed, ...own };
    const removed = Object.keys({ ...before.state, ...state }).filter((name) => state[name] == null);
    const key = stored?.key ?? (await keyFor(context.resources, address));
    const isKept = stored !== null && !stored.data.isDeleted;
    const shape = isKept ? stored.data.shape : (place?.shape ?? '');
    return {
      address,
      runId: isKept ? stored.data.runId : null,
      after: {
        key,
        createdAt: isKept ? stored.createdAt : context.clock.now(),
        data: {
          ...this.#views.dataOf(address, key, state, shape, context, { removed, isNew }),
          isGivenOut: isKept && stored.data.isGivenOut,
        },
      },
    };
  }

  async #create(
    kind: ResourceKind,
    request: OperationRequest,
    chosen: ChosenAnswer,
    made: MadeAnswer,
    context: ProviderContext,
  ): Promise<PlayedAnswer> {
    const place = chosen.media === null ? null : this.#views.createdPlace(chosen.media.declaration, kind);
    const collection = this.#collectionIn(kind, request.operation, request.path);
    const given = givenIn(request.body, place);
    const creation = { request, chosen, made, place, collection, given };
    const created = await createResource(this.#sampler, creation, context);
    if (created === null) return { made, key: null, change: null };
    const { address } = created;
    const shown = this.#shown(kind, chosen, created.made, { ...created, shape: '' });
    const body = objectOf(at(shown.body, place?.path ?? []));
    const state = { ...(place === null ? created.state : created.given), ...body };
    const key = await keyFor(context.resources, address);
    const data = this.#views.dataOf(address, key, state, place?.shape ?? '', context, { isNew: true });
    const after = { key, createdAt: context.clock.now(), data: { ...data, isGivenOut: created.isGivenOut } };
    return { made: shown, key, change: { address, runId: null, after } };
  }

  async #list(kind: ResourceKind, order: AnswerOrder, context: ProviderContext): Promise<MadeAnswer> {
    const { request, chosen, make } = order;
    const { operation, path, query } = request;
    const kept = await listStored(context.resources, this.#collectionIn(kind, operation, path));
    if (kept.length === 0 && !(this.#isStrict(context) && kind.isCreatable)) return make(null);
    const present = kept.filter(({ data }) => !data.isDeleted).map(({ data }) => data);
    const place = chosen.media === null ? null : this.#views.listIn(chosen.media.declaration, kind);
    const page = pageOf(filtered(present, operation, query, place), operation, query);
    return listAnswer(this.#sampler, place, chosen, make(null), page);
  }

  #isStrict({ settings }: ProviderContext): boolean {
    return contractSettings(settings, this.#provider).resources === 'strict';
  }

  /** The response with what a resource shows. */
  #shown(
    kind: ResourceKind,
    chosen: ChosenAnswer,
    made: MadeAnswer,
    resource: ShownState,
    onlyShape: string | null = null,
  ): MadeAnswer {
    const { media } = chosen;
    const place = media === null ? null : this.#views.placeIn(media.declaration, kind);
    if (media === null || place === null || made.body === undefined) return made;
    if (onlyShape !== null && (onlyShape === '' || onlyShape !== place.shape)) return made;
    const { body } = showResource(media.declaration, place, made.body, resource);
    return answerOf(this.#sampler, chosen, { ...made, body, headers: made.answer.headers ?? {} });
  }
}

/** A response to make. */
export interface AnswerOrder {
  readonly request: OperationRequest;
  readonly chosen: ChosenAnswer;
  /** Makes it up, with the values of a resource. */
  make(resource: KnownResource | null): MadeAnswer;
}

function unset(location: string, message: string): Violation {
  return {
    location: `set${location}`,
    code: 'set.refused',
    message: `${message}. GET shows the value from before.`,
  };
}

/** Whether the response to a request shows something new. */
export function showsNew(operation: Operation, about: AboutResource | null): boolean {
  if (about === null) return operation.callbacks.length > 0;
  return about.use.role === 'create' || isPutNew(about);
}

/** Whether PUT creates a resource. */
function isPutNew({ use, stored }: AboutResource): boolean {
  const isKept = stored !== null && !stored.data.isDeleted;
  return !isKept && creates(use) && use.kind.parameter !== '';
}

/** Whether a request by an id creates: PUT, where no POST does. */
function creates({ kind, role }: ResourceUse): boolean {
  return role === 'replace' && !kind.operations.has('create');
}

/** A state after PUT, a merge patch (RFC 7396) or a JSON Patch (RFC 6902). One that cannot be applied changes nothing. */
function changedState(
  before: JsonObject,
  body: JsonValue | undefined,
  isReplaced: boolean,
  place: ResourcePlace | null,
): JsonObject {
  if (isReplaced) return { ...before, ...givenIn(body, place) };
  if (!isJsonPatch(body)) return withNulls(before, givenIn(body, place));
  try {
    return objectOf(applyJsonPatch(before, body));
  } catch {
    return before;
  }
}

/** A merge patch, whose `null`s are kept until it is clear whether GET shows them. */
function withNulls(before: JsonObject, patch: JsonObject): JsonObject {
  const nulls = Object.entries(patch).filter(([, value]) => value === null);
  return { ...objectOf(mergePatch(before, patch)), ...Object.fromEntries(nulls) };
}

function isIdOf(value: JsonValue | undefined, id: string): boolean {
  return isId(value) && String(value) === id;
}

/** The id that a resource shows, or that of the path as its parameter has it. */
function idOf(shown: JsonValue | undefined, id: string, { operation, path }: OperationRequest): JsonValue {
  if (shown !== undefined) return shown;
  const name = Object.keys(path).at(-1);
  const parameter = operation.parameters.find((each) => each.in === 'path' && each.name === name);
  return (parameter?.coerce(id) ?? id) as JsonValue;
}
