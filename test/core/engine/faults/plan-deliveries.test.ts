import { describe, expect, test } from 'vitest';
import {
  type Copies,
  type PlanningTools,
  planDeliveries,
} from '../../../../src/core/engine/faults/plan-deliveries.ts';
import type { Strike } from '../../../../src/core/engine/faults/select-faults.ts';
import { objectOf } from '../../../../src/core/json.ts';
import type { CallbackDraft } from '../../../../src/core/provider/provider.ts';
import { seededRandom } from '../../../../src/core/random.ts';
import { loadBundledContract } from '../../../../src/loading/contract-files.ts';

const contract = await loadBundledContract();
const type = contract.callbacks.get('docdigitizer.documentState');
if (type === undefined) throw new Error('no callback');

const draft: CallbackDraft = {
  callback: 'documentState',
  target: { url: 'http://127.0.0.1:9/', method: 'GET', headers: {} },
  payload: { documentId: 'd1', state: 91, stateText: 'ANNOTATED' },
};
const other: CallbackDraft = {
  ...draft,
  payload: { ...objectOf(draft.payload), state: 92, stateText: 'REJECTED' },
};
const tools: PlanningTools = {
  type,
  random: seededRandom(1),
  early: false,
  releases: false,
  contradict: (value) => (value === 'stale' ? null : other),
};

const drop: Strike = { fault: 'drop', value: true, attempt: null };
const reorder: Strike = { fault: 'reorder', value: true, attempt: null };
const early: Strike = { fault: 'early', value: true, attempt: null };
const contradict: Strike = { fault: 'contradict', value: { state: 92 }, attempt: null };
const delay = (ms: number, attempt: number | null = null): Strike => ({ fault: 'delay', value: ms, attempt });
const duplicate = (times: number, gapMs = 0, concurrent = false): Strike => ({
  fault: 'duplicate',
  value: { times, gapMs, concurrent },
  attempt: null,
});
const drift = (value: string): Strike => ({ fault: 'drift', value, attempt: null });

function copies(times: number, gapMs: number, concurrent = false): Copies {
  return { times, gapMs, concurrent };
}

/** A plan in short: when each callback leaves, what the log says about it, and when its copies leave. */
function plan(strikes: readonly Strike[], change: Partial<PlanningTools> = {}) {
  return planDeliveries(draft, strikes, { ...tools, ...change }).map(({ leaves, faults, copies: own }) => [
    typeof leaves === 'string' ? leaves : leaves.afterMs,
    ...faults,
    ...(own.times === 1 ? [] : [own]),
  ]);
}

test.each<[string, readonly Strike[], readonly (readonly unknown[])[], Partial<PlanningTools>?]>([
  ['nothing', [], [[0]]],
  ['drop', [drop], [['never', 'drop']]],
  ['delay', [delay(5000)], [[5000, 'delay 5s']]],
  ['delay of nothing', [delay(0)], [[0, 'delay 0s']]],
  ['two delays', [delay(1000), delay(2000)], [[3000, 'delay 1s', 'delay 2s']]],
  ['delay of the first attempt', [delay(1000, 1)], [[1000, 'delay 1s']]],
  ['delay of a later attempt', [delay(1000, 2)], [[0]]],
  ['drop of an attempt', [{ ...drop, attempt: 1 }], [[0]]],
  ['duplicate', [duplicate(3, 100)], [[0, 'duplicate ×3, 100ms apart', copies(3, 100)]]],
  [
    'duplicate and delay',
    [delay(1000), duplicate(2, 100)],
    [[1000, 'delay 1s', 'duplicate ×2, 100ms apart', copies(2, 100)]],
  ],
  [
    'two duplicates: the first applies',
    [duplicate(2), duplicate(3)],
    [[0, 'duplicate ×2, 0s apart', 'duplicate ×3, 0s apart (does not apply)', copies(2, 0)]],
  ],
  ['reorder', [reorder], [['after-next', 'reorder']]],
  ['reorder of a callback that releases another', [reorder], [[0, 'reorder']], { releases: true }],
  ['early, before the response', [early], [[0, 'early']], { early: true }],
  ['early, after the response', [early], [[0, 'early (does not apply)']]],
  ['contradict', [contradict], [[0], [0, 'contradict state 92']]],
  [
    'contradict with a value unknown to the provider',
    [{ ...contradict, value: 'stale' }],
    [[0, 'contradict stale (does not apply)']],
  ],
  [
    'contradict comes last',
    [contradict, duplicate(2, 100), delay(1000)],
    [
      [1000, 'duplicate ×2, 100ms apart', 'delay 1s', copies(2, 100)],
      [1100, 'contradict state 92'],
    ],
  ],
  [
    'drop overrides the others',
    [delay(1000), reorder, early, duplicate(2), drop],
    [
      [
        'never',
        'delay 1s (does not apply)',
        'reorder (does not apply)',
        'early (does not apply)',
        'duplicate ×2, 0s apart (does not apply)',
        'drop',
      ],
    ],
    { early: true },
  ],
  [
    'drop does not affect the contradiction',
    [drop, contradict],
    [
      ['never', 'drop'],
      [0, 'contradict state 92'],
    ],
  ],
  [
    'a reordered callback has no time of its own',
    [reorder, delay(1000), early, duplicate(2, 100), contradict],
    [
      [
        'after-next',
        'reorder',
        'delay 1s (does not apply)',
        'early (does not apply)',
        'duplicate ×2, 100ms apart (the gap does not apply)',
        copies(2, 100),
      ],
      ['after-next', 'contradict state 92'],
    ],
    { early: true },
  ],
  [
    'a delayed callback is not early',
    [early, delay(1000)],
    [[1000, 'early (does not apply)', 'delay 1s']],
    { early: true },
  ],
  ['drift that does not apply', [drift('new-event-type')], [[0, 'drift new-event-type (does not apply)']]],
  ['faults of single requests', [{ fault: 'corrupt', value: 'empty', attempt: null }], [[0]]],
])('%s', (_, strikes, expected, change) => {
  expect(plan(strikes, change)).toEqual(expected);
});

describe('the planned deliveries', () => {
  test('have equal copies that may leave at the same moment', () => {
    const planned = planDeliveries(draft, [duplicate(3, 0, true)], tools);
    expect(planned.map((each) => [each.draft, each.copies])).toEqual([[draft, copies(3, 0, true)]]);
  });

  test('drift in all copies, but not in what contradicts them', () => {
    const planned = planDeliveries(draft, [drift('unknown-property'), duplicate(2), contradict], tools);
    expect(planned.map(({ draft: { payload } }) => 'added_by_the_provider' in objectOf(payload))).toEqual([
      true,
      false,
    ]);
    expect(planned[1]?.draft).toBe(other);
    expect(draft.payload).toEqual({ documentId: 'd1', state: 91, stateText: 'ANNOTATED' });
  });

  test('combine several drifts', () => {
    const [only] = planDeliveries(draft, [drift('null'), drift('unknown-property')], tools);
    expect(only?.draft.payload).toMatchObject({
      stateText: '',
      added_by_the_provider: expect.any(String),
    });
    expect(only?.faults).toEqual(['drift null', 'drift unknown-property']);
  });

  test('have their query parameters in the reordered order', () => {
    const [only] = planDeliveries(draft, [drift('reorder-properties')], tools);
    expect(only?.draft.queryOrder).toEqual(['stateText', 'state', 'documentId']);
  });
});
