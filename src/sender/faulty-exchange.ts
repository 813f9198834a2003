import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { OutboundRequest, SendResult, Unanswered, WireFault } from '../core/delivery/sender.ts';
import { formatDuration } from '../core/duration.ts';
import { createConnectionPool } from './connection-pool.ts';
import { type ConnectorOptions, createConnector, type OpenSocket } from './connector.ts';
import { type ExchangeParts, exchange } from './exchange.ts';
import { describeFailure } from './failure.ts';
import { FaultySocket } from './faulty-socket.ts';
import type { Target } from './target.ts';
import { maxTimerMs } from './time-limits.ts';

/** What a faulty exchange needs besides the request. */
export interface FaultyContext extends ExchangeParts, ConnectorOptions {
  /** Aborts when the sender is closed: a silence ends then. */
  readonly stopping: AbortSignal;
}

/** Sends one request with a scripted misbehaviour of its connection, which is fresh and used for nothing else. */
export async function faultyExchange(
  request: OutboundRequest,
  fault: WireFault,
  target: Target,
  context: FaultyContext,
): Promise<SendResult> {
  let tcp: Socket | null = null;
  // TLS over a TCP socket of its own, since only that one can be reset.
  const open = createConnector(context, (options, tls) => {
    const line = connectTcp(options);
    tcp = line;
    return tls === null ? line : connectTls({ ...tls, socket: line });
  });
  if (fault.silentForMs !== undefined) {
    const end = (socket: Socket): void => {
      if (fault.resetAfterBytes === undefined) socket.destroySoon();
      else (tcp ?? socket).resetAndDestroy();
    };
    return keepSilent(request, fault.silentForMs, target, context, open, end);
  }
  const { body } = request;
  const bodyBytes = body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  const openFaulty: OpenSocket = (address, done) =>
    open(address, (...result) => {
      const [error, socket] = result;
      if (error !== null) return done(error, null);
      const faulty = new FaultySocket({ socket, tcp: tcp ?? socket, bodyBytes, now: context.now }, fault);
      // undici asks no more of a connected socket than a Duplex has.
      done(null, faulty as unknown as Socket);
    });
  const pool = createConnectionPool(target.origin, 1, openFaulty, () => {});
  const result = await exchange(request, target, pool, context);
  await pool.close();
  return fault.bytesPerSecond !== undefined && result.kind === 'unanswered' && result.reason === 'timeout'
    ? {
        ...result,
        message: `${result.message}; ${fault.bytesPerSecond} bytes a second went out, as scripted`,
      }
    : result;
}

/** Connects and sends nothing for a time of its own. */
function keepSilent(
  request: OutboundRequest,
  silentForMs: number,
  { origin, place }: Target,
  { now, stopping }: FaultyContext,
  open: OpenSocket,
  end: (socket: Socket) => void,
): Promise<Unanswered> {
  const startedAt = now();
  const { protocol, hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const finish = (failure: Pick<Unanswered, 'reason' | 'code' | 'message'>): void => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', stop);
      resolve({ kind: 'unanswered', ...failure, durationMs: now() - startedAt });
    };
    const giveUp = (failure: Pick<Unanswered, 'reason' | 'message'>): void => {
      finish({ ...failure, code: null });
      socket?.destroy();
    };
    const stop = (): void =>
      giveUp({ reason: 'closed', message: 'the sender was closed during a silence that a script wanted' });
    let timer = setTimeout(
      () =>
        giveUp({
          reason: 'timeout',
          message: `no connection to ${place} within ${formatDuration(request.timeoutMs)}`,
        }),
      Math.min(request.timeoutMs, maxTimerMs),
    );
    stopping.addEventListener('abort', stop);
    const address = { protocol, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port };
    const socket = open(address, (...result) => {
      const [error, line] = result;
      if (error !== null) {
        finish(describeFailure(error, { place, phase: 'connecting', bodyBytes: 0, served: 0 }));
        return;
      }
      const connectedAt = now();
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          finish({
            reason: 'timeout',
            code: null,
            message: `silent for ${formatDuration(silentForMs)}, as scripted`,
          });
          end(line);
        },
        Math.min(silentForMs, maxTimerMs),
      );
      line.on('close', () => {
        const lasted = `${Math.round(now() - connectedAt)}ms`;
        const silence = `${lasted} of a scripted silence of ${formatDuration(silentForMs)}`;
        finish({
          reason: 'connection',
          code: null,
          message: `${place} closed the connection after ${silence}`,
        });
      });
      // Without a reader a socket does not notice that the other side has gone.
      line.resume();
    });
  });
}
