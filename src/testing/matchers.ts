import '../platform/node-version.ts';
import type { CallbackReference } from './bundled-callbacks.ts';
import {
  type ExpectedCallback,
  type ReceivedOptions,
  toBeCallback,
  toHaveReceivedCallbacks,
} from './matchers/callback-matchers.ts';
import { toAllBeAcknowledged, toHaveBeenDelivered, toHaveBeenRetried } from './matchers/delivery-matchers.ts';
import { toBeTerminal } from './matchers/terminal-matcher.ts';
import { toHaveNoViolations, toHaveViolation } from './matchers/violation-matchers.ts';

export type { MatcherResult } from './matchers/receivers.ts';
export type { CallbackReference, ExpectedCallback, ReceivedOptions };
export {
  toAllBeAcknowledged,
  toBeCallback,
  toBeTerminal,
  toHaveBeenDelivered,
  toHaveBeenRetried,
  toHaveNoViolations,
  toHaveReceivedCallbacks,
  toHaveViolation,
};

/**
 * All matchers, for `expect.extend(matchers)` of vitest or jest. `ringback/vitest` and `ringback/jest` have done that.
 * Each is a function of what `expect` was given; none starts or needs a server.
 */
export const matchers = {
  toBeCallback,
  toHaveBeenDelivered,
  toAllBeAcknowledged,
  toHaveBeenRetried,
  toHaveReceivedCallbacks,
  toBeTerminal,
  toHaveViolation,
  toHaveNoViolations,
} as const;

/** The matchers as `expect(…)` shows them; `R` is what an assertion returns. */
export interface RingbackMatchers<R> {
  /** The value is a callback of the type and keeps the contract; `strict`: in today's exact shape. */
  toBeCallback(type: CallbackReference, options?: { readonly strict?: boolean }): R;
  /** The delivery, or every one of a list or run, was acknowledged with a 2xx. */
  toHaveBeenDelivered(): R;
  /** Every callback that left was acknowledged as the provider asks for, without a violation. */
  toAllBeAcknowledged(): R;
  /** Passes if there were this many attempts after the first, or at least one without a number. */
  toHaveBeenRetried(times?: number): R;
  /** The consumer received these callbacks in this order; others may have come between. */
  toHaveReceivedCallbacks(expected: readonly ExpectedCallback[], options?: ReceivedOptions): R;
  /** A document or state callback in a final state, or a run that is finished. */
  toBeTerminal(): R;
  /** A violation of the code was recorded. */
  toHaveViolation(code: string): R;
  /** No violation was recorded. */
  toHaveNoViolations(): R;
}
