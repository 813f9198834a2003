import type { CallbackType } from '../../contract/contract.ts';
import type { SignatureFault } from '../../signing/signature-faults.ts';
import { describeFault, inapplicable, type Strike } from '../faults/select-faults.ts';
import type { World } from '../world.ts';
import type { Delivery } from './delivery.ts';
import type { OutboundRequest } from './sender.ts';

/** The request of an attempt, and what scripts did to it, in words. */
export interface AttemptRequest {
  /** Null: it is not sent. */
  readonly request: OutboundRequest | null;
  readonly faults: readonly string[];
}

/**
 * Signs the request of an attempt, after all other faults, at the time of the attempt.
 * @param at milliseconds since 1970
 */
export function signAttempt(
  { parts: { signer }, settings }: World,
  { request, faults }: AttemptRequest,
  { callback, attempts }: Delivery,
  type: CallbackType | undefined,
  at: number,
): AttemptRequest {
  if (request === null) return { request, faults };
  const number = attempts.length + 1;
  const strikes = callback.strikes.filter(
    ({ fault, attempt }) => fault === 'signature' && (attempt === null || attempt === number),
  );
  const fault = strikes.length === 0 ? null : (strikes[0]?.value as SignatureFault);
  const signed = signer?.sign(request, { settings, type, messageId: callback.messageId, at, fault }) ?? null;
  if (signed === null && strikes.length === 0) return { request, faults };
  if (signed === null) return { request, faults: [...faults, ...wordsOf(strikes, false)] };
  const { isFaulty, ...changed } = signed;
  return { request: { ...request, ...changed }, faults: [...faults, ...wordsOf(strikes, isFaulty)] };
}

/** Describes faults of the signature. Only the first one can apply. */
function wordsOf(strikes: readonly Strike[], isFaulty: boolean): readonly string[] {
  return strikes.map((strike, index) => {
    const words = describeFault(strike);
    return isFaulty && index === 0 ? words : inapplicable(words);
  });
}
