import type { AttemptGate } from './attempt-gate.ts';
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
 * @param gate the attempts that are on their way, those of other origins included
 * @param onEmpty called when neither a connection nor a waiting request is left
 */
export function createConnectionPool(
  origin: string,
  limit: number,
  gate: AttemptGate,
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
      serve();
      if (size === 0 && waiting.size === 0) onEmpty();
    });
    ending.add(ended);
  };
  /** Hands connections to those who wait, as long as there are some and the gate lets them through. */
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
      // Not by way of `waiting`: V8 makes what was in a set that others leave again and again old (8 KB a document).
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
      // Without others at the gate, the next request of this origin takes over at once.
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
