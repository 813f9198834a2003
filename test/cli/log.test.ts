import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/cli/create-log.ts';
import type { LogStyle } from '../../src/cli/log.ts';
import type { Attempt, Callback, Delivery } from '../../src/core/engine/deliveries/delivery.ts';
import type { Run } from '../../src/core/engine/runs/run.ts';
import type { SpaceEvent } from '../../src/core/engine/space.ts';
import { RingbackError } from '../../src/core/errors.ts';
import { emptyRun } from '../support/empty-run.ts';

const at = Date.UTC(2030, 0, 1, 12);

const failed: Attempt = {
  number: 1,
  at,
  statusCode: null,
  acknowledged: false,
  error: 'connection refused by 127.0.0.1:9 (ECONNREFUSED)',
  code: 'connect.refused',
  durationMs: 3.4,
  response: null,
  violations: [],
  faults: [],
  retryAt: at + 1_000,
};

const callback: Callback = {
  runId: '0123456789',
  provider: 'informed',
  type: 'informed.error',
  target: { url: 'https://john:hunter2@consumer.test/hook', method: 'POST', headers: {} },
  strikes: [],
  draws: [],
  method: 'POST',
  url: 'https://john:hunter2@consumer.test/hook',
  headers: { authorization: 'Bearer hunter2' },
  payload: {},
  body: '{}',
  createdAt: at,
  retry: { delaysMs: [], on: [], timeoutMs: 1, retryAfterMaxMs: 0 },
  settings: {},
  violations: [],
  faults: [],
  copies: 1,
  redeliveryOf: null,
  messageId: 'd1',
  trace: emptyRun.trace,
};

const delivery: Delivery = {
  id: 'd1',
  callback,
  copy: 1,
  nth: 1,
  state: 'pending',
  dueAt: at,
  endedAt: null,
  attempts: [failed],
};

const run: Run = {
  ...emptyRun,
  id: '0123456789',
  provider: 'informed',
  scenario: 'informed/complete',
  operation: 'registerApplication',
  resourceId: 'a1',
  createdAt: at,
  warnings: [{ location: 'body/callback_headers', code: 'ignored', message: 'are ignored with GET' }],
};

function logged(style: LogStyle, tell: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = [];
  tell(createLog({ style, write: (line) => lines.push(line), now: () => at, colors: false }));
  return lines;
}

const request = {
  method: 'POST',
  url: '/docdigitizer/api/v2/documents',
  operation: 'submitDocument',
  status: 202,
  durationMs: 12.3,
  runs: ['0123456789'],
  at,
  isReceipt: false,
  problem: null,
};

