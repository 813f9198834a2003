import { checkBody, checkResponse } from './check-message.ts';
import { brief, type Client } from './client.ts';
import { compareValues, type Showing, valueAt } from './compare-values.ts';
import type { JudgedDocument, JudgedMedia, JudgedOperation } from './document.ts';
import { propertiesOf } from './encode.ts';
import { type ReceivedResponse, withValidUrls } from './expressions.ts';
import { findIds, idIn, objectsIn, plain } from './find-id.ts';
import {
  findPairs,
  findSingletons,
  isParameter,
  lastParameter,
  one,
  type ResourcePair,
  type Singleton,
  segments,
} from './find-pairs.ts';
import type { Item, ItemKind } from './judge-document.ts';
import { full, type MadeRequest, makeRequest, minimal, preferred, writeRequest } from './make-request.ts';
import type { Receiver } from './receiver.ts';
import { isObject, type Loose } from './source.ts';

/** A request with its response. */
interface Exchange {
  readonly request: MadeRequest;
  readonly response: ReceivedResponse;
}

interface Created extends Exchange {
  readonly id: string;
  /** Where the response or the request has the id, and the ids there. */
  readonly ids: readonly (readonly [string, string])[];
}

const limits = new Set('limit perpage pagesize pagelimit size maxresults top take'.split(' '));

/** Judges whether a mock keeps what it creates: each create/read pair of a contract, and what there is one of. */
export class ResourceJudge {
  readonly #document: JudgedDocument;
  readonly #client: Client;
  readonly #receiver: Receiver;
  readonly #items: Item[] = [];
  #salt = 20;

  constructor(document: JudgedDocument, client: Client, receiver: Receiver) {
    this.#document = document;
    this.#client = client;
    this.#receiver = receiver;
  }

