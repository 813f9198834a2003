import type { LookupFunction } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { AttemptErrorCode } from '../core/engine/deliveries/attempt-errors.ts';
import type {
  OutboundRequest,
  Sender,
  SendResult,
  Unanswered,
  WireFault,
} from '../core/engine/deliveries/sender.ts';
import type { AddressPolicy } from './address-policy.ts';
import { AttemptGate } from './attempt-gate.ts';
import { type ConnectionPool, createConnectionPool } from './connection-pool.ts';
import { createConnector } from './connector.ts';
import { type CutOff, type ExchangeParts, exchange } from './exchange.ts';
import { faultyExchange } from './faulty-exchange.ts';
import { type Target, targetReader } from './target.ts';
import { TimeLimits } from './time-limits.ts';

/** Options of {@link createHttpSender}. */
export interface HttpSenderOptions {
  /** Which addresses callbacks may be sent to. */
  readonly allow: AddressPolicy;
  /** A monotonic clock, in milliseconds: `() => performance.now()`. */
  readonly now: () => number;
  /** Maximum number of connections to one origin. Further requests wait. Default: 128. */
  readonly connectionsPerOrigin?: number;
  /** Maximum number of requests in flight to all origins together. Further ones wait. Default: 1,024. */
  readonly attempts?: number;
  /** Maximum size in bytes of a response body. Beyond it, the connection is closed. Default: 16 KiB. */
  readonly maxResponseBytes?: number;
  /** `user-agent` of requests without one. Default: none. */
  readonly userAgent?: string;
  /** Resolves host names. Default: the resolver of the system. */
  readonly resolve?: LookupFunction;
  /** PEM of an additional certificate to trust. Default: none. */
  readonly certificate?: string;
  /** Accepts any certificate of a consumer. Default: false. */
  readonly insecure?: boolean;
}

export interface HttpSender extends Sender {
  /** What closing has cut off so far. */
  readonly cutOff: Readonly<Record<CutOff, number>>;
  /** How many requests are in flight, or wait for a connection. */
  readonly underWay: number;
}

/**
 * Sends callbacks over HTTP/1.1. This is the only code that opens outbound connections.
 *
 * - Each origin has its own connections, kept alive and limited, so that a hanging consumer delays only itself.
 * - Redirects are responses like any other.
 * - A connection that the consumer closes while it is idle loses no request: see {@link Connection}.
 * - Bodies of responses are decoded (gzip, deflate, br, zstd) and read as UTF-8.
 * - A request with a `wire` fault has a connection of its own, outside the limit.
 */
export function createHttpSender(options: HttpSenderOptions): HttpSender {
  const {
    allow,
    now,
    connectionsPerOrigin = 128,
    attempts = 1_024,
    maxResponseBytes = 16 * 1024,
    userAgent = null,
    resolve,
    certificate,
    insecure,
  } = options;
  const trusted = certificate === undefined ? undefined : trusting(certificate);
  const connecting = { allow, resolve, secureContext: trusted, insecure };
  const open = createConnector(connecting);
  const readTarget = targetReader(userAgent);
  const pools = new Map<string, ConnectionPool>();
  const gate = new AttemptGate(attempts);
  /** The work of requests with faults outside their exchange, such as a silence, also counts. */
  let faulty = 0;
  let closing: Promise<void> | null = null;
  let whenIdle: () => void = () => {};
  const stopping = new AbortController();
  const isIdle = (): boolean => faulty === 0 && limits.idle;
  const limits = new TimeLimits(now, () => {
    if (isIdle()) whenIdle();
  });
  const cutOff = { sending: 0, waiting: 0 };
  const onCutOff = (how: CutOff): void => void cutOff[how]++;
  const parts: ExchangeParts = { maxResponseBytes, now, limits, onCutOff };

  const poolOf = (origin: string): ConnectionPool => {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = createConnectionPool(origin, connectionsPerOrigin, gate, open, () => pools.delete(origin));
    pools.set(origin, pool);
    return pool;
  };
  const sendFaulty = async (
    request: OutboundRequest,
    fault: WireFault,
    target: Target,
  ): Promise<SendResult> => {
    faulty++;
    const context = { ...parts, ...connecting, gate, stopping: stopping.signal };
    try {
      return await faultyExchange(request, fault, target, context);
    } finally {
      faulty--;
      if (isIdle()) whenIdle();
    }
  };
  const close = async (): Promise<void> => {
    if (!isIdle()) await new Promise<void>((done) => (whenIdle = done));
    await Promise.all([...pools.values()].map((pool) => pool.close()));
  };
  return {
    cutOff,
    get underWay() {
      return limits.count;
    },
    send(request) {
      if (closing !== null) {
        onCutOff('waiting');
        return Promise.resolve(
          notSent('closed', 'stopped', 'the sender was closed before the request was sent'),
        );
      }
      const target = readTarget(request);
      if ('problem' in target)
        return Promise.resolve(
          notSent('unsendable', 'request.invalid', `the request cannot be sent: ${target.problem}`),
        );
      return request.wire === undefined
        ? exchange(request, target, poolOf(target.origin), parts)
        : sendFaulty(request, request.wire, target);
    },
    async close({ graceMs } = {}) {
      stopping.abort();
      closing ??= close();
      const timer = graceMs === undefined ? undefined : setTimeout(() => limits.cutOffAll(), graceMs);
      await closing;
      clearTimeout(timer);
    },
  };
}

/** The certificates that Node.js trusts, and one more. */
function trusting(certificate: string): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), certificate] });
}

function notSent(reason: Unanswered['reason'], code: AttemptErrorCode, message: string): Unanswered {
  return { kind: 'unanswered', reason, code, message, durationMs: 0 };
}