describe('the pretty log', () => {
  const told = (event: SpaceEvent, space = 'default'): string[] =>
    logged('pretty', (log) => log.event(event, space));

  it('the pretty log writes a request in one line, with its run', () => {
    expect(logged('pretty', (log) => log.request(request))).toEqual([
      '2030-01-01 12:00:00.000 → POST /docdigitizer/api/v2/documents ← 202 in 12 ms, run 01234567',
    ]);
  });

  it('the pretty log says why a request was refused', () => {
    const problem = new RingbackError('auth.missing', { detail: 'No Authorization header.' });
    expect(logged('pretty', (log) => log.request({ ...request, status: 401, runs: [], problem }))[0]).toMatch(
      /← 401 in 12 ms: No Authorization header\.$/,
    );
  });

  it('the pretty log treats a closed client connection as no error', () => {
    const [line] = logged('json', (log) => log.request({ ...request, status: null }));
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 'info',
      status: null,
      msg: expect.stringContaining('the client closed the connection'),
    });
  });

  it('the pretty log mentions a client that disconnected', () => {
    expect(logged('pretty', (log) => log.request({ ...request, status: null }))[0]).toContain(
      'the client closed the connection',
    );
  });

  it('the pretty log says why a run plays its scenario, that it has no callback URL, and its warnings', () => {
    expect(told({ kind: 'run.created', at, runId: run.id, run }, 'a')).toEqual([
      '2030-01-01 12:00:00.000 @a run 01234567 plays informed/complete (default scenario); no callback URL given\n    body/callback_headers: are ignored with GET',
    ]);
    const choice = { rule: 'next', because: 'It was queued for the next submission.' } as const;
    expect(told({ kind: 'run.created', at, runId: run.id, run: { ...run, choice, warnings: [] } })).toEqual([
      '2030-01-01 12:00:00.000   run 01234567 plays informed/complete (it was queued for the next submission); no callback URL given',
    ]);
  });

  it('the pretty log says what a step sets, and leaves a callback to the line of its attempt', () => {
    const step = (parts: object) =>
      told({
        kind: 'step.played',
        at,
        runId: run.id,
        scenario: 'informed/complete',
        trigger: 'submission',
        subject: null,
        step: { atMs: 0, ...parts },
      });
    expect(step({ set: { state: 30 } })).toEqual([
      '2030-01-01 12:00:00.000   run 01234567 sets {"state":30}',
    ]);
    expect(step({ set: { state: 30 }, callback: 'documentState' })).toEqual([]);
    expect(step({ callback: 'verifications' })).toEqual([]);
  });

  it('the pretty log says why an attempt failed and when the next follows, and shows no secret', () => {
    const [line] = told({ kind: 'attempt.ended', at, delivery });
    expect(line).toBe(
      '2030-01-01 12:00:00.000 ⇒ error POST https://***@consumer.test/hook ← connection refused by 127.0.0.1:9 (ECONNREFUSED) in 3 ms; again in 1s, run 01234567',
    );
  });

  it('the pretty log shows the state of a state callback, the number of an attempt, and its scripted faults', () => {
    const attempt = {
      ...failed,
      number: 2,
      statusCode: 200,
      acknowledged: true,
      error: null,
      retryAt: null,
      faults: ['slow'],
    };
    const named = { provider: 'docdigitizer', type: 'docdigitizer.documentState' };
    const state = { ...callback, ...named, payload: { state: 92 }, method: 'GET' };
    expect(
      told({
        kind: 'attempt.ended',
        at,
        delivery: { ...delivery, attempts: [failed, attempt], callback: state },
      }),
    ).toEqual([
      '2030-01-01 12:00:00.000 ⇒ documentState 92 GET https://***@consumer.test/hook, attempt 2 [slow] ← 200 in 3 ms, run 01234567',
    ]);
  });

  it('the pretty log omits what a script dropped, a callback or a single attempt', () => {
    expect(told({ kind: 'delivery.dropped', at, delivery: { ...delivery, state: 'dropped' } })).toEqual([]);
    const dropped = {
      ...failed,
      code: 'scripted',
      error: 'not sent: the script drops this attempt',
    } as const;
    expect(told({ kind: 'attempt.ended', at, delivery: { ...delivery, attempts: [dropped] } })).toEqual([]);
  });

  it('the pretty log writes the date when it differs from that of the previous line', () => {
    const lines = logged('pretty', (log) => {
      for (const days of [0, 0, 1, 1, 0])
        log.event({ kind: 'space.reset', at: at + days * 86_400_000 }, 'default');
    });
    expect(lines.map((line) => line.replace(/ {3}the space was reset$/, ''))).toEqual([
      '2030-01-01 12:00:00.000',
      '12:00:00.000',
      '2030-01-02 12:00:00.000',
      '12:00:00.000',
      '2030-01-01 12:00:00.000',
    ]);
  });

  it('the pretty log dates a request by the clock of its space, or by the machine when it reached no space', () => {
    const times = [at + 86_400_000, null].map(
      (time) => logged('pretty', (log) => log.request({ ...request, at: time }))[0],
    );
    expect(times.map((line) => line?.slice(0, 23))).toEqual([
      '2030-01-02 12:00:00.000',
      '2030-01-01 12:00:00.000',
    ]);
  });

  it('the pretty log says that an application waits for uploads until one arrives', () => {
    const branch = (trigger: string) => ({ trigger, plan: { triggers: { upload: [{ atMs: 0 }] } } }) as never;
    const ended = (...branches: never[]) =>
      told({ kind: 'run.finished', at, runId: run.id, run: { ...run, branches } });
    expect(ended(branch('submission'))).toEqual(['2030-01-01 12:00:00.000   run 01234567 waits for uploads']);
    expect(ended(branch('submission'), branch('upload'))).toEqual([
      '2030-01-01 12:00:00.000   run 01234567 is finished',
    ]);
  });

  it('the pretty log says when a delivery is given up', () => {
    const last = { ...delivery, attempts: [{ ...failed, retryAt: null }] };
    expect(told({ kind: 'attempt.ended', at, delivery: last })[0]).toMatch(
      /; no further attempt, run 01234567$/,
    );
  });

  it('the pretty log reports a response that violates what the provider requires', () => {
    const violations = [{ location: 'response.body', code: 'json', message: 'is not JSON' }];
    const attempt = {
      ...failed,
      acknowledged: true,
      statusCode: 200,
      error: null,
      retryAt: null,
      violations,
    };
    expect(told({ kind: 'attempt.ended', at, delivery: { ...delivery, attempts: [attempt] } })[0]).toMatch(
      /← 200 in 3 ms, run 01234567\n {4}response\.body: is not JSON$/,
    );
  });

  it('the pretty log reports a payload of ours that violates the contract', () => {
    const violations = [{ location: '/a', code: 'type', message: 'must be a string' }];
    expect(
      told({
        kind: 'delivery.created',
        at,
        delivery: { ...delivery, callback: { ...callback, violations } },
      })[0],
    ).toMatch(
      /breaks the contract, and no script asked for it \(with the bundled contract, .* bug .*; with your own, .*\): \/a must be a string$/,
    );
    expect(told({ kind: 'delivery.created', at, delivery })).toEqual([]);
  });

  it('the pretty log does not report a payload that a script broke as a defect', () => {
    const violations = [{ location: '/a', code: 'type', message: 'must be a string' }];
    const broken = { ...delivery, callback: { ...callback, violations, faults: ['override'] } };
    expect(told({ kind: 'delivery.created', at, delivery: broken })[0]).toMatch(
      /breaks the contract, as a script asked for \(override\): \/a must be a string$/,
    );
  });
});

