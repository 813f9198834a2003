import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../../src/core/engine/deliveries/sender.ts';
import { virtualEpoch } from '../../../src/core/engine/time/clock.ts';
import { objectOf } from '../../../src/core/json.ts';
import { answered, consumer, makeStage, retrying } from './stage.ts';

describe('a redelivery', () => {
  it('sends the callback again, as a new delivery of the run', async () => {
    const { space, start, sent } = makeStage({ answer: (n) => answered(n === 1 ? 500 : 200) });
    const runId = await start();
    await space.settle();
    const [failed] = await space.store.deliveries.list();
    const again = await space.redeliver(failed?.id ?? '');
    expect(failed).toMatchObject({ state: 'failed', attempts: { length: 1 } });
    expect(again).toMatchObject({
      state: 'delivered',
      nth: 3,
      callback: { redeliveryOf: failed?.id, runId, url: failed?.callback.url },
    });
    expect(sent[2]?.url).toBe(sent[0]?.url);
    expect(await space.store.runs.get(runId)).toMatchObject({
      openDeliveries: 0,
      deliveryIds: { length: 3 },
    });
  });

  it('of a callback with a fault is sent as the provider would have sent it', async () => {
    const { space, start, sent } = makeStage();
    space.scenarios.queueNext({ scenario: 'docdigitizer/empty-query', times: 1, match: null });
    await start();
    await space.settle();
    const struck = (await space.store.deliveries.list()).find(
      ({ callback }) => objectOf(callback.payload).state === 91,
    );
    expect(sent.at(-1)?.url).toBe(consumer);
    const again = await space.redeliver(struck?.id ?? '');
    expect(sent.at(-1)?.url).toContain('state=91');
    expect(again.attempts).toMatchObject([{ faults: [] }]);
  });

  it('of a pending delivery is a conflict, of an unknown one is not found', async () => {
    const { space, start, sent } = makeStage({ settings: retrying, answer: () => answered(503) });
    await start();
    const { deliveries } = await space.advance(2_000);
    await expect(space.redeliver(deliveries[0]?.id ?? '')).rejects.toMatchObject({
      code: 'resource.conflict',
      status: 409,
    });
    await expect(space.redeliver('nonsense')).rejects.toMatchObject({ code: 'resource.not-found' });
    expect(sent).toHaveLength(1);
  });
});

describe('a callback fired by hand', () => {
  it('is sent now, without a run, and is logged', async () => {
    const { space, sent } = makeStage();
    const delivery = await space.fire({ callback: 'documentState', to: `${consumer}?a=1` });
    expect(delivery).toMatchObject({
      state: 'delivered',
      callback: { runId: null, type: 'docdigitizer.documentState', faults: [] },
    });
    expect(sent).toMatchObject([
      { method: 'GET', url: expect.stringMatching(/cb\?a=1&documentId=.+&state=30&/) },
    ]);
    expect(await space.store.deliveries.get(delivery.id)).toEqual(delivery);
  });

  it('with its own payload is sent unchanged, its violations marked as intended', async () => {
    const { space, sent } = makeStage();
    const payload = { documentId: 'd', state: 'no number', stateText: 'X' };
    const delivery = await space.fire({ callback: 'documentState', to: consumer, method: 'POST', payload });
    expect(sent).toMatchObject([
      { method: 'POST', url: `${consumer}?documentId=d&state=no%20number&stateText=X` },
    ]);
    expect(delivery.callback.violations).not.toEqual([]);
    expect(delivery.callback.faults).toEqual(['override']);
  });

  it.each([
    ['docdigitizer.documentStat', 'docdigitizer.documentState'],
    ['documentstate', 'documentState'],
    ['verfications', 'verifications'],
  ])('of the unknown name %s is refused with the nearest one', async (callback, nearest) => {
    await expect(makeStage().space.fire({ callback, to: consumer })).rejects.toThrow(
      `Did you mean "${nearest}"?`,
    );
  });

  it.each(['cb', '/cb', 'ftp://consumer.test', 'http://'])('to %j is refused', async (to) => {
    const { space, sent, counts } = makeStage();
    await expect(space.fire({ callback: 'documentState', to })).rejects.toMatchObject({
      code: 'request.invalid',
      violations: [{ location: 'body/to' }],
    });
    expect([sent, await counts()]).toEqual([[], [0, 0, 0]]);
  });

  it('by a method that the contract lacks is refused with the ones it has', async () => {
    await expect(
      makeStage().space.fire({ callback: 'documentState', to: consumer, method: 'PUT' }),
    ).rejects.toThrow(/PUT, expected GET or POST/);
  });
});

