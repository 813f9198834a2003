import { describe, expect, it } from 'vitest';
import { type RehearsedAnswer, rehearsalClient } from '../../src/core/explain/rehearsal-client.ts';

/** A client whose requests get these responses, the last one repeatedly, and what it did. */
function clientOf(...answers: readonly (Partial<RehearsedAnswer> | null)[]) {
  const waits: number[] = [];
  let sent = 0;
  const client = rehearsalClient({
    send: async () => {
      const answer = answers[Math.min(sent++, answers.length - 1)] ?? null;
      return answer === null ? null : { status: 200, headers: {}, body: undefined, ...answer };
    },
    wait: async (ms) => void waits.push(ms),
    idle: async () => undefined,
  });
  const call = async () => ({ body: await client.call({ operation: 'any' }), sent, waits });
  return { call };
}

describe('the client of a rehearsal', () => {
  it.each([
    ['a good answer', [{ body: { id: 'a' } }], { body: { id: 'a' }, sent: 1, waits: [] }],
    ['an answer without an object', [{ body: [1] }], { body: null, sent: 1, waits: [] }],
    ['a refusal', [{ status: 400 }], { body: null, sent: 1, waits: [] }],
    ['503, then a good one', [{ status: 503 }, { body: {} }], { body: {}, sent: 2, waits: [1_000] }],
    ['a lost answer, then a good one', [null, { body: {} }], { body: {}, sent: 2, waits: [1_000] }],
    [
      'Retry-After',
      [{ status: 429, headers: { 'retry-after': '7' } }, { body: {} }],
      { body: {}, sent: 2, waits: [7_000] },
    ],
    [
      'Retry-After of no wait',
      [{ status: 429, headers: { 'retry-after': '0' } }, { body: {} }],
      { body: {}, sent: 2, waits: [0] },
    ],
    ['503 for good', [{ status: 503 }], { body: null, sent: 5, waits: [1_000, 1_000, 1_000, 1_000] }],
  ])('the client of a rehearsal handles %s', async (_, answers, outcome) => {
    expect(await clientOf(...answers).call()).toEqual(outcome);
  });
});
