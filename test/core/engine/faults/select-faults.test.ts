import { describe, expect, test } from 'vitest';
import {
  type CallbackFacts,
  describeFault,
  selectFaults,
} from '../../../../src/core/engine/faults/select-faults.ts';
import { seededRandom } from '../../../../src/core/random.ts';
import type { FaultRule, FaultSelector } from '../../../../src/core/scenario/fault.ts';

const rejected: CallbackFacts = {
  names: ['documentState'],
  said: { state: [92, 'REJECTED'] },
  payload: { documentId: 'd1', state: 92, stateText: 'REJECTED' },
};
const extractions: CallbackFacts = {
  names: ['extractions'],
  said: { event_type: ['extractions'] },
  payload: { event_type: 'extractions', documents: { paystub: [{ pages: 1 }] } },
};

function rule(on: FaultSelector = {}, probability = 1): FaultRule {
  return { on, fault: 'drop', value: true, probability };
}

/** The 1-based numbers of the callbacks of one run that a rule strikes. */
function struck(rules: readonly FaultRule[], callbacks: readonly CallbackFacts[], seed = 1): number[] {
  const random = seededRandom(seed);
  let counts = {};
  return callbacks.flatMap((facts, index) => {
    const selection = selectFaults('p/s', rules, facts, counts, random);
    counts = selection.counts;
    return selection.strikes.map(() => index + 1);
  });
}

describe('on', () => {
  test.each<[FaultSelector, CallbackFacts, boolean]>([
    [{}, rejected, true],
    [{ callback: 'documentState' }, rejected, true],
    [{ callback: 'documentStateV1' }, rejected, false],
    [{ callback: 'documentState' }, { ...rejected, names: ['documentStateV1', 'documentState'] }, true],
    [{ state: 92 }, rejected, true],
    [{ state: '92' }, rejected, true],
    [{ state: 'REJECTED' }, rejected, true],
    [{ state: 91 }, rejected, false],
    [{ state: 0 }, { ...rejected, said: { state: [0] } }, true],
    [{ state: 0 }, { ...rejected, said: { state: [] } }, false],
    [{ event_type: 'extractions' }, extractions, true],
    [{ event_type: 'error' }, extractions, false],
    [{ callback: 'extractions', event_type: 'error' }, extractions, false],
    [{ callback: 'documentState', state: 92, nth: 1 }, rejected, true],
    [{ callback: 'documentState', state: 92, nth: 2 }, rejected, false],
  ])('%j strikes %j: %s', (on, facts, strikes) => {
    expect(struck([rule(on)], [facts])).toEqual(strikes ? [1] : []);
  });

  test('nth counts the callbacks that satisfy the other conditions, per rule', () => {
    const run = [rejected, extractions, extractions, rejected, extractions];
    expect(struck([rule({ nth: 2 })], run)).toEqual([2]);
    expect(struck([rule({ callback: 'extractions', nth: 2 })], run)).toEqual([3]);
    expect(struck([rule({ callback: 'extractions', nth: 3 }), rule({ state: 92, nth: 2 })], run)).toEqual([
      4, 5,
    ]);
    expect(struck([rule({ nth: 9 })], run)).toEqual([]);
  });

  test('the given counts are not modified', () => {
    const counts = Object.freeze({ 'p/s#0': 1 });
    const { counts: next } = selectFaults('p/s', [rule()], rejected, counts, seededRandom(1));
    expect([counts, next]).toEqual([{ 'p/s#0': 1 }, { 'p/s#0': 2 }]);
  });

  test('two scenarios of one run count separately', () => {
    const first = selectFaults('p/a', [rule({ nth: 1 })], rejected, {}, seededRandom(1));
    const second = selectFaults('p/b', [rule({ nth: 1 })], rejected, first.counts, seededRandom(1));
    expect(second.strikes).toHaveLength(1);
  });

  test('a match on attempt is passed on', () => {
    const { strikes } = selectFaults('p/s', [rule({ attempt: 2 }), rule()], rejected, {}, seededRandom(1));
    expect(strikes.map(({ attempt }) => attempt)).toEqual([2, null]);
  });
});

describe('probability', () => {
  const run = Array.from({ length: 200 }, () => rejected);

  test('0 never strikes and 1 always does', () => {
    expect(struck([rule({}, 0)], run)).toEqual([]);
    expect(struck([rule({}, 1)], run)).toHaveLength(200);
  });

  test('depends on the seed alone', () => {
    expect(struck([rule({}, 0.5)], run, 3)).toEqual(struck([rule({}, 0.5)], run, 3));
    expect(struck([rule({}, 0.5)], run, 3)).not.toEqual(struck([rule({}, 0.5)], run, 4));
  });

  test('a draw does not depend on the draws of other rules', () => {
    const alone = struck([rule({ state: 92 }, 0.5)], run);
    const withOther = struck([rule({ state: 92 }, 0.5), rule({ state: 91 }, 0.5)], run);
    expect(withOther).toEqual(alone);
  });

  test('each draw is recorded, whether the fault strikes or not', () => {
    const { draws, strikes } = selectFaults('p/s', [rule({}, 0.5), rule()], rejected, {}, seededRandom(1));
    expect(draws).toEqual([
      {
        fault: 'drop',
        probability: 0.5,
        drawn: expect.any(Number),
        struck: strikes.length === 2,
      },
    ]);
  });

  test('is drawn only for a callback with the right number', () => {
    const { draws } = selectFaults('p/s', [rule({ nth: 2 }, 0.5)], rejected, {}, seededRandom(1));
    expect(draws).toEqual([]);
  });
});

test.each([
  ['drop', true, 'drop'],
  ['delay', 3_600_000, 'delay 1h'],
  ['delay', 0, 'delay 0s'],
  ['timeout', 250, 'timeout 250ms'],
  ['duplicate', { times: 2, gapMs: 5000, concurrent: false }, 'duplicate ×2, 5s apart'],
  ['duplicate', { times: 3, gapMs: 0, concurrent: true }, 'duplicate ×3, concurrent'],
  ['corrupt', 'truncate', 'corrupt truncate'],
  ['corrupt', { schema: '/documents' }, 'corrupt schema /documents'],
  ['contradict', { state: 92 }, 'contradict state 92'],
  ['slow', { bytesPerSecond: 100 }, 'slow bytesPerSecond 100'],
  ['reset_peer', { after: 0 }, 'reset_peer after 0'],
] as const)('%s %j is formatted as "%s"', (fault, value, words) => {
  expect(describeFault({ fault, value })).toBe(words);
});