  async judge(): Promise<readonly Item[]> {
    for (const pair of findPairs(this.#document)) await this.#judgePair(pair);
    for (const singleton of findSingletons(this.#document)) await this.#judgeSingleton(singleton);
    return this.#items;
  }

  async #judgePair(pair: ResourcePair): Promise<void> {
    const { create, read, list, changes, remove } = pair;
    const name = `${nameOf(create)} → ${nameOf(read)}`;
    const created = await this.#create(pair);
    if (created === undefined) return;
    const failed = typeof created === 'string' ? created : null;
    await this.#add('read', name, () => failed ?? this.#read(pair, created as Created));
    if (typeof created !== 'string') await this.#judgeIds(pair, created);
    if (list !== null) await this.#judgeList(list, pair, failed, created);
    for (const change of changes)
      await this.#add('change', nameOf(change), () => failed ?? this.#change(pair, change, created as Created));
    if (remove !== null)
      await this.#add('remove', nameOf(remove), () => failed ?? this.#remove(pair, remove, created as Created));
  }

  async #add(
    kind: ItemKind,
    name: string,
    judge: () => string | null | undefined | Promise<string | null | undefined>,
  ): Promise<void> {
    let problem: string | null | undefined;
    try {
      problem = await judge();
    } catch (error) {
      problem = `failed: ${(error as Error).message}`;
    }
    if (problem !== undefined) this.#items.push({ kind, name, problem });
  }

  /** Creates a resource. A text says why it could not; undefined: the judge finds no valid request. */
  async #create({ create, read }: ResourcePair): Promise<Created | string | undefined> {
    const callbacks = this.#document.callbacks.filter(({ operation }) => operation === create);
    let problem: string | undefined;
    this.#salt += 7;
    for (const manner of [full, minimal]) {
      const made = await this.#make(create, { ...manner, salt: this.#salt });
      if (made === null) continue;
      const request = withValidUrls(made, callbacks, `${this.#receiver.origin}/resource`, this.#document.judge);
      const exchange = await this.#send(request);
      const wrong = await this.#problemOf(exchange);
      if (wrong === null) {
        const ids = findIds(request, exchange.response, read);
        const [first] = ids;
        if (first !== undefined) return { ...exchange, ids, id: first[1] };
        problem ??= `the response to ${nameOf(create)} has no id\n      ${told(exchange)}`;
      } else problem ??= `${nameOf(create)} fails\n      ${wrong}; ${told(exchange)}`;
    }
    return problem;
  }

  /** What is wrong with what GET shows of something that was created. */
  async #read({ read }: ResourcePair, created: Created): Promise<string | null> {
    const exchange = await this.#get(read, created);
    if (typeof exchange === 'string') return exchange;
    const showing = this.#showing(exchange, created);
    const shown = idIn(exchange.response.body, read);
    const isOther = shown !== null && shown.path.length <= showing.path.length && shown.id !== created.id;
    if (isOther) return `GET shows another id\n      ${created.id}: ${told(created)}; ${told(exchange)}`;
    const inResponse = idIn(created.response.body, read);
    const answered = inResponse?.resource ?? created.response.body;
    const skip = new Set(shown === null ? [] : [shown.name]);
    const { judge } = this.#document;
    const kept = isObject(answered) ? compareValues(answered, showing, judge, skip) : null;
    if (kept?.problem) return `GET shows another ${kept.problem} than the response\n      ${told(created)}; ${told(exchange)}`;
    const given = this.#given(created.request, showing);
    const wished = compareValues(given, showing, judge, skip);
    if (wished.problem)
      return `GET shows another ${wished.problem} than the request\n      ${told(created)}; ${told(exchange)}`;
    const proven = (kept?.same ?? 0) + wished.same > 0 || shown !== null;
    return proven ? null : `GET shows nothing of what was created\n      ${told(created)}; ${told(exchange)}`;
  }

  async #judgeIds({ create, read }: ResourcePair, created: Created): Promise<void> {
    const callbacks = this.#document.callbacks.filter(({ operation }) => operation === create);
    const names = new Set([plain(lastParameter(read)), `${plain(one(segments(read.path).at(-2) ?? ''))}id`]);
    names.delete('id');
    const ids = [...created.ids];
    if (callbacks.length > 0) {
      await this.#client.settle();
      for (const { body } of this.#receiver.take())
        for (const { value } of objectsIn(parsed(body)))
          for (const [name, id] of Object.entries(value))
            if (names.has(plain(name))) ids.push([`the callback's ${name}`, String(id)]);
    }
    if (ids.length < 2) return;
    const other = ids.find(([, id]) => id !== created.id);
    await this.#add('id', nameOf(create), () =>
      other === undefined
        ? null
        : `${other[0]} has another id than ${ids[0]?.[0]}\n      ${other[1]}, expected ${created.id}; ${told(created)}`,
    );
  }

