import { roundMs } from '../core/duration.ts';
import type { Delivery } from '../core/engine/deliveries/delivery.ts';
import type { SpaceEvent } from '../core/engine/space.ts';
import { isoTime } from '../core/engine/time/clock.ts';
import { maskUrl } from '../server/control/mask.ts';
import type { Log, LogOptions } from './log.ts';
import {
  eventText,
  failureText,
  isFailure,
  isWarning,
  messageOf,
  requestText,
  timeWriter,
} from './log-text.ts';
import { printable } from './printable.ts';

/**
 * Writes one JSON object per line. `time` is the time of the machine, which orders the lines. `at` is the time of the
 * space. `msg` says the same as the other properties, for people.
 */
export function jsonLog({ write: writeLine, now }: LogOptions): Log {
  const timeText = timeWriter();
  // JSON escapes the first 32 characters only. Terminals also act on others, which are valid JSON when escaped.
  const write = (entry: object): void => writeLine(printable(JSON.stringify(entry)));
  const message = (level: string, event: string, msg: string): void =>
    write({ level, time: timeText(now()), event, msg });
  return {
    info: (text) => message('info', 'message', text),
    warn: (text) => message('warn', 'message', text),
    failure: (what, error) => message('error', 'failure', messageOf(failureText(what, error))),
    request(entry) {
      if (entry.isReceipt) return;
      const { method, url, operation, status, durationMs, runs, problem } = entry;
      write({
        level: status !== null && status >= 500 ? 'error' : 'info',
        time: timeText(now()),
        at: entry.at === null ? null : isoTime(entry.at),
        event: 'request',
        msg: requestText(entry).text,
        method,
        url: maskUrl(url),
        operation,
        status,
        durationMs: roundMs(durationMs),
        runs,
        code: problem?.code,
      });
    },
    event(event, space) {
      const head = {
        level: isFailure(event) ? 'error' : isWarning(event) ? 'warn' : 'info',
        time: timeText(now()),
        at: isoTime(event.at),
        event: event.kind,
        msg: textOf(event),
        space,
      };
      write({ ...head, ...members(event) });
    },
  };
}

function textOf(event: SpaceEvent): string {
  const told = eventText(event);
  return told === null ? defaultText(event) : messageOf(told).trim();
}

type DeliveryEvent = Extract<SpaceEvent, { readonly delivery: Delivery }>;

/** The `msg` of events that the text log leaves out. */
function defaultText(event: SpaceEvent): string {
  return 'delivery' in event ? `${event.delivery.callback.type}: ${event.kind}` : event.kind;
}

/** The properties that only this kind of event has. */
function members(event: SpaceEvent): object {
  switch (event.kind) {
    case 'run.created': {
      const { scenario, choice, operation, resourceId, trace, warnings } = event.run;
      return { runId: event.runId, traceId: trace.id, scenario, choice, operation, resourceId, warnings };
    }
    case 'run.finished':
    case 'run.evicted':
      return { runId: event.runId };
    case 'step.played': {
      const { trigger, subject, step } = event;
      const { set = null, callback = null } = step;
      return { runId: event.runId, trigger, subject, set, callback };
    }
    case 'request.faulted': {
      const { runId, operation, scenario, fault } = event;
      return { runId, operation, scenario, fault };
    }
    case 'memory.high':
      return { bytes: event.bytes, limit: event.limit };
    case 'memory.full':
    case 'callback.unsent':
      return { runId: event.runId };
    case 'provider.failed':
      return { operation: event.operation };
    case 'space.reset':
    case 'defect':
      return {};
    default:
      return deliveryMembers(event);
  }
}

function deliveryMembers(event: DeliveryEvent): object {
  const { id, attempts, callback } = event.delivery;
  const { runId, type, method, violations } = callback;
  const what = { delivery: id, runId, callback: type, method, url: maskUrl(callback.url) };
  const attempt = event.kind === 'attempt.ended' ? attempts.at(-1) : undefined;
  if (attempt === undefined) return { ...what, violations };
  return {
    ...what,
    attempt: attempt.number,
    traceparent: attempt.traceparent ?? null,
    statusCode: attempt.statusCode,
    acknowledged: attempt.acknowledged,
    error: attempt.error,
    code: attempt.code,
    durationMs: attempt.durationMs,
    retryAt: attempt.retryAt === null ? null : isoTime(attempt.retryAt),
    violations: attempt.violations,
  };
}
