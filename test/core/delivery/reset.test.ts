import { describe, expect, it } from 'vitest';

import { timelinePlan } from '../../providers/docdigitizer/support.ts';
import { answered, consumer, makeStage } from './stage.ts';

const conflict = expect.objectContaining({
  code: 'resource.conflict',
  message: expect.stringMatching(/^Failed to take the request to submitDocument: the space "a" was reset/),
});

describe('a request that a reset overtakes', () => {
  it('can start no run', async () => {
    const { space, counts } = makeStage();
    const { context } = space.openExchange('submitDocument');
    await space.reset();
    const order = {
      provider: 'docdigitizer',
      operation: 'submitDocument',
      plan: timelinePlan([]),
      choice: { rule: 'default', because: 'the test says so' },
      resourceId: 'd',
      target: null,
      warnings: [],
      branches: [{ trigger: 'submission', subject: null }],
    } as const;
    await expect(context.startRun(order)).rejects.toEqual(conflict);
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('can start no branch of the run that has got the same id since', async () => {
    const { space, submit } = makeStage();
    const { runId } = await submit();
    const { context } = space.openExchange('submitDocument');
    await space.reset();
    expect((await submit()).runId).toBe(runId);
    const before = await space.store.runs.get(runId);
    await expect(context.startBranches(runId, [{ trigger: 'late', subject: null }])).rejects.toEqual(
      conflict,
    );
    expect(await space.store.runs.get(runId)).toEqual(before);
  });

  it('waits in vain', async () => {
    const { space, start, sent } = makeStage({
      async answer() {
        await space.reset();
        return answered(200);
      },
    });
    await start();
    const { context } = space.openExchange('submitDocument');
    await expect(context.wait(5_000)).rejects.toEqual(conflict);
    expect(sent).toMatchObject([{ url: expect.stringContaining(consumer) }]);
  });
});
