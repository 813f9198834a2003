import type { AttemptGate } from './attempt-gate.ts';
import { Connection } from './connection.ts';
import type { OpenSocket } from './connector.ts';

/** A user that waits for a connection. */
export interface ConnectionUser {
  use(connection: Connection): void;
}

/** The connections to one origin: never more than the limit, and kept for the next request while idle. */
export interface ConnectionPool {
  /** Provides a connection: immediately if one is free or may be opened, otherwise in order of the calls. */
  acquire(user: ConnectionUser): void;
  /** Stops waiting for a connection. */
  leave(user: ConnectionUser): void;
  /** Returns a connection for the next request. */
  release(connection: Connection): void;
  /** Closes a connection that is no longer usable. */
  discard(connection: Connection): void;
  /** Closes the idle connections, and waits for discarded ones. */
  close(): Promise<void>;
}

/**
 * @param origin scheme, host and port
 * @param limit maximum number of connections
 * @param gate the attempts in flight, including those to other origins
 * @param onEmpty called when no connection and no waiting request is left
 */
export function createConnectionPool(
  origin: string,
  limit: number,
  gate: AttemptGate,
  open: OpenSocket,
  onEmpty: () => void,
): ConnectionPool {
  // A stack: the connection used last is the least likely to be closed by now, and the others may idle and close.
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
      serve();
      if (size === 0 && waiting.size === 0) onEmpty();
    });
    ending.add(ended);
  };
  /** Gives connections to waiting users, as long as there are some and the gate has room. */
  const serve = (): void => {
    while (waiting.size > 0 && (idle.length > 0 || size < limit)) {
      if (!gate.enter()) {
        gate.wait(serve);
        return;
      }
      takeFirst(waiting)?.use(idle.pop() ?? make());
    }
  };
  const make = (): Connection => {
    size++;
    return new Connection(origin, open, forget);
  };
  return {
    acquire(user) {
      // Not through `waiting`: V8 moves entries of a set with constant turnover to the old generation (8 KB per
      // document).
      if (waiting.size === 0 && (idle.length > 0 || size < limit) && gate.enter()) {
        user.use(idle.pop() ?? make());
        return;
      }
      waiting.add(user);
      serve();
    },
    leave(user) {
      waiting.delete(user);
    },
    release(connection) {
      // If no one else waits at the gate, the next request of this origin takes over directly.
      const next = gate.contested ? undefined : takeFirst(waiting);
      if (next !== undefined) {
        next.use(connection);
        return;
      }
      idle.push(connection);
      connection.rest();
      gate.leave();
      serve();
    },
    discard(connection) {
      forget(connection);
      gate.leave();
    },
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
