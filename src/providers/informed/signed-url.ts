import { seededRandom } from '../../core/random.ts';
import { amzTime, readAmzTime } from './calendar.ts';
import type { Application, Document } from './resources.ts';

/** The name that AWS uses (AWS Signature Version 4, “Authenticating Requests: Using Query Parameters”). */
const algorithm = 'AWS4-HMAC-SHA256';
const signedHeaders = 'host';

/** The parameters that the signature of a download URL covers. */
interface SignedParameters {
  readonly algorithm: string;
  readonly credential: string;
  readonly date: string;
  readonly seconds: number;
  readonly signedHeaders: string;
  readonly signature: string;
}

/** The access key of AWS's own examples, so that no secret scanner reports it. */
function credentialOf(date: string): string {
  return `AKIAIOSFODNN7EXAMPLE/${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
}

/**
 * The URL of a document's image, valid for a limited time, in the format of a pre-signed S3 URL. The signature reveals
 * URLs that a consumer has changed. It is a checksum, not a secret.
 */
export function signedUrl(application: Application, document: Document): string {
  const date = amzTime(document.data.updatedAt);
  const seconds = document.data.urlSeconds ?? 1;
  const signature = sign(application, document.id, date, seconds);
  const credential = credentialOf(date).replaceAll('/', '%2F');
  const query = `X-Amz-Algorithm=${algorithm}&X-Amz-Credential=${credential}&X-Amz-Date=${date}&X-Amz-Expires=${seconds}&X-Amz-SignedHeaders=${signedHeaders}&X-Amz-Signature=${signature}`;
  return `${application.data.baseUrl}/downloads/${document.id}?${query}`;
}

/** Checks the parameters of a signed URL. `expired` has the last time at which it was valid. */
export function checkSignedUrl(
  application: Application,
  documentId: string,
  parameters: SignedParameters,
  now: number,
): { verdict: 'good' } | { verdict: 'wrong-signature' } | { verdict: 'expired'; expiredAt: number } {
  const { date, seconds, signature } = parameters;
  const signedAt = readAmzTime(date);
  const isOurs =
    parameters.algorithm === algorithm &&
    parameters.credential === credentialOf(date) &&
    parameters.signedHeaders === signedHeaders &&
    signature === sign(application, documentId, date, seconds);
  if (signedAt === null || !isOurs) return { verdict: 'wrong-signature' };
  const expiredAt = signedAt + seconds * 1_000;
  return now > expiredAt ? { verdict: 'expired', expiredAt } : { verdict: 'good' };
}

/** 64 hexadecimal digits, the length of an HMAC-SHA256. */
function sign(application: Application, documentId: string, date: string, seconds: number): string {
  const random = seededRandom(`${application.data.signingKey}/${documentId}/${date}/${seconds}`);
  let digits = '';
  for (let i = 0; i < 8; i++) {
    const word = random.int(0, 0xffffffff);
    for (let shift = 24; shift >= 0; shift -= 8) digits += byteTexts[(word >>> shift) & 0xff];
  }
  return digits;
}

/** `00` to `ff`. `toString(16)` takes several times as long. */
const byteTexts = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
