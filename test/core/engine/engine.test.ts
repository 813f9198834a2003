import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../../src/core/engine/deliveries/sender.ts';
import { virtualEpoch } from '../../../src/core/engine/time/clock.ts';
import type { Provider, StepContext, StepEffect } from '../../../src/core/provider/provider.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { docdigitizer } from '../../../src/providers/docdigitizer/docdigitizer.ts';
import { makeFile, makeRequest, timelinePlan } from '../../providers/docdigitizer/support.ts';
import { answered, consumer, makeStage, retrying } from './stage.ts';

describe('a submission', () => {
  it('is called back only after its response is flushed, and its times count from then', async () => {
    const { space, submit, sent, seconds } = makeStage({
      settings: { 'docdigitizer.machineLearningTime': '0s' },
    });
    const { flush } = await submit();
    let settled = false;
    const move = space.settle().then(() => {
      settled = true;
    });
    await new Promise(setImmediate);
    expect([sent.length, settled]).toEqual([0, false]);
    await flush();
    await move;
    expect(seconds()).toEqual([0, 10]);
  });

  it('starts nothing when its response was never sent', async () => {
    const { space, sent } = makeStage();
    const exchange = space.openExchange('submitDocument');
    const request = makeRequest('submitDocument', { files: [makeFile()], body: { callbackUrl: consumer } });
    await docdigitizer.operations.submitDocument?.(request, exchange);
    await space.settle();
    expect(sent).toEqual([]);
  });

  it('plays on the virtual clock in order of due time, each step at its time', async () => {
    const { space, start, seconds, sent } = makeStage();
    await start();
    await space.advance(1_000);
    await start();
    const { now, jobs, pending, bound } = await space.settle();
    expect(seconds()).toEqual([2, 3, 10, 11]);
    expect([now - virtualEpoch, jobs, pending, bound]).toEqual([11_000, 4, 0, null]);
    expect(new Set(sent.map(({ method }) => method))).toEqual(new Set(['GET']));
  });
});

describe('retries', () => {
  it('are timed from the virtual now of each attempt', async () => {
    const { space, start, seconds } = makeStage({ settings: retrying, answer: () => answered(503) });
    await start();
    await space.settle();
    expect(seconds()).toEqual([2, 3, 10, 11, 1_803, 1_811, 5_403, 5_411]);
  });

  it('do not move the clock while an attempt is in flight', async () => {
    let release: (result: SendResult) => void = () => undefined;
    const held = new Promise<SendResult>((resolve) => {
      release = resolve;
    });
    const { space, start, sent } = makeStage({ answer: (n) => (n === 1 ? held : answered(200)) });
    await start();
    const move = space.advance(60_000);
    await expect.poll(() => sent.length).toBe(1);
    expect(space.clock.now()).toBe(virtualEpoch + 2_000);
    release(answered(200));
    await move;
    expect(space.clock.now()).toBe(virtualEpoch + 60_000);
  });
});

describe('a request that fails after it has made a run', () => {
  async function failed(scenario: string) {
    const stage = makeStage();
    const { space } = stage;
    space.scenarios.queueNext({ scenario, times: 1, match: null });
    const exchange = space.openExchange('submitDocument');
    const request = makeRequest('submitDocument', { files: [makeFile()], body: { callbackUrl: consumer } });
    await docdigitizer.operations.submitDocument?.(request, exchange);
    await exchange.playEarly();
    await exchange.abandon();
    return stage;
  }

  it('removes the run, and puts its order back in the queue', async () => {
    const { space, counts, sent } = await failed('docdigitizer/rejected');
    expect((await counts()).slice(1)).toEqual([0, 0]);
    expect(space.scenarios.queue()).toMatchObject([{ scenario: 'docdigitizer/rejected', times: 1 }]);
    await space.settle();
    expect(sent).toEqual([]);
  });

  it('keeps the run when some of its callbacks have left already', async () => {
    const { counts, sent } = await failed('docdigitizer/early-state');
    expect(sent).toHaveLength(1);
    expect((await counts()).slice(1)).toEqual([1, 1]);
  });
});

