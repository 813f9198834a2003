import { describe, expect, test } from 'vitest';
import { realClock, virtualClock } from '../../../../src/core/engine/time/clock.ts';
import { createPace } from '../../../../src/core/engine/time/pace.ts';
import { realSchedule } from '../../../../src/core/engine/time/real-schedule.ts';
import type { Job } from '../../../../src/core/engine/time/schedule.ts';
import { virtualTime } from '../../../../src/core/engine/time/time.ts';
import { virtualSchedule } from '../../../../src/core/engine/time/virtual-schedule.ts';
import { machine } from '../machine.ts';
import { job, scheduleContract } from './schedule-contract.ts';

scheduleContract('virtual', () => {
  const clock = virtualClock();
  const schedule = virtualSchedule(clock);
  return { schedule, clock, pass: async (ms) => void (await schedule.advance(ms)) };
});

scheduleContract('real', () => {
  const m = machine();
  const clock = realClock(m.now);
  return { schedule: realSchedule(clock, m.timers), clock, pass: (ms) => m.pass(ms) };
});

scheduleContract('real, at half speed', () => {
  const m = machine();
  const clock = realClock(m.now, 0.5);
  return { schedule: realSchedule(clock, m.timers, 0.5), clock, pass: (ms) => m.pass(ms * 2) };
});

