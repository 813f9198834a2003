import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../../src/core/engine/time/clock.ts';
import type { AttemptJob, Job, Schedule } from '../../../../src/core/engine/time/schedule.ts';

/** A schedule under test, and a way to let its time pass. */
export interface ScheduleUnderTest {
  readonly schedule: Schedule;
  readonly clock: Clock;
  /** Lets `ms` pass and resolves when all jobs due by then have been handled. */
  pass(ms: number): Promise<void>;
}

export function job(name: string, due: number): AttemptJob {
  return { kind: 'attempt', due, deliveryId: name };
}

/** The contract suite of `Schedule`, which every implementation runs. */
export function scheduleContract(name: string, make: () => ScheduleUnderTest): void {
  function start(handler?: (played: string) => Promise<void> | void) {
    const under = make();
    const played: { name: string; at: number }[] = [];
    under.schedule.start(async (due: Job) => {
      const name = due.kind === 'attempt' ? due.deliveryId : due.kind;
      played.push({ name, at: under.clock.now() });
      await handler?.(name);
    });
    const from = under.clock.now();
    return { ...under, played, names: () => played.map((p) => p.name), from };
  }

  describe(`the schedule contract: ${name}`, () => {
    test('plays jobs in order of due time, whatever order they came in', async () => {
      const { schedule, pass, names, from } = start();
      for (const ms of [30, 10, 20, 0]) await schedule.add(job(String(ms), from + ms));
      await pass(30);
      expect(names()).toEqual(['0', '10', '20', '30']);
    });

    test('plays jobs with equal due times in order of arrival', async () => {
      const { schedule, pass, names, from } = start();
      for (let i = 0; i < 100; i++) await schedule.add(job(String(i), from + 5));
      await pass(5);
      expect(names()).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
    });

    test('never plays a job early, and each only once', async () => {
      const { schedule, pass, played, names, from } = start();
      await schedule.add(job('a', from + 10));
      await pass(9);
      expect(played).toEqual([]);
      await pass(1);
      await pass(50);
      expect(names()).toEqual(['a']);
      expect(played[0]?.at).toBeGreaterThanOrEqual(from + 10);
    });

    test('plays a job whose due time has passed already', async () => {
      const { schedule, pass, names, from } = start();
      await schedule.add(job('late', from - 1000));
      await pass(0);
      expect(names()).toEqual(['late']);
    });

    test('plays a job that a job adds, when it falls due within the same wait', async () => {
      const under = start(async (name) => {
        if (name === 'first') await under.schedule.add(job('second', under.from + 20));
      });
      await under.schedule.add(job('third', under.from + 30));
      await under.schedule.add(job('first', under.from + 10));
      await under.pass(10);
      await under.pass(20);
      expect(under.names()).toEqual(['first', 'second', 'third']);
    });

    test('counts the waiting jobs', async () => {
      const { schedule, pass, from } = start();
      expect(await schedule.pending()).toBe(0);
      for (const ms of [1, 2, 3]) await schedule.add(job('x', from + ms));
      expect(await schedule.pending()).toBe(3);
      await pass(2);
      expect(await schedule.pending()).toBe(1);
    });

    test('drops the waiting jobs when cleared, and plays later ones', async () => {
      const { schedule, pass, names, from } = start();
      await schedule.add(job('gone', from + 5));
      await schedule.clear();
      expect(await schedule.pending()).toBe(0);
      await schedule.add(job('kept', from + 6));
      await pass(10);
      expect(names()).toEqual(['kept']);
    });

    test('plays nothing more once closed', async () => {
      const { schedule, pass, names, from } = start();
      await schedule.add(job('a', from + 5));
      await schedule.close();
      await pass(10);
      expect(names()).toEqual([]);
    });

    test('keeps a thousand jobs of mixed times in order', async () => {
      const { schedule, pass, played, from } = start();
      const times = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009);
      for (const ms of times) await schedule.add(job(String(ms), from + ms));
      await pass(1010);
      expect(played.map((p) => Number(p.name))).toEqual(times.toSorted((a, b) => a - b));
    });
  });
}