it('the random choices of a run depend on the seed of its scenario, or else on that of the space', async () => {
  const drawn: number[] = [];
  const perform: Provider['performStep'] = async (_, moment) => {
    drawn.push(moment.random('label').float());
    return { callbacks: [] };
  };
  const { space, start } = makeStage({ provider: { performStep: perform } });
  const { scenario } = space.scenarios.get('docdigitizer/annotated');
  space.scenarios.put([{ ...scenario, name: 'mine', seed: 7 }]);
  space.scenarios.queueNext({ scenario: 'docdigitizer/mine', times: 1, match: null });
  for (let i = 0; i < 2; i++) {
    await start();
    await space.settle();
  }
  const [own, ofSpace] = [7, 1].map((seed) => seededRandom(seed).stream('label').float());
  expect(drawn).toEqual([own, own, ofSpace, ofSpace]);
});

it('the deliveries of a run are numbered consecutively, copies included', async () => {
  const { space, start } = makeStage();
  space.scenarios.queueNext({ scenario: 'docdigitizer/duplicate-final', times: 1, match: null });
  await start();
  await space.settle();
  const deliveries = await space.store.deliveries.list();
  expect(deliveries.map(({ nth, copy }) => [nth, copy])).toEqual([
    [1, 1],
    [2, 1],
    [3, 2],
  ]);
});

it('a rule of one provider does not apply to callbacks of another', async () => {
  const { space, start } = makeStage({ settings: { 'informed.strict': true } });
  await start();
  const { deliveries } = await space.settle();
  expect(deliveries.map(({ attempts }) => attempts.map(({ violations }) => violations))).toEqual([
    [[]],
    [[]],
  ]);
});

it('a move does not wait for an unread response that starts nothing', async () => {
  const { space, start, seconds } = makeStage();
  await start();
  space.openExchange('getDocument').answering();
  await space.settle();
  expect(seconds()).toEqual([2, 10]);
});

it('a move reports exactly the deliveries that it touched', async () => {
  const { space, start } = makeStage({ settings: retrying, answer: (n) => answered(n === 1 ? 503 : 200) });
  await start();
  expect((await space.advance(1_000)).deliveries).toEqual([]);
  const first = await space.advance(1_000);
  expect(first.deliveries).toMatchObject([
    { state: 'pending', attempts: [{ statusCode: 503 }], callback: { payload: { state: 30 } } },
  ]);
  const second = await space.settle();
  expect(second.deliveries).toMatchObject([
    { id: first.deliveries[0]?.id, state: 'delivered', attempts: { length: 2 } },
    { state: 'delivered', callback: { payload: { state: 91 } } },
  ]);
});

it('a run whose last callback is dropped finishes with one event', async () => {
  const { space, kinds } = makeStage();
  const exchange = space.openExchange('submitDocument');
  const request = makeRequest('submitDocument', {
    files: [makeFile()],
    body: { callbackUrl: consumer },
    headers: { authorization: 'Bearer a-token', 'x-ringback-scenario': 'lost-final' },
  });
  await docdigitizer.operations.submitDocument?.(request, exchange);
  await exchange.answered();
  await space.settle();
  expect([kinds('delivery.dropped'), kinds('run.finished')].map(({ length }) => length)).toEqual([1, 1]);
});

