import { clearTimeout, setTimeout } from 'node:timers';
import { parseDuration } from '../../core/duration.ts';
import type { Identified } from '../../core/engine/records.ts';
import type { Space, SpaceEvent } from '../../core/engine/space.ts';
import { RingbackError } from '../../core/errors.ts';
import type { ControlRequest } from './control-handler.ts';
import type { EventLog } from './event-log.ts';

/** The longest wait of a request. Longer ones are cut by proxies and by the defaults of HTTP clients. */
const maxWaitMs = 300_000;

export interface ItemWait<T> {
  readonly events: EventLog;
  /** The items that exist. */
  all(): Promise<readonly T[]>;
  /** Whether an item counts. */
  counts(item: T): boolean;
  /** The item of an event, or null if the event is about none. */
  itemOf?(event: SpaceEvent): T | null;
  /** Calls the listener with each new item of which there is no event, until the returned function is called. */
  listen?(listener: (item: T) => void): () => void;
}

/**
 * Waits in real time until as many items exist as the parameter `count` says, for as long as `wait` says. A reset of
 * the space ends the wait, as does a client that disconnects.
 * @returns what the response says about it: nothing without `wait`
 * @throws {RingbackError} `request.invalid`; `events.limit`
 */
export async function waitForItems<T extends Identified>(
  { query, signal }: Pick<ControlRequest, 'query' | 'signal'>,
  { settings }: Pick<Space, 'settings'>,
  { events, all, counts, itemOf, listen }: ItemWait<T>,
): Promise<{ readonly reached?: boolean }> {
  const waitMs = readWait(query);
  if (waitMs === null) return {};
  const count = Number(query.count ?? 1);
  const maxReaders = settings['limits.eventStreams'];
  if (events.readers >= maxReaders) {
    throw new RingbackError('events.limit', {
      details: { limit: maxReaders },
      detail: `Could not wait: the space already has ${events.readers} event streams and waiting requests, the limit that limits.eventStreams sets.`,
    });
  }
  // By id: an item may be listed and be the subject of an event, and a run may finish more than once.
  const found = new Set<string>();
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const offer = (item: T): void => {
    if (found.size >= count || !counts(item)) return;
    found.add(item.id);
    if (found.size >= count) end();
  };
  // Listening starts before the items are read, so that none is missed.
  const stops = [
    events.listen((event) => {
      if (event.kind === 'space.reset') end();
      const item = itemOf?.(event) ?? null;
      if (item !== null) offer(item);
    }),
    ...(listen === undefined ? [] : [listen(offer)]),
  ];
  const timer = setTimeout(end, waitMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    for (const item of await all()) offer(item);
    if (found.size < count && !signal.aborted) await over;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    for (const stop of stops) stop();
  }
  return { reached: found.size >= count };
}

/** The parameter `wait` in milliseconds. Null: not given. */
function readWait({ wait, count, state }: ControlRequest['query']): number | null {
  if (wait === undefined) {
    if (count === undefined) return null;
    throw refused(
      'count',
      'count.alone',
      'is given without wait, and only a wait counts items. Add wait=10s',
    );
  }
  if (state === 'pending' || state === 'playing') {
    throw refused(
      'state',
      'state.open',
      `is ${state}, and a wait counts only what has ended. Omit one of the two`,
    );
  }
  const ms = parseDuration(String(wait));
  if (ms > maxWaitMs)
    throw refused('wait', 'maximum', `must be at most 5m; got ${wait}. Wait again after that`);
  return ms;
}

function refused(name: string, code: string, message: string): RingbackError {
  return new RingbackError('request.invalid', {
    detail: `Could not wait: query/${name} ${message}.`,
    violations: [{ location: `query/${name}`, code, message }],
  });
}
