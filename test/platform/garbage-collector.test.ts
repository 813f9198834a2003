import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectGarbage } from '../../src/platform/garbage-collector.ts';

it.each([
  ['major', { type: 'major' }],
  ['major, as a last resort', { type: 'major', flavor: 'last-resort' }],
] as const)('collects what nobody refers to: %s', async (_, options) => {
  const reference = new WeakRef({ name: 'gone' });
  // What was made in a turn stays until its end.
  await turn();
  collectGarbage(options);
  expect(reference.deref()).toBeUndefined();
});
