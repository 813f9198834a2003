import { methods, type ObjectKind } from '../core/contract/upgrade/object-kinds.ts';
import { type Node, walkDocument } from '../core/contract/upgrade/walk-document.ts';
import { isJsonObject, type JsonObject, type JsonValue, resolvePointer, setOwn } from '../core/json.ts';
import { simplify } from './simplify.ts';

/** A document for openapi-typescript, with the callbacks of its operations separate. */
export interface FoldedDocument {
  /** Without `callbacks`, extensions and references to path items. */
  readonly document: JsonObject;
  /** In the order of their operations. */
  readonly callbacks: readonly OperationCallback[];
  /** Where each operation of a callback or webhook is, by its object in the given document. */
  readonly places: ReadonlyMap<JsonValue, OperationPlace>;
}

/** An operation of a callback or webhook. */
export interface OperationPlace {
  readonly item: Exclude<OperationCallback['item'], { readonly kind: 'own' }>;
  readonly method: string;
}

/** One URL of one callback of one operation. */
export interface OperationCallback {
  /** `operationId`, or `POST /path` where there is none, or where several operations have it. */
  readonly operation: string;
  /** Key under `callbacks`; of a callback with several URLs, followed by the URL's expression. */
  readonly name: string;
  /** The path item. If the same one exists already: that it is under `webhooks`, or its index among the callbacks. */
  readonly item:
    | { readonly kind: 'own'; readonly value: JsonObject }
    | { readonly kind: 'webhook'; readonly name: string }
    | { readonly kind: 'callback'; readonly index: number };
}

type Members = Record<string, JsonValue>;

/**
 * Moves the callbacks out of their operations, because openapi-typescript ignores them there, and `x-webhooks` to
 * `webhooks`. Path items replace the references to them, and schemas are simplified.
 * @param document from `loadDocument`. It is changed
 */
export function foldCallbacks(document: JsonObject): FoldedDocument {
  const nodes: Node[] = [];
  walkDocument(document as Members, (node) => nodes.push(node));
  // What is inside comes first.
  for (const { value, kind, shape } of nodes.reverse()) if (shape === 'one') clean(value, kind);
  return new Folder(document as Members).fold();
}

function clean(value: Members, kind: ObjectKind): void {
  if (kind === 'schema') {
    const simple = simplify(value);
    for (const key of Object.keys(value)) delete value[key];
    Object.assign(value, simple);
    return;
  }
  // What looks like a reference in an extension may be none.
  for (const key of Object.keys(value)) if (key.startsWith('x-') && key !== 'x-webhooks') delete value[key];
  if (value.examples !== undefined && kind !== 'components') delete value.examples;
  if (kind === 'response') delete value.links;
}

class Folder {
  readonly #document: Members;
  readonly #callbacks: OperationCallback[] = [];
  /** Where each path item is. */
  readonly #items = new Map<JsonValue, OperationPlace['item']>();
  readonly #ids = new Map<string, number>();

  constructor(document: Members) {
    this.#document = document;
  }

