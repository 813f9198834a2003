import { type Delivery, faultsOf } from '../core/delivery/delivery.ts';
import { formatDuration } from '../core/duration.ts';
import type { Violation } from '../core/errors.ts';
import { inBrackets, singleValues } from '../core/explain/wording.ts';
import { maskUrl } from '../server/control/mask.ts';

/** What is printed of a delivery's last attempt, with what is wrong with payload or answer on lines of their own. */
export function attemptLine(delivery: Delivery, number: number, startedAt: number): string {
  const { state } = delivery;
  const { type, method, payload, violations, createdAt } = delivery.callback;
  const faults = faultsOf(delivery);
  const attempt = delivery.attempts.at(-1);
  const head = `#${number} ${type} ${method} ${singleValues(payload)}`;
  const broken = delivery.attempts.length < 2 ? violations.map(asLine('the payload')) : [];
  if (attempt === undefined) {
    return [
      `${elapsed(createdAt, startedAt)}  ${head}${inBrackets(faults)} → never leaves`,
      ...broken,
      '',
    ].join('\n');
  }
  const answer = attempt.success ? String(attempt.statusCode) : (attempt.error ?? 'failed');
  const next =
    attempt.retryAt === null
      ? state === 'failed'
        ? '; given up'
        : ''
      : `; again in ${formatDuration(attempt.retryAt - attempt.at)}`;
  const again = attempt.number === 1 ? '' : `, attempt ${attempt.number}`;
  const line = `${elapsed(attempt.at, startedAt)}  ${head}${again}${inBrackets([...faults, ...attempt.faults])} → ${answer} in ${Math.round(attempt.durationMs)} ms${next}`;
  return [line, ...broken, ...attempt.violations.map(asLine('the answer')), ''].join('\n');
}

function elapsed(at: number, startedAt: number): string {
  return `+${((at - startedAt) / 1_000).toFixed(1)}s`;
}

function asLine(what: string): (violation: Violation) => string {
  return ({ location, message }) => `    ${what} breaks the contract: ${location || '(all)'} ${message}`;
}

/** A delivery as `--json` prints it. */
export function deliveryEntry(delivery: Delivery, number: number, startedAt: number): object {
  const { type, method, url, payload, violations } = delivery.callback;
  return {
    number,
    callback: type,
    method,
    url: maskUrl(url),
    payload,
    state: delivery.state,
    faults: faultsOf(delivery),
    violations,
    attempts: delivery.attempts.map((attempt) => ({
      number: attempt.number,
      atMs: attempt.at - startedAt,
      statusCode: attempt.statusCode,
      acknowledged: attempt.success,
      error: attempt.error,
      code: attempt.code,
      durationMs: Math.round(attempt.durationMs),
      faults: attempt.faults,
      violations: attempt.violations,
      retryInMs: attempt.retryAt === null ? null : attempt.retryAt - attempt.at,
    })),
  };
}
