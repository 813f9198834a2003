// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { playsAll } from './support/hermetic.ts';

test('the kit plays every callback in the DOM of happy-dom', async () => {
  expect('document' in globalThis).toBe(true);
  await playsAll();
});
