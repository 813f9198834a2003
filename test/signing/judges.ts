import { createHash, createPublicKey } from 'node:crypto';
import { verify as verifyGitHub } from '@octokit/webhooks-methods';
import { createVerifier, httpbis } from 'http-message-signatures';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import twilio from 'twilio';
import { header, type Sent } from './signed-callbacks.ts';

/** Whether a consumer accepts a request. Throws or returns false: it refuses it. */
export type Judge = (request: Sent, secret: string) => unknown;

const strings = ({ headers }: Sent) => headers as Record<string, string>;

export const judges = {
  standardwebhooks: (request, secret) =>
    new Webhook(secret).verify(request.body.toString(), strings(request)) !== null,
  svix: (request, secret) =>
    new SvixWebhook(secret).verify(request.body.toString(), strings(request)) !== null,
  stripe: (request, secret) =>
    Stripe.webhooks.constructEvent(request.body, header(request, 'stripe-signature'), secret) !== null,
  github: (request, secret) =>
    verifyGitHub(secret, request.body.toString(), header(request, 'x-hub-signature-256')),
  'twilio json': (request, secret) =>
    twilio.validateRequestWithBody(
      secret,
      header(request, 'x-twilio-signature'),
      request.absoluteUrl,
      request.body.toString(),
    ),
  'rfc9421 hmac-sha256': (request, secret) =>
    verifyMessage(request, 'hmac-sha256', createVerifier(secret, 'hmac-sha256')),
  'rfc9421 ed25519': (request, publicKey) =>
    verifyMessage(
      request,
      'ed25519',
      createVerifier(
        createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' }),
        'ed25519',
      ),
    ),
} as const satisfies Readonly<Record<string, Judge>>;

/** RFC 9421 with the library, and RFC 9530 by hand, since a signature covers the digest and not the body. */
async function verifyMessage(
  request: Sent,
  algorithm: 'hmac-sha256' | 'ed25519',
  verify: ReturnType<typeof createVerifier>,
): Promise<boolean> {
  const digest = `sha-256=:${createHash('sha256').update(request.body).digest('base64')}:`;
  if (header(request, 'content-digest') !== digest) return false;
  const verified = await httpbis.verifyMessage(
    {
      keyLookup: async ({ keyid }) =>
        keyid === 'ringback' ? { id: 'ringback', algs: [algorithm], verify } : null,
      // Five minutes to both sides: the library takes the tolerance off `created` before it compares the age.
      maxAge: 600,
      tolerance: 300,
      requiredParams: ['created', 'keyid', 'alg'],
      requiredFields: ['@method', '@target-uri', 'content-digest'],
    },
    { method: request.method, url: request.absoluteUrl, headers: strings(request) },
  );
  return verified === true;
}

/** Whether the judge accepts the request. */
export async function accepts(judge: Judge, request: Sent, secret: string): Promise<boolean> {
  try {
    return (await judge(request, secret)) === true;
  } catch {
    return false;
  }
}
