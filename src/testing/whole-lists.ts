import { isRingbackError } from '../core/errors.ts';

/** Reads from the control API of a space. */
export type Read = (path: string) => Promise<unknown>;

/** A list of the control API. */
export interface ControlList {
  /** Path and query without the limit: `deliveries?state=failed&`. */
  readonly path: string;
  /** The property of the response that holds the items. */
  readonly member: string;
  /** How many of the newest items to read. Undefined: all. */
  readonly limit: unknown;
}

/** Items per request. Even with the longest bodies that a list shows, they fit into one string. */
const pageSize = 1_000;

/** The maximum that lists can show of a body, so that few items must be read one by one. */
export const bodyLimit = 65_536;

/** How many single items are read concurrently. Each uses a connection. */
const atOnce = 32;

/** How many times a list is restarted because the space evicted the item at which the next page starts. */
const maxTries = 5;

/** Reads all items of a list, oldest first, page by page: a space may hold more than fits in one response. */
export async function readList<T extends { readonly id: string }>(
  read: Read,
  list: ControlList,
): Promise<readonly T[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await readPages<T>(read, list);
    } catch (error) {
      if (!isGone(error) || tries === maxTries) throw error;
    }
  }
}

async function readPages<T extends { readonly id: string }>(
  read: Read,
  { path, member, limit }: ControlList,
): Promise<readonly T[]> {
  // The server rejects an invalid limit.
  const most = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  const isCount = most >= 0 && (Number.isInteger(most) || limit === undefined);
  let items: readonly T[] = [];
  for (;;) {
    const size = isCount ? Math.min(pageSize, most - items.length) : String(limit);
    const before = items[0] === undefined ? '' : `&before=${encodeURIComponent(items[0].id)}`;
    const answer = (await read(`${path}limit=${encodeURIComponent(size)}${before}`)) as Record<
      string,
      unknown
    >;
    const page = answer[member] as readonly T[];
    items = [...page, ...items];
    if (page.length === 0 || items.length >= Math.min(most, answer.total as number)) return items;
  }
}

/**
 * Returns the items with whole bodies. Those that the list has truncated are read one by one.
 * @param readOne reads the item with that id
 */
export async function wholeItems<T extends { readonly id: string; readonly bodyTruncated?: boolean }>(
  items: readonly T[],
  readOne: (id: string) => Promise<T>,
): Promise<readonly T[]> {
  return readEach(items, (item) => (item.bodyTruncated === true ? readOne(item.id) : item));
}

/** Reads something for each item, a few at a time. Items that the space has evicted meanwhile are left out. */
export async function readEach<T, R>(
  items: readonly T[],
  readOne: (item: T) => R | Promise<R>,
): Promise<readonly R[]> {
  const found: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    const part = items.slice(start, start + atOnce).map(async (item) => {
      try {
        return [await readOne(item)];
      } catch (error) {
        if (isGone(error)) return [];
        throw error;
      }
    });
    for (const one of await Promise.all(part)) found.push(...one);
  }
  return found;
}

export function isGone(error: unknown): boolean {
  return isRingbackError(error) && error.code === 'resource.not-found';
}
