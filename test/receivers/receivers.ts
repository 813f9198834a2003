import { generateKeyPairSync } from 'node:crypto';
import type { SignatureFault } from '../../src/core/signing/signature-faults.ts';
import type { StartServerOptions } from '../../src/server/start-server-options.ts';
import { judges } from '../signing/judges.ts';
import {
  inExpress,
  inFastify,
  inPython,
  octokitMiddleware,
  type StartReceiver,
  twilioMiddleware,
} from './servers.ts';

/** A secret as the consumer has it, and as Ringback has it. They differ for key pairs. */
export interface Key {
  readonly consumer: string;
  readonly ringback: string;
}

/** A consumer that verifies what Ringback signs. */
export interface ReceiverKind {
  /** The package that verifies. */
  readonly library: string;
  /** The server around it. */
  readonly server: string;
  /** What it is sent. */
  readonly what: string;
  readonly start: StartReceiver;
  readonly settings: NonNullable<StartServerOptions['settings']>;
  readonly keys: { readonly older: Key; readonly newer: Key };
  /** Its status for a wrong signature. */
  readonly refusal: number;
  /** Its status for no signature. Default: the same. */
  readonly missing?: number;
  /** Whether Ringback signs with each secret, so that a consumer with either accepts. */
  readonly signsWithEach: boolean;
  readonly mediaType?: string;
  /** Headers that the contract declares for it. */
  readonly headers?: readonly object[];
  /** Faults that its signatures cannot have. */
  readonly without?: readonly SignatureFault[];
}

function same(older: string, newer: string): ReceiverKind['keys'] {
  return { older: { consumer: older, ringback: older }, newer: { consumer: newer, ringback: newer } };
}

const webhookKeys = same('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD');
const textKeys = same('It’s a secret', 'another, with spaces and ,.;');
const asciiKeys = same('an older secret', 'a newer, longer secret');

function ed25519(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    publicKeyEncoding: { format: 'der', type: 'spki' },
  });
  return { consumer: publicKey.toString('base64'), ringback: privateKey };
}

/** The consumers whose programs npm brings. */
export const receivers: readonly ReceiverKind[] = [
  {
    library: 'standardwebhooks',
    server: 'Fastify',
    what: 'JSON',
    start: inFastify(judges.standardwebhooks, 401),
    settings: { 'signing.scheme': 'standard-webhooks' },
    keys: webhookKeys,
    refusal: 401,
    signsWithEach: true,
  },
  {
    library: 'svix',
    server: 'Express',
    what: 'JSON',
    start: inExpress(judges.svix, 403),
    settings: {
      'signing.scheme': 'standard-webhooks',
      'signing.header': 'svix-signature',
      'signing.timestampHeader': 'svix-timestamp',
      'signing.idHeader': 'svix-id',
    },
    keys: webhookKeys,
    refusal: 403,
    signsWithEach: true,
  },
  {
    library: 'stripe',
    server: 'Express',
    what: 'JSON',
    start: inExpress(judges.stripe, 400),
    settings: { 'signing.scheme': 'stripe' },
    keys: same('whsec_stripe', 'whsec_stripe-2'),
    refusal: 400,
    signsWithEach: true,
  },
  {
    library: '@octokit/webhooks',
    server: 'its middleware',
    what: 'JSON',
    start: octokitMiddleware,
    settings: { 'signing.scheme': 'github', 'signing.idHeader': 'x-github-delivery' },
    keys: textKeys,
    refusal: 400,
    signsWithEach: false,
    headers: [
      { name: 'X-GitHub-Event', in: 'header', required: true, schema: { type: 'string', const: 'ping' } },
    ],
    without: ['old-timestamp'],
  },
  {
    library: 'twilio',
    server: 'its middleware in Express',
    what: 'a form',
    start: twilioMiddleware,
    settings: { 'signing.scheme': 'twilio' },
    keys: asciiKeys,
    refusal: 403,
    missing: 400,
    signsWithEach: false,
    mediaType: 'application/x-www-form-urlencoded',
    without: ['old-timestamp', 'reserialized'],
  },
  {
    library: 'twilio',
    server: 'its middleware in Express',
    what: 'JSON',
    start: twilioMiddleware,
    settings: { 'signing.scheme': 'twilio' },
    keys: asciiKeys,
    refusal: 403,
    missing: 400,
    signsWithEach: false,
    without: ['old-timestamp'],
  },
  {
    library: 'http-message-signatures',
    server: 'Fastify',
    what: 'JSON, HMAC-SHA256',
    start: inFastify(judges['rfc9421 hmac-sha256'], 401),
    settings: { 'signing.scheme': 'rfc9421' },
    keys: asciiKeys,
    refusal: 401,
    signsWithEach: false,
  },
  {
    library: 'http-message-signatures',
    server: 'Fastify',
    what: 'JSON, Ed25519',
    start: inFastify(judges['rfc9421 ed25519'], 401),
    settings: { 'signing.scheme': 'rfc9421', 'signing.algorithm': 'ed25519' },
    keys: { older: ed25519(), newer: ed25519() },
    refusal: 401,
    signsWithEach: false,
  },
];

/** A consumer that has only Python's standard library, and signatures as Slack makes them. */
export const pythonReceiver: ReceiverKind = {
  library: 'hmac',
  server: 'Python’s `http.server`',
  what: 'JSON',
  start: inPython,
  settings: {
    'signing.scheme': 'hmac',
    'signing.template': 'v0:{{timestamp}}:{{body}}',
    'signing.prefix': 'v0=',
    'signing.header': 'X-Slack-Signature',
    'signing.timestampHeader': 'X-Slack-Request-Timestamp',
  },
  keys: asciiKeys,
  refusal: 401,
  signsWithEach: false,
};
