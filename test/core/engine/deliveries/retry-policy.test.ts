import { describe, expect, test } from 'vitest';
import { type RetryPolicy, retryDelay } from '../../../../src/core/engine/deliveries/retry-policy.ts';
import type { SendResult } from '../../../../src/core/engine/deliveries/sender.ts';

const policy: RetryPolicy = {
  delaysMs: [1000, 2000, 4000],
  on: ['429', '503', 'timeout', 'network'],
  timeoutMs: 30_000,
  retryAfterMaxMs: 60_000,
};

function answered(statusCode: number, headers: Record<string, string> = {}): SendResult {
  return { kind: 'answered', statusCode, headers, body: '', bodyTruncated: false, durationMs: 1 };
}
function unanswered(
  reason: 'timeout' | 'connection' | 'refused-address' | 'protocol' | 'closed',
): SendResult {
  return { kind: 'unanswered', reason, code: 'timeout', message: reason, durationMs: 1 };
}

describe('retryDelay', () => {
  test.each([
    ['503, 1st attempt', 1, answered(503), 1000],
    ['503, 2nd attempt', 2, answered(503), 2000],
    ['503, 3rd attempt', 3, answered(503), 4000],
    ['503, 4th attempt: the schedule is used up', 4, answered(503), null],
    ['400 is not on the list', 1, answered(400), null],
    ['500 is not on the list', 1, answered(500), null],
    ['a redirect is not on the list', 1, answered(301), null],
    ['timeout', 1, unanswered('timeout'), 1000],
    ['connection', 1, unanswered('connection'), 1000],
    ['a response that is not HTTP counts as network', 1, unanswered('protocol'), 1000],
    ['a refused address is never retried', 1, unanswered('refused-address'), null],
    ['a closed sender is never retried', 1, unanswered('closed'), null],
    ['Retry-After longer than the schedule', 1, answered(503, { 'retry-after': '7' }), 7000],
    ['Retry-After shorter than the schedule', 3, answered(503, { 'retry-after': '1' }), 4000],
    ['Retry-After 0', 1, answered(503, { 'retry-after': '0' }), 1000],
    ['Retry-After above the cap', 1, answered(429, { 'retry-after': '3600' }), 60_000],
    ['Retry-After that is not a number', 1, answered(503, { 'retry-after': 'soon' }), 1000],
    [
      'Retry-After as a date is relative to the Date of the response',
      1,
      answered(503, {
        'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT',
        date: 'Wed, 21 Oct 2015 07:28:00 GMT',
      }),
      30_000,
    ],
    [
      'Retry-After as a date in the past',
      1,
      answered(503, { 'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT' }),
      1000,
    ],
  ] as const)('%s', (_, attempt, result, expected) => {
    expect(retryDelay(policy, attempt, result, Date.UTC(2030, 0, 1))).toBe(expected);
  });

  test('ignores Retry-After when its cap is 0', () => {
    const result = answered(503, { 'retry-after': '7' });
    expect(retryDelay({ ...policy, retryAfterMaxMs: 0 }, 1, result, 0)).toBe(1000);
  });

  test('treats a back-off of 0 as a back-off', () => {
    expect(retryDelay({ ...policy, delaysMs: [0] }, 1, answered(503), 0)).toBe(0);
  });

  test.each([
    ['5xx', 599, true],
    ['5xx', 499, false],
    ['4xx', 400, true],
    ['non-2xx', 300, true],
    ['non-2xx', 299, false],
    ['non-2xx', 200, false],
    ['non-2xx', 404, true],
  ])('%s on %i: %s', (on, status, retried) => {
    expect(retryDelay({ ...policy, on: [on] }, 1, answered(status), 0) !== null).toBe(retried);
  });

  test.each(['timeout', 'connection'] as const)('retries no %s that is not on the list', (reason) => {
    expect(retryDelay({ ...policy, on: ['503'] }, 1, unanswered(reason), 0)).toBeNull();
  });
});
