import { expect, test } from 'vitest';
import { createScenarioLibrary, type ScenarioLibrary } from '../../src/core/scenario/library.ts';
import { providers, world } from '../core/scenario/world.ts';
import { defaultSettings } from '../support/bundled.ts';
import { parseScenarioObject } from '../support/parse-scenarios.ts';

function library(): ScenarioLibrary {
  const scenarios = ['annotated', 'a', 'b', 'c'].map((name) =>
    parseScenarioObject(
      { name, provider: 'docdigitizer', outcome: { final: 'annotated' } },
      { ...world, source: 'test' },
    ),
  );
  const made = createScenarioLibrary({ scenarios, providers, settings: () => defaultSettings });
  for (const [scenario, times] of [
    ['a', 1],
    ['b', 2],
    ['c', 1],
  ] as const)
    made.queueNext({ scenario, match: null, times });
  return made;
}

function take(scripts: ScenarioLibrary) {
  const { order } = scripts.choose({
    provider: 'docdigitizer',
    operation: 'submitDocument',
    header: undefined,
    fileName: null,
    content: null,
    body: undefined,
    byContent: null,
  });
  if (order === undefined) throw new Error('Nothing was queued.');
  return order;
}

const queue = (scripts: ScenarioLibrary) =>
  scripts.queue().map(({ scenario, times }) => `${scenario.slice('docdigitizer/'.length)}${times}`);

test('orders that are given back, in any order, return to their places', () => {
  const scripts = library();
  const [a, b, otherB, c] = [take(scripts), take(scripts), take(scripts), take(scripts)];
  expect(queue(scripts)).toEqual([]);
  for (const [order, expected] of [
    [b, ['b1']],
    [c, ['b1', 'c1']],
    [a, ['a1', 'b1', 'c1']],
    [otherB, ['a1', 'b2', 'c1']],
  ] as const) {
    scripts.giveBack(order);
    expect(queue(scripts)).toEqual(expected);
  }
});

test('an order is not given back to a queue that was cleared since, nor for a deleted scenario', () => {
  const cleared = library();
  const order = take(cleared);
  cleared.clearQueue();
  cleared.queueNext({ scenario: 'c', match: null, times: 1 });
  cleared.giveBack(order);
  expect(queue(cleared)).toEqual(['c1']);

  const without = library();
  const gone = take(without);
  without.delete('docdigitizer/a');
  without.giveBack(gone);
  expect(queue(without)).toEqual(['b2', 'c1']);
});
