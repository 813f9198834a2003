import type { Contract, ContractNote, Operation } from '../../core/contract/contract.ts';
import { follow } from '../../core/contract/request-names.ts';
import { escapePointer, isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { chooseAnswer } from './choose-answer.ts';
import { findList, findObject, wholeBody } from './resource-shape.ts';
import { sameNoun, singular } from './singular.ts';

/** What an operation does with a resource. `act`: it is about one, such as `POST /payments/{id}/cancel`. */
export type ResourceRole = 'create' | 'list' | 'read' | 'replace' | 'merge' | 'remove' | 'act';

/** A kind of resource: what is below one collection path, or the only one of a path such as `/settings`. */
export interface ResourceKind {
  /** Unique in the contract: `cards`. */
  readonly name: string;
  /** One of them: `card`. */
  readonly noun: string;
  /** Template of the collection: `/users/{userId}/cards`. */
  readonly collection: string;
  /** Template of one resource: `/users/{userId}/cards/{cardId}`. Null: the contract has no such path. */
  readonly item: string | null;
  /** Name of the last path parameter: `cardId`. Empty: there is only one, and its path ends in its name. */
  readonly parameter: string;
  /** The operation of each role. Only the first one of the contract counts. */
  readonly operations: ReadonlyMap<Exclude<ResourceRole, 'act'>, Operation>;
  /** Whether the contract has an operation that creates one: POST on the collection, or PUT on the item. */
  readonly isCreatable: boolean;
  /** Runtime expression of the id of a created resource: that of the configuration, or of the `links` of the creator. */
  readonly idExpression: string | null;
}

export interface ResourceUse {
  readonly kind: ResourceKind;
  readonly role: ResourceRole;
  /** The kind that the last path parameter of the operation names. Null: it has none, or that is no resource. */
  readonly guard: ResourceKind | null;
}

export interface ResourceMap {
  readonly kinds: readonly ResourceKind[];
  /** By the `id` of the operation. */
  readonly uses: ReadonlyMap<string, ResourceUse>;
  /** Operations that claim what another one has. */
  readonly notes: readonly ContractNote[];
}

interface Draft {
  name: string;
  readonly noun: string;
  readonly collection: string;
  item: string | null;
  readonly parameter: string;
  readonly operations: Map<Exclude<ResourceRole, 'act'>, Operation>;
  isCreatable: boolean;
  idExpression: string | null;
}

/**
 * Groups the operations of a contract by the resources that they are about: by their paths, and by the `links` of their
 * responses. Reads no schemas but those of a GET that may be a list.
 * @param ids by the `id` of an operation that creates: the runtime expression of the id of what it creates
 */
export function mapResources(contract: Contract, ids: ReadonlyMap<string, string> = noIds): ResourceMap {
  return new Mapping(contract, ids).map();
}

export const noIds: ReadonlyMap<string, string> = new Map();

class Mapping {
  readonly #contract: Contract;
  readonly #ids: ReadonlyMap<string, string>;
  /** By the path of the item, without the names of its parameters. */
  readonly #kinds = new Map<string, Draft>();
  readonly #uses = new Map<string, { kind: Draft; role: ResourceRole; guard: Draft | null }>();
  readonly #notes: ContractNote[] = [];

  constructor(contract: Contract, ids: ReadonlyMap<string, string>) {
    this.#contract = contract;
    this.#ids = ids;
  }

  map(): ResourceMap {
    const { operations } = this.#contract;
    for (const operation of operations) this.#addKind(operation);
    for (const operation of operations) this.#addCollection(operation);
    for (const operation of operations) this.#addSingleton(operation);
    for (const operation of operations) this.#assign(operation);
    for (const operation of operations) this.#assignCreator(operation);
    const kinds = [...new Set(this.#kinds.values())];
    for (const kind of kinds) {
      const { operations: own } = kind;
      const create = own.get('create');
      kind.isCreatable = kind.parameter !== '' && (create !== undefined || own.has('replace'));
      kind.idExpression = this.#ids.get(create?.id ?? '') ?? kind.idExpression;
    }
    this.#nameKinds(kinds);
    return { kinds, uses: this.#uses, notes: this.#notes };
  }

  /** A path that ends in a parameter is that of an item; one that ends in two, if something changes or removes it. */
  #addKind({ method, path }: Operation): void {
    const segments = segmentsOf(path);
    const parameter = parameterOf(segments.at(-1));
    const before = segments.at(-2);
    if (parameter === null || before === undefined) return;
    if (parameterOf(before) !== null && (segments.length < 3 || method === 'GET' || method === 'POST'))
      return;
    const key = keyOf(segments);
    if (this.#kinds.has(key)) return;
    this.#kinds.set(key, newKind(segments.slice(0, -1), `/${segments.join('/')}`, parameter));
  }

  /** A path with POST is a collection, if its items are below a path in the singular, or if GET lists them. */
  #addCollection(operation: Operation): void {
    const segments = segmentsOf(operation.path);
    if (operation.method !== 'POST' || parameterOf(segments.at(-1)) !== null || segments.length === 0) return;
    const key = keyOf([...segments, '{}']);
    if (this.#kinds.has(key)) return;
    const other = [...this.#kinds.values()].find(({ collection }) =>
      sameNoun(segmentsOf(collection), segments),
    );
    if (other !== undefined) {
      this.#kinds.set(key, other);
      return;
    }
    const list = this.#contract.operations.find(
      ({ method, path }) => method === 'GET' && keyOf(segmentsOf(path)) === keyOf(segments),
    );
    const kind = newKind(segments, null, 'id');
    if (list !== undefined && this.#lists(list, kind)) this.#kinds.set(key, kind);
  }

  /** A path with GET and PUT or PATCH is that of something that there is one of, if GET gives an object. */
  #addSingleton({ method, path }: Operation): void {
    const segments = segmentsOf(path);
    const name = segments.at(-1);
    if ((method !== 'PUT' && method !== 'PATCH') || name === undefined || parameterOf(name) !== null) return;
    const key = keyOf(segments);
    if (this.#kinds.has(key)) return;
    const read = this.#contract.operations.find(
      (each) => each.method === 'GET' && keyOf(segmentsOf(each.path)) === key,
    );
    const media = read === undefined ? null : chooseAnswer(read, {}).media;
    const below = this.#kinds.get(`${key}/{}`);
    const creates = this.#contract.operations.some(
      (each) => each.method === 'POST' && keyOf(segmentsOf(each.path)) === key,
    );
    if (read === undefined || media === null) return;
    if (below !== undefined && (creates || this.#lists(read, below))) return;
    if (wholeBody(this.#contract.document, media.declaration.schema)?.path.length !== 0) return;
    this.#kinds.set(key, newKind(segments.slice(0, -1), `/${segments.join('/')}`, '', name));
  }

  #assign(operation: Operation): void {
    const segments = segmentsOf(operation.path);
    const { method } = operation;
    const own = this.#kinds.get(keyOf(segments));
    const below = this.#kinds.get(keyOf([...segments, '{}']));
    const role = itemRoles[method];
    // `GET /tokens/{user}` above `/tokens/{user}/{token}`.
    const isList =
      method === 'GET' &&
      below !== undefined &&
      this.#lists(operation, below) &&
      !this.#reads(operation, own);
    if (isList) this.#claim(below, 'list', operation);
    else if (own !== undefined && role !== undefined) this.#claim(own, role, operation);
    else if (below !== undefined && method === 'POST') this.#claim(below, 'create', operation);
    else this.#assignAction(operation, segments);
  }

  /** What is below an item and no collection is about the item. */
  #assignAction(operation: Operation, segments: readonly string[]): void {
    for (let length = segments.length - 1; length > 1; length--) {
      const kind = this.#kinds.get(keyOf(segments.slice(0, length)));
      if (kind === undefined) continue;
      this.#uses.set(operation.id, { kind, role: 'act', guard: this.#guardOf(operation) });
      return;
    }
  }

  /** What else creates: an operation with a link to an item, `POST /user` for `/users/{id}`, `POST /users/create`, PUT. */
  #assignCreator(operation: Operation): void {
    const { method, path } = operation;
    if (method !== 'POST' && method !== 'PUT') return;
    const linked = this.#linked(operation);
    const used = this.#uses.get(operation.id);
    if (linked !== null && (used === undefined || (used.kind === linked.kind && used.role === 'create'))) {
      if (used === undefined) this.#claim(linked.kind, 'create', operation);
      if (linked.kind.operations.get('create') === operation) linked.kind.idExpression = linked.expression;
      return;
    }
    const segments = segmentsOf(path);
    if (used?.role === 'act' && method === 'POST') this.#assignElsewhere(operation, segments);
    if (used !== undefined) return;
    const plain = /^(?:create|new|add)$/i.test(segments.at(-1) ?? '') ? segments.slice(0, -1) : segments;
    const kind =
      this.#kinds.get(keyOf([...plain, '{}'])) ??
      [...this.#kinds.values()].find(({ collection }) => sameNoun(segmentsOf(collection), plain));
    // On the path of a collection, it has claimed that already.
    const isApart = method === 'POST' && plain.length < segments.length;
    if (kind !== undefined && (isApart || !kind.operations.has('create')))
      this.#claim(kind, 'create', operation);
    else if (kind === undefined && method === 'POST') this.#assignElsewhere(operation, plain);
  }

  /** `POST /customers/{id}/orders` creates what is at `/orders/{orderId}`, and so does what answers with the id of a job. */
  #assignElsewhere(operation: Operation, segments: readonly string[]): void {
    const last = segments.slice(-1);
    const { media } = chooseAnswer(operation, {});
    if (media === null || parameterOf(last[0]) !== null) return;
    const kind = [...this.#kinds.values()].find((each) => {
      const collection = segmentsOf(each.collection);
      if (each.parameter === '' || collection.some((segment) => parameterOf(segment) !== null)) return false;
      const isNamed = sameNoun(collection.slice(-1), last);
      if (!isNamed && (each.operations.has('create') || !jobs.test(each.noun))) return false;
      const place = findObject(this.#contract.document, media.declaration.schema, each);
      const isOwn = place?.isExact === true && place.path.length < 2;
      return isOwn && (isNamed || !/^(?:id|key|uuid)$/i.test(place.id ?? 'id'));
    });
    if (kind === undefined) return;
    if (!kind.operations.has('create')) this.#claim(kind, 'create', operation);
    else this.#uses.set(operation.id, { kind, role: 'create', guard: this.#guardOf(operation) });
  }

  /** The kind that a link of the response leads to, with the expression of its id (OpenAPI 3.1 §4.8.20). */
  #linked(operation: Operation): { kind: Draft; expression: string } | null {
    for (const link of linksOf(this.#contract.document, operation)) {
      const target = this.#contract.operations.find(
        ({ id, method, path }) => id === link.operationId || isReferenceTo(link.operationRef, method, path),
      );
      const kind = target === undefined ? undefined : this.#kinds.get(keyOf(segmentsOf(target.path)));
      const parameter = parameterOf(segmentsOf(target?.path ?? '').at(-1));
      if (kind === undefined || parameter === null || !isJsonObject(link.parameters)) continue;
      const expression = link.parameters[parameter] ?? link.parameters[`path.${parameter}`];
      if (typeof expression === 'string' && expression.startsWith('$')) return { kind, expression };
    }
    return null;
  }

  #claim(kind: Draft, role: Exclude<ResourceRole, 'act'>, operation: Operation): void {
    const first = kind.operations.get(role);
    const isConfigured = role === 'create' && this.#ids.has(operation.id);
    if (first !== undefined && !isConfigured) {
      this.#noteClaim(kind, role, first, operation);
      return;
    }
    if (first !== undefined) {
      this.#noteClaim(kind, role, operation, first);
      this.#uses.delete(first.id);
    }
    kind.operations.set(role, operation);
    this.#uses.set(operation.id, { kind, role, guard: this.#guardOf(operation) });
  }

  #noteClaim(kind: Draft, role: Exclude<ResourceRole, 'act'>, first: Operation, other: Operation): void {
    const place = { kind: 'unsupported', file: '', pointer: pointerOf(this.#contract, other) } as const;
    const remedy =
      role === 'create'
        ? ` To keep what ${other.id} creates instead, ${configureId(other)} in ringback.yaml.`
        : '';
    const message = `${other.id} and ${first.id} both ${verbs[role]} ${kind.collection}. The resources are those of ${first.id}; the responses of ${other.id} are made up.${remedy}`;
    this.#notes.push({ ...place, message });
  }

  #guardOf({ path }: Operation): Draft | null {
    const segments = segmentsOf(path);
    const last = segments.findLastIndex((segment) => parameterOf(segment) !== null);
    return this.#kinds.get(keyOf(segments.slice(0, last + 1))) ?? null;
  }

  #lists(operation: Operation, kind: Draft): boolean {
    const { media } = chooseAnswer(operation, {});
    if (media === null) return false;
    return findList(this.#contract.document, media.declaration.schema, kind) !== null;
  }

  /** Whether the response is one resource of a kind by its id. */
  #reads(operation: Operation, kind: Draft | undefined): boolean {
    const { media } = chooseAnswer(operation, {});
    if (kind === undefined || media === null) return false;
    return findObject(this.#contract.document, media.declaration.schema, kind)?.isExact === true;
  }

  /** Each kind has a name of its own, which is not that of a collection of Ringback. */
  #nameKinds(kinds: readonly Draft[]): void {
    const names = new Set(['runs', 'deliveries']);
    for (const kind of kinds) {
      const path = kind.parameter === '' && kind.item !== null ? kind.item : kind.collection;
      const words = segmentsOf(path).filter((segment) => parameterOf(segment) === null);
      const safe = words.map((word) => word.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || 'items');
      let name = safe.at(-1) ?? 'items';
      for (let count = 2; names.has(name) && count <= safe.length; count++)
        name = safe.slice(-count).join('-');
      const base = name;
      for (let number = 2; names.has(name); number++) name = `${base}-${number}`;
      names.add(name);
      kind.name = name;
    }
  }
}

