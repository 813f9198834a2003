import { expect, it } from 'vitest';
import { useProvider, withProvider } from '../../src/testing/node-test.ts';
import { createTest } from '../../src/testing/vitest.ts';

it.each<[string, () => unknown]>([
  ['createTest(options)', () => createTest({}, 7 as never)],
  ['useProvider(options)', () => useProvider({}, 7 as never)],
  ['withProvider(run, options)', () => withProvider(() => undefined, {}, 7 as never)],
])('%s refuses one more argument', (signature, misuse) => {
  expect(misuse).toThrow(
    expect.objectContaining({
      code: 'option.invalid',
      message: expect.stringContaining(`Got 1 argument too many: 7. Expected ${signature}.`),
    }),
  );
});
