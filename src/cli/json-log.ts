import { isoTime } from '../core/delivery/clock.ts';
import type { Delivery } from '../core/delivery/delivery.ts';
import type { SpaceEvent } from '../core/delivery/space.ts';
import { maskUrl } from '../server/control/mask.ts';
import type { Log, LogOptions } from './log.ts';
import { failureText, isFailure, timeWriter } from './log-text.ts';

/** One JSON object a line. */
export function jsonLog({ write, now }: LogOptions): Log {
  const timeText = timeWriter();
  const message = (level: string, event: string, text: string): void =>
    write(JSON.stringify({ time: timeText(now()), level, event, message: text }));
  return {
    info: (text) => message('info', 'message', text),
    warn: (text) => message('warn', 'message', text),
    failure: (what, error) => message('error', 'failure', failureText(what, error)),
    request({ method, url, operation, status, durationMs, runs, problem }) {
      const time = timeText(now());
      const level = status === null || status >= 500 ? 'error' : 'info';
      const event = 'request';
      const { code, message } = problem ?? {};
      write(
        JSON.stringify({
          time,
          level,
          event,
          method,
          url,
          operation,
          status,
          durationMs,
          runs,
          code,
          message,
        }),
      );
    },
    event: (event, space) => write(JSON.stringify(eventLine(event, timeText(event.at), space))),
  };
}

type DeliveryEvent = Extract<SpaceEvent, { readonly delivery: Delivery }>;

/** An event as a line has it. Each is one literal: building them from parts costs as much as writing them. */
function eventLine(event: SpaceEvent, time: string, space: string): object {
  const { kind } = event;
  const level = isFailure(event) ? 'error' : 'info';
  switch (event.kind) {
    case 'run.created': {
      const { scenario, choice, operation, resourceId, warnings } = event.run;
      const run = event.runId;
      return {
        time,
        level,
        event: kind,
        space,
        run,
        scenario,
        choice,
        operation,
        resourceId,
        warnings,
      };
    }
    case 'run.finished':
    case 'run.evicted':
      return { time, level, event: kind, space, run: event.runId };
    case 'step.played': {
      const { trigger, subject, step } = event;
      const { set = null, callback = null } = step;
      return { time, level, event: kind, space, run: event.runId, trigger, subject, set, callback };
    }
    case 'request.faulted': {
      const { runId, operation, scenario, fault } = event;
      return { time, level, event: kind, space, run: runId, operation, scenario, fault };
    }
    case 'space.reset':
      return { time, level, event: kind, space };
    case 'defect':
      return { time, level, event: kind, space, message: failureText(event.message, event.error) };
    default:
      return deliveryLine(event, time, level, space);
  }
}

function deliveryLine(event: DeliveryEvent, time: string, level: string, space: string): object {
  const { kind } = event;
  const { id, attempts, callback } = event.delivery;
  const { runId, type, method, violations } = callback;
  const url = maskUrl(callback.url);
  const attempt = kind === 'attempt.ended' ? attempts.at(-1) : undefined;
  if (attempt === undefined) {
    return {
      time,
      level,
      event: kind,
      space,
      delivery: id,
      run: runId,
      callback: type,
      method,
      url,
      violations,
    };
  }
  return {
    time,
    level,
    event: kind,
    space,
    delivery: id,
    run: runId,
    callback: type,
    method,
    url,
    attempt: attempt.number,
    statusCode: attempt.statusCode,
    success: attempt.success,
    error: attempt.error,
    code: attempt.code,
    durationMs: attempt.durationMs,
    retryAt: attempt.retryAt === null ? null : isoTime(attempt.retryAt),
    violations: attempt.violations,
  };
}