describe('the real schedule', () => {
  test('keeps waiting when its timer fires early', async () => {
    const m = machine();
    const clock = realClock(m.now);
    const schedule = realSchedule(clock, m.timers);
    const at: number[] = [];
    schedule.start(async () => void at.push(clock.now()));
    await schedule.add(job('a', m.now() + 10));
    await m.pass(9);
    m.fireEarly();
    expect(at).toEqual([]);
    await m.pass(1);
    expect(at).toHaveLength(1);
  });

  test('waits for the last fraction of a millisecond turn by turn, since timers have no fractions', async () => {
    const m = machine(1_000_000.25, 0.125);
    const clock = realClock(m.now);
    const schedule = realSchedule(clock, m.timers);
    const at: number[] = [];
    schedule.start(async () => void at.push(clock.now()));
    const due = m.now() + 10.5;
    await schedule.add(job('a', due));
    expect(m.armed()).toEqual([10]);
    await m.pass(11);
    expect(at).toEqual([due]);
    expect(m.turns()).toBe(4);
  });

  test('does not wait by turns while nothing is due within a millisecond', async () => {
    const m = machine();
    const schedule = realSchedule(realClock(m.now), m.timers);
    await schedule.add(job('a', m.now() + 1));
    await schedule.add(job('b', m.now() + 50));
    await m.pass(49);
    expect([m.turns(), m.armed()]).toEqual([0, [49]]);
  });

  test('plays an hour in a minute at speed 60', async () => {
    const m = machine();
    const clock = realClock(m.now, 60);
    const schedule = realSchedule(clock, m.timers, 60);
    let played = 0;
    schedule.start(async () => void played++);
    await schedule.add(job('x', clock.now() + 3_600_000));
    await m.pass(59_999);
    expect(played).toBe(0);
    await m.pass(1);
    expect(played).toBe(1);
  });

  test('keeps one timer, for the first job', async () => {
    const m = machine();
    const schedule = realSchedule(realClock(m.now), m.timers);
    for (const ms of [300, 100, 200]) await schedule.add(job('x', m.now() + ms));
    expect(m.armed()).toEqual([100]);
  });

  test('splits a wait for a distant time', async () => {
    const m = machine();
    const schedule = realSchedule(realClock(m.now), m.timers);
    let played = 0;
    schedule.start(async () => void played++);
    const day = 86_400_000;
    await schedule.add(job('x', m.now() + day));
    expect(m.armed()).toEqual([30_000]);
    await m.pass(day - 1);
    expect(played).toBe(0);
    await m.pass(1);
    expect(played).toBe(1);
  });

  test('plays what fell due while the machine slept, at most 30 s after it woke', async () => {
    const m = machine();
    const schedule = realSchedule(realClock(m.now), m.timers);
    let played = 0;
    schedule.start(async () => void played++);
    await schedule.add(job('x', m.now() + 3_600_000));
    await m.pass(45_000);
    m.sleep(8 * 3_600_000);
    expect(played).toBe(0);
    await m.pass(30_000);
    expect(played).toBe(1);
  });

  test.each([-3_600_000, 3_600_000])(
    'plays a job when its wait is over, even if the time of the machine was set by %i ms',
    async (jump) => {
      const m = machine();
      let set = 0;
      const wall = () => m.now() + set;
      const clock = realClock(wall);
      const schedule = realSchedule(clock, m.timers);
      const played: string[] = [];
      schedule.start(async (due) => void played.push(due.kind === 'attempt' ? due.deliveryId : ''));
      await schedule.add(job('before', clock.now() + 1_000));
      set = jump;
      await schedule.add(job('after', clock.now() + 500));
      await m.pass(499);
      expect(played).toEqual([]);
      await m.pass(1);
      expect(played).toEqual(['after']);
      await m.pass(499);
      expect(played).toEqual(['after']);
      await m.pass(1);
      expect(played).toEqual(['after', 'before']);
    },
  );

  test('keeps jobs with equal due times in order, although its clock has whole milliseconds only', async () => {
    const m = machine(1_000_000.25, 0.125);
    const schedule = realSchedule(
      realClock(() => Math.floor(m.now())),
      m.timers,
    );
    const played: string[] = [];
    schedule.start(async (due) => void played.push(due.kind === 'attempt' ? due.deliveryId : ''));
    for (const name of ['a', 'b', 'c', 'd']) {
      await schedule.add(job(name, 1_000_100));
      await m.pass(0.3);
    }
    await m.pass(200);
    expect(played).toEqual(['a', 'b', 'c', 'd']);
  });

  test('starts at most 100 jobs in one turn', async () => {
    const m = machine();
    const schedule = realSchedule(realClock(m.now), m.timers);
    let played = 0;
    schedule.start(async () => void played++);
    for (let i = 0; i < 250; i++) await schedule.add(job(String(i), m.now()));
    m.fireEarly();
    expect(played).toBe(100);
    m.fireEarly();
    m.fireEarly();
    expect(played).toBe(250);
  });

  test('starts a job while an earlier one is running', async () => {
    const m = machine();
    const schedule = realSchedule(realClock(m.now), m.timers);
    const started: string[] = [];
    schedule.start((due) => {
      started.push(due.kind === 'attempt' ? due.deliveryId : '');
      return new Promise(() => undefined);
    });
    await schedule.add(job('slow', m.now() + 1));
    await schedule.add(job('next', m.now() + 2));
    await m.pass(2);
    expect(started).toEqual(['slow', 'next']);
  });

  test('is busy while a job waits or its handler runs', async () => {
    const m = machine();
    const schedule = realSchedule(realClock(m.now), m.timers);
    let end: () => void = () => undefined;
    schedule.start(() => new Promise((resolve) => (end = resolve)));
    expect(await schedule.isBusy()).toBe(false);
    await schedule.add(job('a', m.now() + 5));
    expect(await schedule.isBusy()).toBe(true);
    await m.pass(5);
    expect([await schedule.pending(), await schedule.isBusy()]).toEqual([0, true]);
    end();
    await expect.poll(() => schedule.isBusy()).toBe(false);
  });

  test('close waits for the running handlers', async () => {
    const m = machine();
    const schedule = realSchedule(realClock(m.now), m.timers);
    let end: () => void = () => undefined;
    schedule.start(() => new Promise((resolve) => (end = resolve)));
    await schedule.add(job('a', m.now()));
    await m.pass(0);
    let closed = false;
    const closing = schedule.close().then(() => (closed = true));
    await Promise.resolve();
    expect(closed).toBe(false);
    end();
    await closing;
    expect(closed).toBe(true);
  });
});

