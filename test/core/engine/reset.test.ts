import { describe, expect, it } from 'vitest';
import type { Collection, Resource } from '../../../src/core/engine/records.ts';
import type { Run } from '../../../src/core/engine/runs/run.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { makeFile, makeRequest, timelinePlan } from '../../providers/docdigitizer/support.ts';
import { answered, consumer, makeStage } from './stage.ts';

const conflict = expect.objectContaining({
  code: 'resource.conflict',
  message: expect.stringMatching(/^Could not accept the request to submitDocument: the space "a" was reset/),
});

describe('a request that a reset overtakes', () => {
  it('cannot start a run', async () => {
    const { space, counts } = makeStage();
    const context = space.openExchange('submitDocument');
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

  it('is not carried out', async () => {
    const { space } = makeStage();
    const exchange = space.openExchange('submitDocument');
    await space.reset();
    let isCarriedOut = false;
    const operation = async (): Promise<{ status: number }> => {
      isCarriedOut = true;
      return { status: 200 };
    };
    await expect(exchange.perform(operation, makeRequest('submitDocument'))).rejects.toEqual(conflict);
    expect(isCarriedOut).toBe(false);
  });

  it('gets a conflict, whatever else its operation would report', async () => {
    const { space } = makeStage();
    const exchange = space.openExchange('submitDocument');
    const operation = async (): Promise<never> => {
      await space.reset();
      throw new TypeError('a record is gone');
    };
    await expect(exchange.perform(operation, makeRequest('submitDocument'))).rejects.toEqual(conflict);
  });

  it('does not put the order that it took back in the queue', async () => {
    const { space } = makeStage();
    space.scenarios.queueNext({ scenario: 'docdigitizer/rejected', times: 1, match: null });
    const exchange = space.openExchange('submitDocument');
    const request = makeRequest('submitDocument', { files: [makeFile()], body: { callbackUrl: consumer } });
    await docdigitizer.operations.submitDocument?.(request, exchange);
    await space.reset();
    await exchange.abandon();
    expect(space.scenarios.queue()).toEqual([]);
  });

  it('cannot start a branch of the run that now has its id', async () => {
    const { space, submit } = makeStage();
    const { runId } = await submit();
    const context = space.openExchange('submitDocument');
    await space.reset();
    expect((await submit()).runId).toBe(runId);
    const before = await space.store.runs.get(runId);
    await expect(context.startBranches(runId, [{ trigger: 'late', subject: null }])).rejects.toEqual(
      conflict,
    );
    expect(await space.store.runs.get(runId)).toEqual(before);
  });

  it('stops waiting with an error', async () => {
    const { space, start, sent } = makeStage({
      async answer() {
        await space.reset();
        return answered(200);
      },
    });
    await start();
    const context = space.openExchange('submitDocument');
    await expect(context.wait(5_000)).rejects.toEqual(conflict);
    expect(sent).toMatchObject([{ url: expect.stringContaining(consumer) }]);
  });
});

describe('a reset', () => {
  it('removes the scripts and the queued orders of the space', async () => {
    const { space } = makeStage();
    const { scenario, plan } = space.scenarios.get('docdigitizer/rejected');
    space.scenarios.put([
      { ...scenario, name: 'mine' },
      { ...scenario, seed: 7 },
    ]);
    space.scenarios.delete('docdigitizer/error');
    space.scenarios.queueNext({ scenario: 'docdigitizer/mine', times: 2, match: null });
    await space.reset();
    expect(space.scenarios.queue()).toEqual([]);
    expect(space.scenarios.get('docdigitizer/rejected').plan).toEqual(plan);
    expect(() => space.scenarios.get('docdigitizer/mine')).toThrow('there is none of that name');
    expect(space.scenarios.get('docdigitizer/error').scenario.name).toBe('error');
  });

  it.each(['runs', 'resources'] as const)('stops an eviction that is reading %s', async (collection) => {
    const { space, start } = makeStage();
    await start();
    await space.settle();
    const reading = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const records: Pick<Collection<Run | Resource>, 'get'> = space.store[collection];
    const get = records.get.bind(records);
    records.get = async (id) => {
      asked.resolve();
      await reading.promise;
      return get(id);
    };
    const evicting = space.memory.evictOldest();
    await asked.promise;
    records.get = get;
    await space.reset();
    // The ids are the same as before.
    await start();
    await space.settle();
    reading.resolve();
    await evicting;
    const { resources, runs, deliveries } = space.store;
    expect([await runs.count(), await resources.count()]).toEqual([1, 1]);
    expect((await deliveries.list()).length).toBe(2);
    expect(space.evictedRuns).toBe(0);
  });

  it('empties the inboxes', async () => {
    const { space } = makeStage();
    await space.store.inbox.put({ id: 'a-1', url: '/', headers: {}, body: '' } as never);
    await space.reset();
    expect(await space.store.inbox.count()).toBe(0);
  });

  it('restores the original settings', async () => {
    const { space } = makeStage();
    space.configure({ 'docdigitizer.finalTime': '1h' });
    await space.reset();
    expect(space.settings['docdigitizer.finalTime']).toBe(10_000);
  });

  it('frees the memory of scripts and their plans', async () => {
    const { space } = makeStage();
    const { scenario } = space.scenarios.get('docdigitizer/error');
    space.configure({ 'limits.jsonDepth': 19 });
    space.scenarios.get('docdigitizer/error');
    space.scenarios.put([{ ...scenario, name: 'own' }]);
    space.scenarios.get('docdigitizer/own');
    expect(space.memory.bytes).toBeGreaterThan(0);
    await space.reset();
    expect(space.memory.bytes).toBe(0);
  });

  it('restarts the count of requests that API faults strike', async () => {
    const { space, submit } = makeStage();
    const submitTwice = async () => {
      space.scenarios.queueNext({ scenario: 'docdigitizer/unavailable-provider', times: 9, match: null });
      for (let n = 0; n < 2; n++)
        await expect(submit()).rejects.toThrow('in place of the provider: status 503');
    };
    await submitTwice();
    await expect(submit()).resolves.toBeDefined();
    await space.reset();
    await submitTwice();
  });
});
