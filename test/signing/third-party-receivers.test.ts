import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type SignatureFault, signatureFaults } from '../../src/core/signing/signature-faults.ts';
import { accepts, judges } from './judges.ts';
import { only, type SigningStage, shop, startShop } from './signed-callbacks.ts';

const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const pair = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
  publicKeyEncoding: { format: 'der', type: 'spki' },
});

interface Receiver {
  readonly judge: keyof typeof judges;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the consumer verifies with, and what Ringback signs with unless the settings say so. */
  readonly secret: string;
  readonly mediaType?: string;
  /** Faults that its signatures have not. */
  readonly without?: readonly SignatureFault[];
}

const receivers: readonly Receiver[] = [
  { judge: 'standardwebhooks', settings: { 'signing.scheme': 'standard-webhooks' }, secret: whsec },
  {
    judge: 'svix',
    settings: {
      'signing.scheme': 'standard-webhooks',
      'signing.header': 'svix-signature',
      'signing.timestampHeader': 'svix-timestamp',
      'signing.idHeader': 'svix-id',
    },
    secret: whsec,
  },
  { judge: 'stripe', settings: { 'signing.scheme': 'stripe' }, secret: 'whsec_stripe' },
  {
    judge: 'github',
    settings: { 'signing.scheme': 'github' },
    secret: 'It’s a secret',
    without: ['old-timestamp'],
  },
  {
    judge: 'twilio form',
    settings: { 'signing.scheme': 'twilio' },
    secret: '12345',
    mediaType: 'application/x-www-form-urlencoded',
    without: ['old-timestamp', 'reserialized'],
  },
  {
    judge: 'twilio json',
    settings: { 'signing.scheme': 'twilio' },
    secret: '12345',
    without: ['old-timestamp'],
  },
  { judge: 'rfc9421 hmac-sha256', settings: { 'signing.scheme': 'rfc9421' }, secret: 'shared' },
  {
    judge: 'rfc9421 ed25519',
    settings: {
      'signing.scheme': 'rfc9421',
      'signing.algorithm': 'ed25519',
      'signing.secrets': [pair.privateKey],
    },
    secret: pair.publicKey.toString('base64'),
  },
];

afterEach(() => void vi.useRealTimers());

describe.each(receivers)('$judge', ({ judge, settings, secret, mediaType, without = [] }) => {
  const start = (): Promise<SigningStage> =>
    startShop(shop(mediaType), { 'signing.secrets': [secret], ...settings });

  test('accepts what is sent, and refuses every fault of the signature', async () => {
    const { order } = await start();
    const request = only((await order()).sent);
    expect(await accepts(judges[judge], request, secret)).toBe(true);
    for (const fault of Object.keys(signatureFaults) as SignatureFault[]) {
      const { sent, deliveries } = await order(fault);
      const applies = !without.includes(fault);
      expect(await accepts(judges[judge], only(sent), secret), fault).toBe(!applies);
      const words = `signature ${fault}${applies ? '' : ' (does not apply)'}`;
      expect(deliveries.map(({ attempts }) => attempts[0].faults)).toEqual([[words]]);
    }
  });

  test('accepts each retry, which is signed at its own time', async () => {
    const { order, stage } = await start();
    stage.consumer.answer({ status: 503 });
    const { sent } = await order('retried');
    expect(sent).toHaveLength(2);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const [first, second] = sent;
    if (first === undefined || second === undefined) throw new Error('No retry came.');
    expect(await accepts(judges[judge], first, secret)).toBe(true);
    // Ten minutes later, the first one is out of the tolerance of those that look at the time.
    vi.setSystemTime(Date.now() + 600_000);
    expect(await accepts(judges[judge], second, secret)).toBe(true);
    expect(await accepts(judges[judge], first, secret)).toBe(without.includes('old-timestamp'));
    expect(second.body.equals(first.body)).toBe(true);
  });
});
