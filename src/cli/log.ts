import type { SpaceListener } from '../core/delivery/space.ts';
import type { ServerLog } from '../server/server-log.ts';
import { jsonLog } from './json-log.ts';
import { isFailure, isWarning } from './log-text.ts';
import { prettyLog } from './pretty-log.ts';

export type LogStyle = 'pretty' | 'json' | 'quiet' | 'debug';

/** The log of `serve`: one line on stderr for each request, run and attempt. Never a secret. */
export interface Log extends ServerLog {
  /** Something the user should know. */
  info(message: string): void;
  /** Something the user should do something about. */
  warn(message: string): void;
  readonly event: SpaceListener;
}

export interface LogOptions {
  readonly style: LogStyle;
  readonly write: (line: string) => void;
  /** Called after a line that tells of a failure: it must be out before anything else happens. Default: nothing. */
  readonly flush?: () => void;
  /** The time of the machine, for what happens outside of a space. */
  readonly now: () => number;
  readonly colors: boolean;
}

/**
 * Styled for people (`pretty`; `debug` has the receipts of our own callbacks too), one JSON object a line (`json`), or
 * only warnings and errors (`quiet`).
 */
export function createLog(options: LogOptions): Log {
  const log = logOf(options);
  const { flush } = options;
  if (flush === undefined) return log;
  return {
    ...log,
    failure(what, error) {
      log.failure(what, error);
      flush();
    },
    event(event, space) {
      log.event(event, space);
      if (isFailure(event)) flush();
    },
  };
}

function logOf(options: LogOptions): Log {
  if (options.style === 'json') return jsonLog(options);
  const log = prettyLog(options);
  return options.style === 'quiet' ? quieted(log) : log;
}

/** Only what tells of a failure, and warnings; of all else nothing is even made. */
function quieted(log: Log): Log {
  return {
    ...log,
    info: () => undefined,
    request: () => undefined,
    event(event, space) {
      if (isFailure(event) || isWarning(event)) log.event(event, space);
    },
  };
}
