import type { SpaceListener } from '../core/engine/space.ts';
import type { RingbackError } from '../core/errors.ts';
import { guarded } from '../platform/guarded.ts';

/** The log of the server. */
export interface ServerLog {
  /** A request has ended: its response is flushed, or its client has disconnected. */
  request(entry: RequestLogEntry): void;
  /** Logs a defect with its stack. */
  failure(what: string, error: unknown): void;
  readonly warn?: (message: string) => void;
}

export interface RequestLogEntry {
  readonly method: string;
  /** The request target as received. */
  readonly url: string;
  /** `operationId`. Null if the request reached no operation. */
  readonly operation: string | null;
  /** Status of the response. Null if the client disconnected before. */
  readonly status: number | null;
  /** Real milliseconds from the end of the request's headers to the end of the response. */
  readonly durationMs: number;
  /** The runs that the response names. */
  readonly runs: readonly string[];
  /**
   * The time of the space when the response was sent, in milliseconds since 1970. Null if the request reached no space.
   */
  readonly at: number | null;
  /** True for a callback of Ringback to an inbox, which the log of the callback's attempt also shows. */
  readonly isReceipt: boolean;
  /** Why the request was refused, or null. */
  readonly problem: RingbackError | null;
}

/** The log that a server is started with. */
export interface StartLog extends ServerLog {
  readonly event?: SpaceListener;
  readonly info?: (message: string) => void;
}

/**
 * Catches errors of a log, so that no request and no step fails because a line about it cannot be written.
 * @param onFailure receives them
 */
export function guardedLog(log: StartLog, onFailure: (error: unknown) => void): StartLog {
  const safely = <A extends unknown[]>(write: (...given: A) => void): ((...given: A) => void) =>
    guarded(write, onFailure);
  return {
    request: safely((entry) => log.request(entry)),
    failure: safely((what, error) => log.failure(what, error)),
    ...(log.event !== undefined && { event: safely((event, space) => log.event?.(event, space)) }),
    ...(log.info !== undefined && { info: safely((message) => log.info?.(message)) }),
    ...(log.warn !== undefined && { warn: safely((message) => log.warn?.(message)) }),
  };
}
