import type { LookupFunction } from 'node:net';
import type { OutboundRequest, Sender, SendResult, Unanswered } from '../core/delivery/sender.ts';
import type { AddressPolicy } from './address-policy.ts';
import { type ConnectionPool, createConnectionPool } from './connection-pool.ts';
import { createConnector } from './connector.ts';
import { exchange, type RunningExchange } from './exchange.ts';
import { faultyExchange } from './faulty-exchange.ts';
import { readTarget } from './target.ts';

/** Options of {@link createHttpSender}. */
export interface HttpSenderOptions {
  /** Which addresses callbacks may go to. */
  readonly allow: AddressPolicy;
  /** A clock that never goes back, in milliseconds: `() => performance.now()`. */
  readonly now: () => number;
  /** Most connections to one scheme, host and port at a time; further requests wait. Default: 128. */
  readonly connectionsPerOrigin?: number;
  /** Most bytes of an answer's body that are kept; past it the connection is ended. Default: 64 KiB. */
  readonly maxResponseBytes?: number;
  /** `user-agent` of requests that have none. Default: none is sent. */
  readonly userAgent?: string;
  /** Looks host names up. Default: the system's resolver. */
  readonly resolve?: LookupFunction;
}

/**
 * Sends callbacks over HTTP/1.1, the only code that opens outbound connections.
 *
 * - Each origin has its own connections, kept alive and limited, so that a consumer that hangs delays only itself.
 * - Redirects are answers like any other.
 * - A request is put on the wire at most once. A connection that the consumer closes while it is idle is noticed
 *   before the next request is written; a request that crosses the closing fails as `connection`, and is not sent
 *   again, because nobody can tell whether the consumer has acted on it. Idle connections are kept for two
 *   seconds at most, which makes this rare.
 * - Answer bodies are read as UTF-8.
 * - A request with a `wire` fault has a connection of its own, outside of the limit.
 */
export function createHttpSender(options: HttpSenderOptions): Sender {
  const {
    allow,
    now,
    connectionsPerOrigin = 128,
    maxResponseBytes = 64 * 1024,
    userAgent = null,
    resolve,
  } = options;
  const open = createConnector(allow, resolve);
  const pools = new Map<string, ConnectionPool>();
  const running = new Set<RunningExchange>();
  let underWay = 0;
  let closing: Promise<void> | null = null;
  let whenIdle: () => void = () => {};
  const stopping = new AbortController();

  const poolOf = (origin: string): ConnectionPool => {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = createConnectionPool(origin, connectionsPerOrigin, open, () => pools.delete(origin));
    pools.set(origin, pool);
    return pool;
  };
  const send = async (request: OutboundRequest): Promise<SendResult> => {
    if (closing !== null) return notSent('closed', 'the sender was closed before the request was sent');
    const target = readTarget(request, userAgent);
    if ('problem' in target) return notSent('unsendable', `the request cannot be sent: ${target.problem}`);
    const { origin, ...rest } = target;
    underWay++;
    const context = { ...rest, maxResponseBytes, now, running };
    const result =
      request.wire === undefined
        ? await exchange(request, { ...context, pool: poolOf(origin) })
        : await faultyExchange(request, request.wire, {
            ...context,
            origin,
            allow,
            resolve,
            stopping: stopping.signal,
          });
    underWay--;
    if (underWay === 0) whenIdle();
    return result;
  };
  const close = async (): Promise<void> => {
    if (underWay > 0) await new Promise<void>((done) => (whenIdle = done));
    await Promise.all([...pools.values()].map((pool) => pool.close()));
  };
  return {
    send,
    async close({ graceMs } = {}) {
      stopping.abort();
      closing ??= close();
      const cutOff = (): void => {
        for (const each of [...running]) each.cutOff();
      };
      const timer = graceMs === undefined ? undefined : setTimeout(cutOff, graceMs);
      await closing;
      clearTimeout(timer);
    },
  };
}

function notSent(reason: Unanswered['reason'], message: string): Unanswered {
  return { kind: 'unanswered', reason, code: null, message, durationMs: 0 };
}
