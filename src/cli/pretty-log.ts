import { styleText } from 'node:util';
import { isoTime } from '../core/delivery/clock.ts';
import { type Delivery, faultsOf, isDefective } from '../core/delivery/delivery.ts';
import type { SpaceEvent } from '../core/delivery/space.ts';
import type { TimelineStep } from '../core/scenario/plan.ts';
import { maskUrl } from '../server/control/mask.ts';
import type { RequestLogEntry } from '../server/server-log.ts';
import type { Log, LogOptions } from './log.ts';
import { failureText, timeWriter } from './log-text.ts';

type Color = Parameters<typeof styleText>[0];

/** Styled for people. */
export function prettyLog({ write, now, colors }: LogOptions): Log {
  const timeText = timeWriter();
  const paint = (color: Color, text: string): string =>
    colors ? styleText(color, text, { validateStream: false }) : text;
  // A space's own time, when it is another than the machine's, is written out in full.
  const stamp = (at: number): string =>
    Math.abs(at - now()) < 1_000 ? timeText(at).slice(11, 23) : timeText(at);
  const line = (at: number, color: Color, text: string): void =>
    write(`${paint('dim', stamp(at))} ${paint(color, text)}`);
  return {
    info: (message) => line(now(), 'cyan', message),
    warn: (message) => line(now(), 'yellow', `warning: ${message}`),
    failure: (what, error) => line(now(), 'red', failureText(what, error)),
    request(entry) {
      const color =
        entry.status === null || entry.status >= 500 ? 'red' : entry.status >= 400 ? 'yellow' : 'green';
      line(now(), color, requestText(entry));
    },
    event(event, space) {
      const told = eventText(event);
      if (told === null) return;
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
  const [first] = delivery.callback.violations;
  if (first === undefined) return null;
  const defective = isDefective(delivery);
  const why = defective
    ? 'which is a defect of Ringback'
    : `as a script asked for (${faultsOf(delivery).join(', ')})`;
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

function name({ callback }: Delivery): string {
  const { runId, type, method, url } = callback;
  const run = runId === null ? '' : `run ${short(runId)} `;
  return `${run}${type} ${method} ${maskUrl(url)}`;
}

/** Enough of an id for a person to tell runs apart; `GET /_ringback/runs` and the JSON log have all of it. */
function short(id: string): string {
  return id.slice(0, 8);
}
