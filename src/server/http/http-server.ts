import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Duplex, Readable } from 'node:stream';
import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers';
import type { Contract } from '../../core/contract/contract.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { unbracket } from '../../core/unbracket.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import { withDefaults } from '../../options/server-options.ts';
import { guarded } from '../../platform/guarded.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import { createServer, createTlsServer } from '../../platform/node-http.ts';
import type { ControlHandlers } from '../control/control-handler.ts';
import { guardedLog, type StartLog } from '../server-log.ts';
import type { ServerTracer } from '../server-tracer.ts';
import type { SpaceRegistry } from '../space-registry.ts';
import { AnswerBatch } from './answer-batch.ts';
import { BlobAnswers } from './answer-blob.ts';
import { answerConnect, answerParserError, refuseConnection, refuseSlow } from './client-error.ts';
import {
  canOpenMore,
  idleConnections,
  limitsOf,
  type ServerLimits,
  SlowRequests,
} from './connection-limits.ts';
import type { Guard } from './guard.ts';
import { Reply, type ReplyParts, type SentAnswer } from './reply.ts';
import { makeRoutes } from './routes.ts';
import { type ServingParts, serveRequest } from './serve-request.ts';
import { withoutOffer } from './switch-protocol.ts';

export interface HttpServerOptions {
  readonly contract: Contract;
  readonly controlContract: Contract;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly spaces: SpaceRegistry;
  /** The store of raw uploads. The server does not close it. */
  readonly blobs: BlobStore;
  readonly controlHandlers: ControlHandlers;
  readonly guard: Guard;
  /** Address or name to bind, e.g. `127.0.0.1`. */
  readonly host: string;
  /** 0: a free port. */
  readonly port: number;
  /**
   * The server's public URL, e.g. `https://mock.example.test/ringback`. Absolute URLs in responses begin with it.
   * Default: the `Host` of the request, since the client can reach the server by that name.
   */
  readonly publicUrl?: string;
  /**
   * Public URLs of the providers, by name, without a trailing slash. Default: the mounts below the server's own URL.
   */
  readonly providerUrls?: Readonly<Record<string, string>>;
  /** Key and certificate in PEM. If set, the server uses HTTPS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly timeouts?: Partial<ServerTimeouts>;
  readonly limits?: Partial<ServerLimits>;
  readonly log: StartLog;
  /** Makes spans of requests. Default: none are made. */
  readonly tracer?: ServerTracer;
  /**
   * Whether {@link RingbackServer.breakOff} can find the request that an error belongs to. Default false, since it adds
   * a little time to each step that waits.
   */
  readonly tracesRequests?: boolean;
  /** Called with every response when it is sent. */
  readonly onAnswer?: (answer: SentAnswer) => void;
}

/** In real milliseconds. */
export interface ServerTimeouts {
  /**
   * The maximum time for the head of a request, so that sending it byte by byte does not occupy a connection. Default:
   * 60 s.
   */
  readonly headersMs: number;
  /** The maximum time for a whole request. Default: one hour, in which 80 MB arrive at 180 kbit/s. */
  readonly requestMs: number;
  /**
   * The time after which an idle connection is closed. Default: 75 s, longer than clients keep theirs, so that they
   * close first.
   */
  readonly keepAliveMs: number;
  /** The interval between checks of the first two. Default: 15 s. */
  readonly checkMs: number;
  /** The interval between checks for slow requests and free descriptors. Default: 1 s. */
  readonly lookMs: number;
}

const defaultTimeouts: ServerTimeouts = {
  headersMs: 60_000,
  requestMs: 3_600_000,
  keepAliveMs: 75_000,
  checkMs: 15_000,
  lookMs: 1_000,
};

export interface RingbackServer {
  /** Starts to listen. Rejects with Node's error if the port is unavailable (`EADDRINUSE`, `EACCES` …). */
  listen(): Promise<{ port: number; url: string; localUrl: string }>;
  /** Serves a connection that did not come over the network. */
  accept(connection: Duplex): void;
  /**
   * Responds with 500 to the request whose handling led to this call, even across timers and events.
   * @returns the request and its operation, for a log. Empty if there is no open request
   */
  breakOff(): readonly string[];
  /**
   * Stops the server: accepts no more connections, finishes requests in flight, then closes the spaces.
   * @param options.graceMs after this time in real milliseconds, open connections are closed
   * @returns the number of scheduled jobs that were never played
   */
  close(options: { graceMs: number }): Promise<{ unplayed: number }>;
}

/**
 * Creates the HTTP server of the mock: the provider's API and the control API, routed and validated by their contracts.
 * @throws {RingbackError} `contract.invalid` if contract and code do not agree
 */
