import '../platform/node-version.ts';
import type { AnyCallbacks, BundledCallbacks, CallbackNameIn, CallbackReference } from './callback-types.ts';
import {
  type CallbackOptions,
  type ExpectedCallback,
  type ReceivedOptions,
  toBeCallback,
  toHaveReceivedCallbacks,
} from './matchers/callback-matchers.ts';
import { toAllBeAcknowledged, toHaveBeenDelivered, toHaveBeenRetried } from './matchers/delivery-matchers.ts';
import { toBeTerminal } from './matchers/terminal-matcher.ts';
import { toHaveNoViolations, toHaveViolation } from './matchers/violation-matchers.ts';

export type { MatcherResult } from './matchers/receivers.ts';
export type { CallbackOptions, CallbackReference, ExpectedCallback, ReceivedOptions };
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
 * All matchers, for `expect.extend(matchers)` of vitest or jest. `ringback/vitest` and `ringback/jest` register them
 * for you. Each matcher is a function of the value that `expect` received. No matcher needs a server.
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

/**
 * The matchers as `expect(…)` shows them; `R` is what an assertion returns. Those that take names of callbacks complete
 * them for a type argument: `toHaveReceivedCallbacks<CallbackPayloads>([…])`.
 */
export interface RingbackMatchers<R> {
  /** Passes if the value is a valid callback of the type. `strict`: it must also have the exact current shape. */
  toBeCallback<Callbacks = BundledCallbacks>(
    type: CallbackNameIn<NoInfer<Callbacks>>,
    options?: CallbackOptions<Callbacks>,
  ): R;
  /** Passes if the delivery, or every delivery of an array or run, was acknowledged with a 2xx. */
  toHaveBeenDelivered(): R;
  /** Passes if every callback that was sent was acknowledged as the provider requires, without a violation. */
  toAllBeAcknowledged(): R;
  /** Passes if there were this many attempts after the first. Without a number: at least one. */
  toHaveBeenRetried(times?: number): R;
  /** Passes if the consumer received these callbacks in this order. There may be others before, between and after. */
  toHaveReceivedCallbacks<Callbacks = AnyCallbacks>(
    expected: readonly ExpectedCallback<NoInfer<Callbacks>>[],
    options?: ReceivedOptions<Callbacks>,
  ): R;
  /** Passes for a document or state callback in a final state, or a run that is finished. */
  toBeTerminal(): R;
  /** Passes if a violation with this code was recorded. */
  toHaveViolation(code: string): R;
  /** Passes if no violation was recorded. */
  toHaveNoViolations(): R;
}
