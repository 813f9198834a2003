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
 * How long a connection without a request is kept. Short, since a request can cross the consumer's closing of an idle
 * connection. A shorter `Keep-Alive: timeout` of the consumer counts instead, less a second.
 */
const idleMs = 2_000;
const keepAliveMarginMs = 1_000;

/** Requests that may be sent again when it is unknown whether they were acted on (RFC 9110 §9.2.2). */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
/** The other side is gone. */
const closing = new Set<unknown>(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'CLOSED']);

/** The consumer closed the connection in good order, before its response was complete. */
export class ConnectionClosed extends Error {
  readonly code = 'CLOSED';
}

/** What is known of a connection that failed. */
export interface UsedConnection {
  /** Requests that it answered before. */
  readonly served: number;
  /** Whether the consumer asked for a client certificate in the TLS handshake. */
  readonly asksForCertificate: boolean;
}

/** One exchange over a connection. */
export interface ConnectionHandler {
  /** The connection is made, and the request goes out. */
  onSending(): void;
  onHead(head: ResponseHead): void;
  onData(chunk: Buffer): void;
  /** @param reusable whether the connection can take another request */
  onComplete(reusable: boolean): void;
  onFailure(error: Error, connection: UsedConnection): void;
  /** Something failed that should not have: a defect of the sender. */
  break(error: unknown): void;
}

/** An exchange that is under way. */
interface Current {
  readonly request: WireRequest;
  readonly handler: ConnectionHandler;
  readonly parser: ResponseParser;
  head: ResponseHead | null;
  /** True once it has been written to the present socket. */
  written: boolean;
  /** True once a byte of the response has come. */
  heard: boolean;
  repeated: boolean;
}

/**
 * A connection to one origin, used by one request at a time. It connects when the first request comes, and connects again
 * when the consumer has closed the socket in the meantime.
 *
 * A socket is used for a second request only if that is safe. A request that may be repeated is sent again, once and on a
 * fresh socket, when a used one closes without a byte of its response. One that may not is sent over a used socket only
 * if the consumer's last response named keep-alive: a consumer that says nothing may have closed it already.
 */
export class Connection implements ResponseHandler {
  readonly #origin: string;
  readonly #open: OpenSocket;
  readonly #onIdleEnd: (connection: Connection) => void;
  /** The socket that is being connected. */
  #connecting: Socket | null = null;
  #socket: Duplex | null = null;
  /** The socket before, which is not closed yet. */
  #ending: Duplex | null = null;
  /** Requests that were answered over the present socket: 0 means that it is fresh. */
  #served = 0;
  /** How long the present socket may rest. */
  #restMs = idleMs;
  #namedKeepAlive = false;
  #asksForCertificate = false;
  #current: Current | null = null;

  /** @param onIdleEnd called when the connection has ended while it was idle */
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
    // A whole turn of the event loop, in which the end of a connection is noticed that has reached this machine. The
    // first callback may come in the turn whose sockets have been looked at already.
    const safely = guarded(write, (error) => this.#break(handler, error));
    setImmediate(() => void setImmediate(safely));
  }

  /** Waits for the next request, for a limited time and without keeping the process alive. */
  rest(): void {
    if (this.#socket === null) return;
    refer(this.#socket, false);
    setTimeoutOf(this.#socket, this.#restMs);
  }

  /** Ends the connection, also while it is being made; resolves once its socket is closed. */
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
      // Given up in the meantime.
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

  /** Connects once the old socket is closed: the limit of connections holds for sockets. */
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
    // Nothing was asked: a late error of the consumer, say. It would be taken for the next response.
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

  /** The present socket is of no use any more. */
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

/** How long a connection may rest by what the consumer said last; 0 or less: not at all. */
function restMsOf(head: ResponseHead | null): number {
  const seconds = /\btimeout\s*=\s*"?(\d{1,9})/i.exec(head?.headers['keep-alive'] ?? '')?.[1];
  return seconds === undefined ? idleMs : Math.min(idleMs, Number(seconds) * 1_000 - keepAliveMarginMs);
}

/** Sockets alone keep a process alive, and have a timer: of Node's own, which no test replaces. */
function refer(socket: Duplex, counts: boolean): void {
  const { ref, unref } = socket as Partial<Socket>;
  (counts ? ref : unref)?.call(socket as Socket);
}

function setTimeoutOf(socket: Duplex, ms: number): void {
  (socket as Partial<Socket>).setTimeout?.(ms);
}
