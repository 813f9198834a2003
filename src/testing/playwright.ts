import '../platform/node-version.ts';
import {
  expect as baseExpect,
  test as baseTest,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from '@playwright/test';
import { checkNoMore } from '../core/check-no-more.ts';
import type { AnyCallbacks } from './callback-types.ts';
import type { RingbackMatchers } from './matchers.ts';
import { matchers } from './matchers.ts';
import type { MockProvider } from './mock-provider.ts';
import type { StartProviderOptions } from './provider-options.ts';
import { failureText, ProviderPerTest } from './runners/provider-per-test.ts';

export type { MockProvider, RingbackMatchers };

declare global {
  namespace PlaywrightTest {
    interface Matchers<R, T = unknown> extends RingbackMatchers<R> {}
  }
}

/** Playwright's `expect` with the matchers. */
export const expect: typeof baseExpect = baseExpect.extend(matchers);

/** The fixtures of {@link test}, beside those of Playwright. */
export interface ProviderFixture<Callbacks = AnyCallbacks> {
  /** A space of the mock provider that only this test uses. */
  readonly provider: MockProvider<Callbacks>;
}

/** Playwright's `test` with the fixture `provider`. */
export type ProviderTest<Callbacks = AnyCallbacks> = TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & ProviderFixture<Callbacks>,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
>;

/**
 * Makes a `test` whose fixture `provider` is a fresh space for each test. There is one server per worker. A test that
 * fails has what the provider did as an attachment, which reporters show. A test that uses no `page` starts no browser.
 * @typeParam Callbacks as of `startProvider`
 * @param options those of `startProvider`, without `space`. Default: a virtual clock, seed 42
 * @example
 * const test = createTest({ clock: 'real', speed: 60 });
 */
export function createTest<Callbacks = AnyCallbacks>(
  options: StartProviderOptions = {},
  ...extra: readonly never[]
): ProviderTest<Callbacks> {
  checkNoMore('createTest(options)', extra);
  const perTest = new ProviderPerTest(options);
  const extended = baseTest.extend<ProviderFixture, { ringbackServer: ProviderPerTest }>({
    ringbackServer: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures this one needs
      async ({}, use) => {
        await use(perTest);
        await perTest.stop();
      },
      { scope: 'worker' },
    ],
    provider: async ({ ringbackServer }, use, testInfo) => {
      const provider = await ringbackServer.open();
      await use(provider);
      if (testInfo.status !== testInfo.expectedStatus) {
        const body = await failureText(provider);
        await testInfo.attach('mock provider', { body, contentType: 'text/plain' });
      }
      await provider.close();
    },
  });
  // The helper fixture is internal.
  return extended as unknown as ProviderTest<Callbacks>;
}

/**
 * Playwright's `test` with the fixture `provider`: a fresh space on a virtual clock.
 * @example
 * test('shows the result', async ({ page, provider }) => {
 *   await submit(provider.urls.docdigitizer, webhook);
 *   await provider.settle();
 *   await page.goto('/documents');
 *   await expect(page.getByText('REJECTED')).toBeVisible();
 * });
 */
export const test: ProviderTest = createTest();
