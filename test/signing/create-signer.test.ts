import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { CallbackType } from '../../src/core/contract/contract.ts';
import { parseScenarioFiles } from '../../src/core/scenario/parse-scenarios.ts';
import { defaultSettings, withSettings } from '../../src/core/settings.ts';
import { declaredSignatures } from '../../src/core/signing/declared-signatures.ts';
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
  type?: CallbackType,
) {
  const all = withSettings(defaultSettings(new Map()), { 'signing.secrets': ['k'], ...settings });
  // Almost six seconds: times are cut to whole seconds.
  const context = { settings: all, type, messageId: 'd', at: 5_999, fault };
  return createSigner().sign({ ...post, ...request }, context);
}

/** A callback whose contract declares these headers. */
function declaring(...headers: readonly (readonly [name: string, schema?: object])[]): CallbackType {
  const parameters = headers.map(([name, schema = { type: 'string' }]) => ({
    name,
    in: 'header',
    media: { schema, examples: [], validate: () => [] },
  }));
  return { parameters } as unknown as CallbackType;
}

const mac = (key: string | Buffer, text: string, encoding: 'hex' | 'base64' = 'hex', algorithm = 'sha256') =>
  createHmac(algorithm, key).update(text).digest(encoding);

const sha1 = (text: string) => mac('k', text, 'base64', 'sha1');