describe('the virtual schedule', () => {
  function make() {
    const clock = virtualClock(0);
    return { clock, schedule: virtualSchedule(clock) };
  }

  test('pauses while a handler runs', async () => {
    const { clock, schedule } = make();
    const seen: number[] = [];
    schedule.start(async () => {
      seen.push(clock.now());
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(clock.now());
    });
    await schedule.add(job('a', 10));
    await schedule.add(job('b', 20));
    await schedule.advance(100);
    expect(seen).toEqual([10, 10, 20, 20]);
    expect(clock.now()).toBe(100);
  });

  test('is never busy, since nothing happens by itself', async () => {
    const { schedule } = make();
    await schedule.add(job('a', 10));
    expect(await schedule.isBusy()).toBe(false);
  });

  test('settle ends at the last job and reports that nothing is left', async () => {
    const { schedule } = make();
    await schedule.add(job('a', 3_600_000));
    expect(await schedule.settle()).toEqual({ now: 3_600_000, jobs: 1, pending: 0, bound: null });
  });

  test('settle with nothing to do does not move the clock', async () => {
    const { schedule } = make();
    expect(await schedule.settle()).toEqual({ now: 0, jobs: 0, pending: 0, bound: null });
  });

  test('settle reports jobs that wait beyond its horizon', async () => {
    const { schedule } = make();
    await schedule.add(job('near', 1));
    await schedule.add(job('far', 31 * 86_400_000));
    expect(await schedule.settle()).toEqual({ now: 1, jobs: 1, pending: 1, bound: 'horizon' });
  });

  test('settle reports a loop of jobs that reaches its limit', async () => {
    const { clock, schedule } = make();
    schedule.start((due) => schedule.add({ ...due, due: clock.now() }));
    await schedule.add(job('again', 1));
    expect(await schedule.settle({ maxJobs: 50 })).toMatchObject({ jobs: 50, pending: 1, bound: 'count' });
  });

  test('a horizon of 0 plays what is due now', async () => {
    const { schedule } = make();
    await schedule.add(job('now', 0));
    await schedule.add(job('later', 1));
    expect(await schedule.settle({ horizonMs: 0 })).toMatchObject({ jobs: 1, pending: 1, bound: 'horizon' });
  });

  test('concurrent moves run one after another', async () => {
    const { clock, schedule } = make();
    await Promise.all([schedule.advance(5), schedule.advance(5)]);
    expect(clock.now()).toBe(10);
  });

  test('a handler may move the clock', async () => {
    const { clock, schedule } = make();
    const order: string[] = [];
    schedule.start(async (due) => {
      const name = due.kind === 'attempt' ? due.deliveryId : '';
      order.push(`${name}@${clock.now()}`);
      if (name === 'a') await schedule.advanceWithin(50);
    });
    for (const [name, at] of [
      ['a', 10],
      ['b', 20],
      ['c', 100],
    ] as const)
      await schedule.add(job(name, at));
    await schedule.advance(200);
    expect(order).toEqual(['a@10', 'b@20', 'c@100']);
    expect(clock.now()).toBe(200);
  });
});

describe('a move of the virtual clock that a reset interrupts', () => {
  /** A schedule whose job `old`, due at 10, ends it and adds `new`, due at 20, to its successor. */
  async function make() {
    const time = virtualTime(0);
    const [schedule, next] = [time.createSchedule(), time.createSchedule()];
    const played: string[] = [];
    const play = (due: Job) => void played.push(due.kind === 'attempt' ? due.deliveryId : '');
    schedule.start(async (due) => {
      play(due);
      await schedule.clear();
      void schedule.close();
      await next.add(job('new', 20));
    });
    next.start(async (due) => play(due));
    await schedule.add(job('old', 10));
    await schedule.add(job('never', 15));
    return { schedule, next, clock: time.clock, played };
  }

  test.each(['advance', 'advanceWithin'] as const)(
    '%s plays nothing that was added afterward, and does not move the clock further',
    async (move) => {
      const { schedule, next, clock, played } = await make();
      expect(await schedule[move](100)).toEqual({ now: 10, jobs: 1, pending: 0, bound: null });
      expect([played, clock.now(), await next.pending()]).toEqual([['old'], 10, 1]);
    },
  );

  test.each([{}, { maxJobs: 1 }, { horizonMs: 10 }])(
    'settle(%o) plays nothing that was added afterward, and reports that it reached no limit',
    async (limits) => {
      const { schedule, next, clock, played } = await make();
      expect(await schedule.settle(limits)).toEqual({ now: 10, jobs: 1, pending: 0, bound: null });
      expect([played, clock.now(), await next.pending()]).toEqual([['old'], 10, 1]);
    },
  );

  test('is followed by moves that play what was added', async () => {
    const { schedule, next, played } = await make();
    await schedule.settle();
    expect(await next.settle()).toEqual({ now: 20, jobs: 1, pending: 0, bound: null });
    expect(played).toEqual(['old', 'new']);
  });

  test.each(['advance', 'settle'] as const)(
    'and a further %s requested before the reset plays nothing either',
    async (move) => {
      const { schedule, next, clock, played } = await make();
      const further = () => (move === 'settle' ? schedule.settle() : schedule.advance(100));
      const [, second] = await Promise.all([schedule.settle(), further()]);
      expect(second).toEqual({ now: 10, jobs: 0, pending: 0, bound: null });
      expect([played, clock.now(), await next.pending()]).toEqual([['old'], 10, 1]);
    },
  );
});

