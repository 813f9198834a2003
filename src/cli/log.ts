import { styleText } from 'node:util';
import { isoTime } from '../core/delivery/clock.ts';
import { type Delivery, isDefective } from '../core/delivery/delivery.ts';
import type { SpaceEvent, SpaceListener } from '../core/delivery/space.ts';
import type { TimelineStep } from '../core/scenario/plan.ts';
import { maskUrl } from '../server/control/mask.ts';
import type { RequestLogEntry, ServerLog } from '../server/server-log.ts';

export type LogStyle = 'pretty' | 'json' | 'quiet';

/** The log of `serve`: one line on stderr for each request, run, step and attempt. Never a secret. */
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
  /** The time of the machine, for what happens outside of a space. */
  readonly now: () => number;
  readonly colors: boolean;
}

/** Styled for people (`pretty`), one JSON object a line (`json`), or only warnings and errors (`quiet`). */
export function createLog(options: LogOptions): Log {
  return options.style === 'json' ? jsonLog(options) : prettyLog(options, options.style === 'quiet');
}

type Color = Parameters<typeof styleText>[0];

function prettyLog({ write, now, colors }: LogOptions, quiet: boolean): Log {
  const paint = (color: Color, text: string): string =>
    colors ? styleText(color, text, { validateStream: false }) : text;
  // A space's own time, when it is another than the machine's, is written out in full.
  const stamp = (at: number): string =>
    Math.abs(at - now()) < 1_000 ? isoTime(at).slice(11, 23) : isoTime(at);
  const line = (at: number, color: Color, text: string): void =>
    write(`${paint('dim', stamp(at))} ${paint(color, text)}`);
  return {
    info: (message) => {
      if (!quiet) line(now(), 'cyan', message);
    },
    warn: (message) => line(now(), 'yellow', `warning: ${message}`),
    failure: (what, error) => line(now(), 'red', failureText(what, error)),
    request(entry) {
      if (quiet) return;
      const color =
        entry.status === null || entry.status >= 500 ? 'red' : entry.status >= 400 ? 'yellow' : 'green';
      line(now(), color, requestText(entry));
    },
    event(event, space) {
      const told = eventText(event);
      if (told === null || (quiet && told.color !== 'red')) return;
      line(event.at, told.color, space === 'default' ? told.text : `@${space} ${told.text}`);
    },
  };
}

function requestText(entry: RequestLogEntry): string {
  const answer = entry.status === null ? 'the client has gone' : String(entry.status);
  const runs = entry.runs.length === 0 ? '' : `, run ${entry.runs.map(short).join(', ')}`;
  const why = entry.problem === null ? '' : `: ${entry.problem.message}`;
  return `${entry.method} ${entry.url} → ${answer} in ${Math.round(entry.durationMs)} ms${runs}${why}`;
}

/** What a person reads of an event; null: nothing that another line does not tell. */
function eventText(
  event: SpaceEvent,
): { color: 'red' | 'yellow' | 'green' | 'blue' | 'cyan'; text: string } | null {
  switch (event.kind) {
    case 'run.created': {
      const { scenario, choice, warnings, target } = event.run;
      const silent = target === null ? '; no callback URL was given, nobody will be notified' : '';
      const notes = warnings.map((warning) => `\n  ${warning.location}: ${warning.message}`).join('');
      const color = warnings.length === 0 ? 'cyan' : 'yellow';
      return {
        color,
        text: `run ${short(event.runId)} plays ${scenario}: ${choice.because}${silent}${notes}`,
      };
    }
    case 'run.finished':
      return { color: 'cyan', text: `run ${short(event.runId)} is finished` };
    case 'run.evicted':
      return { color: 'yellow', text: `run ${short(event.runId)} was thrown away: limits.runs was reached` };
    case 'step.played':
      return { color: 'blue', text: `run ${short(event.runId)} ${event.trigger}: ${stepText(event.step)}` };
    case 'delivery.created':
      return brokenContract(event.delivery);
    case 'delivery.dropped':
      return { color: 'yellow', text: `${name(event.delivery)} is dropped, as the scenario says` };
    case 'attempt.ended':
      return attemptText(event.delivery);
    case 'delivery.delivered':
    case 'delivery.failed':
      return null;
    case 'request.faulted': {
      const run = event.runId === null ? '' : ` of run ${short(event.runId)}`;
      const text = `${event.operation}${run}: ${event.fault}, as the scenario ${event.scenario} says`;
      return { color: 'yellow', text };
    }
    case 'space.reset':
      return { color: 'cyan', text: 'the space was reset' };
    case 'defect':
      return { color: 'red', text: failureText(event.message, event.error) };
  }
}