describe('the quiet log', () => {
  it('the quiet log writes only warnings and failures', () => {
    const lines = logged('quiet', (log) => {
      log.info('a');
      log.request(request);
      log.event({ kind: 'attempt.ended', at, delivery }, 'default');
      log.warn('b');
      log.failure('c', new Error('d'));
      log.event({ kind: 'defect', at, message: 'e', error: new Error('f') }, 'default');
    });
    expect(lines.map((line) => line.split('\n', 1)[0])).toEqual([
      '2030-01-01 12:00:00.000 warning: b',
      '12:00:00.000 error: c',
      '12:00:00.000 error: e',
    ]);
    expect(lines[1]).toContain('Error: d');
  });
});

describe.each(['pretty', 'json', 'quiet', 'debug'] as const)('the %s log', (style) => {
  it('flushes lines about failures immediately, and no others', () => {
    let flushes = 0;
    const log = createLog({
      style,
      write: () => undefined,
      flush: () => void flushes++,
      now: () => at,
      colors: false,
    });
    log.request(request);
    log.event({ kind: 'attempt.ended', at, delivery }, 'a');
    log.info('b');
    expect(flushes).toBe(0);
    log.failure('c', new Error('d'));
    log.event({ kind: 'defect', at, message: 'e', error: new Error('f') }, 'a');
    expect(flushes).toBe(2);
  });
});

describe('the JSON log', () => {
  it('the JSON log reports a payload of ours that violates the contract as an error, unless a script broke it', () => {
    const violations = [{ location: '/a', code: 'type', message: 'must be a string' }];
    const levels = [[], ['override']].map((faults) => {
      const [line = ''] = logged('json', (log) =>
        log.event(
          {
            kind: 'delivery.created',
            at,
            delivery: { ...delivery, callback: { ...callback, violations, faults } },
          },
          'a',
        ),
      );
      return JSON.parse(line).level;
    });
    expect(levels).toEqual(['error', 'info']);
  });

  it('the JSON log says which trace a run and its attempts belong to', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const attempts = [{ ...failed, traceparent }];
    const [created, ended, plain] = logged('json', (log) => {
      log.event({ kind: 'run.created', at, runId: run.id, run }, 'a');
      log.event({ kind: 'attempt.ended', at, delivery: { ...delivery, attempts } }, 'a');
      log.event({ kind: 'attempt.ended', at, delivery }, 'a');
    }).map((line) => JSON.parse(line));
    expect(created.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(ended.traceparent).toBe(traceparent);
    expect(plain.traceparent).toBeNull();
  });

  it('the JSON log has the machine time as `time`, the space time as `at`, and a sentence as `msg`', () => {
    const later = at + 3_600_000;
    const lines = logged('json', (log) => {
      log.event({ kind: 'attempt.ended', at: later, delivery }, 'a');
      log.request({ ...request, at: later });
      log.request({ ...request, at: null });
      log.request({ ...request, isReceipt: true });
      log.warn('careful');
    }).map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        event: 'attempt.ended',
        at: '2030-01-01T13:00:00.000Z',
        msg: expect.stringMatching(/^⇒ error POST .* ← connection/),
      },
      {
        event: 'request',
        at: '2030-01-01T13:00:00.000Z',
        msg: '→ POST /docdigitizer/api/v2/documents ← 202 in 12 ms, run 01234567',
      },
      { event: 'request', at: null },
      { event: 'message', level: 'warn', msg: 'careful' },
    ]);
    for (const line of lines)
      expect(line).toMatchObject({ level: expect.any(String), time: '2030-01-01T12:00:00.000Z' });
  });

  it('the JSON log is one object per line in every case, and shows no secret', () => {
    const lines = logged('json', (log) => {
      log.info('a\nb');
      log.warn('c');
      log.failure('d', new Error('e'));
      log.request(request);
      log.event({ kind: 'run.created', at, runId: run.id, run }, 'a');
      log.event({ kind: 'delivery.created', at, delivery }, 'a');
      log.event({ kind: 'attempt.ended', at, delivery }, 'a');
      log.event({ kind: 'delivery.failed', at, delivery }, 'a');
      log.event({ kind: 'run.finished', at, runId: run.id }, 'a');
      log.event({ kind: 'space.reset', at }, 'a');
    });
    const objects = lines.map((line) => JSON.parse(line));
    expect(objects.map(({ level, event }) => `${level} ${event}`)).toEqual([
      'info message',
      'warn message',
      'error failure',
      'info request',
      'info run.created',
      'info delivery.created',
      'info attempt.ended',
      'info delivery.failed',
      'info run.finished',
      'info space.reset',
    ]);
    for (const object of objects) {
      expect(object.time).toBe('2030-01-01T12:00:00.000Z');
      expect(object.msg).toMatch(/\S/);
    }
    expect(objects[6]).toMatchObject({
      space: 'a',
      runId: '0123456789',
      delivery: 'd1',
      callback: 'informed.error',
      attempt: 1,
      acknowledged: false,
      error: failed.error,
      retryAt: '2030-01-01T12:00:01.000Z',
    });
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});