describe('the headers of a signature', () => {
  const raw = Buffer.from('AP8=', 'base64');
  test.each([
    [
      { 'signing.scheme': 'standard-webhooks', 'signing.secrets': ['whsec_AP8=', 'Zm9v'] },
      {
        'webhook-id': 'd',
        'webhook-timestamp': '5',
        'webhook-signature': `v1,${mac(raw, 'd.5.{"a":1}', 'base64')} v1,${mac('foo', 'd.5.{"a":1}', 'base64')}`,
      },
    ],
    [
      { 'signing.scheme': 'stripe', 'signing.secrets': ['whsec_AP8=', 'k'] },
      { 'stripe-signature': `t=5,v1=${mac('whsec_AP8=', '5.{"a":1}')},v1=${mac('k', '5.{"a":1}')}` },
    ],
    [
      { 'signing.scheme': 'github', 'signing.secrets': ['k', 'other'] },
      { 'x-hub-signature-256': `sha256=${mac('k', '{"a":1}')}` },
    ],
    [
      {
        'signing.scheme': 'hmac',
        'signing.secrets': ['k', 'other'],
        'signing.template': '{{ timestamp }}|{{id}}|{{method}}|{{path}}|{{url}}|{{sortedForm}}|{{body}}',
        'signing.idHeader': 'X-Id',
        'signing.timestampHeader': 'X-Time',
      },
      {
        'X-Id': 'd',
        'X-Time': '5',
        'x-signature': mac('k', '5|d|POST|/hook?b=1|https://shop.example/hook?b=1||{"a":1}'),
      },
    ],
  ])('%j', (settings, expected) => {
    const signed = sign(settings, { url: 'https://user:word@shop.example/hook?b=1' });
    expect(signed?.headers).toEqual({ ...post.headers, ...expected });
    expect(signed).toMatchObject({ url: 'https://user:word@shop.example/hook?b=1', isFaulty: false });
  });

  test('replace those of the request', () => {
    const headers = { 'X-Hub-Signature-256': 'mine' };
    expect(Object.keys(sign({ 'signing.scheme': 'github' }, { headers })?.headers ?? {})).toEqual([
      'x-hub-signature-256',
    ]);
  });

  test('are not declared as part of another one', () => {
    const declared = (name: string, schema: object = {}) =>
      Object.keys(sign({}, {}, null, declaring([name, schema]))?.headers ?? {}).slice(1);
    expect(declared('X-Signature')).toEqual(['x-signature']);
    expect(declared('X-Signature-Algorithm')).toEqual([]);
    expect(declared('Signature', { type: 'object' })).toEqual([]);
  });

  test('with the time that begins like the signature', () => {
    const type = declaring(['X-Other-Timestamp'], ['X-Shop-Signature'], ['X-Shop-Timestamp']);
    const headers = sign({}, {}, null, type)?.headers;
    expect([headers?.['x-shop-timestamp'], headers?.['x-other-timestamp']]).toEqual(['5', undefined]);
  });

  test('a time of another form is no part of a signature', () => {
    const type = declaring(
      ['X-Shop-Signature'],
      ['X-Shop-Timestamp', { type: 'string', format: 'date-time' }],
    );
    expect(sign({}, {}, null, type)?.headers).not.toHaveProperty('x-shop-timestamp');
  });

  test('a declared header of the chosen scheme is used, unless a setting names another one', () => {
    const type = declaring(['Svix-Signature'], ['Svix-Id'], ['Svix-Timestamp']);
    const settings = { 'signing.scheme': 'standard-webhooks', 'signing.secrets': ['AP8='] };
    const names = (more: object) =>
      Object.keys(sign({ ...settings, ...more }, {}, null, type)?.headers ?? {}).toSorted();
    const svix = ['content-type', 'svix-id', 'svix-signature', 'svix-timestamp'];
    expect(names({})).toEqual(svix);
    expect(names({ 'signing.header': 'X-Mine' })).toEqual(['X-Mine', ...svix]);
  });

  test('a chosen scheme replaces what its declared header says', () => {
    const settings = { 'signing.scheme': 'hmac', 'signing.header': 'X-Hub-Signature' };
    const headers = sign(settings, {}, null, declaring(['X-Hub-Signature']))?.headers;
    expect(Object.values(headers ?? {})).toEqual(['application/json', mac('k', '{"a":1}')]);
  });

  test('a declared HMAC ignores an algorithm that is none of HMAC', () => {
    const secret = Buffer.alloc(32, 7).toString('base64');
    const settings = {
      'signing.scheme': 'rfc9421',
      'signing.algorithm': 'ed25519',
      'signing.secrets': [secret],
    };
    const headers = sign(settings, {}, null, declaring(['X-Shop-Signature']))?.headers;
    expect(headers?.['x-shop-signature']).toBe(mac(secret, '{"a":1}'));
  });

  test('a later signature covers the URL that an earlier one has changed', () => {
    const type = declaring(['X-Twilio-Signature'], ['Signature-Input'], ['Signature']);
    const signed = sign({ 'signing.components': ['@target-uri', '@query'] }, {}, null, type);
    const hash = createHash('sha256').update('{"a":1}').digest('hex');
    const base = [
      `"@target-uri": https://shop.example/hook?bodySHA256=${hash}`,
      `"@query": ?bodySHA256=${hash}`,
      '"@signature-params": ("@target-uri" "@query");created=5;keyid="ringback";alg="hmac-sha256"',
    ].join('\n');
    expect(signed?.headers.signature).toBe(`sig1=:${mac('k', base, 'base64')}:`);
  });
});

test.each([
  ['z'.repeat(40), mac('k', '{"a":1}')],
  ['0'.repeat(40), mac('k', '{"a":1}', 'hex', 'sha1')],
  [`sha512=${'F'.repeat(128)}`, `sha512=${mac('k', '{"a":1}', 'hex', 'sha512')}`],
  [`v=${'z'.repeat(43)}=`, `v=${mac('k', '{"a":1}', 'base64')}`],
])('a signature is written like its example %s', (example, expected) => {
  const type = declaring(['X-Signature', { type: 'string', examples: [example] }]);
  expect(sign({}, {}, null, type)?.headers['x-signature']).toBe(expected);
});

test('what belongs to a signature is computed, whether or not it covers it', () => {
  const names = (...headers: string[]) =>
    [...declaredSignatures(declaring(...headers.map((name) => [name] as const))).names].toSorted();
  expect(names('Signature-Input', 'Signature')).toEqual(['content-digest', 'signature', 'signature-input']);
  expect(names('Signature', 'X-Timestamp', 'Webhook-Id', 'X-Page')).toEqual([
    'signature',
    'webhook-id',
    'x-timestamp',
  ]);
  expect(names('X-Timestamp', 'Webhook-Id')).toEqual([]);
});

