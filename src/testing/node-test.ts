import '../platform/node-version.ts';
import { AssertionError } from 'node:assert';
import { after, afterEach, before, beforeEach, describe, type TestContext, test } from 'node:test';
import type { CheckOptions } from '../check/check-options.ts';
import { checkNoMore } from '../core/check-no-more.ts';
import type { AnyCallbacks, BundledCallbacks, CallbackNameIn } from './callback-types.ts';
import {
  type CallbackOptions,
  type ExpectedCallback,
  type MatcherResult,
  matchers,
  type ReceivedOptions,
} from './matchers.ts';
import type { MockProvider } from './mock-provider.ts';
import type { StartProviderOptions } from './provider-options.ts';
import {
  ConsumerCheck,
  type ConsumerSource,
  type ConsumerUnderTest,
  longestCheckMs,
} from './runners/consumer-check.ts';
import { currentProvider, failureText, ProviderPerTest } from './runners/provider-per-test.ts';
import { startProvider } from './start-provider.ts';

export type { CheckOptions, ConsumerSource, ConsumerUnderTest, MockProvider };

/**
 * Gives every test of the file, or of the `describe` that calls it, a fresh space of one mock provider. When a test
 * fails, the report shows what the provider did as a diagnostic.
 * @typeParam Callbacks as of `startProvider`
 * @param options those of `startProvider`, without `space`. Default: a virtual clock, seed 42
 * @returns a proxy for the provider of the current test
 * @example
 * const provider = useProvider();
 * test('acknowledges every callback', async () => {
 *   await submit(provider.urls.docdigitizer, webhook);
 *   await provider.settle();
 *   assert.allAcknowledged(await provider.deliveries());
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
  afterEach(async (context) => {
    const { error, diagnostic } = context as FinishedTest;
    if (current !== undefined && error) diagnostic?.call(context, await failureText(current));
    await current?.close();
    current = undefined;
  });
  after(() => perTest.stop());
  return currentProvider(() => current);
}

/**
 * Makes a test function that has a mock provider of its own. When the test fails, the report shows what the provider
 * did as a diagnostic.
 * @typeParam Callbacks as of `startProvider`
 * @example
 * test('acknowledges every callback', withProvider(async (provider) => {
 *   await submit(provider.urls.docdigitizer, webhook);
 * }));
 */
export function withProvider<Callbacks = AnyCallbacks>(
  run: (provider: MockProvider<Callbacks>, context: TestContext) => void | Promise<void>,
  options: StartProviderOptions = {},
  ...extra: readonly never[]
): (context: TestContext) => Promise<void> {
  checkNoMore('withProvider(run, options)', extra);
  return async (context) => {
    await using provider = await startProvider<Callbacks>(options);
    try {
      await run(provider, context);
    } catch (error) {
      context.diagnostic(await failureText(provider));
      throw error;
    }
  };
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
    before(() => check.run(), { timeout: longestCheckMs });
    for (const id of check.ids)
      test(id, (context) => {
        const verdict = check.verdictOf(id);
        if (verdict.kind === 'failed') throw verdict.error;
        if (verdict.kind === 'skipped') context.skip(verdict.reason);
      });
  });
}

/** A test as hooks see it. `error` exists since Node.js 22, but its types do not have it yet. */
interface FinishedTest {
  readonly error?: Error | null;
  readonly diagnostic?: (message: string) => void;
}

type Matchers = typeof matchers;

/** The matchers as functions that throw an `AssertionError`. */
export interface RingbackAssert {
  /** Passes if the value is a valid callback of the type. */
  callback<Callbacks = BundledCallbacks>(
    received: unknown,
    type: CallbackNameIn<NoInfer<Callbacks>>,
    options?: CallbackOptions<Callbacks>,
  ): void;
  /** Passes if the delivery, or every delivery of an array or run, was acknowledged with a 2xx. */
  delivered(...args: Parameters<Matchers['toHaveBeenDelivered']>): void;
  /** Passes if every callback that was sent was acknowledged as the provider requires. */
  allAcknowledged(...args: Parameters<Matchers['toAllBeAcknowledged']>): void;
  /** Passes if there were this many attempts after the first. Without a number: at least one. */
  retried(...args: Parameters<Matchers['toHaveBeenRetried']>): void;
  /** Passes if the consumer received these callbacks in this order. */
  receivedCallbacks<Callbacks = AnyCallbacks>(
    received: unknown,
    expected: readonly ExpectedCallback<NoInfer<Callbacks>>[],
    options?: ReceivedOptions<Callbacks>,
  ): void;
  /** Passes for a document or state callback in a final state, or a run that is finished. */
  terminal(...args: Parameters<Matchers['toBeTerminal']>): void;
  /** Passes if a violation with this code was recorded. */
  violation(...args: Parameters<Matchers['toHaveViolation']>): void;
  /** Passes if no violation was recorded. */
  noViolations(...args: Parameters<Matchers['toHaveNoViolations']>): void;
}

/** The matchers for `node:test` and any other runner. `assert.not` has their opposites. */
export const assert: RingbackAssert & { readonly not: RingbackAssert } = {
  ...assertions(true),
  not: assertions(false),
};

function assertions(wanted: boolean): RingbackAssert {
  const checked = <Args extends readonly unknown[]>(matcher: (...args: Args) => MatcherResult) => {
    const assertion = (...args: Args): void => {
      const { pass, message, actual, expected } = matcher(...args);
      if (pass === wanted) return;
      const stackStartFn = assertion;
      throw new AssertionError({ message: message(), actual, expected, operator: 'ringback', stackStartFn });
    };
    return assertion;
  };
  return {
    callback: checked(matchers.toBeCallback),
    delivered: checked(matchers.toHaveBeenDelivered),
    allAcknowledged: checked(matchers.toAllBeAcknowledged),
    retried: checked(matchers.toHaveBeenRetried),
    receivedCallbacks: checked(matchers.toHaveReceivedCallbacks),
    terminal: checked(matchers.toBeTerminal),
    violation: checked(matchers.toHaveViolation),
    noViolations: checked(matchers.toHaveNoViolations),
  };
}
