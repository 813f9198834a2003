import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers';
import { requestHead, type WireRequest } from '../http-client/request-head.ts';
import {
  MalformedResponse,
  type ResponseHandler,
  type ResponseHead,
  ResponseParser,
} from '../http-client/response-parser.ts';
import { guarded } from '../platform/guarded.ts';
import type { Connected, OpenSocket } from './connector.ts';

/**
 * How long an idle connection is kept. Short, since a request can cross the consumer's closing of it. A shorter
 * `Keep-Alive: timeout` of the consumer counts instead, minus a second.
 */
const idleMs = 2_000;
const keepAliveMarginMs = 1_000;

/** Requests that may be sent again if it is unknown whether they took effect (RFC 9110 §9.2.2). */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
/** The other side has disconnected. */
const closing = new Set<unknown>(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'CLOSED']);

/** The consumer closed the connection properly, before its response was complete. */
export class ConnectionClosed extends Error {
  readonly code = 'CLOSED';
}

/** Facts about a connection that failed. */
export interface UsedConnection {
  /** How many requests it has served before. */
  readonly served: number;
  /** Whether the consumer asked for a client certificate in the TLS handshake. */
  readonly asksForCertificate: boolean;
}

/** One exchange over a connection. */
export interface ConnectionHandler {
  /** Called when the connection is open and the request is sent. */
  onSending(): void;
  onHead(head: ResponseHead): void;
  onData(chunk: Buffer): void;
  /** @param reusable whether the connection can take another request */
  onComplete(reusable: boolean): void;
  onFailure(error: Error, connection: UsedConnection): void;
  /** Something failed that cannot fail: a bug in the sender. */
  break(error: unknown): void;
}

/** The exchange in progress. */
interface Current {
  readonly request: WireRequest;
  readonly handler: ConnectionHandler;
  readonly parser: ResponseParser;
  head: ResponseHead | null;
  /** Whether it has been written to the current socket. */
  written: boolean;
  /** Whether a byte of the response has arrived. */
  heard: boolean;
  repeated: boolean;
}

/**
 * A connection to one origin, used by one request at a time. It connects with the first request, and reconnects if the
 * consumer has closed the socket in the meantime.
 *
 * A socket is used for a second request only if that is safe. A repeatable request is sent again, once and on a fresh
 * socket, if a used socket closes before the first byte of the response. A request that is not repeatable uses a used
 * socket only if the consumer's last response named keep-alive: a consumer that says nothing may have closed it
 * already.
 */
export class Connection implements ResponseHandler {
  readonly #origin: string;
  readonly #open: OpenSocket;
  readonly #onIdleEnd: (connection: Connection) => void;
  /** The socket that is being connected. */
  #connecting: Socket | null = null;
  #socket: Duplex | null = null;
  /** The previous socket, which is not closed yet. */
  #ending: Duplex | null = null;
  /** Number of requests served over the current socket. 0: it is fresh. */
  #served = 0;
  /** How long the current socket may stay idle. */
  #restMs = idleMs;
  #namedKeepAlive = false;
  #asksForCertificate = false;
  #current: Current | null = null;

  /** @param onIdleEnd called when the connection has closed while idle */
  constructor(origin: string, open: OpenSocket, onIdleEnd: (connection: Connection) => void) {
    this.#origin = origin;
    this.#open = open;
    this.#onIdleEnd = onIdleEnd;
  }

