import type { Contract } from '../core/contract/contract.ts';
import type { Settings } from '../core/settings.ts';
import { testSecret } from '../core/signing/secret.ts';
import { usesTestSecret } from '../core/signing/signings-of.ts';
import { publicKeyOf } from '../signing/message-signature.ts';

/**
 * What a consumer needs to verify signatures, if callbacks are signed and no secret is set. Null: it has one, or nothing
 * is signed.
 */
export function secretInUse(
  settings: Settings,
  { callbacks }: Pick<Contract, 'callbacks'>,
): { readonly value: string; readonly what: string } | null {
  if (!usesTestSecret(settings, callbacks.values())) return null;
  const isEd25519 = settings['signing.scheme'] === 'rfc9421' && settings['signing.algorithm'] === 'ed25519';
  return isEd25519
    ? { value: publicKeyOf(testSecret), what: 'the public key of the test secret' }
    : { value: testSecret, what: 'a test secret' };
}
