import { formatDuration } from '../core/duration.ts';
import { type Delivery, faultsOf, isDefective } from '../core/engine/deliveries/delivery.ts';
import type { Run } from '../core/engine/runs/run.ts';
import type { SpaceEvent } from '../core/engine/space.ts';
import { isoTime } from '../core/engine/time/clock.ts';
import { objectOf } from '../core/json.ts';
import { clipped } from '../core/quoted.ts';
import { maskUrl, maskUrlsIn } from '../server/control/mask.ts';
import { memoryText } from '../server/memory-text.ts';
import type { RequestLogEntry } from '../server/server-log.ts';

export type LineColor = 'red' | 'yellow' | 'green' | 'cyan';

/** A log line without its time: `→` an incoming request, `←` its response, `⇒` an outgoing callback. */
export interface LineText {
  readonly color: LineColor;
  readonly text: string;
  /** Further lines below it. */
  readonly notes?: readonly string[];
  /** A stack trace, as Node.js prints it. */
  readonly stack?: string;
}

/** The text and its notes in one string. */
export function messageOf({ text, notes = [], stack }: LineText): string {
  const below = stack === undefined ? [] : [stack];
  return [text, ...notes.map((note) => `    ${note}`), ...below].join('\n');
}

/** Whether an event reports a failure of Ringback. */
export function isFailure(event: SpaceEvent): boolean {
  return event.kind === 'defect' || (event.kind === 'delivery.created' && isDefective(event.delivery));
}

const warnings: ReadonlySet<SpaceEvent['kind']> = new Set(['memory.high', 'memory.full', 'provider.failed']);

/** Whether an event reports something that the user should act on. */
export function isWarning(event: SpaceEvent): boolean {
  return warnings.has(event.kind);
}

export function failureText(what: string, error: unknown): LineText {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { color: 'red', text: `error: ${what}`, stack };
}

/** Formats times. Most lines have the same millisecond as the line before. */
export function timeWriter(): (time: number) => string {
  let last = Number.NaN;
  let text = '';
  return (time) => {
    if (time !== last) {
      text = isoTime(time);
      last = time;
    }
    return text;
  };
}

export function requestText(entry: RequestLogEntry): LineText {
  const { status, runs, problem } = entry;
  const answer =
    status === null ? 'the client closed the connection' : `${status} in ${Math.round(entry.durationMs)} ms`;
  const made = runs.length === 0 ? '' : `, run ${runs.map(short).join(', ')}`;
  const why = problem === null ? '' : `: ${clipped(maskUrlsIn(problem.message), 2_000)}`;
  return {
    color: status === null || (status >= 400 && status < 500) ? 'yellow' : status >= 500 ? 'red' : 'green',
    text: `→ ${entry.method} ${maskUrl(entry.url)} ← ${answer}${made}${why}`,
  };
}

/** The text of an event, or null if another line already says it. */
export function eventText(event: SpaceEvent): LineText | null {
  switch (event.kind) {
    case 'run.created':
      return runText(event.run);
    case 'run.finished':
      return { color: 'cyan', text: `  run ${short(event.runId)} ${endText(event.run)}` };
    case 'run.evicted':
      return {
        color: 'yellow',
        text: `  run ${short(event.runId)} was evicted: limits.runs or the limit of memory was reached`,
      };
    case 'step.played': {
      // The line of the callback itself shows what it contains.
      const { set, callback } = event.step;
      if (callback !== undefined || set === undefined) return null;
      return { color: 'cyan', text: `  run ${short(event.runId)} sets ${JSON.stringify(set)}` };
    }
    case 'delivery.created':
      return brokenContract(event.delivery);
    case 'attempt.ended':
      return attemptText(event.delivery);
    case 'delivery.delivered':
    case 'delivery.failed':
    case 'delivery.dropped':
      return null;
    case 'request.faulted': {
      const run = event.runId === null ? '' : `, run ${short(event.runId)}`;
      return { color: 'yellow', text: `  ${event.operation}: ${event.fault} by ${event.scenario}${run}` };
    }
    case 'memory.high':
      return { color: 'yellow', text: `  warning: ${memoryText(event)}` };
    case 'memory.full':
      return { color: 'yellow', text: `  warning: run ${short(event.runId)}: ${event.message}` };
    case 'callback.unsent':
      return { color: 'yellow', text: `  run ${short(event.runId)}: ${event.message}` };
    case 'provider.failed':
      return { color: 'red', text: `  warning: ${event.message}` };
    case 'space.reset':
      return { color: 'cyan', text: '  the space was reset' };
    case 'defect':
      return failureText(event.message, event.error);
  }
}

