import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../../src/core/engine/deliveries/sender.ts';
import type { Plan, TimelineStep } from '../../../src/core/scenario/plan.ts';
import { timelinePlan } from '../../providers/docdigitizer/support.ts';
import { answered, consumer, makeStage } from './stage.ts';

const target = { url: consumer, method: 'GET', headers: {} };
const payload = { documentId: 'd', state: 91, stateText: 'ANNOTATED' };
const step = (atMs: number): TimelineStep => ({ atMs, callback: 'documentState' });
const early = { fault: 'early', value: true, on: {}, probability: 1 } as const;

/** A space on the real clock. The test decides when its consumer responds, by the number of the request. */
function makeSlowStage() {
  const answers: ((result: SendResult) => void)[] = [];
  const stage = makeStage({
    real: { now: 0 },
    answer: () => new Promise((resolve) => answers.push(resolve)),
    provider: { performStep: async () => ({ callbacks: [{ callback: 'documentState', target, payload }] }) },
  });

  /** Prepares a run with a branch for each array of steps, not started. The first run after a reset has the same id. */
  async function begin(branches: readonly (readonly TimelineStep[])[], faults: Plan['faults']) {
    const exchange = stage.space.openExchange('submitDocument');
    const { id } = await exchange.startRun({
      provider: 'docdigitizer',
      operation: 'submitDocument',
      plan: { ...timelinePlan([]), faults },
      choice: { rule: 'default', because: 'the test says so' },
      resourceId: 'd',
      target,
      warnings: [],
      branches: branches.map((steps, index) => ({ trigger: 'submission', subject: String(index), steps })),
    });
    return { exchange, id };
  }

  /** Resolves once everything that needs no outside event is done. */
  const idle = () => new Promise(setImmediate);

  async function answer(n: number): Promise<void> {
    answers[n - 1]?.(answered(200));
    await idle();
  }
  return { ...stage, begin, idle, answer };
}

describe('steps that are played early and interrupted by a reset', () => {
  it.each([
    ['steps of one branch', [[step(1_000), step(2_000)]]],
    ['branches of one request', [[step(1_000)], [step(2_000)]]],
  ])('do not affect the run that now has the id: %s', async (_, branches) => {
    const { space, sent, begin, idle, answer, counts } = makeSlowStage();
    const old = await begin(branches, [early]);
    const playing = old.exchange.playEarly();
    await idle();
    await space.reset();
    const fresh = await begin(branches, [early]);
    expect(fresh.id).toBe(old.id);
    await answer(1);
    await playing;
    expect(sent).toHaveLength(1);
    expect(await counts()).toEqual([0, 1, 0]);
  });

  it.each([
    ['steps of one branch', [[step(1_000), step(2_000)]]],
    ['branches of one request', [[step(1_000)], [step(2_000)]]],
  ])('are all played without a reset: %s', async (_, branches) => {
    const { sent, begin, idle, answer } = makeSlowStage();
    const { exchange } = await begin(branches, [early]);
    const playing = exchange.playEarly();
    await idle();
    await answer(1);
    await answer(2);
    await playing;
    expect(sent).toHaveLength(2);
  });
});

describe('a callback that was held back', () => {
  const held = { fault: 'reorder', value: true, on: { nth: 1 }, probability: 1 } as const;
  const twice = {
    fault: 'duplicate',
    value: { times: 2, gapMs: 0 },
    on: { nth: 1 },
    probability: 1,
  } as const;

  /** Starts a run whose first callback, due after a second, is held for the second one, due after two. */
  async function start({ begin }: ReturnType<typeof makeSlowStage>, faults: Plan['faults']) {
    const { exchange, id } = await begin([[step(1_000), step(2_000)]], faults);
    await exchange.answered();
    return id;
  }

  it('is not released by an attempt of the earlier run with its id, from before a reset', async () => {
    const stage = makeSlowStage();
    const old = await start(stage, [held]);
    await stage.passTo(1_000);
    await stage.passTo(2_000);
    expect(stage.sent).toHaveLength(1);
    await stage.space.reset();
    expect(await start(stage, [held])).toBe(old);
    await stage.passTo(3_000);
    const run = await stage.space.store.runs.get(old);
    expect(run?.heldDeliveries).toHaveLength(1);
    await stage.answer(1);
    expect(stage.sent).toHaveLength(1);
    expect(await stage.space.store.runs.get(old)).toEqual(run);
  });

  it('is not sent by the earlier run that was releasing its own callback', async () => {
    const stage = makeSlowStage();
    const old = await start(stage, [held, twice]);
    await stage.passTo(1_000);
    await stage.passTo(2_000);
    await stage.answer(1);
    expect(stage.sent).toHaveLength(2);
    await stage.space.reset();
    expect(await start(stage, [held, twice])).toBe(old);
    await stage.passTo(3_000);
    const run = await stage.space.store.runs.get(old);
    expect(run?.heldDeliveries).toHaveLength(2);
    await stage.answer(2);
    expect(stage.sent).toHaveLength(2);
    expect(await stage.space.store.runs.get(old)).toEqual(run);
  });

  it('leaves after the next one when no reset occurs, each copy once', async () => {
    const stage = makeSlowStage();
    const id = await start(stage, [held, twice]);
    await stage.passTo(1_000);
    await stage.passTo(2_000);
    for (const n of [1, 2, 3]) await stage.answer(n);
    expect(stage.sent).toHaveLength(3);
    expect(await stage.space.store.runs.get(id)).toMatchObject({ heldDeliveries: [], openDeliveries: 0 });
  });

  it('is not released by a callback that left before it was held', async () => {
    const stage = makeSlowStage();
    const fourth = { ...held, on: { nth: 4 } };
    const steps = [1_000, 2_000, 3_000, 4_000, 5_000].map(step);
    const { exchange, id } = await stage.begin([steps], [held, fourth]);
    await exchange.answered();
    for (const now of [1_000, 2_000, 3_000]) await stage.passTo(now);
    expect(stage.sent).toHaveLength(2);
    await stage.answer(1);
    expect(stage.sent).toHaveLength(3);
    await stage.passTo(4_000);
    await stage.answer(2);
    expect(stage.sent).toHaveLength(3);
    expect((await stage.space.store.runs.get(id))?.heldDeliveries).toHaveLength(1);
    await stage.passTo(5_000);
    for (const n of [3, 4, 5]) await stage.answer(n);
    expect(stage.sent).toHaveLength(5);
    expect(await stage.space.store.runs.get(id)).toMatchObject({ heldDeliveries: [], openDeliveries: 0 });
  });
});