describe('a reset', () => {
  it('during an attempt in flight leaves no trace of the attempt', async () => {
    let release: (result: SendResult) => void = () => undefined;
    const held = new Promise<SendResult>((resolve) => {
      release = resolve;
    });
    const { space, start, sent, counts, kinds } = makeStage({ settings: retrying, answer: () => held });
    await start();
    const move = space.advance(2_000);
    await expect.poll(() => sent.length).toBe(1);
    await space.reset();
    release(answered(503));
    await move;
    await space.settle();
    expect(await counts()).toEqual([0, 0, 0]);
    expect(await space.pending()).toBe(0);
    expect(sent).toHaveLength(1);
    expect([kinds('attempt.ended'), kinds('defect')]).toEqual([[], []]);
  });

  it('does not record the response to an earlier attempt on a delivery that now has its id', async () => {
    const release: ((result: SendResult) => void)[] = [];
    const { space } = makeStage({ answer: () => new Promise((resolve) => release.push(resolve)) });
    const order = { callback: 'documentState', to: consumer };
    const before = space.fire(order);
    await expect.poll(() => release.length).toBe(1);
    const [old] = await space.store.deliveries.list();
    await space.reset();
    const after = space.fire(order);
    await expect.poll(() => release.length).toBe(2);
    release[0]?.(answered(503));
    await before;
    const [fresh] = await space.store.deliveries.list();
    expect(fresh).toMatchObject({ id: old?.id, state: 'pending', attempts: [] });
    release[1]?.(answered(200));
    expect(await after).toMatchObject({ state: 'delivered', attempts: [{ statusCode: 200 }] });
  });

  it('before a response is flushed prevents its runs', async () => {
    const { space, submit, sent, counts } = makeStage();
    const { flush } = await submit();
    await space.reset();
    await flush();
    await space.settle();
    expect([sent, await counts()]).toEqual([[], [0, 0, 0]]);
  });

  it('during a move leaves what begins afterward to later moves', async () => {
    const release: ((result: SendResult) => void)[] = [];
    const { space, start, sent, seconds } = makeStage({
      answer: () => new Promise((resolve) => release.push(resolve)),
    });
    await start();
    const move = space.settle();
    await expect.poll(() => sent.length).toBe(1);
    await space.reset();
    await start();
    release[0]?.(answered(200));
    expect(await move).toMatchObject({ now: virtualEpoch + 2_000, pending: 1, bound: null, deliveries: [] });
    expect(seconds()).toEqual([2]);
  });

  it('a clock move that waits for a response is canceled', async () => {
    const { space, submit, start, sent } = makeStage();
    const { flush } = await submit();
    const move = space.settle();
    await space.reset();
    await start();
    await flush();
    expect(await move).toEqual({ now: virtualEpoch, jobs: 0, pending: 1, bound: null, deliveries: [] });
    expect([sent, space.clock.now()]).toEqual([[], virtualEpoch]);
  });

  it('gives the same ids again, and the original settings', async () => {
    const { space, start } = makeStage({ settings: { 'docdigitizer.finalTime': '5s' } });
    const before = await start();
    space.configure({ 'docdigitizer.finalTime': '7s' });
    await space.reset();
    expect(await start()).toBe(before);
    expect(space.settings['docdigitizer.finalTime']).toBe(5_000);
  });
});

describe('past the limit of runs', () => {
  it('the oldest ended run is evicted and counted, with its resources and deliveries', async () => {
    const { space, submit, counts, kinds } = makeStage({ settings: { 'limits.runs': 2 } });
    const runIds: string[] = [];
    for (let i = 0; i < 4; i++) {
      const { runId, flush } = await submit('annotateDocument');
      await flush();
      await space.settle();
      runIds.push(runId);
    }
    // A document and its task for each run, and three deliveries.
    expect(await counts()).toEqual([4, 2, 6]);
    expect((await space.store.runs.list()).map(({ id }) => id)).toEqual(runIds.slice(2));
    expect(space.evictedRuns).toBe(2);
    expect(kinds('run.evicted').map((event) => 'runId' in event && event.runId)).toEqual(runIds.slice(0, 2));
    await space.reset();
    expect(space.evictedRuns).toBe(0);
  });

  it('a run that went on and ended again counts from its last end', async () => {
    const { space, start } = makeStage({ settings: { 'limits.runs': 2 } });
    const first = await start();
    await space.settle();
    const second = await start();
    await space.settle();
    const [delivery] = await space.store.deliveries.list();
    expect(delivery?.callback.runId).toBe(first);
    await space.redeliver(delivery?.id ?? '');
    const third = await start();
    expect((await space.store.runs.list()).map(({ id }) => id)).toEqual([first, third]);
    expect(await space.store.runs.get(second)).toBeUndefined();
  });

  it('a run that ended and plays again stays until it has ended again', async () => {
    const statuses = [200, 200, 503];
    const settings = { ...retrying, 'limits.runs': 1 };
    const { space, start } = makeStage({ settings, answer: (n) => answered(statuses[n - 1] ?? 200) });
    const first = await start();
    await space.settle();
    const [delivery] = await space.store.deliveries.list();
    expect(await space.redeliver(delivery?.id ?? '')).toMatchObject({ state: 'pending' });
    const second = await start();
    expect((await space.store.runs.list()).map(({ id }) => id)).toEqual([first, second]);
    expect(space.evictedRuns).toBe(0);
    await space.settle();
    expect([await space.store.runs.count(), space.evictedRuns]).toEqual([1, 1]);
  });

  it('a run that is still playing stays', async () => {
    const { space, start, counts } = makeStage({ settings: { 'limits.runs': 1 } });
    for (let i = 0; i < 3; i++) await start();
    expect((await counts())[1]).toBe(3);
    await space.settle();
    expect([(await counts())[1], space.evictedRuns]).toEqual([1, 2]);
  });
});

