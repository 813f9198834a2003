import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JobQueue } from '../../../../src/core/engine/time/job-queue.ts';
import type { Job } from '../../../../src/core/engine/time/schedule.ts';

test('the job queue gives jobs by due time, and in order of arrival for equal times, whatever was taken between', () => {
  const turn = fc.oneof(fc.record({ due: fc.integer({ min: 0, max: 9 }) }), fc.constant('take' as const));
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 200 }), (turns) => {
      const queue = new JobQueue();
      const kept: Job[] = [];
      let added = 0;
      for (const each of turns) {
        if (each === 'take') {
          const first = kept.toSorted((a, b) => a.due - b.due)[0];
          expect(queue.firstDue()).toBe(first?.due);
          expect(queue.take()).toBe(first);
          if (first !== undefined) kept.splice(kept.indexOf(first), 1);
        } else {
          const job: Job = { kind: 'wake', due: each.due, waiter: added++ };
          queue.add(job);
          kept.push(job);
        }
        expect(queue.size).toBe(kept.length);
      }
    }),
  );
});
