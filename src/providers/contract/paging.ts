import type { Operation } from '../../core/contract/contract.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import type { ResourcePlace } from './resource-shape.ts';

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly hasMore: boolean;
  /** Index of the first item. */
  readonly offset: number;
  /** The largest number of items. Null: all. */
  readonly limit: number | null;
  /** Id of the last item, if there are more. */
  readonly next: string | null;
}

const limits = /^(?:limit|perpage|pagesize|pagelimit|size|maxresults|maxitems|take|top|first|count|max)$/;
const offsets = /^(?:offset|skip|startindex|start)$/;
const pages = /^(?:page|pagenumber|pageno|pageindex|currentpage)$/;
const cursors =
  /^(?:cursor|after|startingafter|nexttoken|pagetoken|continuationtoken|nextcursor|aftercursor|pagecursor|startafter|next)$/;

/** The resources that have the values of the query parameters that are called like properties of the items. */
export function filtered<T extends { readonly state: JsonObject }>(
  all: readonly T[],
  operation: Operation,
  query: JsonObject,
  place: ResourcePlace | null,
): readonly T[] {
  const filters = operation.parameters.filter(({ name, in: where }) => {
    const isPaging = [limits, offsets, pages, cursors].some((names) => names.test(plain(name)));
    return where === 'query' && !isPaging && place?.properties.has(name) === true && name in query;
  });
  return all.filter(({ state }) =>
    filters.every(({ name }) => {
      const value = state[name];
      const wanted = [query[name]].flat();
      return value === undefined || typeof value === 'object' || wanted.includes(value);
    }),
  );
}

/**
 * The page that a request asks for with the parameters of its contract: a limit, an offset, the number of a page, or the
 * id after which it starts.
 */
export function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  operation: Operation,
  query: JsonObject,
): Page<T> {
  const given = (names: RegExp): JsonValue | undefined => {
    const parameter = operation.parameters.find(
      (each) => each.in === 'query' && names.test(plain(each.name)),
    );
    if (parameter === undefined) return undefined;
    return query[parameter.name] ?? (parameter.default as JsonValue | undefined);
  };
  const limit = natural(given(limits));
  const offset = startOf(all, { offset: given(offsets), page: given(pages), cursor: given(cursors) }, limit);
  const items = all.slice(offset, limit === null ? undefined : offset + limit);
  const hasMore = offset + items.length < all.length;
  return {
    items,
    total: all.length,
    hasMore,
    offset,
    limit,
    next: hasMore ? (items.at(-1)?.id ?? null) : null,
  };
}

interface Start {
  readonly offset: JsonValue | undefined;
  readonly page: JsonValue | undefined;
  readonly cursor: JsonValue | undefined;
}

function startOf(
  all: readonly { readonly id: string }[],
  { offset, page, cursor }: Start,
  limit: number | null,
): number {
  if (cursor !== undefined && cursor !== null && cursor !== '')
    return all.findIndex(({ id }) => id === String(cursor)) + 1;
  const skipped = natural(offset);
  if (skipped !== null) return skipped;
  const number = natural(page);
  return number === null || limit === null ? 0 : Math.max(0, number - 1) * limit;
}

function natural(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

const totals =
  /^(?:total|totalcount|totalitems|totalresults|totalelements|totalrecords|totalsize|totalhits|itemstotal)$/;
const counts = /^(?:count|numberofelements|returned|itemcount|resultcount)$/;
const more = /^(?:hasmore|hasnext|hasnextpage|more|moreresults|ismore)$/;
const nexts =
  /^(?:next|nextcursor|nexttoken|nextpagetoken|cursor|endcursor|nextpagecursor|continuationtoken|pagetoken)$/;
const pageCounts = /^(?:totalpages|pagecount|pages|lastpage)$/;
const limitNames = /^(?:limit|perpage|pagesize)$/;

/**
 * The properties of a list's body that tell about its page: totals, whether there is more, and the next cursor.
 * @param body the object around the list, which is not the list itself
 */
export function withPage(body: JsonObject, page: Page<unknown>, depth = 0): JsonObject {
  const { total, hasMore, items, next, limit, offset } = page;
  const result: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(body)) {
    const word = plain(name);
    const isNumber = typeof value === 'number';
    let changed: JsonValue | undefined = value;
    if (isNumber && totals.test(word)) changed = total;
    else if (isNumber && counts.test(word)) changed = items.length;
    else if (typeof value === 'boolean' && more.test(word)) changed = hasMore;
    else if (isNumber && pageCounts.test(word)) changed = limit ? Math.ceil(total / limit) : 1;
    else if (isNumber && limit !== null && limitNames.test(word)) changed = limit;
    else if (isNumber && word === 'offset') changed = offset;
    else if (typeof value === 'string' && value.includes('/') && nexts.test(word))
      changed = hasMore ? value : undefined;
    else if ((typeof value === 'string' || value === null) && nexts.test(word)) changed = next ?? undefined;
    else if (isJsonObject(value) && depth < 2) changed = withPage(value, page, depth + 1);
    if (changed !== undefined) setOwn(result, name, changed);
  }
  return result;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}