function stepText(step: TimelineStep): string {
  const set = step.set === undefined ? [] : [`sets ${JSON.stringify(step.set)}`];
  const callback = step.callback === undefined ? [] : [`calls back ${step.callback}`];
  return [...set, ...callback].join(', ') || 'a step of the provider';
}

function brokenContract(delivery: Delivery): ReturnType<typeof eventText> {
  const [first] = delivery.violations;
  if (first === undefined) return null;
  const defective = isDefective(delivery);
  const why = defective
    ? 'which is a defect of Ringback'
    : `as a script asked for (${delivery.faults.join(', ')})`;
  return {
    color: defective ? 'red' : 'yellow',
    text: `${name(delivery)} breaks the contract, ${why}: ${first.location} ${first.message}`,
  };
}

function attemptText(delivery: Delivery): ReturnType<typeof eventText> {
  const attempt = delivery.attempts.at(-1);
  if (attempt === undefined) return null;
  const answer = attempt.success ? String(attempt.statusCode) : (attempt.error ?? 'failed');
  const next =
    attempt.retryAt !== null
      ? `; again at ${isoTime(attempt.retryAt)}`
      : attempt.success
        ? ''
        : '; given up, no attempt will follow';
  const notes = attempt.violations
    .map((violation) => `\n  ${violation.location}: ${violation.message}`)
    .join('');
  const head = `${name(delivery)}, attempt ${attempt.number}`;
  const color = !attempt.success ? 'yellow' : attempt.violations.length > 0 ? 'yellow' : 'green';
  return { color, text: `${head} → ${answer} in ${Math.round(attempt.durationMs)} ms${next}${notes}` };
}

function name(delivery: Delivery): string {
  const run = delivery.runId === null ? '' : `run ${short(delivery.runId)} `;
  return `${run}${delivery.type} ${delivery.method} ${maskUrl(delivery.url)}`;
}

/** Enough of an id for a person to tell runs apart; `GET /_ringback/runs` and the JSON log have all of it. */
function short(id: string): string {
  return id.slice(0, 8);
}

function failureText(what: string, error: unknown): string {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error: ${what}\n${reason}`;
}

function jsonLog({ write, now }: LogOptions): Log {
  const line = (at: number, level: string, event: string, members: object): void =>
    write(JSON.stringify({ time: isoTime(at), level, event, ...members }));
  return {
    info: (message) => line(now(), 'info', 'message', { message }),
    warn: (message) => line(now(), 'warn', 'message', { message }),
    failure: (what, error) => line(now(), 'error', 'failure', { message: failureText(what, error) }),
    request({ problem, ...entry }) {
      const refusal = problem === null ? {} : { code: problem.code, message: problem.message };
      line(now(), entry.status === null || entry.status >= 500 ? 'error' : 'info', 'request', {
        ...entry,
        ...refusal,
      });
    },
    event(event, space) {
      const defective = event.kind === 'delivery.created' && isDefective(event.delivery);
      const level = event.kind === 'defect' || defective ? 'error' : 'info';
      line(event.at, level, event.kind, { space, ...eventMembers(event) });
    },
  };
}

function eventMembers(event: SpaceEvent): object {
  switch (event.kind) {
    case 'run.created': {
      const { scenario, choice, operation, resourceId, warnings } = event.run;
      return { run: event.runId, scenario, choice, operation, resourceId, warnings };
    }
    case 'run.finished':
    case 'run.evicted':
      return { run: event.runId };
    case 'step.played': {
      const { trigger, subject, step } = event;
      return { run: event.runId, trigger, subject, set: step.set ?? null, callback: step.callback ?? null };
    }
    case 'request.faulted': {
      const { runId, operation, scenario, fault } = event;
      return { run: runId, operation, scenario, fault };
    }
    case 'space.reset':
      return {};
    case 'defect':
      return { message: failureText(event.message, event.error) };
    default:
      return deliveryMembers(event.delivery, event.kind === 'attempt.ended');
  }
}

function deliveryMembers(delivery: Delivery, withAttempt: boolean): object {
  const attempt = withAttempt ? delivery.attempts.at(-1) : undefined;
  const { id, runId, type, method, url, violations } = delivery;
  const common = { delivery: id, run: runId, callback: type, method, url: maskUrl(url) };
  if (attempt === undefined) return { ...common, violations };
  const { number, statusCode, success, error, durationMs, retryAt } = attempt;
  return {
    ...common,
    attempt: number,
    statusCode,
    success,
    error,
    durationMs,
    retryAt: retryAt === null ? null : isoTime(retryAt),
    violations: attempt.violations,
  };
}
