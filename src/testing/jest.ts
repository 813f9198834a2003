import '../platform/node-version.ts';
import { afterAll, afterEach, beforeEach, expect } from '@jest/globals';
import { checkNoMore } from '../core/check-no-more.ts';
import type { AnyCallbacks } from './callback-types.ts';
import type { RingbackMatchers } from './matchers.ts';
import { matchers } from './matchers.ts';
import type { MockProvider } from './mock-provider.ts';
import type { StartProviderOptions } from './provider-options.ts';
import { checkRunner } from './runners/check-runner.ts';
import { currentErrors } from './runners/jest-errors.ts';
import { currentProvider, failureText, ProviderPerTest } from './runners/provider-per-test.ts';
import { showsTimeline } from './timeline-text.ts';

checkRunner('jest', '29');
expect.extend(matchers);

export type { MockProvider, RingbackMatchers };

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

/** Adds a string to an error that does not show it yet. jest prints the stack, which contains the message. */
function attach(text: string, error: Error): void {
  const { message, stack } = error;
  if (showsTimeline(message, text)) return;
  error.message = `${message}\n\n${text}`;
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}
