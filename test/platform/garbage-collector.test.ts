import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectGarbage } from '../../src/platform/garbage-collector.ts';

it.each([
  ['major', { type: 'major' }],
  ['major, as a last resort', { type: 'major', flavor: 'last-resort' }],
] as const)('collects unreferenced objects: %s', async (_, options) => {
  const reference = new WeakRef({ name: 'gone' });
  // An object made in a turn survives until the end of the turn.
  await turn();
  collectGarbage(options);
  expect(reference.deref()).toBeUndefined();
});
