import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { AttemptRecord, DeliveryRecord, RunRecord } from './records.gen.ts';

/** The maximum number of lines, so that the text stays readable. */
const mostLines = 60;

/** Writes deliveries as lines: each attempt with its time, its result and its violations. */
export function deliveriesText(deliveries: readonly DeliveryRecord[]): string {
  const start = Date.parse(earliest(deliveries));
  return render(
    deliveries.flatMap((delivery) => linesOf(delivery, start)),
    start,
  );
}

/** Writes a run as lines, including its pending steps. */
export function runText(run: RunRecord): string {
  const { scenario, operation, choice, deliveries, apiFaults, createdAt, warnings } = run;
  const start = Date.parse(createdAt);
  const faults = apiFaults
    .filter(({ struck }) => struck)
    .map(({ at, operation: of, fault }) => ({
      at: Date.parse(at),
      text: `${of} got the fault ${fault}`,
      notes: [],
    }));
  const lines = [...faults, ...deliveries.flatMap((delivery) => linesOf(delivery, start)), ...toCome(run)];
  const isUnaddressed = run.target === null && warnings.length === 0;
  const none = isUnaddressed ? 'the submission gave no callback URL' : 'no callback was sent';
  return [
    `${scenario} (${operation}, ${run.state}; ${choice.because.replace(/\.$/, '')})`,
    ...warnings.map(warningText),
    lines.length === 0 ? `  ${none}` : render(lines, start),
  ].join('\n');
}

/** Pending steps. Those whose trigger has not fired come last. */
function toCome({ timeline }: RunRecord): Line[] {
  return timeline.flatMap(({ steps, trigger }) =>
    steps
      .filter(({ state }) => state !== 'done')
      .map(({ due, after, callback }) => ({
        at: due === null ? Number.POSITIVE_INFINITY : Date.parse(due),
        text: `to come${due === null ? ` ${after} after ${trigger}` : ''}: ${callback ?? 'a change of the resource'}`,
        notes: [],
      })),
  );
}

function render(lines: readonly Line[], start: number): string {
  const sorted = lines.toSorted((a, b) =>
    a.at === b.at ? Number(a.swapped ?? false) - Number(b.swapped ?? false) : a.at - b.at,
  );
  const times = sorted.map(({ at }) => (Number.isFinite(at) ? offset(at - start) : ''));
  const width = Math.max(...times.map((time) => time.length));
  const texts = sorted.map(({ text, notes: under }, index) =>
    [`  ${(times[index] ?? '').padEnd(width)}  ${text}`, ...under].join('\n'),
  );
  const left = texts.length - mostLines;
  return (left > 0 ? [...texts.slice(0, mostLines), `  … and ${left} more`] : texts).join('\n');
}

/** Writes the runs of a space, then its deliveries without a run. */
export function spaceText(runs: readonly RunRecord[], fired: readonly DeliveryRecord[]): string {
  const byHand = fired.length === 0 ? [] : [`fired by hand\n${deliveriesText(fired)}`];
  const parts = [...runs.map(runText), ...byHand];
  return parts.length === 0 ? 'nothing was submitted, and no callback was fired' : parts.join('\n');
}

/** Whether a message already has timeline lines, and all warnings of the text about the whole space. */
export function showsTimeline(message: string, ofSpace: string): boolean {
  const warnings = ofSpace.split('\n').filter((line) => line.startsWith(warningMark));
  return (
    /^ {2}[+-]\d.* (→|dropped|pending|to come)/m.test(message) &&
    warnings.every((warning) => message.includes(warning))
  );
}

const warningMark = '  ! ';

function warningText({ location, message }: RunRecord['warnings'][number]): string {
  return `${warningMark}${location === '' ? '' : `${location} `}${message}`;
}

interface Line {
  readonly at: number;
  /** Listed after other lines of the same time. */
  readonly swapped?: boolean;
  readonly text: string;
  readonly notes: readonly string[];
}

