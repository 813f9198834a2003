import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/core/scenario/plan.ts';
import { timelinePlan } from '../../providers/docdigitizer/support.ts';
import { answered, consumer, makeStage } from './stage.ts';

/** Plays a run on the real clock whose three branches each call back at the same instant. */
async function playThreeAtOnce(faults: Plan['faults'] = []) {
  const target = { url: consumer, method: 'GET', headers: {} };
  const payload = { documentId: 'd', state: 91, stateText: 'ANNOTATED' };
  const time = { now: 0 };
  const stage = makeStage({
    real: time,
    provider: { performStep: async () => ({ callbacks: [{ callback: 'documentState', target, payload }] }) },
  });
  const exchange = stage.space.openExchange('submitDocument');
  await exchange.startRun({
    provider: 'docdigitizer',
    operation: 'submitDocument',
    plan: { ...timelinePlan([{ atMs: 1_000, callback: 'documentState' }]), faults },
    choice: { rule: 'default', because: 'the test says so' },
    resourceId: 'd',
    target,
    warnings: [],
    branches: ['a', 'b', 'c'].map((subject) => ({ trigger: 'submission', subject })),
  });
  exchange.answering();
  await exchange.answered();
  time.now = 1_000;
  for (const timer of [...stage.timers]) timer();
  await expect.poll(() => stage.kinds('run.finished').length).toBe(1);
  const deliveries = await stage.space.store.deliveries.list();
  return { ...stage, deliveries };
}

describe('steps of one run that fall due at the same instant', () => {
  it('number their deliveries consecutively', async () => {
    const { deliveries } = await playThreeAtOnce();
    expect(deliveries.map(({ nth }) => nth).sort()).toEqual([1, 2, 3]);
  });

  it('count their callbacks consecutively, so that the fault of the second strikes one', async () => {
    const second = { fault: 'drop', value: true, on: { nth: 2 }, probability: 1 } as const;
    const { deliveries, sent } = await playThreeAtOnce([second]);
    expect(deliveries.map(({ state }) => state).sort()).toEqual(['delivered', 'delivered', 'dropped']);
    expect(sent).toHaveLength(2);
  });

  it('send a held-back callback once', async () => {
    const first = { fault: 'reorder', value: true, on: { nth: 1 }, probability: 1 } as const;
    const { deliveries, sent } = await playThreeAtOnce([first]);
    expect(deliveries.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
    expect(sent).toHaveLength(3);
  });
});

it.each(Array.from({ length: 12 }, (_, turns) => turns))(
  'a run whose last delivery ends %i turns after a last step without one ends once',
  async (turns) => {
    const target = { url: consumer, method: 'GET', headers: {} };
    const payload = { documentId: 'd', state: 91, stateText: 'ANNOTATED' };
    const time = { now: 0 };
    let answer: () => void = () => undefined;
    let perform: () => void = () => undefined;
    const performing = new Promise<void>((resolve) => {
      perform = resolve;
    });
    const stage = makeStage({
      real: time,
      answer: () => new Promise((resolve) => (answer = () => resolve(answered(200)))),
      provider: {
        performStep: async ({ callback }) => {
          if (callback === undefined) await performing;
          return {
            callbacks: callback === undefined ? [] : [{ callback: 'documentState', target, payload }],
          };
        },
      },
    });
    const exchange = stage.space.openExchange('submitDocument');
    await exchange.startRun({
      provider: 'docdigitizer',
      operation: 'submitDocument',
      plan: timelinePlan([]),
      choice: { rule: 'default', because: 'the test says so' },
      resourceId: 'd',
      target,
      warnings: [],
      branches: [
        { trigger: 'submission', subject: 'calls', steps: [{ atMs: 0, callback: 'documentState' }] },
        { trigger: 'submission', subject: 'silent', steps: [{ atMs: 0 }] },
      ],
    });
    await exchange.answered();
    for (const timer of [...stage.timers]) timer();
    await expect.poll(() => stage.sent.length).toBe(1);
    perform();
    for (let i = 0; i < turns; i++) await Promise.resolve();
    answer();
    for (let i = 0; i < 5; i++) await new Promise(setImmediate);
    expect(stage.kinds('run.finished')).toHaveLength(1);
  },
);
