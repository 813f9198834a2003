import { describe, expect, test } from 'vitest';
import { RunEnds } from '../../../../src/core/engine/runs/run-ends.ts';

describe('the runs that have ended', () => {
  test('are taken in the order in which they ended, each once', () => {
    const ends = new RunEnds();
    for (const id of ['a', 'b', 'c']) ends.add(id);
    expect([ends.take(), ends.take(), ends.take(), ends.take()]).toEqual(['a', 'b', 'c', undefined]);
  });

  test('count from their last end', () => {
    const ends = new RunEnds();
    for (const id of ['a', 'b', 'a']) ends.add(id);
    expect([ends.take(), ends.take(), ends.take()]).toEqual(['b', 'a', undefined]);
  });

  test('are taken still after all were taken, and one that ends again after it was taken', () => {
    const ends = new RunEnds();
    ends.add('a');
    expect([ends.take(), ends.take()]).toEqual(['a', undefined]);
    ends.add('a');
    ends.add('b');
    expect([ends.take(), ends.take(), ends.take()]).toEqual(['a', 'b', undefined]);
  });
});
