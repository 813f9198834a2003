import '../platform/node-version.ts';
import { beforeAll, describe, expect, test as plainTest, type TestAPI, type TestContext } from 'vitest';
import type { CheckOptions } from '../check/check-options.ts';
import { checkNoMore } from '../core/check-no-more.ts';
import type { AnyCallbacks } from './callback-types.ts';
import type { RingbackMatchers } from './matchers.ts';
import { matchers } from './matchers.ts';
import type { MockProvider } from './mock-provider.ts';
import type { StartProviderOptions } from './provider-options.ts';
import { checkRunner } from './runners/check-runner.ts';
import {
  ConsumerCheck,
  type ConsumerSource,
  type ConsumerUnderTest,
  longestCheckMs,
} from './runners/consumer-check.ts';
import { failureText, ProviderPerTest } from './runners/provider-per-test.ts';
import { showsTimeline } from './timeline-text.ts';

checkRunner('vitest', '3.2');
expect.extend(matchers);

export type { CheckOptions, ConsumerSource, ConsumerUnderTest, MockProvider, RingbackMatchers };
export { expect };

declare module 'vitest' {
  interface TaskMeta {
    /** What the mock provider did in a test that failed. */
    ringback?: string;
  }
}

declare global {
  // vitest's `Matchers` has other type parameters in each major version. All of them use this one, which has none.
  namespace Chai {
    interface Assertion extends RingbackMatchers<void> {}
  }
}

/** The fixtures of {@link test}. */
export interface ProviderFixture<Callbacks = AnyCallbacks> {
  /** A space of the mock provider that only this test uses. */
  readonly provider: MockProvider<Callbacks>;
}

/**
 * Makes a `test` whose fixture `provider` is a fresh space for each test. There is one server per worker. When a test
 * fails, its error shows what the provider did, and so does its `meta.ringback` for reporters.
 * @typeParam Callbacks as of `startProvider`
 * @param options those of `startProvider`, without `space`. Default: a virtual clock, seed 42
 * @example
 * const test = createTest({ clock: 'real', speed: 60 });
 */
export function createTest<Callbacks = AnyCallbacks>(
  options: StartProviderOptions = {},
  ...extra: readonly never[]
): TestAPI<ProviderFixture<Callbacks>> {
  checkNoMore('createTest(options)', extra);
  const perTest = new ProviderPerTest(options);
  // vitest 3, 4 and 5 all support the object form.
  const extended = plainTest.extend<ProviderFixture & { ringbackServer: ProviderPerTest }>({
    ringbackServer: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures this one needs
      async ({}, use) => {
        await use(perTest);
        await perTest.stop();
      },
      { scope: 'worker' },
    ],
    provider: async ({ ringbackServer, task }, use) => {
      const provider = await ringbackServer.open();
      await use(provider);
      if (task.result?.state === 'fail') attach(await failureText(provider), task);
      await provider.close();
    },
  });
  // vitest's own type exposes the helper fixture and its bookkeeping, which are internal.
  return extended as unknown as TestAPI<ProviderFixture<Callbacks>>;
}

/**
 * vitest's `test` with the fixture `provider`: a fresh space on a virtual clock.
 * @example
 * test('acknowledges every callback', async ({ provider }) => {
 *   await submit(provider.urls.docdigitizer, webhook);
 *   await provider.settle();
 *   expect(await provider.deliveries()).toAllBeAcknowledged();
 * });
 */
export const test: TestAPI<ProviderFixture> = createTest();
export { test as it };

/**
 * Checks a consumer once, and makes one test for each rule. The test of a rule that fails shows what differed, the requests
 * and the remedy. A rule that is unstable, not observed or not applicable is skipped with the reason, never passed.
 * @param consumer its callback endpoint, or a function that starts it and returns `url` and further options
 * @param options those of `checkConsumer`. Options that `consumer` returns take precedence
 * @throws {RingbackError} `option.invalid` for a rule that does not exist. What `checkConsumer` throws fails every test
 * @example
 * describeConsumer('http://localhost:3000/callback', {
 *   provider: 'docdigitizer',
 *   observe: 'http://localhost:3000/documents/{id}',
 * });
 */
export function describeConsumer(
  consumer: ConsumerSource,
  options: CheckOptions = {},
  ...extra: readonly never[]
): void {
  checkNoMore('describeConsumer(consumer, options)', extra);
  const check = new ConsumerCheck(consumer, options);
  describe('the consumer', () => {
    beforeAll(() => check.run(), longestCheckMs);
    for (const id of check.ids)
      plainTest(id, (context) => {
        const verdict = check.verdictOf(id);
        if (verdict.kind === 'failed') throw verdict.error;
        if (verdict.kind === 'skipped') context.skip(verdict.reason);
      });
  });
}

/** A failed test can no longer be annotated, so the text is added to its last error, unless the error already has it. */
function attach(text: string, task: TestContext['task']): void {
  task.meta.ringback = text;
  const error = task.result?.errors?.at(-1);
  if (error !== undefined && !showsTimeline(error.message, text)) error.message += `\n\n${text}`;
}
