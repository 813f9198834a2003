import '../platform/node-version.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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
import { currentErrors, skipCurrent } from './runners/jest-state.ts';
import { currentProvider, failureText, ProviderPerTest } from './runners/provider-per-test.ts';
import { showsTimeline } from './timeline-text.ts';

checkRunner('jest', '29');
expect.extend(matchers);

export type { CheckOptions, ConsumerSource, ConsumerUnderTest, MockProvider, RingbackMatchers };

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends RingbackMatchers<R> {}
}

declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: must be identical to the declaration in @types/jest
    interface Matchers<R, T = {}> extends RingbackMatchers<R> {}
  }
}

/**
 * Gives every test of the file, or of the `describe` that calls it, a fresh space of one mock provider. When a test
 * fails, its error shows what the provider did.
 * @typeParam Callbacks as of `startProvider`
 * @param options those of `startProvider`, without `space`. Default: a virtual clock, seed 42
 * @returns a proxy for the provider of the current test
 * @example
 * const provider = useProvider();
 * test('acknowledges every callback', async () => {
 *   await submit(provider.urls.docdigitizer, webhook);
 *   await provider.settle();
 *   expect(await provider.deliveries()).toAllBeAcknowledged();
 * });
 */
export function useProvider<Callbacks = AnyCallbacks>(
  options: StartProviderOptions = {},
  ...extra: readonly never[]
): MockProvider<Callbacks> {
  checkNoMore('useProvider(options)', extra);
  const perTest = new ProviderPerTest(options);
  let current: MockProvider | undefined;
  beforeEach(async () => {
    current = await perTest.open();
  });
  afterEach(async () => {
    const error = currentErrors().at(-1);
    if (current !== undefined && error !== undefined) attach(await failureText(current), error);
    await current?.close();
    current = undefined;
  });
  afterAll(() => perTest.stop());
  return currentProvider(() => current);
}

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
    const skipped: string[] = [];
    beforeAll(() => check.run(), longestCheckMs);
    for (const id of check.ids)
      test(id, () => {
        const verdict = check.verdictOf(id);
        if (verdict.kind === 'failed') throw verdict.error;
        if (verdict.kind !== 'skipped') return;
        skipped.push(`${id}: ${verdict.reason}`);
        if (!skipCurrent())
          throw new Error(`${verdict.reason}. Only jest-circus can skip it; leave it out with skip.`);
      });
    // jest has no place for the reason at a skipped test.
    afterAll(() => {
      if (skipped.length > 0)
        process.stderr.write(`Rules that were not judged:\n  ${skipped.join('\n  ')}\n`);
    });
  });
}

/** Adds a string to an error that does not show it yet. jest prints the stack, which contains the message. */
function attach(text: string, error: Error): void {
  const { message, stack } = error;
  if (showsTimeline(message, text)) return;
  error.message = `${message}\n\n${text}`;
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}