const itemRoles: Readonly<Record<string, Exclude<ResourceRole, 'act' | 'create' | 'list'>>> = {
  GET: 'read',
  PUT: 'replace',
  PATCH: 'merge',
  POST: 'merge',
  DELETE: 'remove',
};

/** What a long operation is followed by. */
const jobs = /^(?:job|operation|task|batch|process)$/i;

const verbs = {
  create: 'create resources of',
  list: 'list',
  read: 'read resources of',
  replace: 'replace resources of',
  merge: 'change resources of',
  remove: 'remove resources of',
} as const;

function newKind(
  collection: readonly string[],
  item: string | null,
  parameter: string,
  last = collection.filter((segment) => parameterOf(segment) === null).at(-1) ?? 'items',
): Draft {
  return {
    name: last,
    noun: singular(last),
    collection: `/${collection.join('/')}`,
    item,
    parameter,
    operations: new Map(),
    isCreatable: false,
    idExpression: null,
  };
}

/** The segments of a path template, without a query string or a trailing slash. */
export function segmentsOf(path: string): readonly string[] {
  const [plain = ''] = path.split(/[?#]/, 1);
  return plain.split('/').filter((segment) => segment !== '');
}

function keyOf(segments: readonly string[]): string {
  return segments.map((segment) => (parameterOf(segment) === null ? segment : '{}')).join('/');
}

/** The name of a segment that is one parameter: `{id}`. */
export function parameterOf(segment: string | undefined): string | null {
  return /^\{([^{}]*)\}$/.exec(segment ?? '')?.[1] ?? null;
}

function linksOf(document: JsonObject, operation: Operation): readonly JsonObject[] {
  const { responses } = sourceOf(document, operation);
  if (!isJsonObject(responses)) return [];
  const found: JsonObject[] = [];
  for (const [status, entry] of Object.entries(responses)) {
    const response = follow(document, entry);
    if (!/^2/.test(status) || !isJsonObject(response) || !isJsonObject(response.links)) continue;
    for (const link of Object.values(response.links)) {
      const target = follow(document, link);
      if (isJsonObject(target)) found.push(target);
    }
  }
  return found;
}

function sourceOf(document: JsonObject, { method, path }: Operation): JsonObject {
  const { paths } = document;
  if (!isJsonObject(paths)) return {};
  const item = follow(document, paths[path] ?? paths[path.slice(1)]);
  const source = isJsonObject(item) ? follow(document, item[method.toLowerCase()]) : undefined;
  return isJsonObject(source) ? source : {};
}

function isReferenceTo(reference: JsonValue | undefined, method: string, path: string): boolean {
  return (
    typeof reference === 'string' &&
    reference.endsWith(`#/paths/${escapePointer(path)}/${method.toLowerCase()}`)
  );
}

/** The setting that says where the id of what an operation creates is. */
export function configureId({ id }: Operation): string {
  return `set operations.${/^\w+$/.test(id) ? id : JSON.stringify(id)}.id`;
}

/** Where a contract declares an operation. */
export function pointerOf({ document }: Contract, { method, path }: Operation): string {
  const { paths } = document;
  const key = isJsonObject(paths) && !(path in paths) ? path.slice(1) : path;
  return `/paths/${escapePointer(key)}/${method.toLowerCase()}`;
}