describe('the components of RFC 9421', () => {
  const base = (components: readonly string[], request: Partial<SignableRequest> = {}): string => {
    const signed = sign({ 'signing.scheme': 'rfc9421', 'signing.components': components }, request);
    const input = signed?.headers['signature-input']?.replace('sig1=', '') ?? '';
    return `${input}\n${signed?.headers.signature}`;
  };
  test.each([
    ['@scheme', 'https', {}],
    ['@authority', 'shop.example', {}],
    ['@request-target', '/hook', {}],
    ['@path', '/hook', { url: 'https://shop.example/hook?a=1' }],
    ['@query', '?', {}],
    ['@query', '?a=1', { url: 'https://shop.example/hook?a=1' }],
    ['content-length', '9', { body: '{"a":"é"}'.slice(0, 8) }],
    ['x-blank', 'a  b', { headers: { 'X-Blank': '  a  b ' } }],
  ] as const)('%s is %j', (name, value, request) => {
    const input = `("${name}");created=5;keyid="ringback";alg="hmac-sha256"`;
    const expected = mac('k', `"${name}": ${value}\n"@signature-params": ${input}`, 'base64');
    expect(base([name], request)).toBe(`${input}\nsig1=:${expected}:`);
  });
});

describe('a fault of the signature', () => {
  const settings = { 'signing.scheme': 'stripe' };
  const plain = { 'stripe-signature': `t=5,v1=${mac('k', '5.{"a":1}')}` };

  test('other-body changes the signature alone', () => {
    const faulty = sign(settings, {}, 'other-body');
    expect(faulty).toMatchObject({ body: post.body, url: post.url, isFaulty: true });
    expect(faulty?.headers['stripe-signature']).toMatch(/^t=5,v1=/);
    expect(faulty?.headers).not.toMatchObject(plain);
  });

  test('wrong-key signs with a wrong secret alone', () => {
    const faulty = sign(settings, {}, 'wrong-key')?.headers['stripe-signature'];
    expect(faulty).toMatch(/^t=5,v1=[0-9a-f]{64}$/);
    expect(faulty).not.toBe(plain['stripe-signature']);
  });

  test('old-timestamp signs one hour before', () => {
    const faulty = sign(settings, {}, 'old-timestamp')?.headers['stripe-signature'];
    expect(faulty).toBe(`t=-3595,v1=${mac('k', '-3595.{"a":1}')}`);
  });

  test('missing leaves what belongs to the signature', () => {
    const all = { ...settings, 'signing.idHeader': 'x-id' };
    expect(sign(all, {}, 'missing')?.headers).toEqual({ ...post.headers, 'x-id': 'd' });
  });

  test('reserialized applies only if the body is signed', () => {
    const uncovered = { 'signing.scheme': 'hmac', 'signing.template': '{{id}}' };
    expect(sign(uncovered, {}, 'reserialized')).toMatchObject({ body: post.body, isFaulty: false });
    expect(sign(settings, {}, 'reserialized')).toMatchObject({ headers: plain, isFaulty: true });
  });

  test('old-timestamp does not apply to a signature without a time', () => {
    expect(sign({ 'signing.scheme': 'github' }, {}, 'old-timestamp')).toMatchObject({ isFaulty: false });
  });
});

describe('refused settings of signatures', () => {
  test.each([
    [{ 'signing.scheme': 'hmac', 'signing.algorithm': 'ed25519' }],
    [{ 'signing.components': ['date', 'date'] }],
    [{ 'signing.secrets': ['k', ''] }],
  ])('%j', (settings) => {
    expect(() => withSettings(defaultSettings(new Map()), settings)).toThrow('Could not set');
  });
});

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
  [webhookSecret('APwhsec_8='), null],
  [webhookSecret(''), null],
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
  [ed25519Seed(Buffer.alloc(33, 7).toString('base64')), null],
  [
    ed25519Seed(
      `-----BEGIN PRIVATE KEY-----\n${Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), Buffer.alloc(32)]).toString('base64')}\n-----END PRIVATE KEY-----`,
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
