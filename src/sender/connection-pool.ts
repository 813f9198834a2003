import { Connection } from './connection.ts';
import type { OpenSocket } from './connector.ts';

/** Who waits for a connection. */
export interface ConnectionUser {
  use(connection: Connection): void;
}

/** The connections to one origin: never more than the limit, kept for the next request while they are idle. */
export interface ConnectionPool {
  /** Hands out a connection: immediately if one is free or may be made, else in the order in which it was asked for. */
  acquire(user: ConnectionUser): void;
  /** Gives up waiting for a connection. */
  leave(user: ConnectionUser): void;
  /** Takes a connection back for the next request. */
  release(connection: Connection): void;
  /** Ends a connection that cannot be used any further. */
  discard(connection: Connection): void;
  /** Ends the idle connections, and waits for those that were discarded. */
  close(): Promise<void>;
}

/**
 * @param origin scheme, host and port
 * @param limit most connections at a time
 * @param onEmpty called when neither a connection nor a waiting request is left
 */
export function createConnectionPool(
  origin: string,
  limit: number,
  open: OpenSocket,
  onEmpty: () => void,
): ConnectionPool {
  // A stack: the connection used last is the least likely to be closed by now, and the others may go idle and end.
  const idle: Connection[] = [];
  const waiting = new Set<ConnectionUser>();
  const ending = new Set<Promise<void>>();
  let size = 0;

  const forget = (connection: Connection): void => {
    const place = idle.indexOf(connection);
    if (place !== -1) idle.splice(place, 1);
    // Counts until its socket is closed, so that the limit holds for sockets.
    const ended = connection.destroy().then(() => {
      ending.delete(ended);
      size--;
      const next = takeFirst(waiting);
      if (next !== undefined) next.use(make());
      else if (size === 0) onEmpty();
    });
    ending.add(ended);
  };
  const make = (): Connection => {
    size++;
    return new Connection(origin, open, forget);
  };
  return {
    acquire(user) {
      const free = idle.pop();
      if (free !== undefined) user.use(free);
      else if (size < limit) user.use(make());
      else waiting.add(user);
    },
    leave(user) {
      waiting.delete(user);
    },
    release(connection) {
      const next = takeFirst(waiting);
      if (next !== undefined) {
        next.use(connection);
        return;
      }
      idle.push(connection);
      connection.rest();
    },
    discard: forget,
    async close() {
      for (const connection of [...idle]) forget(connection);
      await Promise.all(ending);
    },
  };
}

function takeFirst<T>(set: Set<T>): T | undefined {
  for (const item of set) {
    set.delete(item);
    return item;
  }
  return undefined;
}
