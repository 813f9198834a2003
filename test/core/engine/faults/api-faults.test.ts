import { describe, expect, it } from 'vitest';
import { ApiFaults, combine, noAnswerFaults } from '../../../../src/core/engine/faults/api-faults.ts';
import { seededRandom } from '../../../../src/core/random.ts';
import type { ApiFault } from '../../../../src/core/scenario/scenario.ts';
import { timelinePlan } from '../../../providers/docdigitizer/support.ts';

const request = { operation: 'getDocument', at: 0, random: (label: string) => seededRandom(label) };
const judged = (...faults: readonly Omit<ApiFault, 'probability'>[]) =>
  new ApiFaults().judge(
    { ...timelinePlan([]), respond: faults.map((fault) => ({ ...fault, probability: 1 })) },
    request,
  );

describe('several faults of one script on one request', () => {
  it('add up their latencies', () => {
    const { answer } = judged({ kind: 'latency', value: 2_000 }, { kind: 'latency', value: 500 });
    expect(answer).toMatchObject({ latencyMs: 2_500, faults: ['latency 2s', 'latency 500ms'] });
  });

  it('use the lower of two rates, and of two ends', () => {
    const { answer } = judged(
      { kind: 'slow', value: { bytesPerSecond: 10 } },
      { kind: 'slow', value: { bytesPerSecond: 20 } },
      { kind: 'reset_peer', value: { after: 7 } },
      { kind: 'reset_peer', value: { after: 3 } },
    );
    expect(answer).toMatchObject({ bytesPerSecond: 10, resetAfterBytes: 3 });
  });

  it('respond with the first status, and leave the others to later requests', () => {
    const { refusal, marks } = judged(
      { kind: 'status', value: 503, times: 1 },
      { kind: 'status', value: 500, times: 1 },
    );
    expect(refusal?.answer.status).toBe(503);
    expect(marks).toMatchObject([{ fault: 'status 503', struck: true }]);
  });

  it('do not affect other operations', () => {
    expect(judged({ kind: 'malformed', value: true, operation: 'submitDocument' })).toMatchObject({
      answer: { malformed: false },
      marks: [],
    });
  });
});

describe('a rate limit', () => {
  const faults = new ApiFaults();
  const plan = {
    ...timelinePlan([]),
    respond: [{ kind: 'rate_limit', value: { limit: 2, perMs: 1_500 }, probability: 1 } as const],
  };
  const at = (ms: number) => faults.judge(plan, { ...request, at: ms }).refusal?.answer ?? null;

  it('lets as many requests through as it allows in its window, and says when the next one is allowed', () => {
    expect([at(0), at(100)]).toEqual([null, null]);
    expect(at(400)).toEqual({ status: 429, headers: { 'Retry-After': '2' } });
    expect(at(1_499)).toMatchObject({ headers: { 'Retry-After': '1' } });
    expect(at(1_500)).toBeNull();
    expect(at(1_599)).toMatchObject({ status: 429 });
    expect(at(1_600)).toBeNull();
  });
});

it('the faults of two scripts on one request combine', () => {
  const one = { ...noAnswerFaults, faults: ['a'], latencyMs: 5, bytesPerSecond: 10, resetAfterBytes: 2 };
  const other = { ...noAnswerFaults, faults: ['b'], latencyMs: 7, malformed: true, bytesPerSecond: 4 };
  const both = {
    faults: ['a', 'b'],
    latencyMs: 12,
    malformed: true,
    bytesPerSecond: 4,
    resetAfterBytes: 2,
  };
  expect(combine(one, other)).toEqual(both);
  expect(combine(other, one)).toEqual({ ...both, faults: ['b', 'a'] });
});