  async #judgeList(
    list: JudgedOperation,
    pair: ResourcePair,
    failed: string | null,
    created: Created | string,
  ): Promise<void> {
    const media = [...list.responses].find(([status]) => /^2/.test(status))?.[1].media[0];
    const sample = media?.schema == null ? undefined : this.#arrays({ $ref: `#/$defs/${media.schema}` }, 0);
    if (sample !== true) return;
    if (typeof created === 'string') return this.#add('list', nameOf(list), () => failed);
    await this.#add('list', nameOf(list), async () => {
      const exchange = await this.#get(list, created);
      if (typeof exchange === 'string') return exchange;
      const items = itemsOf(exchange.response.body);
      const resource = idIn(created.response.body, pair.read)?.resource ?? created.response.body;
      return items.some((item) => isAbout(item, created.id) || isLike(item, resource))
        ? null
        : `the list lacks what was created\n      ${created.id}; ${told(exchange)}`;
    });
    await this.#add('page', nameOf(list), () => this.#page(list, pair, created));
  }

  /** Whether a schema has an array of objects or ids, in the body or one object below. */
  #arrays(schema: { $ref: string } | Loose, depth: number): boolean {
    const { schemas } = this.#document;
    const target = schemas.get(schema as { $ref: string });
    if (typeof target === 'boolean') return false;
    if (target.items !== undefined) return true;
    if (depth > 2) return false;
    return [...propertiesOf(schemas, schema as { $ref: string }).values()].some((one) =>
      this.#arrays(one, depth + 1),
    );
  }

  /** Undefined: the contract declares no parameter that limits the number of items. */
  async #page(list: JudgedOperation, pair: ResourcePair, created: Created): Promise<string | null | undefined> {
    const { judge } = this.#document;
    const limit = list.parameters.find((one) => one.in === 'query' && limits.has(plain(one.name)));
    const size = [1, 2, 3].find((n) => limit !== undefined && judge.errors(limit.schema, n).length === 0);
    if (limit === undefined || size === undefined) return undefined;
    for (let n = 0; n < size; n++) {
      const other = await this.#create(pair);
      if (typeof other !== 'object') return undefined;
      if (n === 0 && segments(list.path).some(isParameter)) {
        const [a, b] = [other, created].map(({ request }) => JSON.stringify(parents(request)));
        if (a !== b) return undefined;
      }
    }
    const exchange = await this.#get(list, created, [[`query ${limit.name}`, size]]);
    if (typeof exchange === 'string') return exchange;
    const items = itemsOf(exchange.response.body);
    return items.length === size
      ? null
      : `a page has not the size that was asked for\n      ${items.length}, expected ${size}; ${told(exchange)}`;
  }

  async #change(
    { read }: ResourcePair,
    change: JudgedOperation,
    created: Created,
  ): Promise<string | null | undefined> {
    const before = await this.#get(read, created);
    if (typeof before === 'string') return before;
    return this.#changeAndRead(change, read, created, before);
  }

  async #judgeSingleton({ read, change }: Singleton): Promise<void> {
    const request = await this.#make(read, minimal);
    if (request === null) return;
    await this.#add('change', nameOf(change), async () => {
      const before = await this.#send(request);
      const wrong = await this.#problemOf(before);
      if (wrong !== null) return `${nameOf(read)} fails\n      ${wrong}`;
      return this.#changeAndRead(change, read, { ...before, id: null }, before);
    });
  }

  /** Undefined: the judge finds no valid request, or one that says nothing that GET shows. */
  async #changeAndRead(
    change: JudgedOperation,
    read: JudgedOperation,
    about: Exchange & { readonly id: string | null },
    before: Exchange,
  ): Promise<string | null | undefined> {
    this.#salt += 7;
    const showing = this.#showing(before, about.id === null ? null : { id: about.id });
    let problem: string | undefined;
    for (const manner of [full, minimal]) {
      const made = await this.#make(change, { ...manner, salt: this.#salt });
      if (made === null) continue;
      const patch = /json-patch\+json/.test(made.media?.type ?? '');
      const given = patch ? await this.#patched(read, showing) : this.#given(made, showing);
      if (given === null) continue;
      const operations = Object.entries(given).map(([name, value]) => ({ op: 'replace', path: `/${name}`, value }));
      const request = placed(patch ? { ...made, body: operations } : made, about);
      const changed = await this.#send(request);
      const wrong = await this.#problemOf(changed);
      if (wrong !== null) {
        problem ??= `${nameOf(change)} fails\n      ${wrong}; ${told(changed)}`;
        continue;
      }
      const after = await this.#get(read, about);
      if (typeof after === 'string') return after;
      const shown = this.#showing(after, about.id === null ? null : { id: about.id });
      const skip = new Set(about.id === null ? [] : namesOf(valueAt(shown.body, shown.path), about.id));
      const { same, problem: other } = compareValues(given, shown, this.#document.judge, skip);
      if (other !== null) return `GET does not show the new ${other}\n      ${told(changed)}; ${told(after)}`;
      if (same > 0) return null;
    }
    return problem;
  }

  /** Another value of a text that GET shows, for a JSON Patch. */
  async #patched(read: JudgedOperation, showing: Showing): Promise<Loose | null> {
    const shown = valueAt(showing.body, showing.path);
    const own = idIn(showing.body, read)?.name;
    const { judge } = this.#document;
    if (!isObject(shown)) return null;
    for (const [name, value] of Object.entries(shown)) {
      const other = `${value}x`;
      if (name === own || typeof value !== 'string') continue;
      const { problem } = compareValues({ [name]: other }, showing, judge);
      if (problem === name) return { [name]: other };
    }
    return null;
  }

  async #remove(pair: ResourcePair, remove: JudgedOperation, created: Created): Promise<string | null | undefined> {
    const made = await this.#make(remove, minimal);
    if (made === null) return undefined;
    const removed = await this.#send(placed(made, created));
    const wrong = await this.#problemOf(removed);
    if (wrong !== null) return `${nameOf(remove)} fails\n      ${wrong}; ${told(removed)}`;
    const request = await this.#make(pair.read, minimal);
    if (request === null) return undefined;
    const after = await this.#send(placed(request, created));
    const { status, headers, body } = after.response;
    if (status !== 404) return `GET after DELETE is ${status}, expected 404\n      ${told(removed)}; ${told(after)}`;
    const { responses } = pair.read;
    const declared = responses.get('404') ?? responses.get('4XX') ?? responses.get('DEFAULT');
    if (declared !== undefined && declared.media.length > 0) {
      const other = await checkBody(declared.media, headers['content-type'] ?? '', body, this.#document.judge);
      if (other !== null) return `the 404 is not as declared\n      ${other}`;
    }
    const listed = pair.list === null ? null : await this.#get(pair.list, created);
    if (listed === null || typeof listed === 'string') return null;
    return itemsOf(listed.response.body).some((item) => isAbout(item, created.id))
      ? `the list has what was removed\n      ${told(listed)}`
      : null;
  }

  /** A valid response to GET, or what is wrong. */
  async #get(
    operation: JudgedOperation,
    about: { readonly request: MadeRequest; readonly id: string | null },
    more: readonly (readonly [string, unknown])[] = [],
  ): Promise<Exchange | string> {
    const made = await this.#make(operation, minimal);
    if (made === null) return `no valid request for ${nameOf(operation)} was found`;
    const own = placed(made, about);
    const exchange = await this.#send({ ...own, parameters: new Map([...own.parameters, ...more]) });
    const wrong = await this.#problemOf(exchange);
    return wrong === null ? exchange : `${nameOf(operation)} fails\n      ${wrong}; ${told(exchange)}`;
  }

  #make(operation: JudgedOperation, manner: typeof full): Promise<MadeRequest | null> {
    const media = preferred(operation.bodies);
    const label = media !== null ? media.type : 'resource';
    return makeRequest(operation, media, { ...manner, omitReadOnly: true }, label, this.#document);
  }

  async #send(request: MadeRequest): Promise<Exchange> {
    const response = await this.#client.send(writeRequest(request, this.#document.schemas));
    return { request, response };
  }

  #problemOf({ request, response }: Exchange): Promise<string | null> {
    return checkResponse(request.operation, response, this.#document.judge);
  }

  /** The body of a response to GET, and where the resource is in it. */
  #showing({ request, response }: Exchange, about: { readonly id: string } | null): Showing {
    const { body, status, headers } = response;
    const { responses } = request.operation;
    const declared = responses.get(String(status)) ?? responses.get('2XX') ?? responses.get('DEFAULT');
    const type = (headers['content-type'] ?? '').replace(/;.*$/s, '').toLowerCase();
    const media: JudgedMedia | undefined =
      declared?.media.find((one) => one.type === type) ?? declared?.media.find((one) => /json/.test(one.type));
    const schema = media?.schema ?? null;
    const own = objectsIn(body).find(
      ({ value }) =>
        about !== null && Object.values(value).some((id) => typeof id !== 'object' && isAbout(id, about.id)),
    );
    const path = own?.path ?? idIn(body, request.operation)?.path ?? (Array.isArray(body) ? ['0'] : []);
    return { body, schema, path };
  }

  /** What a request gives of a resource: its body, or what the body has where GET shows the resource. */
  #given({ body, media }: MadeRequest, { path }: Showing): Loose {
    const inner = path.length === 0 ? undefined : valueAt(body, path);
    const given = isObject(inner) ? inner : isObject(body) ? body : {};
    const { schemas } = this.#document;
    const declared = propertiesOf(schemas, media?.schema == null ? true : { $ref: `#/$defs/${media.schema}` });
    return Object.fromEntries(
      Object.entries(given).filter(([name]) => declared.get(name)?.readOnly !== true),
    );
  }
}

