import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseScenarioFiles } from '../../src/core/scenario/parse-scenarios.ts';
import { defaultSettings, withSettings } from '../../src/core/settings.ts';
import { ed25519Seed, hmacKey, webhookSecret } from '../../src/core/signing/secret.ts';
import type { SignableRequest, SigningContext } from '../../src/core/signing/signer.ts';
import { loadBundledContract } from '../../src/loading/contract-files.ts';
import { bundledProviders } from '../../src/providers/bundled.ts';
import { createSigner } from '../../src/signing/create-signer.ts';

const post: SignableRequest = {
  method: 'POST',
  url: 'https://user:word@shop.example/hook',
  headers: { 'content-type': 'application/json' },
  body: '{"a":1}',
};

function sign(
  settings: Record<string, unknown>,
  request: Partial<SignableRequest> = {},
  fault: SigningContext['fault'] = null,
) {
  const all = withSettings(defaultSettings(new Map()), { 'signing.secrets': ['k'], ...settings });
  const context = { settings: all, type: undefined, deliveryId: 'd', at: 5_000, fault };
  return createSigner().sign({ ...post, ...request }, context);
}

const sha1 = (text: string) => createHmac('sha1', 'k').update(text).digest('base64');

test('Twilio: the hash of a body starts a query, or is added to it, and user and password are not signed', () => {
  const hash = createHash('sha256').update('{"a":1}').digest('hex');
  const plain = sign({ 'signing.scheme': 'twilio' });
  expect(plain?.url).toBe(`https://user:word@shop.example/hook?bodySHA256=${hash}`);
  expect(plain?.headers['x-twilio-signature']).toBe(sha1(`https://shop.example/hook?bodySHA256=${hash}`));
  const queried = sign({ 'signing.scheme': 'twilio' }, { url: 'https://shop.example/hook?b=1' });
  expect(queried?.url).toBe(`https://shop.example/hook?b=1&bodySHA256=${hash}`);
  const empty = sign({ 'signing.scheme': 'twilio' }, { body: null, url: 'https://shop.example/hook' });
  expect(empty?.url).toBe('https://shop.example/hook');
});

test('a sorted form has each pair once', () => {
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'b=2&a=3&b=1&b=2' };
  const signed = sign({ 'signing.scheme': 'twilio' }, { ...form, url: 'https://shop.example/' });
  expect(signed?.headers['x-twilio-signature']).toBe(sha1('https://shop.example/a3b1b2'));
});

test('RFC 9421 leaves out a header that the request lacks', () => {
  const signed = sign({
    'signing.scheme': 'rfc9421',
    'signing.components': ['@method', 'x-none', 'content-length'],
  });
  expect(signed?.headers['signature-input']).toContain('("@method" "content-length");');
});

test('an indented body is reserialized too', () => {
  const body = JSON.stringify({ a: 1 }, null, 2);
  const faulty = sign({ 'signing.scheme': 'github' }, { body }, 'reserialized');
  expect(faulty).toMatchObject({ isFaulty: true });
  expect(faulty?.body).not.toBe(body);
  expect(JSON.parse(String(faulty?.body))).toEqual({ a: 1 });
});

test.each([
  [webhookSecret('whsec_'), null],
  [webhookSecret('AP8='), Uint8Array.of(0, 255)],
  [hmacKey('hex:0g'), null],
  [hmacKey('base64:A'), null],
  [hmacKey('hex:00FF'), Uint8Array.of(0, 255)],
  [ed25519Seed('-----BEGIN PRIVATE KEY-----\nAP8=\n-----END PRIVATE KEY-----'), null],
  [
    ed25519Seed(
      `-----BEGIN PRIVATE KEY-----\n${Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(33)]).toString('base64')}\n-----END PRIVATE KEY-----`,
    ),
    null,
  ],
  [ed25519Seed(Buffer.alloc(32, 7).toString('base64')), new Uint8Array(32).fill(7)],
])('reads secrets: case %#', (read, expected) => {
  expect(read).toEqual(expected);
});

test('a good consumer refuses a fault of the signature, unless the scenario says otherwise', async () => {
  const contract = await loadBundledContract();
  const text =
    'name: x\nprovider: informed\noutcome: { extraction: ok }\nfaults: [{ signature: missing }, { signature: missing, expect: answered }, { auth: wrong }]\n';
  const [scenario] = parseScenarioFiles([{ file: 'x.yaml', text }], {
    contract,
    providers: bundledProviders,
  });
  expect(scenario?.faults.map(({ expect: expected }) => expected)).toEqual([
    'refused',
    'answered',
    undefined,
  ]);
});
