import type { Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { connect as connectTls } from 'node:tls';
import { formatDuration } from '../core/duration.ts';
import type { OutboundRequest, SendResult, Unanswered, WireFault } from '../core/engine/deliveries/sender.ts';
import { connectTcp } from '../http-client/connect.ts';
import { guarded } from '../platform/guarded.ts';
import type { AttemptGate } from './attempt-gate.ts';
import { createConnectionPool } from './connection-pool.ts';
import { type Connected, type ConnectorOptions, createConnector, type OpenSocket } from './connector.ts';
import { type ExchangeParts, exchange } from './exchange.ts';
import { describeFailure, type Failure } from './failure.ts';
import { FaultySocket } from './faulty-socket.ts';
import type { Target } from './target.ts';
import { maxTimerMs } from './time-limits.ts';

/** What a faulty exchange needs in addition to the request. */
export interface FaultyContext extends ExchangeParts, ConnectorOptions {
  /** Aborts when the sender is closed, which ends a silence. */
  readonly stopping: AbortSignal;
  readonly gate: AttemptGate;
}

/** Sends one request with a scripted fault of its connection, which is fresh and used for nothing else. */
export async function faultyExchange(
  request: OutboundRequest,
  fault: WireFault,
  target: Target,
  context: FaultyContext,
): Promise<SendResult> {
  let tcp: Socket | null = null;
  // TLS over a separate TCP socket, since only TCP can be reset.
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
  const { bodyBytes } = target;
  const openFaulty: OpenSocket = (origin, done) =>
    open(origin, (error, socket, asksForCertificate) => {
      if (socket === null) return done(error, null, asksForCertificate);
      const faulty = new FaultySocket({ socket, tcp: tcp ?? socket, bodyBytes, now: context.now }, fault);
      done(null, faulty, asksForCertificate);
    });
  const pool = createConnectionPool(target.origin, 1, context.gate, openFaulty, () => {});
  const result = await exchange(request, target, pool, context).finally(() => pool.close());
  return fault.bytesPerSecond !== undefined && result.kind === 'unanswered' && result.reason === 'timeout'
    ? {
        ...result,
        message: `${result.message}; ${fault.bytesPerSecond} bytes a second were sent, as scripted`,
      }
    : result;
}

/** Connects and sends nothing for a scripted time. */
function keepSilent(
  request: OutboundRequest,
  silentForMs: number,
  { origin, place }: Target,
  { now, stopping, onCutOff }: FaultyContext,
  open: OpenSocket<Socket>,
  end: (socket: Socket) => void,
): Promise<Unanswered> {
  const startedAt = now();
  return new Promise((resolve, reject) => {
    const finish = (failure: Failure): void => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', stop);
      resolve({ kind: 'unanswered', ...failure, durationMs: now() - startedAt });
    };
    const giveUp = (failure: Failure): void => {
      finish(failure);
      socket?.destroy();
    };
    const stop = (): void => {
      onCutOff('sending');
      giveUp({
        reason: 'closed',
        code: 'stopped',
        message: 'the sender was closed during a scripted silence',
      });
    };
    let timer = setTimeout(
      guarded(
        () =>
          giveUp({
            reason: 'timeout',
            code: 'connect.timeout',
            message: `no connection to ${place} within ${formatDuration(request.timeoutMs)}`,
          }),
        reject,
      ),
      Math.min(request.timeoutMs, maxTimerMs),
    );
    stopping.addEventListener('abort', stop);
    const connected: Connected<Socket> = (error, line, asksForCertificate) => {
      if (line === null) {
        const situation = {
          place,
          phase: 'connecting',
          bodyBytes: 0,
          served: 0,
          asksForCertificate,
        } as const;
        finish(describeFailure(error, situation));
        return;
      }
      const connectedAt = now();
      clearTimeout(timer);
      timer = setTimeout(
        guarded(() => {
          finish({
            reason: 'timeout',
            code: 'scripted',
            message: `silent for ${formatDuration(silentForMs)}, as scripted`,
          });
          end(line);
        }, reject),
        Math.min(silentForMs, maxTimerMs),
      );
      const closed = (): void => {
        const lasted = `${Math.round(now() - connectedAt)}ms`;
        const silence = `${lasted} of a scripted silence of ${formatDuration(silentForMs)}`;
        finish({
          reason: 'connection',
          code: 'connection.closed',
          message: `${place} closed the connection after ${silence}`,
        });
      };
      line.on('close', guarded(closed, reject));
      // A socket without a reader does not notice that the other side has closed.
      line.resume();
    };
    const socket = open(origin, guarded(connected, reject));
  });
}
