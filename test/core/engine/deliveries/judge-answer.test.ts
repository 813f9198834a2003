import { describe, expect, test } from 'vitest';
import type { CallbackType } from '../../../../src/core/contract/contract.ts';
import {
  failureOf,
  isAcknowledged,
  judgeAnswer,
} from '../../../../src/core/engine/deliveries/judge-answer.ts';
import type { SendResult } from '../../../../src/core/engine/deliveries/sender.ts';
import { callbackType } from '../../../support/contract-parts.ts';

function type(answers: Record<string, { jsonOnly: boolean }>): CallbackType {
  return callbackType({ answers: new Map(Object.entries(answers)) });
}
const webhook = type({ '200': { jsonOnly: true } });
const anySuccess = type({ '2XX': { jsonOnly: false } });
const rules = { slowAnswerMs: 10_000, httpsOnly: false };

function answered(
  statusCode: number,
  body = '',
  more: Partial<Extract<SendResult, { kind: 'answered' }>> = {},
): SendResult {
  return { kind: 'answered', statusCode, headers: {}, body, bodyTruncated: false, durationMs: 5, ...more };
}
const silent: SendResult = {
  kind: 'unanswered',
  reason: 'timeout',
  code: 'timeout',
  message: 'no response within 30s',
  durationMs: 30_000,
};

function codes(
  callback: CallbackType,
  result: SendResult,
  more: Partial<typeof rules> = {},
  url = 'http://c.test/',
): string[] {
  return judgeAnswer(callback, url, result, { ...rules, ...more }).map((violation) => violation.code);
}

describe('judgeAnswer', () => {
  test.each([
    ['200 without a body', webhook, answered(200), []],
    ['200 with JSON', webhook, answered(200, '{"ok":true}'), []],
    ['200 with whitespace', webhook, answered(200, ' \n'), []],
    ['200 with text', webhook, answered(200, 'OK'), ['answer.body']],
    ['201, where the provider asks for 200', webhook, answered(201), ['answer.status']],
    ['202 with text', webhook, answered(202, 'OK'), ['answer.status', 'answer.body']],
    ['204 where any success is accepted', anySuccess, answered(204), []],
    ['200 with text where any body is accepted', anySuccess, answered(200, 'OK'), []],
    ['a redirect', webhook, answered(301), ['answer.redirect']],
    ['304, which is not a redirect', webhook, answered(304), []],
    ['503 is a failure, not a violation', webhook, answered(503, 'down'), []],
    ['400 is a failure, not a violation', webhook, answered(400, 'no'), []],
    ['a slow response', webhook, answered(200, '', { durationMs: 10_001 }), ['answer.slow']],
    ['a response at the limit', webhook, answered(200, '', { durationMs: 10_000 }), []],
    [
      'truncated JSON',
      webhook,
      answered(200, '{"a":', { bodyTruncated: true, headers: { 'content-type': 'application/json' } }),
      [],
    ],
    [
      'truncated text',
      webhook,
      answered(200, 'aaa', { bodyTruncated: true, headers: { 'content-type': 'text/plain' } }),
      ['answer.body'],
    ],
    ['no response', webhook, silent, []],
  ] as const)('%s', (_, callback, result, expected) => {
    expect(codes(callback, result)).toEqual(expected);
  });

  test('requires HTTPS if the setting says so, even of an endpoint that does not respond', () => {
    expect(codes(webhook, answered(200), { httpsOnly: true })).toEqual(['endpoint.https']);
    expect(codes(webhook, silent, { httpsOnly: true })).toEqual(['endpoint.https']);
    expect(codes(webhook, answered(200), { httpsOnly: true }, 'https://c.test/')).toEqual([]);
  });

  test('names what was found and which successes were expected', () => {
    const callback = type({ '200': { jsonOnly: true }, '503': { jsonOnly: false } });
    expect(judgeAnswer(callback, 'http://c.test/', answered(201), rules)).toEqual([
      {
        location: 'response.status',
        code: 'answer.status',
        message: 'the endpoint responded 201; the provider requires 200',
      },
    ]);
  });
});

test.each([
  [199, false],
  [200, true],
  [299, true],
  [300, false],
])('the status %i is acknowledged: %s', (status, expected) => {
  expect(isAcknowledged(answered(status))).toBe(expected);
});

test.each([
  [answered(200), null, null],
  [answered(503), 'response.status', 'responded 503'],
  [
    answered(301, '', { headers: { location: 'https://x.test/' } }),
    'response.redirect',
    'responded 301, a redirect to https://x.test/, which is not followed',
  ],
  [answered(307), 'response.redirect', 'responded 307, a redirect, which is not followed'],
  [answered(304), 'response.status', 'responded 304'],
  [silent, 'timeout', 'no response within 30s'],
])('the failure of %o has the code %s and the message %s', (result, code, error) => {
  expect(failureOf(result)).toEqual({ code, error });
});