  send(request: WireRequest, handler: ConnectionHandler): void {
    this.#current = this.#exchange(request, handler, false);
    if (this.#socket === null) {
      this.#connect();
      return;
    }
    setTimeoutOf(this.#socket, 0);
    refer(this.#socket, true);
    if (!this.#namedKeepAlive && !repeatable.has(request.method)) {
      this.#reconnect();
      return;
    }
    const { parser } = this.#current;
    const write = (): void => {
      if (this.#current?.parser !== parser) return;
      if (this.#socket === null) this.#connect();
      else this.#write(this.#socket);
    };
    // Wait a whole turn of the event loop, in which a closed connection is noticed. The first callback may run in a
    // turn whose sockets have been polled already.
    const safely = guarded(write, (error) => this.#break(handler, error));
    setImmediate(() => void setImmediate(safely));
  }

  /** Waits for the next request, for a limited time and without keeping the process alive. */
  rest(): void {
    if (this.#socket === null) return;
    refer(this.#socket, false);
    setTimeoutOf(this.#socket, this.#restMs);
  }

  /** Closes the connection, even while it is being opened. Resolves when its socket is closed. */
  destroy(): Promise<void> {
    this.#current = null;
    const socket = this.#drop() ?? this.#ending;
    return socket === null || socket.closed
      ? Promise.resolve()
      : new Promise((resolve) => socket.once('close', () => resolve()));
  }

  onHead(head: ResponseHead): void {
    if (this.#current === null) return;
    this.#current.head = head;
    this.#current.handler.onHead(head);
  }

  onData(chunk: Buffer): void {
    this.#current?.handler.onData(chunk);
  }

  onEnd(surplus: number): void {
    const current = this.#current;
    const socket = this.#socket;
    if (current === null || socket === null) return;
    const { head, request } = current;
    this.#current = null;
    this.#served++;
    this.#namedKeepAlive = head?.keepAlive === 'named';
    this.#restMs = restMsOf(head);
    const isOpen = !socket.readableEnded && !socket.destroyed && socket.writableLength === 0;
    const stays = head?.keepAlive !== 'close' && !asksToClose(request) && this.#restMs > 0;
    current.handler.onComplete(isOpen && stays && surplus === 0);
  }

  #exchange(request: WireRequest, handler: ConnectionHandler, repeated: boolean): Current {
    const parser = new ResponseParser(request.method, this);
    return { request, handler, parser, head: null, written: false, heard: false, repeated };
  }

  #connect(): void {
    this.#served = 0;
    const current = this.#current;
    let isOver = false;
    const done: Connected = (error, socket, asksForCertificate) => {
      isOver = true;
      this.#asksForCertificate = asksForCertificate;
      if (this.#connecting === opening) this.#connecting = null;
      // Abandoned in the meantime.
      if (this.#current === null || this.#current !== current) {
        socket?.destroy();
        return;
      }
      if (socket === null) this.#fail(error ?? new ConnectionClosed());
      else this.#take(socket);
    };
    const opening = this.#open(
      this.#origin,
      guarded(done, (error) => this.#break(current?.handler ?? null, error)),
    );
    if (!isOver) this.#connecting = opening;
  }

  /** Connects when the old socket is closed, because the limit of connections applies to sockets. */
  #reconnect(): void {
    const current = this.#current;
    const old = this.#drop();
    const connect = (): void => {
      if (this.#ending === old) this.#ending = null;
      if (current !== null && this.#current === current) this.#connect();
    };
    if (old === null || old.closed) {
      connect();
      return;
    }
    this.#ending = old;
    old.once(
      'close',
      guarded(connect, (error) => this.#break(current?.handler ?? null, error)),
    );
  }

  #break(handler: ConnectionHandler | null, error: unknown): void {
    this.#current = null;
    handler?.break(error);
  }

  #take(socket: Duplex): void {
    this.#socket = socket;
    const listen = <A extends unknown[]>(event: string, listener: (...given: A) => void): void => {
      const whileMine = (...given: A): void => {
        if (this.#socket !== socket) return;
        const handler = this.#current?.handler ?? null;
        try {
          listener(...given);
        } catch (error) {
          this.#break(handler, error);
        }
      };
      socket.on(event, whileMine as (...given: unknown[]) => void);
    };
    listen('data', (chunk: Buffer) => this.#read(chunk));
    listen('end', () => this.#ended());
    listen('error', (error: Error) => this.#lost(error));
    listen('close', () => this.#lost(new ConnectionClosed()));
    listen('timeout', () => {
      if (this.#current === null) this.#lost(new ConnectionClosed());
    });
    this.#write(socket);
  }

  #write(socket: Duplex): void {
    if (this.#current === null) return;
    const { request, handler } = this.#current;
    this.#current.written = true;
    handler.onSending();
    const { body } = request;
    const head = requestHead(request);
    if (body === null || body.length === 0) {
      socket.write(head, 'latin1');
      return;
    }
    socket.cork();
    socket.write(head, 'latin1');
    if (typeof body === 'string') socket.write(body, 'utf8');
    else socket.write(body);
    socket.uncork();
  }

  #read(chunk: Buffer): void {
    // Unrequested bytes, such as a late error of the consumer. They would be mistaken for the next response.
    if (this.#current === null) {
      this.#lost(new ConnectionClosed());
      return;
    }
    this.#current.heard = true;
    try {
      this.#current.parser.push(chunk);
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      this.#fail(error);
    }
  }

  #ended(): void {
    if (this.#current?.parser.finish() === true) return;
    this.#lost(new ConnectionClosed());
  }

  /** The current socket is no longer usable. */
  #lost(error: Error): void {
    const current = this.#current;
    if (current === null) {
      this.#drop();
      this.#onIdleEnd(this);
      return;
    }
    const isGone = closing.has((error as { code?: unknown }).code);
    const { request, handler, written, heard, repeated } = current;
    const mayRepeat = !written || (!repeated && repeatable.has(request.method));
    if (isGone && this.#served > 0 && !heard && mayRepeat) {
      this.#current = this.#exchange(request, handler, true);
      this.#reconnect();
      return;
    }
    this.#fail(error);
  }

  #fail(error: Error): void {
    const current = this.#current;
    this.#current = null;
    current?.handler.onFailure(error, {
      served: this.#served,
      asksForCertificate: this.#asksForCertificate,
    });
  }

  /** Ends the socket, if there is one. */
  #drop(): Duplex | null {
    const socket = this.#socket ?? this.#connecting;
    this.#socket = null;
    this.#connecting = null;
    socket?.destroy();
    return socket;
  }
}

function asksToClose({ headers }: WireRequest): boolean {
  const at = headers.findIndex((each, i) => i % 2 === 0 && each.toLowerCase() === 'connection');
  return at !== -1 && headers[at + 1]?.toLowerCase() === 'close';
}

/** How long a connection may stay idle according to the last response. 0 or less: not at all. */
function restMsOf(head: ResponseHead | null): number {
  const seconds = /\btimeout\s*=\s*"?(\d{1,9})/i.exec(head?.headers['keep-alive'] ?? '')?.[1];
  return seconds === undefined ? idleMs : Math.min(idleMs, Number(seconds) * 1_000 - keepAliveMarginMs);
}

/** Sockets alone keep a process alive, and use a timer of Node's own, which no test replaces. */
function refer(socket: Duplex, counts: boolean): void {
  const { ref, unref } = socket as Partial<Socket>;
  (counts ? ref : unref)?.call(socket as Socket);
}

function setTimeoutOf(socket: Duplex, ms: number): void {
  (socket as Partial<Socket>).setTimeout?.(ms);
}