describe('many runs that end at the same moment', () => {
  /** Lets 40 runs end at the same time on the real clock. */
  async function endMany(limit: number, provider: Partial<Provider> = {}) {
    const stage = makeStage({ real: { now: 0 }, settings: { 'limits.runs': limit }, provider });
    for (let i = 0; i < 40; i++) await stage.start();
    await stage.passTo(2_000);
    await stage.passTo(10_000);
    return stage;
  }

  it.each([0, 1, 7, 39, 40])('leave as many as a limit of %i allows', async (limit) => {
    const { space, kinds, counts } = await endMany(limit);
    expect(kinds('run.finished')).toHaveLength(40);
    expect(await counts()).toEqual([limit, limit, 2 * limit]);
    expect(space.evictedRuns).toBe(40 - limit);
  });

  it('concurrent starts make room for all of them', async () => {
    const { space, start } = await endMany(45);
    await Promise.all(Array.from({ length: 20 }, start));
    expect([await space.store.runs.count(), space.evictedRuns]).toEqual([45, 15]);
  });

  it('are evicted after one whose eviction failed', async () => {
    let asked = 0;
    const owned: Provider['dependentResources'] = (resource) => {
      if (++asked === 1) throw new Error('out of luck');
      return docdigitizer.dependentResources(resource);
    };
    const { space, kinds } = await endMany(7, { dependentResources: owned });
    expect(kinds('defect')).toHaveLength(1);
    expect([await space.store.runs.count(), space.evictedRuns]).toEqual([7, 33]);
  });
});

describe('a provider', () => {
  it('that fails at a step leaves a warning on the run, and the run continues', async () => {
    let steps = 0;
    const perform = async (...call: Parameters<Provider['performStep']>): Promise<StepEffect> => {
      if (++steps === 1) throw new Error('out of luck');
      return docdigitizer.performStep(...call);
    };
    const { space, start, seconds, kinds } = makeStage({ provider: { performStep: perform } });
    const runId = await start();
    await space.settle();
    expect(seconds()).toEqual([10]);
    expect((await space.store.runs.get(runId))?.warnings).toMatchObject([
      { location: 'timeline/submission', code: 'internal', message: expect.stringContaining('out of luck') },
    ]);
    expect(kinds('defect')).toHaveLength(1);
    expect(kinds('run.finished')).toHaveLength(1);
  });
});

describe('a branch that is restarted', () => {
  const choice = { rule: 'default', because: 'the test says so' } as const;
  const target = { url: consumer, method: 'GET', headers: {} };
  const step = (atMs: number) => ({ atMs, callback: 'documentState' });
  const payload = { documentId: 'd', state: 91, stateText: 'ANNOTATED' };

  /** Starts a run of two branches: `restarting`, whose steps restart `quiet`, and `quiet`, which calls back. */
  async function play(restartingAt: readonly number[], quietAt: readonly number[]) {
    const perform = async (_step: unknown, { branch }: StepContext): Promise<StepEffect> =>
      branch.trigger === 'restarting'
        ? { callbacks: [], restart: [{ trigger: 'quiet', subject: null }] }
        : { callbacks: [{ callback: 'documentState', target, payload }] };
    const stage = makeStage({ provider: { performStep: perform } });
    const steps = { restarting: restartingAt.map(step), quiet: quietAt.map(step) };
    const plan = { ...timelinePlan([]), triggers: steps };
    const exchange = stage.space.openExchange('submitDocument');
    const branches = ['restarting', 'quiet'].map((trigger) => ({ trigger, subject: null }));
    await exchange.startRun({
      provider: 'docdigitizer',
      operation: 'submitDocument',
      plan,
      choice,
      resourceId: 'd',
      target,
      warnings: [],
      branches,
    });
    exchange.answering();
    await exchange.answered();
    await stage.space.settle();
    const [run] = await stage.space.store.runs.list();
    return { seconds: stage.seconds(), run, finished: stage.kinds('run.finished').length };
  }

  it('voids the steps of the earlier start', async () => {
    const { seconds, run, finished } = await play([2_000], [3_000]);
    expect(seconds).toEqual([5]);
    expect(run?.branches[1]).toMatchObject({ starts: 2, stepsDone: 1 });
    expect(finished).toBe(1);
  });

  it('voids a step that is due at the same instant', async () => {
    expect((await play([3_000], [3_000])).seconds).toEqual([6]);
  });

  it('voids them every time, whatever was played before', async () => {
    expect((await play([2_000, 4_000], [1_000, 3_000])).seconds).toEqual([1, 3, 5, 7]);
  });
});