function runText({ id, scenario, choice, warnings, target, exchange }: Run): LineText {
  const why = choice.rule === 'default' ? 'default scenario' : lowerFirst(choice.because.replace(/\.$/, ''));
  const silent = target === null && exchange === null ? '; no callback URL given' : '';
  const notes = warnings.map((warning) => `${warning.location}: ${warning.message}`);
  const color = warnings.length === 0 ? 'cyan' : 'yellow';
  return { color, text: `  run ${short(id)} plays ${scenario} (${why})${silent}`, notes };
}

/** A run that has played everything may continue: an application with further uploads does. */
function endText(run: Run | undefined): string {
  const branches = run?.branches ?? [];
  const waits =
    branches.some(({ plan }) => (plan.triggers.upload?.length ?? 0) > 0) &&
    !branches.some(({ trigger }) => trigger === 'upload');
  return waits ? 'waits for uploads' : 'is finished';
}

function brokenContract(delivery: Delivery): LineText | null {
  const [first] = delivery.callback.violations;
  if (first === undefined) return null;
  const defective = isDefective(delivery);
  const why = defective
    ? 'and no script asked for it (with the bundled contract, this is a bug in Ringback; with your own, the contract may be wrong)'
    : `as a script asked for (${faultsOf(delivery).join(', ')})`;
  return {
    color: defective ? 'red' : 'yellow',
    text: `  ${runPrefix(delivery)}${callbackText(delivery)} breaks the contract, ${why}: ${first.location} ${first.message}`,
  };
}

function attemptText(delivery: Delivery): LineText | null {
  const attempt = delivery.attempts.at(-1);
  // What a script drops was never sent.
  if (attempt === undefined || attempt.code === 'scripted') return null;
  const { acknowledged, retryAt, number, violations, faults } = attempt;
  const { method, target, runId } = delivery.callback;
  const answer = acknowledged ? String(attempt.statusCode) : (attempt.error ?? 'failed');
  const next =
    retryAt !== null
      ? `; again in ${formatDuration(retryAt - attempt.at)}`
      : acknowledged
        ? ''
        : '; no further attempt';
  const again = number === 1 ? '' : `, attempt ${number}`;
  const struck = faults.length === 0 ? '' : ` [${faults.join('; ')}]`;
  const run = runId === null ? '' : `, run ${short(runId)}`;
  const notes = violations.map((violation) => `${violation.location}: ${violation.message}`);
  return {
    color: acknowledged && violations.length === 0 ? 'green' : 'yellow',
    text: `⇒ ${callbackText(delivery)} ${method} ${maskUrl(target.url)}${again}${struck} ← ${answer} in ${Math.round(attempt.durationMs)} ms${next}${run}`,
    notes,
  };
}

/** The name of the callback, with its state. */
function callbackText({ callback: { provider, type, payload } }: Delivery): string {
  const name = type.startsWith(`${provider}.`) ? type.slice(provider.length + 1) : type;
  const { state, status } = objectOf(payload);
  const said = state ?? status;
  return typeof said === 'string' || typeof said === 'number' ? `${name} ${said}` : name;
}

function runPrefix({ callback: { runId } }: Delivery): string {
  return runId === null ? '' : `run ${short(runId)} `;
}

/** Enough of an id to tell runs apart. `GET /_ringback/runs` and the JSON log have the full id. */
function short(id: string): string {
  return id.slice(0, 8);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
