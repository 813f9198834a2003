import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { answerAt, inboxScriptView, readInboxScript } from '../../../src/server/control/inbox-script.ts';

function statuses(input: JsonObject, count: number): (number | undefined)[] {
  const read = readInboxScript(input);
  return Array.from({ length: count }, (_, number) => answerAt(read, number)?.status);
}

function script(answers: JsonObject[], afterwards: string): JsonObject {
  return Object.fromEntries([
    ['answers', answers],
    ['then', afterwards],
  ]);
}

describe('an inbox script', () => {
  const answers = [{ status: 503, times: 2 }, { status: 200 }];

  it('repeats its last response by default', () => {
    expect(statuses({ answers }, 5)).toEqual([503, 503, 200, 200, 200]);
  });

  it('starts again when set to repeat', () => {
    expect(statuses(script(answers, 'repeat'), 7)).toEqual([503, 503, 200, 503, 503, 200, 503]);
  });

  it('has no further response when the default response follows', () => {
    expect(statuses(script(answers, 'received'), 4)).toEqual([503, 503, 200, undefined]);
  });

  it('has no response when it is empty', () => {
    for (const afterwards of ['last', 'repeat', 'received']) {
      expect(statuses(script([], afterwards), 1)).toEqual([undefined]);
    }
  });

  it('fills in its defaults', () => {
    expect(inboxScriptView(readInboxScript({ answers: [{ status: 200 }] }))).toEqual(
      script([{ status: 200, times: 1, delay: '0s', headers: {} }], 'last'),
    );
    const { answers } = readInboxScript({ answers: [{ status: 200, delay: 250 }] });
    expect(answers).toMatchObject([{ delayMs: 250 }]);
  });

  it('keeps bodies that are false, 0 or empty', () => {
    const bodies = [false, 0, '', null];
    const read = readInboxScript({ answers: bodies.map((body) => ({ status: 200, body })) });
    expect(read.answers.map((answer) => answer.body)).toEqual(bodies);
  });

  it.each([
    [{ delay: '11m' }, 'body/answers/1/delay', /at most 10m; got 11m/],
    [{ headers: { 'Content-Length': '3' } }, 'body/answers/1/headers/Content-Length', /omit it/],
    [{ headers: { 'X Y': 'a' } }, 'body/answers/1/headers/X Y', /cannot be sent/],
    [{ headers: { 'X-Y': 'a\nb' } }, 'body/answers/1/headers/X-Y', /cannot be sent/],
  ])('refuses %j at its place', (answer, location, message) => {
    const input = { answers: [{ status: 200 }, { status: 200, ...answer }] };
    expect(() => readInboxScript(input as JsonObject)).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        violations: [expect.objectContaining({ location, message: expect.stringMatching(message) })],
      }),
    );
  });
});
