import type { Collection, Identified } from '../../core/engine/records.ts';
import { RingbackError } from '../../core/errors.ts';
import { clipped, quoted } from '../../core/quoted.ts';
import { JsonItems, type JsonPieces } from '../http/json-pieces.ts';
import type { ControlRequest } from './control-handler.ts';

const defaultLimit = 1_000;

/** The default length at which lists truncate bodies, in characters. */
export const defaultBodyLimit = 4_096;

/** A part of a list. It has only ids, so that a slow client does not keep evicted records in memory. */
export interface Page {
  readonly ids: readonly string[];
  /** The number of matching records, regardless of the limit. */
  readonly total: number;
}

/**
 * The newest `limit` records that match, oldest first. With `before`, only records older than that one.
 * @param room the maximum size of the page, apart from its newest record. Default: no maximum
 * @throws {RingbackError} `resource.not-found` if no record has the id `before`
 */
export function pageOf<T extends Identified>(
  all: readonly T[],
  fits: (record: T) => boolean,
  { query }: Pick<ControlRequest, 'query'>,
  room?: { readonly most: number; sizeOf(record: T): number },
): Page {
  const limit = Number(query.limit ?? defaultLimit);
  const fitting: T[] = [];
  const { before } = query;
  let older: number | null = null;
  for (const record of all) {
    if (record.id === before) older = fitting.length;
    if (fits(record)) fitting.push(record);
  }
  if (before !== undefined && older === null) {
    throw new RingbackError('resource.not-found', {
      details: { kind: 'item', id: clipped(String(before)) },
      detail: `Could not list what is older than ${quoted(before)}: the list has no such item, or it was evicted. Start without "before".`,
    });
  }
  const end = older ?? fitting.length;
  const first = Math.max(0, end - limit);
  let start = room === undefined ? first : end;
  for (let size = 0; room !== undefined && start > first; start--) {
    size += room.sizeOf(fitting[start - 1] as T);
    if (size > room.most && start < end) break;
  }
  return { ids: fitting.slice(start, end).map(({ id }) => id), total: fitting.length };
}

/** The records of these ids, each viewed in its turn. A record that was evicted by then is left out. */
export function viewsOf<T extends Identified>(
  collection: Pick<Collection<T>, 'get'>,
  ids: Iterable<string>,
  view: (record: T) => JsonPieces,
): JsonItems {
  return new JsonItems(views(collection, ids, view));
}

async function* views<T extends Identified>(
  collection: Pick<Collection<T>, 'get'>,
  ids: Iterable<string>,
  view: (record: T) => JsonPieces,
): AsyncGenerator<JsonPieces> {
  for (const id of ids) {
    const record = await collection.get(id);
    if (record !== undefined) yield view(record);
  }
}

/** The items of another collection, each viewed in its turn. */
export function itemsOf<T>(items: Iterable<T>, view: (item: T) => JsonPieces): JsonItems {
  return new JsonItems(mapped(items, view));
}

function* mapped<T>(items: Iterable<T>, view: (item: T) => JsonPieces): Generator<JsonPieces> {
  for (const item of items) yield view(item);
}

/** The length at which the request asks to truncate bodies. */
export function bodyLimitOf({ query }: Pick<ControlRequest, 'query'>): number {
  return Number(query.bodyLimit ?? defaultBodyLimit);
}

/** The first `limit` characters, without splitting a surrogate pair. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}
