import { formatDuration } from '../core/duration.ts';
import { type Delivery, faultsOf } from '../core/engine/deliveries/delivery.ts';
import { departureOf, type ExpectedAnswer } from '../core/engine/deliveries/expected-answer.ts';
import type { Violation } from '../core/errors.ts';
import { countDeliveries, inBrackets, singleValues } from '../core/explain/wording.ts';
import { maskUrl } from '../server/control/mask.ts';
import type { Played } from './play.ts';
import { printable } from './printable.ts';

/** Prints the last attempt of a delivery, with the violations of payload and response on further lines. */
export function attemptLine(
  delivery: Delivery,
  number: number,
  startedAt: number,
  expected: ExpectedAnswer,
): string {
  const { type, method, payload, violations, createdAt } = delivery.callback;
  const faults = faultsOf(delivery);
  const attempt = delivery.attempts.at(-1);
  const head = `#${number} ${type} ${method} ${singleValues(payload)}`;
  const broken = delivery.attempts.length < 2 ? violations.map(asLine('the payload')) : [];
  if (attempt === undefined) {
    return asText([
      `${elapsed(createdAt, startedAt)}  ${head}${inBrackets(faults)} → never leaves`,
      ...broken,
    ]);
  }
  const answer = attempt.acknowledged ? String(attempt.statusCode) : (attempt.error ?? 'failed');
  const next =
    attempt.retryAt === null
      ? endText(delivery, expected)
      : `; again in ${formatDuration(attempt.retryAt - attempt.at)}`;
  const again = attempt.number === 1 ? '' : `, attempt ${attempt.number}`;
  const line = `${elapsed(attempt.at, startedAt)}  ${head}${again}${inBrackets([...faults, ...attempt.faults])} → ${answer} in ${Math.round(attempt.durationMs)} ms${next}`;
  return asText([line, ...broken, ...attempt.violations.map(asLine('the response'))]);
}

/** Payload and response may contain any character. */
function asText(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** How the line of the last attempt ends. */
function endText(delivery: Delivery, expected: ExpectedAnswer): string {
  const isFine = departureOf(delivery, expected) === null;
  if (delivery.state === 'failed') return isFine ? ', as expected' : '; given up';
  return isFine ? '' : '; not as expected';
}

function elapsed(at: number, startedAt: number): string {
  return `+${((at - startedAt) / 1_000).toFixed(1)}s`;
}

function asLine(what: string): (violation: Violation) => string {
  return ({ location, message }) => `    ${what} breaks the contract: ${location || '(all)'} ${message}`;
}

type Expected = (delivery: Delivery) => ExpectedAnswer;

/** The summary: each delivery without the expected response, and the totals. */
export function reportText(played: Played, expected: Expected): string {
  const departures = played.deliveries.flatMap((delivery, i) => {
    const departure = departureOf(delivery, expected(delivery));
    const { faults = [] } = delivery.attempts.at(-1) ?? {};
    const what = `#${i + 1} ${delivery.callback.type}${inBrackets([...faultsOf(delivery), ...faults])}`;
    return departure === null ? [] : [asText([`${what} ${departure}`])];
  });
  return `${departures.join('')}${totalsText(played, expected)}\n`;
}

/** `2 callbacks: 1 delivered, 1 failed` */
export function totalsText({ deliveries, bound }: Played, expected: Expected): string {
  const end = bound === null ? '' : `not finished (${bound}); `;
  const named = deliveries.map((delivery) => ({ state: stateText(delivery, expected(delivery)) }));
  return `${end}${countDeliveries(named)}`;
}

function stateText(delivery: Delivery, expected: ExpectedAnswer): string {
  const { state } = delivery;
  if (state !== 'failed' || departureOf(delivery, expected) !== null) return state;
  return `${expected.expect === 'unanswered' ? 'cut off' : 'refused'} as expected`;
}

/** The same report for `--json`. */
export function reportJson(
  title: object,
  { deliveries, startedAt, bound }: Played,
  expected: Expected,
): string {
  const entries = deliveries.map((delivery, i) => ({
    ...deliveryEntry(delivery, i + 1, startedAt),
    expect: expected(delivery).expect,
    departure: departureOf(delivery, expected(delivery)),
  }));
  return `${JSON.stringify({ ...title, bound, deliveries: entries }, null, 2)}\n`;
}

function deliveryEntry(delivery: Delivery, number: number, startedAt: number): object {
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
      acknowledged: attempt.acknowledged,
      error: attempt.error,
      code: attempt.code,
      durationMs: Math.round(attempt.durationMs),
      faults: attempt.faults,
      violations: attempt.violations,
      retryInMs: attempt.retryAt === null ? null : attempt.retryAt - attempt.at,
    })),
  };
}