/** The request with the path of another one, and the id as the parameter after it. */
function placed(
  request: MadeRequest,
  about: { readonly request: MadeRequest; readonly id: string | null },
): MadeRequest {
  const parameters = new Map(request.parameters);
  const template = segments(request.operation.path);
  const other = segments(about.request.operation.path);
  for (const [at, segment] of template.entries()) {
    const from = other[at];
    if (!isParameter(segment) || !isParameter(from)) continue;
    const value = about.request.parameters.get(`path ${from?.slice(1, -1)}`);
    if (value !== undefined) parameters.set(`path ${segment.slice(1, -1)}`, value);
  }
  const last = template.at(-1);
  if (about.id !== null && isParameter(last)) parameters.set(`path ${last?.slice(1, -1)}`, about.id);
  return { ...request, parameters };
}

function parents({ parameters }: MadeRequest): readonly unknown[] {
  return [...parameters].filter(([name]) => name.startsWith('path '));
}

/** The items of the first array of a body, or of an object in it. */
function itemsOf(body: unknown): readonly unknown[] {
  let level: readonly unknown[] = [body];
  for (let depth = 0; depth < 4; depth++) {
    const arrays = level.filter(Array.isArray) as readonly unknown[][];
    const [found] = [...arrays].sort((a, b) => b.length - a.length);
    if (found !== undefined) return found;
    level = level.flatMap((value) => (isObject(value) ? Object.values(value) : []));
  }
  return [];
}