describe('callbacks fired by hand past the limit of runs', () => {
  it('leave the pending ones in place, and the first one to end is evicted and counted', async () => {
    const statuses = [503, 200, 200, 200];
    const { space, sent } = makeStage({
      settings: { ...retrying, 'limits.runs': 2 },
      answer: (n) => answered(statuses[n - 1] ?? 200),
    });
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await space.fire({ callback: 'documentState', to: consumer })).id);
    const kept = async () => (await space.store.deliveries.list()).map(({ id }) => ids.indexOf(id));
    expect(await kept()).toEqual([0, 2]);
    expect(space.evictedDeliveries).toBe(1);
    await space.settle();
    expect(sent).toHaveLength(4);
    expect(await space.store.deliveries.get(ids[0] ?? '')).toMatchObject({ state: 'delivered' });
    ids.push((await space.redeliver(ids[0] ?? '')).id);
    expect(await kept()).toEqual([0, 3]);
    expect(space.evictedDeliveries).toBe(2);
    await space.reset();
    expect(space.evictedDeliveries).toBe(0);
  });

  it('once ended are evicted as soon as a pending one is made', async () => {
    const { space, counts } = makeStage({
      settings: { ...retrying, 'limits.runs': 2 },
      answer: (n) => answered(n < 3 ? 200 : 503),
    });
    for (let i = 0; i < 3; i++) await space.fire({ callback: 'documentState', to: consumer });
    expect([(await counts())[2], space.evictedDeliveries]).toEqual([2, 1]);
  });

  it('all stay while they are pending, and are evicted as they end', async () => {
    const { space, counts } = makeStage({
      settings: { ...retrying, 'limits.runs': 1 },
      answer: (n) => answered(n <= 3 ? 503 : 200),
    });
    for (let i = 0; i < 3; i++) await space.fire({ callback: 'documentState', to: consumer });
    expect([(await counts())[2], space.evictedDeliveries]).toEqual([3, 0]);
    await space.settle();
    expect([(await counts())[2], space.evictedDeliveries]).toEqual([1, 2]);
  });

  it('are returned once ended even when none is kept', async () => {
    const { space, counts } = makeStage({ settings: { 'limits.runs': 0 } });
    const delivery = await space.fire({ callback: 'documentState', to: consumer });
    expect(delivery).toMatchObject({ state: 'delivered', attempts: { length: 1 } });
    expect([(await counts())[2], space.evictedDeliveries]).toEqual([0, 1]);
  });
});

describe('waiting', () => {
  it('moves a virtual clock on by itself, and plays what falls due', async () => {
    const { space, start, seconds } = makeStage();
    await start();
    await space.wait(5_000);
    expect(space.clock.now()).toBe(virtualEpoch + 5_000);
    expect(seconds()).toEqual([2]);
  });

  it('on a real clock ends when its time has passed', async () => {
    const real = { now: 1_000 };
    const { space, timers } = makeStage({ real });
    let over = false;
    const waiting = space.wait(500).then(() => {
      over = true;
    });
    await expect.poll(() => timers.length).toBe(1);
    expect(over).toBe(false);
    real.now = 1_500;
    timers[0]?.();
    await waiting;
    expect(over).toBe(true);
  });

  it.each(['reset', 'close'] as const)('on a real clock fails on %s', async (end) => {
    const { space, timers } = makeStage({ real: { now: 0 } });
    const waiting = expect(space.wait(500)).rejects.toMatchObject({ code: 'resource.conflict' });
    await expect.poll(() => timers.length).toBe(1);
    await space[end]();
    await waiting;
  });

  it('a real clock cannot be moved', async () => {
    const { space } = makeStage({ real: { now: 0 } });
    await expect(space.advance(1)).rejects.toMatchObject({ code: 'clock.real', status: 409 });
    await expect(space.settle()).rejects.toMatchObject({ code: 'clock.real' });
  });
});

it('closing counts what was not played, and plays nothing more', async () => {
  const { space, start, sent } = makeStage();
  await start();
  await start();
  await space.advance(2_000);
  expect(await space.close()).toEqual({ unplayed: 2 });
  await space.settle();
  expect(sent).toHaveLength(2);
});

it.each(['virtual', 'real'] as const)(
  'closing counts the retry of an attempt that was in flight, on a %s clock',
  async (kind) => {
    const real = { now: 0 };
    let answer: (result: SendResult) => void = () => undefined;
    const { space, start, sent, timers } = makeStage({
      settings: retrying,
      answer: () => new Promise((resolve) => (answer = resolve)),
      ...(kind === 'real' && { real }),
    });
    await start();
    const moving = kind === 'virtual' ? space.advance(2_000) : undefined;
    real.now = 2_000;
    timers[0]?.();
    await expect.poll(() => sent.length).toBe(1);
    const closed = space.close();
    answer(answered(503));
    // The next step, and the retry.
    expect(await closed).toEqual({ unplayed: 2 });
    await moving;
  },
);