describe('the end of a virtual clock', () => {
  const start = Date.UTC(9999, 11, 31, 23, 59);
  const make = () => {
    const time = virtualTime(start);
    const schedule = time.createSchedule();
    const played: string[] = [];
    schedule.start(async (due) => void played.push(due.kind === 'attempt' ? due.deliveryId : ''));
    return { time, clock: time.clock, schedule, played };
  };

  test('is the latest time that it can be moved to; a move past it changes nothing', async () => {
    const { clock, schedule, played } = make();
    await schedule.add(job('a', start + 1_000));
    for (const move of [schedule.advance(60_000), schedule.advanceWithin(60_000)])
      await expect(move).rejects.toMatchObject({ code: 'clock.end', status: 409 });
    expect([clock.now(), played]).toEqual([start, []]);
    await schedule.advance(59_999);
    expect([clock.now(), played]).toEqual([start + 59_999, ['a']]);
  });

  test('is the latest time that it settles at', async () => {
    const { clock, schedule, played } = make();
    await schedule.add(job('a', start + 59_999));
    await schedule.add(job('b', start + 60_000));
    expect(await schedule.settle()).toMatchObject({ jobs: 1, pending: 1, bound: 'horizon' });
    expect([clock.now(), played]).toEqual([start + 59_999, ['a']]);
  });

  test('no longer applies to the next schedule, which starts earlier', async () => {
    const { time, clock, schedule } = make();
    await schedule.advance(59_999);
    time.createSchedule();
    expect(clock.now()).toBe(start);
  });
});

describe('a move of a virtual clock', () => {
  const busy = async (count: number, handle: (n: number) => void) => {
    const clock = virtualClock();
    let turns = 0;
    let now = 0;
    const pace = createPace(
      () => now++ * 0.2,
      (callback) => {
        turns++;
        queueMicrotask(callback);
      },
    );
    const schedule = virtualSchedule(clock, pace);
    let played = 0;
    schedule.start(async () => handle(++played));
    for (let i = 0; i < count; i++) await schedule.add(job(String(i), clock.now() + 1_000));
    return { schedule, clock, turns: () => turns, played: () => played };
  };

  test('yields to other work every 5 ms', async () => {
    const { schedule, turns } = await busy(1_000, () => undefined);
    await schedule.settle();
    expect(turns()).toBeGreaterThan(35);
    expect(turns()).toBeLessThan(45);
  });

  test.each(['settle', 'advance'] as const)(
    'by %s stops where it is once its caller has disconnected',
    async (how) => {
      const caller = new AbortController();
      const { schedule, clock, played } = await busy(100, (n) => n === 7 && caller.abort());
      const begun = clock.now();
      const moved =
        how === 'settle'
          ? await schedule.settle({}, caller.signal)
          : await schedule.advance(60_000, caller.signal);
      expect(moved).toMatchObject({ jobs: 7, pending: 93 });
      expect(clock.now()).toBe(begun + 1_000);
      expect(played()).toBe(7);
    },
  );
});