/** Whether a value is an id, a URL that ends in it, or an object with one of them. */
function isAbout(value: unknown, id: string, depth = 0): boolean {
  if (typeof value === 'string' || typeof value === 'number')
    return String(value) === id || String(value).endsWith(`/${encodeURIComponent(id)}`);
  return (
    isObject(value) && depth < 3 && Object.values(value).some((child) => isAbout(child, id, depth + 1))
  );
}

/** The properties that have the id. */
function namesOf(resource: unknown, id: string): readonly string[] {
  return isObject(resource) ? Object.keys(resource).filter((name) => String(resource[name]) === id) : [];
}

/** Whether an object shows the values of another one, where it has no id. */
function isLike(item: unknown, resource: unknown): boolean {
  if (!isObject(item) || !isObject(resource)) return false;
  const both = Object.keys(item).filter((name) => Object.hasOwn(resource, name));
  return (
    both.length > 0 && both.every((name) => JSON.stringify(item[name]) === JSON.stringify(resource[name]))
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function nameOf({ method, path }: JudgedOperation): string {
  return `${method} ${path}`;
}

function told({ request, response }: Exchange): string {
  const { operation, parameters, body } = request;
  const sent = `${nameOf(operation)} ${brief(Object.fromEntries(parameters), 200)} ${brief(body ?? '', 400)}`;
  return `${sent} → ${response.status} ${brief(response.headers.location ?? '')} ${brief(response.body, 500)}`;
}
