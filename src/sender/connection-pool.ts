import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { OpenSocket } from './connector.ts';

/**
 * How long a connection without a request is kept. Short, since the only request that can fail through no fault of
 * the consumer is one that crosses the consumer's closing of an idle connection. A shorter `Keep-Alive: timeout`
 * of the consumer counts instead, less a second.
 */
const idleMs = 2_000;

/** One connection to an origin, used by one request at a time. */
export interface Connection {
  readonly client: Client;
  /** Requests that were answered over the present socket: 0 means that it is fresh. */
  served: number;
  /** True once a socket is connected. */
  connected: boolean;
  /** Ends the connection at once, also while it is being made. */
  destroy(): Promise<void>;
}

/** Who wants a connection. */
export interface ConnectionUser {
  use(connection: Connection): void;
}

/** The connections to one origin: never more than the limit, kept for the next request while they are idle. */
export interface ConnectionPool {
  /** Hands out a connection: at once if one is free or may be made, else in the order in which it was asked for. */
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
    const connection = createConnection(origin, open, () => {
      if (idle.includes(connection)) forget(connection);
    });
    return connection;
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
      connection.served++;
      const next = takeFirst(waiting);
      if (next !== undefined) next.use(connection);
      else idle.push(connection);
    },
    discard: forget,
    async close() {
      for (const connection of [...idle]) forget(connection);
      await Promise.all(ending);
    },
  };
}

function createConnection(origin: string, open: OpenSocket, onDisconnect: () => void): Connection {
  let socket: Socket | null = null;
  const client = new Client(origin, {
    connect: (target, done) => {
      socket = open(target, done);
    },
    // The limit of a whole exchange is kept elsewhere, exact to the millisecond.
    connectTimeout: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    keepAliveTimeoutThreshold: 1_000,
    allowH2: false,
  });
  const connection: Connection = {
    client,
    served: 0,
    connected: false,
    destroy() {
      const destroyed = client.destroy();
      // A client leaves a socket alone that is still being connected.
      if (!connection.connected) socket?.destroy();
      return destroyed;
    },
  };
  client.on('connect', () => {
    connection.served = 0;
    connection.connected = true;
  });
  client.on('disconnect', () => {
    connection.connected = false;
    onDisconnect();
  });
  return connection;
}

function takeFirst<T>(set: Set<T>): T | undefined {
  for (const item of set) {
    set.delete(item);
    return item;
  }
  return undefined;
}
