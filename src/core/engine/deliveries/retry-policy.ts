import type { SendResult } from './sender.ts';

/** What may be retried: a status, a class of statuses, or a word. A 2xx is a success, so it cannot be retried. */
export const retryConditionPattern = '^([1345][0-9][0-9]|[1345]xx|non-2xx|timeout|network)$';

/** When an unsuccessful attempt is followed by another one. */
export interface RetryPolicy {
  /** The waits before the 2nd, 3rd, … attempt, in milliseconds. Their number is the maximum number of retries. */
  readonly delaysMs: readonly number[];
  /** What is retried: status codes (`503`), classes (`5xx`), `non-2xx`, `timeout`, `network`. */
  readonly on: readonly string[];
  /** How long an attempt may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The longest `Retry-After` that is respected, in milliseconds. 0: the header is ignored. */
  readonly retryAfterMaxMs: number;
}

/**
 * How long to wait before the next attempt, in milliseconds. Null if there is none.
 * @param attempt 1-based number of the attempt that failed
 * @param now time of the clock, for a `Retry-After` that is a date
 */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  result: SendResult,
  now: number,
): number | null {
  const scheduled = policy.delaysMs[attempt - 1];
  if (scheduled === undefined || !policy.on.some((entry) => isRetried(entry, result))) return null;
  const asked = result.kind === 'answered' ? retryAfterMs(result.headers, now) : null;
  if (asked === null) return scheduled;
  return Math.max(scheduled, Math.min(asked, policy.retryAfterMaxMs));
}

function isRetried(entry: string, result: SendResult): boolean {
  if (result.kind === 'unanswered') {
    if (entry === 'timeout') return result.reason === 'timeout';
    return entry === 'network' && (result.reason === 'connection' || result.reason === 'protocol');
  }
  const status = result.statusCode;
  if (entry === 'non-2xx') return status < 200 || status > 299;
  if (entry.endsWith('xx')) return entry[0] === String(Math.floor(status / 100));
  return entry === String(status);
}

/**
 * The wait that a `Retry-After` header asks for (RFC 9110 §10.2.3), in milliseconds, or null.
 * A date is compared with the response's own `Date`, since a virtual clock differs from the consumer's clock.
 */
function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | null {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  if (Number.isNaN(at)) return null;
  const sent = Date.parse(headers.date ?? '');
  return Math.max(0, at - (Number.isNaN(sent) ? now : sent));
}
