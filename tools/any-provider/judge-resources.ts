import { checkBody } from './check-message.ts';
import type { Client } from './client.ts';
import { compareValues, type Showing, valueAt } from './compare-values.ts';
import type { JudgedDocument, JudgedOperation } from './document.ts';
import { propertiesOf } from './encode.ts';
import { withValidUrls } from './expressions.ts';
import { findIds, idIn, objectsIn, plain } from './find-id.ts';
import {
  findPairs,
  findSingletons,
  isParameter,
  lastParameter,
  nounOf,
  type ResourcePair,
  type Singleton,
  segments,
} from './find-pairs.ts';
import type { Item, ItemKind } from './judge-document.ts';
import { isAbout, isLike, itemsOf, namesOf } from './list-items.ts';
import { full, type MadeRequest, minimal } from './make-request.ts';
import type { Receiver } from './receiver.ts';
import { type Exchange, nameOf, placed, ResourceRequests, told } from './resource-requests.ts';
import { isObject, type Loose } from './source.ts';

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
  readonly #requests: ResourceRequests;
  #salt = 20;

  constructor(document: JudgedDocument, client: Client, receiver: Receiver) {
    this.#document = document;
    this.#client = client;
    this.#receiver = receiver;
    this.#requests = new ResourceRequests(document, client);
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
      await this.#add(
        'change',
        nameOf(change),
        () => failed ?? this.#change(pair, change, created as Created),
      );
    if (remove !== null)
      await this.#add(
        'remove',
        nameOf(remove),
        () => failed ?? this.#remove(pair, remove, created as Created),
      );
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
      const made = await this.#requests.make(create, { ...manner, salt: this.#salt });
      if (made === null) continue;
      const request = withValidUrls(
        made,
        callbacks,
        `${this.#receiver.origin}/resource`,
        this.#document.judge,
      );
      const exchange = await this.#requests.send(request);
      const wrong = await this.#requests.problemOf(exchange);
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
    const exchange = await this.#requests.get(read, created);
    if (typeof exchange === 'string') return exchange;
    const showing = this.#requests.showing(exchange, created);
    const shown = idIn(exchange.response.body, read);
    const inResponse = idIn(created.response.body, read);
    const isMeant =
      shown?.isExact === true || (inResponse?.id === created.id && shown?.name === inResponse.name);
    if (isMeant && shown.path.length <= showing.path.length && shown.id !== created.id)
      return `GET shows another id\n      ${created.id}: ${told(created)}; ${told(exchange)}`;
    const answered = inResponse?.resource ?? created.response.body;
    const skip = new Set(shown === null ? [] : [shown.name]);
    const { judge } = this.#document;
    const kept = isObject(answered) ? compareValues(answered, showing, judge, skip) : null;
    if (kept?.problem)
      return `GET shows another ${kept.problem} than the response\n      ${told(created)}; ${told(exchange)}`;
    const given = this.#requests.given(created.request, showing);
    const wished = compareValues(given, showing, judge, skip);
    if (wished.problem)
      return `GET shows another ${wished.problem} than the request\n      ${told(created)}; ${told(exchange)}`;
    const proven = (kept?.same ?? 0) + wished.same > 0 || shown !== null;
    return proven ? null : `GET shows nothing of what was created\n      ${told(created)}; ${told(exchange)}`;
  }

  async #judgeIds({ create, read }: ResourcePair, created: Created): Promise<void> {
    const callbacks = this.#document.callbacks.filter(({ operation }) => operation === create);
    const names = new Set([plain(lastParameter(read)), `${plain(nounOf(read))}id`]);
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
      const exchange = await this.#requests.get(list, { ...created, id: null });
      if (typeof exchange === 'string') return exchange;
      const items = itemsOf(exchange.response.body);
      const { response, request } = created;
      const answered = idIn(response.body, pair.read)?.resource ?? response.body;
      const resource = isObject(answered) ? answered : request.body;
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
  async #page(
    list: JudgedOperation,
    pair: ResourcePair,
    created: Created,
  ): Promise<string | null | undefined> {
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
    const exchange = await this.#requests.get(list, { ...created, id: null }, [
      [`query ${limit.name}`, size],
    ]);
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
    const before = await this.#requests.get(read, created);
    if (typeof before === 'string') return before;
    return this.#changeAndRead(change, read, created, before);
  }

  async #judgeSingleton({ read, change }: Singleton): Promise<void> {
    const request = await this.#requests.make(read, minimal);
    if (request === null) return;
    await this.#add('change', nameOf(change), async () => {
      const before = await this.#requests.send(request);
      const wrong = await this.#requests.problemOf(before);
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
    const showing = this.#requests.showing(before, about.id === null ? null : { id: about.id });
    let problem: string | undefined;
    for (const manner of [full, minimal]) {
      const made = await this.#requests.make(change, { ...manner, salt: this.#salt });
      if (made === null) continue;
      const patch = /json-patch\+json/.test(made.media?.type ?? '');
      const given = patch ? await this.#patched(read, showing) : this.#requests.given(made, showing);
      if (given === null) continue;
      const operations = Object.entries(given).map(([name, value]) => ({
        op: 'replace',
        path: `/${name}`,
        value,
      }));
      const request = placed(patch ? { ...made, body: operations } : made, about);
      const changed = await this.#requests.send(request);
      const wrong = await this.#requests.problemOf(changed);
      if (wrong !== null) {
        problem ??= `${nameOf(change)} fails\n      ${wrong}; ${told(changed)}`;
        continue;
      }
      const after = await this.#requests.get(read, about);
      if (typeof after === 'string') return after;
      const shown = this.#requests.showing(after, about.id === null ? null : { id: about.id });
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

  async #remove(
    pair: ResourcePair,
    remove: JudgedOperation,
    created: Created,
  ): Promise<string | null | undefined> {
    const made = await this.#requests.make(remove, minimal);
    if (made === null) return undefined;
    const removed = await this.#requests.send(placed(made, created));
    const wrong = await this.#requests.problemOf(removed);
    if (wrong !== null) return `${nameOf(remove)} fails\n      ${wrong}; ${told(removed)}`;
    const request = await this.#requests.make(pair.read, minimal);
    if (request === null) return undefined;
    const after = await this.#requests.send(placed(request, created));
    const { status, headers, body } = after.response;
    if (status !== 404)
      return `GET after DELETE is ${status}, expected 404\n      ${told(removed)}; ${told(after)}`;
    const { responses } = pair.read;
    const declared = responses.get('404') ?? responses.get('4XX') ?? responses.get('DEFAULT');
    if (declared !== undefined && declared.media.length > 0) {
      const other = await checkBody(
        declared.media,
        headers['content-type'] ?? '',
        body,
        this.#document.judge,
      );
      if (other !== null) return `the 404 is not as declared\n      ${other}`;
    }
    const listed = pair.list === null ? null : await this.#requests.get(pair.list, { ...created, id: null });
    if (listed === null || typeof listed === 'string') return null;
    return itemsOf(listed.response.body).some((item) => isAbout(item, created.id))
      ? `the list has what was removed\n      ${told(listed)}`
      : null;
  }
}

function parents({ parameters }: MadeRequest): readonly unknown[] {
  return [...parameters].filter(([name]) => name.startsWith('path '));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