function linesOf(delivery: DeliveryRecord, start: number): Line[] {
  const name = `#${delivery.nth} ${callbackText(delivery)}`;
  const swapped = isSwapped(delivery);
  const attempts = delivery.attempts.map(
    (attempt): Line => ({
      at: Date.parse(attempt.at),
      swapped,
      text: `${name} ${delivery.method} → ${attemptText(attempt, delivery)}`,
      notes: notes(
        attempt.number === 1 ? [...delivery.violations, ...attempt.violations] : attempt.violations,
      ),
    }),
  );
  const { state, createdAt, dueAt, faults, violations } = delivery;
  if (state === 'dropped' && attempts.length === 0) {
    return [{ at: Date.parse(createdAt), text: `${name} dropped by the script`, notes: notes(violations) }];
  }
  if (state !== 'pending') return attempts;
  const due =
    dueAt === null ? 'held back for the next callback' : `due at ${offset(Date.parse(dueAt) - start)}`;
  const why = faults.length === 0 ? '' : ` (${faults.join(', ')})`;
  const at = dueAt === null ? Date.parse(createdAt) : Date.parse(dueAt);
  return [
    ...attempts,
    { at, text: `${name} pending, ${due}${why}`, notes: attempts.length === 0 ? notes(violations) : [] },
  ];
}

function attemptText(attempt: AttemptRecord, delivery: DeliveryRecord): string {
  const { statusCode, acknowledged, error, retryAt, number } = attempt;
  const answer = statusCode === null ? (error ?? 'no response') : String(statusCode);
  const why =
    statusCode !== null && !acknowledged && error !== null && !error.includes(answer) ? `: ${error}` : '';
  const isLast = number === delivery.attempts.length;
  const end =
    retryAt !== null
      ? `, retried after ${offset(Date.parse(retryAt) - Date.parse(attempt.at)).slice(1)}`
      : isLast && delivery.state !== 'pending'
        ? `, ${delivery.state}`
        : '';
  const faults = [...(number === 1 ? delivery.faults : []), ...attempt.faults];
  const scripted = faults.length === 0 ? '' : ` (script: ${[...new Set(faults)].join(', ')})`;
  return `${answer}${why}${end}${scripted}`;
}

/** Whether a script held it until the next callback of its run was sent, so that it followed at the same time. */
export function isSwapped({ faults }: DeliveryRecord): boolean {
  return faults.includes('reorder');
}

/** `documentState 91 ANNOTATED`, `extractions`, `createPayment.failed`. */
export function callbackText({
  callback,
  provider,
  payload,
}: Pick<DeliveryRecord, 'callback' | 'provider' | 'payload'>): string {
  const isBundled = callback.startsWith(`${provider}.`);
  return saidText(isBundled ? callback.slice(provider.length + 1) : callback, payload);
}

/** The name of a callback, and what its payload says of a state. */
export function saidText(name: string, payload: unknown): string {
  const { state, stateText, status, error_message: error }: JsonObject = isJsonObject(payload) ? payload : {};
  const said = [state, stateText, status].filter(
    (value) => typeof value === 'string' || typeof value === 'number',
  );
  const message = typeof error === 'string' ? [JSON.stringify(error)] : [];
  return [name, ...said, ...message].join(' ');
}

function notes(violations: AttemptRecord['violations']): string[] {
  return violations.map(
    ({ location, message }) => `           ! ${location === '' ? '' : `${location} `}${message}`,
  );
}

function earliest(deliveries: readonly DeliveryRecord[]): string {
  return deliveries.map(({ createdAt }) => createdAt).sort()[0] ?? '';
}

/** `+0s`, `+1.5s`, `+2m 3s`, `+1h`, `-20ms`. */
function offset(ms: number): string {
  const sign = ms < 0 ? '-' : '+';
  const rest = Math.abs(ms);
  if (rest < 1_000) return `${sign}${rest === 0 ? '0s' : `${rest}ms`}`;
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ];
  let left = rest;
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  if (left > 0) parts.push(`${left / 1_000}s`);
  return `${sign}${parts.join(' ')}`;
}
