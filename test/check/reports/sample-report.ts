import type { CheckReport, ExchangeRecord } from '../../../src/check/report.ts';

/** What a hostile consumer responds: markup, entities, escapes of a terminal, reversed text, Markdown, a bad character. */
export const hostile =
  '</pre></script><script>alert(1)</script><img src=x onerror=alert(2)>" onload="x\n\n# heading ![x](http://evil.example/p.png) @octocat ]]> &amp; \u001b[31mred\u202egnp.exe\u0000 \ud800 -->';

function callback(at: number, over: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    kind: 'callback',
    at,
    method: 'GET',
    url: 'http://127.0.0.1:3000/callback?documentId=7d0a-1&state=91&stateText=ANNOTATED',
    headers: { Authorization: '***', Accept: 'application/json' },
    body: null,
    faults: [],
    response: { status: 200, headers: { 'content-type': 'application/json' }, body: '{"received":true}' },
    error: null,
    ms: 3,
    ...over,
  };
}

const api: ExchangeRecord = {
  ...callback(61, { method: 'GET', url: '/docdigitizer/api/v2/documents/7d0a-1' }),
  kind: 'api',
  headers: {},
};

/** One rule with each result. */
export const sampleReport: CheckReport = {
  consumer: 'http://127.0.0.1:3000/callback',
  provider: 'docdigitizer',
  rules: [
    {
      id: 'clean',
      title: 'Undisturbed sequences are acknowledged, and different outcomes leave different states',
      result: 'passed',
      because: '3 undisturbed sequences were acknowledged',
      disturbances: [
        {
          id: 'undisturbed/annotated',
          result: 'passed',
          expected: { bookings: 1 },
          observed: { bookings: 1 },
          exchange: [callback(0)],
        },
      ],
    },
    {
      id: 'sequential-duplicate',
      title: 'A callback that comes twice takes effect once',
      result: 'failed',
      because: `final-again/annotated: after the final callback came twice more, the state differs: note: ${hostile} instead of nothing (and 1 more)`,
      disturbances: [
        {
          id: 'final-again/annotated',
          result: 'failed',
          expected: {
            bookings: 1,
            customer: { name: 'Ada', city: 'Porto' },
            state: 91,
            tags: ['a', 'b', 'c'],
          },
          observed: {
            bookings: 3,
            customer: { name: 'Ada', city: 'Porto' },
            note: hostile,
            state: 91,
            tags: ['a', 'b', 'c'],
          },
          exchange: [
            callback(0, { url: 'http://127.0.0.1:3000/callback?documentId=7d0a-1&state=30' }),
            callback(52),
            api,
            callback(130, { faults: ['duplicate'] }),
            callback(150, {
              method: 'POST',
              body: hostile,
              faults: ['duplicate', 'late by 20 ms'],
              response: { status: 500, headers: { 'x-note': hostile }, body: hostile },
            }),
            callback(190, { response: null, error: `the consumer closed the connection ${hostile}` }),
          ],
        },
        {
          id: 'final-again/rejected',
          result: 'failed',
          expected: 'one booking',
          observed: 'two bookings',
          exchange: Array.from({ length: 60 }, (_, i) => callback(i * 10)),
        },
      ],
    },
    {
      id: 'concurrent-duplicate',
      title: 'A callback that comes twice at the same moment takes effect once',
      result: 'unstable',
      because: 'final-at-once/annotated: the state differs; it did not fail again when it was repeated',
      disturbances: [
        {
          id: 'final-at-once/annotated',
          result: 'unstable',
          expected: { bookings: 1 },
          observed: null,
          exchange: [callback(0)],
        },
      ],
    },
    {
      id: 'duplicate-after-hours',
      title: 'A duplicate that comes hours later takes effect no second time',
      result: 'not-observed',
      because: `there is no --observe ${hostile}`,
      disturbances: [],
    },
    {
      id: 'new-attempt-time',
      title: 'The same event with a new attempt time, or written in another order, takes effect once',
      result: 'not-applicable',
      because: 'the provider has nothing that could be disturbed so',
      disturbances: [],
    },
  ],
  counts: { failed: 1, unstable: 1, passed: 1, 'not-observed': 1, 'not-applicable': 1 },
  seconds: 4.2,
};
