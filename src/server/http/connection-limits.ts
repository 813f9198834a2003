import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { machineError } from '../../files/machine-error.ts';
import type { ServerOptionValues } from '../../options/server-options.ts';
import { steadyNow } from '../../platform/machine-time.ts';
import type { Reply } from './reply.ts';

/** Limits for clients. */
export interface ServerLimits {
  /** The maximum number of open connections. Above it, the one that is idle for longest is closed. */
  readonly connections: number;
  /** The maximum size of the head of a request, in bytes. */
  readonly headerBytes: number;
  /** How long a whole request may take to arrive, in milliseconds. */
  readonly requestMs: number;
  /** The minimum rate of a request after half a minute, in bytes per second. 0: no minimum. */
  readonly bodyRate: number;
}

export function limitsOf(options: ServerOptionValues): ServerLimits {
  return {
    connections: options.maxConnections,
    headerBytes: options.maxHeaderBytes,
    requestMs: options.requestTimeout,
    bodyRate: options.minBodyRate,
  };
}

/** The time before the rate of a request is checked, in milliseconds. */
const patienceMs = 30_000;

interface Arrival {
  readonly reply: Reply;
  /** The bytes that the connection had read at the first check. */
  readonly bytes: number;
  readonly since: number;
}

/** Finds requests that arrive too slowly. It checks periodically, so that single bytes cost nothing. */
export class SlowRequests {
  readonly #rate: number;
  readonly #now: () => number;
  readonly #arrivals = new WeakMap<Duplex, Arrival>();

  constructor(rate: number, now: () => number = steadyNow) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Whether the request of a connection arrives too slowly. */
  isSlow(socket: Duplex, reply: Reply | null): boolean {
    const { bytesRead } = socket as Partial<Socket>;
    if (this.#rate === 0 || bytesRead === undefined || reply === null || !reply.awaitsBody) return false;
    const arrival = this.#arrivals.get(socket);
    if (arrival?.reply !== reply) {
      this.#arrivals.set(socket, { reply, bytes: bytesRead, since: this.#now() });
      return false;
    }
    const ms = this.#now() - arrival.since;
    return ms >= patienceMs && (bytesRead - arrival.bytes) * 1_000 < this.#rate * ms;
  }
}

/** The connections that may be closed to make room, the one whose last request is oldest first. */
export function idleConnections(
  connections: ReadonlyMap<Duplex, Reply | null>,
  openedAt: WeakMap<Duplex, number>,
): Duplex[] {
  return [...connections]
    .filter(([, reply]) => reply === null || reply.over)
    .map(([socket, reply]) => ({ socket, since: reply?.startedAt ?? openedAt.get(socket) ?? 0 }))
    .sort((a, b) => a.since - b.since)
    .map(({ socket }) => socket);
}

/** Whether one more file or connection can be opened. */
export function canOpenMore(): boolean {
  try {
    closeSync(openSync('/', 'r'));
    return true;
  } catch (error) {
    // Other errors, such as on a system without this folder, are irrelevant.
    return machineError(error, null)?.code !== 'descriptors.exhausted';
  }
}