export function createHttpServer(options: HttpServerOptions): RingbackServer {
  const { blobs, spaces } = options;
  const log = guardedLog(options.log, (error) => console.error('Could not write to the log:', error));
  const limits = { ...limitsOf(withDefaults({})), ...options.limits };
  const timeouts = { ...defaultTimeouts, requestMs: limits.requestMs, ...options.timeouts };
  const scheme = options.tls === undefined ? 'http' : 'https';
  const stop = new AbortController();
  const replies: ReplyParts = {
    answers: new AnswerBatch(),
    blobs,
    log,
    onAnswer: options.onAnswer,
    onWriteError: (error) => log.failure('writing a response', error),
    stopping: false,
  };
  let url = '';
  const isForeign = [...options.providers.values()].some(({ handle }) => handle !== undefined);

  const serving: ServingParts = {
    routes: makeRoutes(options),
    spaces,
    blobs,
    blobAnswers: new BlobAnswers(blobs),
    guard: options.guard,
    log,
    contractName: isForeign ? 'the contract' : 'openapi.yaml',
    providerUrls: options.providerUrls ?? {},
    originOf: originReader(options.publicUrl, scheme, () => url),
    stopping: stop.signal,
    ...(options.tracer !== undefined && { tracer: options.tracer }),
  };
  const nodeOptions = {
    // Node.js refuses a longer one than that of the whole request.
    headersTimeout: Math.min(timeouts.headersMs, timeouts.requestMs),
    requestTimeout: timeouts.requestMs,
    maxHeaderSize: limits.headerBytes,
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionsCheckingInterval: timeouts.checkMs,
    // Node's own refusal has no message. `serveRequest` refuses such a request.
    requireHostHeader: false,
  };
  const server: Server =
    options.tls === undefined
      ? createServer(nodeOptions)
      : createTlsServer({ ...nodeOptions, ...options.tls });

  // Headers are limited by their size only: Node would silently drop those above a maximum number.
  server.maxHeadersCount = 0;

  /** The open connections, each with the reply to its last request. Null: no request has arrived yet. */
  const connections = new Map<Duplex, Reply | null>();
  const openedAt = new WeakMap<Duplex, number>();
  /** Connections over which another protocol was offered. */
  const offering = new WeakSet<Duplex>();
  /** Code that runs because of a request finds its reply here, or, in the parser, its connection. */
  const origin = options.tracesRequests === true ? new AsyncLocalStorage<Reply | Duplex>() : null;
  /** With TLS, the TCP connections: one whose handshake is not over is not among `connections` yet. */
  const carriers = new Set<Socket>();
  /**
   * Ends a connection that was announced as kept alive, or whose client does not close it, once its last reply is over
   * and the request is read. Node does not count a connection as idle if another request has begun to arrive.
   */
  const closeWhenOver = (socket: Duplex, last: Reply): void => {
    const close = (): void => {
      if (connections.get(socket) === last) socket.destroy();
    };
    last.whenOver(() => {
      if (last.request.complete) setImmediate(close);
      else last.request.once('close', close);
    });
  };
  const makeRoom = (count: number): void => {
    for (const socket of idleConnections(connections, openedAt).slice(0, count)) {
      connections.delete(socket);
      socket.destroy();
    }
  };
  const slow = new SlowRequests(limits.bodyRate);
  let exhausted = false;
  const look = (): void => {
    for (const [socket, reply] of connections)
      if (reply !== null && slow.isSlow(socket, reply)) refuseSlow(socket, reply);
    if (connections.size === 0 && !exhausted) return;
    const isExhausted = !canOpenMore();
    if (isExhausted) makeRoom(Math.max(8, Math.ceil(connections.size / 4)));
    if (isExhausted && !exhausted)
      log.warn?.(
        'this process has reached its limit of open files (EMFILE), so it closes idle connections. Raise the limit (ulimit -n)',
      );
    if (!isExhausted && exhausted) log.info?.('files and connections can be opened again');
    exhausted = isExhausted;
  };
  const looking = setInterval(
    guarded(look, (error) => log.failure('checking the connections', error)),
    timeouts.lookMs,
  ).unref();

  /** Listens to an event of the server. An error of the listener ends the connection, not the process. */
  const listen = <A extends unknown[]>(event: string, listener: (...given: A) => void): void => {
    const listening = (...given: A): void => {
      try {
        listener(...given);
      } catch (error) {
        log.failure(`handling the event ${event} of the server`, error);
        for (const each of given) destroySocketOf(each);
      }
    };
    server.on(event, listening as (...given: unknown[]) => void);
  };
  const serve = (request: IncomingMessage, response: ServerResponse, uninvited: boolean): void => {
    const reply = new Reply(replies, request, response, uninvited);
    connections.set(request.socket, reply);
    if (replies.stopping) closeWhenOver(request.socket, reply);
    if (origin === null) void serveRequest(serving, reply);
    else origin.run(reply, () => void serveRequest(serving, reply));
  };
  const arrival = options.tls === undefined ? 'connection' : 'secureConnection';
  // Runs before Node's own listener, since the parser calls back in the context in which that listener creates it.
  if (origin !== null) server.prependListener(arrival, (socket: Duplex) => origin.enterWith(socket));
  listen(arrival, (socket: Duplex) => {
    // One whose request offered another protocol arrives again.
    if (connections.has(socket)) return;
    if (connections.size >= limits.connections) makeRoom(1);
    if (connections.size >= limits.connections) {
      refuseConnection(socket, limits.connections);
      return;
    }
    connections.set(socket, null);
    openedAt.set(socket, steadyNow());
    socket.once('close', () => connections.delete(socket));
    // Over TLS, Node closes a connection whose client has ended. Pending responses must be sent first.
    socket.prependListener('end', () => {
      replies.answers.flush();
      // Otherwise Node.js ends the connection too: if an upgrade offer is ignored, the end arrives together with the
      // request to serve.
      Object.assign(server, { httpAllowHalfOpen: offering.has(socket) });
    });
  });
  if (options.tls !== undefined)
    listen('connection', (socket: Socket) => {
      carriers.add(socket);
      socket.once('close', () => carriers.delete(socket));
    });
  listen('request', (request: IncomingMessage, response: ServerResponse) => serve(request, response, false));
  // A server may ignore an unknown expectation (RFC 9110 §10.1.1).
  listen('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    serve(request, response, false),
  );
  listen('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    serve(request, response, true),
  );
  listen('upgrade', (request: IncomingMessage, socket: Duplex, rest: Buffer) => {
    const arriveAgain = (): void => {
      if (socket.destroyed) return;
      server.emit(arrival, socket);
      socket.resume();
    };
    offering.add(socket);
    // Unread data would delay the end that the client may have sent already.
    socket.pause();
    socket.unshift(withoutOffer(request, rest));
    const last = connections.get(socket) ?? null;
    if (last === null || last.over) arriveAgain();
    // One turn later, Node has released the connection of a response that is sent.
    else last.whenOver(() => void setImmediate(guarded(arriveAgain, () => socket.destroy())));
  });
  listen('connect', (_: IncomingMessage, socket: Duplex) =>
    answerConnect(socket, connections.get(socket) ?? null),
  );
  listen('clientError', (error: Error, socket: Duplex) =>
    answerParserError(error, socket, connections.get(socket) ?? null),
  );

  let closing: Promise<{ unplayed: number }> | null = null;
  return {
    listen: async () => {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port: options.port, host: unbracket(options.host) }, () => {
          server.off('error', reject);
          server.on('error', (error) => log.failure('listening', error));
          resolve();
        });
      });
      const { port } = server.address() as AddressInfo;
      const localUrl = `${scheme}://${reachableHost(options.host)}:${port}`;
      url = options.publicUrl?.replace(/\/+$/, '') ?? localUrl;
      return { port, url, localUrl };
    },
    accept: (connection) => {
      server.emit('connection', connection);
    },
    breakOff() {
      const from = origin?.getStore();
      const reply = from instanceof Duplex ? connections.get(from) : from;
      return reply?.breakOff() ?? [];
    },
    close: ({ graceMs }) => {
      closing ??= stopServer(graceMs);
      return closing;
    },
  };

  async function stopServer(graceMs: number): Promise<{ unplayed: number }> {
    replies.stopping = true;
    clearInterval(looking);
    stop.abort();
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), graceMs);
    });
    const drained = new Promise<void>((resolve) => {
      if (server.listening) server.close(() => resolve());
      else resolve();
    });
    const known = new Set([...connections.keys()].map(peerOf));
    for (const socket of carriers) if (!known.has(peerOf(socket))) socket.destroy();
    for (const [socket, last] of connections) {
      if (last === null) socket.destroy();
      else closeWhenOver(socket, last);
    }
    if ((await Promise.race([drained, grace])) === 'late') server.closeAllConnections();
    const closed = spaces.close();
    const end = await Promise.race([closed, grace]);
    clearTimeout(timer);
    if (end !== 'late') return end;
    closed.catch((error: unknown) => log.failure('closing the spaces', error));
    const pending = await Promise.all(spaces.list().map((space) => space.pending()));
    return { unplayed: pending.reduce((sum, count) => sum + count, 0) };
  }
}

/** Any host that a URL can contain. A response does not repeat other values of `Host`. */
const hostHeader = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

function originReader(
  publicUrl: string | undefined,
  scheme: string,
  ownUrl: () => string,
): (request: IncomingMessage) => string {
  if (publicUrl !== undefined) return ownUrl;
  return ({ headers }) => (hostHeader.test(headers.host ?? '') ? `${scheme}://${headers.host}` : ownUrl());
}

/** @param given the argument of a server's listener: a socket, a message, or something else */
function destroySocketOf(given: unknown): void {
  if (given instanceof Duplex) given.destroy();
  else if (given instanceof Readable) (given as IncomingMessage).socket.destroy();
}

/** The other end of a connection: the same for a TLS connection and for the one that carries it. */
function peerOf(socket: Duplex): string {
  const { remoteAddress, remotePort } = socket as Socket;
  return `${remoteAddress} ${remotePort}`;
}

/** The host of a URL for a bound address. A server that is bound to every address is reachable by the loopback one. */
function reachableHost(host: string): string {
  const bare = unbracket(host);
  if (bare === '0.0.0.0') return '127.0.0.1';
  if (bare === '::') return '[::1]';
  return bare.includes(':') ? `[${bare}]` : bare;
}
