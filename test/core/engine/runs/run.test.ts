import { expect, it } from 'vitest';
import {
  type ApiFaultMark,
  type Run,
  withApiFaults,
  withReadyBranches,
  withStartedBranches,
  withWarnings,
} from '../../../../src/core/engine/runs/run.ts';
import type { Plan } from '../../../../src/core/scenario/plan.ts';
import { timelinePlan } from '../../../providers/docdigitizer/support.ts';
import { emptyRun } from '../../../support/empty-run.ts';

const silent = timelinePlan([{ atMs: 0, callback: 'documentState' }]);
const refusing: Plan = {
  ...silent,
  scenario: 'docdigitizer/refusing',
  respond: [{ kind: 'status', value: 503, probability: 1 }],
};
function ready(run: Run, subject: string, plan: Plan): Run {
  return withReadyBranches(run, [{ trigger: 'submission', subject, plan }]).run;
}

it('a run keeps the latest hundred API faults, and counts the others', () => {
  const mark = (at: number) => ({ at }) as ApiFaultMark;
  const marks = Array.from({ length: 99 }, (_, at) => mark(at));
  const full = withApiFaults(withApiFaults(emptyRun, marks), [mark(99), mark(100), mark(101)]);
  expect(full.apiFaults.map(({ at }) => at)).toEqual(Array.from({ length: 100 }, (_, i) => i + 2));
  expect(full.forgottenApiFaults).toBe(2);
  expect(withApiFaults(full, [mark(102)])).toMatchObject({ forgottenApiFaults: 3 });
});

it('a run lists each plan with API faults once', () => {
  const run = ready(ready(ready(emptyRun, 'a', silent), 'b', refusing), 'c', refusing);
  expect(run.respondingPlans).toEqual([refusing]);
});

it('a run drops a plan with API faults once no branch plays it any more', () => {
  const two = ready(ready(emptyRun, 'a', refusing), 'b', refusing);
  const one = ready(two, 'a', silent);
  expect(one.respondingPlans).toEqual([refusing]);
  expect(ready(one, 'b', silent).respondingPlans).toEqual([]);
});

it('branches that are prepared together count as open, start together, and can be found', () => {
  const orders = ['a', 'b'].map((subject) => ({ trigger: 'submission', subject, plan: silent }));
  const { run, places } = withReadyBranches(emptyRun, orders);
  const indexes = places.map(({ index }) => index);
  expect(indexes).toEqual([0, 1]);
  expect(run.openBranches).toBe(2);
  const started = withStartedBranches(run, indexes, 5);
  expect(started.branches).toMatchObject([
    { startedAt: 5, starts: 1 },
    { startedAt: 5, starts: 1 },
  ]);
  const again = withReadyBranches(started, orders.toReversed());
  expect(again.places.map(({ index }) => index)).toEqual([1, 0]);
  expect(again.run).toMatchObject({
    openBranches: 2,
    branches: [
      { startedAt: null, starts: 1 },
      { startedAt: null, starts: 1 },
    ],
  });
});

it('a run keeps equal warnings once, and those with another place or text as well', () => {
  const warning = { location: 'body/a', code: 'x', message: 'has no effect' };
  const once = withWarnings(emptyRun, [warning]);
  expect(once.warnings).toEqual([warning]);
  expect(withWarnings(once, [{ ...warning }])).toBe(once);
  const others = [
    { ...warning, location: 'body/b' },
    { ...warning, message: 'is ignored' },
  ];
  expect(withWarnings(once, [warning, ...others]).warnings).toEqual([warning, ...others]);
});

it('a branch that starts continues after the steps that it played early', () => {
  const { run } = withReadyBranches(emptyRun, [{ trigger: 'submission', subject: 'a', plan: silent }]);
  const [branch] = run.branches;
  if (branch === undefined) throw new Error('a run has a branch');
  const early = { ...run, branches: [{ ...branch, playedEarly: 1 }] };
  expect(withStartedBranches(early, [0], 5).branches).toMatchObject([{ starts: 1, stepsDone: 1 }]);
});
