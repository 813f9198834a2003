import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/core/scenario/plan.ts';
import { timelinePlan } from '../../providers/docdigitizer/support.ts';
import { answered, consumer, makeStage } from './stage.ts';

const target = { url: consumer, method: 'GET', headers: {} };

/** Starts a run with one step, due after a second, on a virtual clock. */
async function begin(stage: ReturnType<typeof makeStage>, faults: Plan['faults'] = []): Promise<string> {
  const exchange = stage.space.openExchange('submitDocument');
  const { id } = await exchange.startRun({
    provider: 'docdigitizer',
    operation: 'submitDocument',
    plan: { ...timelinePlan([{ atMs: 1_000, callback: 'documentState' }]), faults },
    choice: { rule: 'default', because: 'the test says so' },
    resourceId: 'd',
    target,
    warnings: [],
    branches: [{ trigger: 'submission', subject: null }],
  });
  exchange.answering();
  await exchange.answered();
  return id;
}

describe('a step that is interrupted', () => {
  it('by a reset sends no further copy of its callback', async () => {
    const payload = { documentId: 'd', state: 91, stateText: 'ANNOTATED' };
    const stage: ReturnType<typeof makeStage> = makeStage({
      provider: {
        performStep: async () => ({ callbacks: [{ callback: 'documentState', target, payload }] }),
      },
      async answer() {
        await stage.space.reset();
        return answered(200);
      },
    });
    const twice = { fault: 'duplicate', value: { times: 3, gapMs: 0 }, on: {}, probability: 1 } as const;
    await begin(stage, [twice]);
    await stage.space.settle();
    expect(stage.sent).toHaveLength(1);
  });

  it('by a callback that cannot be made ends its run with the reason and without a delivery', async () => {
    const payload = { documentId: 'd', state: 91, stateText: '\ud800' };
    const stage = makeStage({
      provider: {
        performStep: async () => ({ callbacks: [{ callback: 'documentState', target, payload }] }),
      },
    });
    const id = await begin(stage);
    await stage.space.settle();
    const run = await stage.space.store.runs.get(id);
    expect(run).toMatchObject({ deliveryIds: [], openDeliveries: 0, openBranches: 0 });
    expect(run?.warnings).toMatchObject([{ code: 'internal', message: expect.stringContaining('URI') }]);
    expect(stage.kinds('defect')).toHaveLength(1);
    expect(stage.kinds('run.finished')).toHaveLength(1);
  });
});
