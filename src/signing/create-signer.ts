import { withHeaders } from '../core/engine/deliveries/compose-callback.ts';
import type { SignableRequest, SignedRequest, Signer, SigningContext } from '../core/signing/signer.ts';
import type { Signing } from '../core/signing/signing.ts';
import { signingsOf } from '../core/signing/signings-of.ts';
import { bytesOf, type Content } from './content.ts';
import { makeSignature } from './schemes.ts';

/** How much too old the fault `old-timestamp` is, in seconds. The usual tolerance is five minutes. */
const oldSeconds = 3_600;

/** The secret of the fault `wrong-key`. It has the form that each scheme expects. */
const wrongSecret = 'whsec_d3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmctd3I=';

/** Makes the signer of callbacks, with `node:crypto`. */
export function createSigner(): Signer {
  return { sign };
}

function sign(request: SignableRequest, context: SigningContext): SignedRequest | null {
  const signings = signingsOf(context.settings, context.type);
  if (signings.length === 0) return null;
  const content: Content = {
    ...request,
    id: context.messageId,
    timestamp: Math.floor(context.at / 1000),
  };
  const plain = signed(request, content, signings);
  const faulty = context.fault === null ? plain : withFault(request, content, signings, context.fault);
  const result = faulty ?? plain;
  return { ...result, isFaulty: context.fault !== null && !isSame(result, plain) };
}

type Result = Omit<SignedRequest, 'isFaulty'>;

function signed(
  request: SignableRequest,
  content: Content,
  signings: readonly Signing[],
  { isUnsigned = false }: { readonly isUnsigned?: boolean } = {},
): Result {
  let { url, headers } = request;
  for (const signing of signings) {
    const made = makeSignature({ ...content, url }, signing);
    if (made.url !== undefined) url = made.url;
    headers = withHeaders(headers, { ...made.companions, ...(isUnsigned ? {} : made.signature) });
  }
  return { url, headers, body: request.body };
}

/** The request with a fault. Null: the fault cannot apply. */
function withFault(
  request: SignableRequest,
  content: Content,
  signings: readonly Signing[],
  fault: NonNullable<SigningContext['fault']>,
): Result | null {
  switch (fault) {
    case 'missing':
      return signed(request, content, signings, { isUnsigned: true });
    case 'wrong-key':
      return signed(
        request,
        content,
        signings.map((signing) => ({ ...signing, secrets: [wrongSecret] })),
      );
    case 'other-body':
      return signed(request, { ...content, body: otherBody(content) }, signings);
    case 'old-timestamp':
      return signed(request, { ...content, timestamp: content.timestamp - oldSeconds }, signings);
    case 'reserialized': {
      const body = reserialized(content);
      const plain = signed(request, content, signings);
      // A signature that does not cover the body stays valid.
      if (body === null || isSame(signed(request, { ...content, body }, signings), plain)) return null;
      return { ...plain, body };
    }
  }
}

/** Another body than that of the request, of the same media type where that is text. */
function otherBody(content: Content): Uint8Array {
  const bytes = bytesOf(content);
  return Buffer.concat([bytes, Buffer.from(bytes.length === 0 ? 'other' : '&other=1')]);
}

/** The same JSON in other bytes. Null: the body is not JSON, or has no second form. */
function reserialized(content: Content): string | null {
  const text = Buffer.from(bytesOf(content)).toString();
  try {
    const value: unknown = JSON.parse(text);
    const indented = JSON.stringify(value, null, 2);
    return indented === text ? `${text}\n` : indented;
  } catch {
    return null;
  }
}

function isSame(a: Result, b: Result): boolean {
  return (
    a.url === b.url &&
    a.body === b.body &&
    JSON.stringify(Object.entries(a.headers)) === JSON.stringify(Object.entries(b.headers))
  );
}
