import type { SignableRequest, SignedRequest, SigningContext } from '../../core/signing/signer.ts';
import { createSigner } from '../../signing/create-signer.ts';

/** Changes a signature, given the value of its header. */
export type SignatureChange = (value: string) => string;

/** Signs a request, and changes the headers with the signature. Null: callbacks are not signed. */
export function signRaw(
  request: SignableRequest,
  context: Omit<SigningContext, 'fault'>,
  change: SignatureChange = (value) => value,
): Omit<SignedRequest, 'isFaulty'> | null {
  const signer = createSigner();
  const signed = signer.sign(request, { ...context, fault: null });
  const bare = signer.sign(request, { ...context, fault: 'missing' });
  if (signed === null || bare === null) return null;
  const headers = Object.entries(signed.headers).map(([name, value]) => [
    name,
    name in bare.headers || name === 'signature-input' ? value : change(value),
  ]);
  return { url: signed.url, body: signed.body, headers: Object.fromEntries(headers) };
}

/** Each signature of a header without its second half, so that none of several is left whole. */
export const shortened: SignatureChange = (value) =>
  value.replace(/[\w+/-]{16,}={0,2}/g, (signature) => signature.slice(0, signature.length / 2));