  fold(): FoldedDocument {
    const { paths, webhooks, 'x-webhooks': extra, components, ...rest } = this.#document;
    const events: Members = { ...eventsOf(extra), ...membersOf(webhooks) };
    for (const [name, item] of Object.entries(events)) {
      const { target } = this.#settle(item);
      if (!this.#items.has(target)) this.#items.set(target, { kind: 'webhook', name });
    }
    const own = Object.entries(membersOf(paths)).filter(([path]) => !path.startsWith('x-'));
    for (const [, item] of own) this.#count(this.#settle(item).target);
    const folded: Members = { ...rest };
    if (paths !== undefined) folded.paths = this.#each(Object.fromEntries(own));
    if (Object.keys(events).length > 0) folded.webhooks = this.#each(events);
    if (isJsonObject(components)) {
      const {
        callbacks: _callbacks,
        pathItems: _pathItems,
        examples: _examples,
        links: _links,
        ...kept
      } = components;
      folded.components = kept;
    }
    const places = [...this.#items].flatMap(([target, item]) =>
      operationsOf(target).map(([method, operation]) => [operation, { item, method }] as const),
    );
    return { document: folded, callbacks: this.#callbacks, places: new Map(places) };
  }

  #each(items: Readonly<Members>): JsonObject {
    const result: Members = {};
    for (const [path, item] of Object.entries(items)) setOwn(result, path, this.#pathItem(item, path));
    return result;
  }

  #count(item: JsonValue): void {
    for (const [, { operationId }] of operationsOf(item))
      if (typeof operationId === 'string') this.#ids.set(operationId, (this.#ids.get(operationId) ?? 0) + 1);
  }

  /** A path item without references and callbacks. */
  #pathItem(value: JsonValue, label: string): JsonObject {
    const { target, beside } = this.#settle(value);
    const result: Members = { ...membersOf(target), ...beside };
    for (const [method, operation] of operationsOf(result)) {
      const { callbacks, ...rest } = operation;
      const id = typeof operation.operationId === 'string' ? operation.operationId : undefined;
      const isUnique = id !== undefined && (this.#ids.get(id) ?? 0) <= 1;
      const { operationId: _shared, ...nameless } = rest;
      result[method] = isUnique ? rest : nameless;
      if (isJsonObject(callbacks))
        this.#takeCallbacks(callbacks, isUnique ? id : `${method.toUpperCase()} ${label}`);
    }
    return result;
  }

  #takeCallbacks(callbacks: JsonObject, operation: string): void {
    for (const [name, value] of Object.entries(callbacks)) {
      const urls = Object.entries(membersOf(this.#settle(value).target));
      for (const [expression, item] of urls)
        this.#takeItem(operation, urls.length === 1 ? name : `${name} ${expression}`, item);
    }
  }

  #takeItem(operation: string, name: string, value: JsonValue): void {
    const { target } = this.#settle(value);
    if (!isJsonObject(target)) return;
    const known = this.#items.get(target);
    if (known !== undefined) {
      this.#callbacks.push({ operation, name, item: known });
      return;
    }
    const index = this.#callbacks.length;
    this.#items.set(target, { kind: 'callback', index });
    // Reserve the index before visiting the item, which may have callbacks itself.
    this.#callbacks.push({ operation, name, item: { kind: 'own', value: {} } });
    const item = { kind: 'own', value: this.#pathItem(value, name) } as const;
    this.#callbacks[index] = { operation, name, item };
  }

  /** The end of a chain of references, and what is beside the first of them. */
  #settle(value: JsonValue): { readonly target: JsonValue; readonly beside: JsonObject } {
    const seen = new Set<JsonValue>();
    let target: JsonValue = value;
    while (isJsonObject(target) && typeof target.$ref === 'string' && !seen.has(target)) {
      seen.add(target);
      target = resolvePointer(this.#document, decodeURIComponent(target.$ref.slice(1))) ?? {};
    }
    const { $ref: _ref, ...beside } = membersOf(value);
    return { target, beside: target === value ? {} : beside };
  }
}

function membersOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function operationsOf(item: JsonValue): readonly (readonly [method: string, operation: JsonObject])[] {
  return methods.flatMap((method) => {
    const operation = membersOf(item)[method];
    return isJsonObject(operation) ? [[method, operation] as const] : [];
  });
}

/** Events of `x-webhooks`, of which some are keyed by an expression below their name. */
function eventsOf(extra: JsonValue | undefined): Members {
  const events: Members = {};
  for (const [name, item] of Object.entries(membersOf(extra))) {
    const isItem = typeof membersOf(item).$ref === 'string' || operationsOf(item).length > 0;
    const items = isItem ? [] : Object.entries(membersOf(item)).filter(([, value]) => isJsonObject(value));
    if (items.length === 0) setOwn(events, name, item);
    for (const [expression, value] of items)
      setOwn(events, items.length === 1 ? name : `${name} ${expression}`, value);
  }
  return events;
}
