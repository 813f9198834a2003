import { describe, expect, it } from 'vitest';
import { createLog, type LogStyle } from '../../src/cli/log.ts';
import type { Attempt, Callback, Delivery } from '../../src/core/delivery/delivery.ts';
import type { Run } from '../../src/core/delivery/run.ts';
import type { SpaceEvent } from '../../src/core/delivery/space.ts';
import { RingbackError } from '../../src/core/errors.ts';
import { emptyRun } from '../support/empty-run.ts';

const at = Date.UTC(2030, 0, 1, 12);

const failed: Attempt = {
  number: 1,
  at,
  statusCode: null,
  success: false,
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
  violations: [],
  faults: [],
  copies: 1,
  redeliveryOf: null,
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
  problem: null,
};

describe('the pretty log', () => {
  const told = (event: SpaceEvent, space = 'default'): string[] =>
    logged('pretty', (log) => log.event(event, space));

  it('tells a request in one line, with its run', () => {
    expect(logged('pretty', (log) => log.request(request))).toEqual([
      '12:00:00.000 POST /docdigitizer/api/v2/documents → 202 in 12 ms, run 01234567',
    ]);
  });

  it('tells why a request was refused', () => {
    const problem = new RingbackError('auth.missing', { detail: 'No Authorization header.' });
    expect(logged('pretty', (log) => log.request({ ...request, status: 401, runs: [], problem }))[0]).toMatch(
      /→ 401 in 12 ms: No Authorization header\.$/,
    );
  });

  it('tells of a client that has gone', () => {
    expect(logged('pretty', (log) => log.request({ ...request, status: null }))[0]).toContain(
      'the client has gone',
    );
  });

  it('tells why a run plays what it plays, that nobody is notified, and its warnings', () => {
    expect(told({ kind: 'run.created', at, runId: run.id, run }, 'a')).toEqual([
      '12:00:00.000 @a run 01234567 plays informed/complete: Nothing chose another one.; no callback URL was given, nobody will be notified\n  body/callback_headers: are ignored with GET',
    ]);
  });

  it('tells what a step does', () => {
    const step = { atMs: 0, set: { state: 30 }, callback: 'documentState' };
    expect(
      told({
        kind: 'step.played',
        at,
        runId: run.id,
        scenario: 'informed/complete',
        trigger: 'submission',
        subject: null,
        step,
      }),
    ).toEqual(['12:00:00.000 run 01234567 submission: sets {"state":30}, calls back documentState']);
  });

  it('tells why an attempt failed and when the next one follows, and no secret', () => {
    const [line] = told({ kind: 'attempt.ended', at, delivery });
    expect(line).toBe(
      '12:00:00.000 run 01234567 informed.error POST https://***@consumer.test/hook, attempt 1 → connection refused by 127.0.0.1:9 (ECONNREFUSED) in 3 ms; again at 2030-01-01T12:00:01.000Z',
    );
  });

  it('writes the time of a space out in full when it is another than the machine’s', () => {
    expect(told({ kind: 'space.reset', at: at + 86_400_000 })).toEqual([
      '2030-01-02T12:00:00.000Z the space was reset',
    ]);
  });

  it('tells that a delivery is given up', () => {
    const last = { ...delivery, attempts: [{ ...failed, retryAt: null }] };
    expect(told({ kind: 'attempt.ended', at, delivery: last })[0]).toMatch(
      /; given up, no attempt will follow$/,
    );
  });

  it('tells of an answer that departs from what the provider asks', () => {
    const violations = [{ location: 'response.body', code: 'json', message: 'is not JSON' }];
    const attempt = { ...failed, success: true, statusCode: 200, error: null, retryAt: null, violations };
    expect(told({ kind: 'attempt.ended', at, delivery: { ...delivery, attempts: [attempt] } })[0]).toMatch(
      /→ 200 in 3 ms\n {2}response\.body: is not JSON$/,
    );
  });

  it('tells of a payload of ours that breaks the contract', () => {
    const violations = [{ location: '/a', code: 'type', message: 'must be a text' }];
    expect(
      told({
        kind: 'delivery.created',
        at,
        delivery: { ...delivery, callback: { ...callback, violations } },
      })[0],
    ).toMatch(/breaks the contract, which is a defect of Ringback: \/a must be a text$/);
    expect(told({ kind: 'delivery.created', at, delivery })).toEqual([]);
  });

  it('does not call a payload that a script broke a defect', () => {
    const violations = [{ location: '/a', code: 'type', message: 'must be a text' }];
    const broken = { ...delivery, callback: { ...callback, violations, faults: ['override'] } };
    expect(told({ kind: 'delivery.created', at, delivery: broken })[0]).toMatch(
      /breaks the contract, as a script asked for \(override\): \/a must be a text$/,
    );
  });
});

describe('the quiet log', () => {
  it('tells only warnings and failures', () => {
    const lines = logged('quiet', (log) => {
      log.info('a');
      log.request(request);
      log.event({ kind: 'attempt.ended', at, delivery }, 'default');
      log.warn('b');
      log.failure('c', new Error('d'));
      log.event({ kind: 'defect', at, message: 'e', error: new Error('f') }, 'default');
    });
    expect(lines.map((line) => line.split('\n', 1)[0])).toEqual([
      '12:00:00.000 warning: b',
      '12:00:00.000 error: c',
      '12:00:00.000 error: e',
    ]);
    expect(lines[1]).toContain('Error: d');
  });
});

describe.each(['pretty', 'json', 'quiet'] as const)('the %s log', (style) => {
  it('has what tells of a failure written at once, and nothing else', () => {
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
  it('has a payload of ours that breaks the contract as an error, unless a script broke it', () => {
    const violations = [{ location: '/a', code: 'type', message: 'must be a text' }];
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

  it('is one object a line, whatever happens, and holds no secret', () => {
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
    for (const object of objects) expect(object.time).toBe('2030-01-01T12:00:00.000Z');
    expect(objects[6]).toMatchObject({
      space: 'a',
      run: '0123456789',
      delivery: 'd1',
      callback: 'informed.error',
      attempt: 1,
      success: false,
      error: failed.error,
      retryAt: '2030-01-01T12:00:01.000Z',
    });
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});
