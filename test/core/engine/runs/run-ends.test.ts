import { describe, expect, test } from 'vitest';
import { RunEnds } from '../../../../src/core/engine/runs/run-ends.ts';

describe('the queue of ended runs', () => {
  test('gives runs in the order in which they ended, each once', () => {
    const ends = new RunEnds();
    for (const id of ['a', 'b', 'c']) ends.add(id);
    expect([ends.take(), ends.take(), ends.take(), ends.take()]).toEqual(['a', 'b', 'c', undefined]);
  });

  test('orders a run by its last end', () => {
    const ends = new RunEnds();
    for (const id of ['a', 'b', 'a']) ends.add(id);
    expect([ends.take(), ends.take(), ends.take()]).toEqual(['b', 'a', undefined]);
  });

  test('still works after all runs were taken, also for one that ends again after it was taken', () => {
    const ends = new RunEnds();
    ends.add('a');
    expect([ends.take(), ends.take()]).toEqual(['a', undefined]);
    ends.add('a');
    ends.add('b');
    expect([ends.take(), ends.take(), ends.take()]).toEqual(['a', 'b', undefined]);
  });
});
