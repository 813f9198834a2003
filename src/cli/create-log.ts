import { jsonLog } from './json-log.ts';
import type { Log, LogOptions } from './log.ts';
import { isFailure, isWarning } from './log-text.ts';
import { prettyLog } from './pretty-log.ts';

/**
 * Creates the log of `serve`: text for people (`pretty`; `debug` adds what inboxes receive), one JSON object per line
 * (`json`), or only warnings and errors (`quiet`).
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

/** Drops everything but failures and warnings, and builds no text for the rest. */
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
