import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { readyLines } from '../../src/cli/ready-lines.ts';
import { testSecret } from '../../src/core/signing/secret.ts';
import { serveContract } from '../providers/contract/support.ts';
import { accepts, judges } from './judges.ts';
import { header, only, shop, startShop } from './signed-callbacks.ts';

const older = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const newer = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

afterEach(() => void vi.useRealTimers());

describe('rotation', () => {
  test.each([
    ['standard-webhooks', 'standardwebhooks'],
    ['stripe', 'stripe'],
  ] as const)('%s signs with each secret', async (scheme, judge) => {
    const { order } = await startShop(shop(), {
      'signing.scheme': scheme,
      'signing.secrets': [newer, older],
    });
    const request = only((await order()).sent);
    for (const secret of [newer, older]) expect(await accepts(judges[judge], request, secret)).toBe(true);
    expect(await accepts(judges[judge], request, testSecret)).toBe(false);
  });

  test('rfc9421 has one signature for each secret, with its own key id', async () => {
    const { order } = await startShop(shop(), {
      'signing.scheme': 'rfc9421',
      'signing.secrets': ['new', 'old'],
    });
    const request = only((await order()).sent);
    expect(header(request, 'signature-input')).toMatch(
      /^sig1=\("@method" "@target-uri" "content-type" "content-digest"\);created=\d+;keyid="ringback";alg="hmac-sha256", sig2=\(.*\);created=\d+;keyid="ringback-2";alg="hmac-sha256"$/,
    );
    expect(header(request, 'signature')).toMatch(/^sig1=:[\w+/]{43}=:, sig2=:[\w+/]{43}=:$/);
    expect(await accepts(judges['rfc9421 hmac-sha256'], request, 'new')).toBe(true);
    expect(await accepts(judges['rfc9421 hmac-sha256'], request, 'old')).toBe(false);
  });

  test('a retry has the id of the first attempt, its own time, and the secret of that moment', async () => {
    const { order, stage } = await startShop(shop(), {
      'signing.scheme': 'standard-webhooks',
      'signing.secrets': [older],
    });
    stage.consumer.answer({ status: 503 });
    const { sent, deliveries } = await order('retried', {
      meanwhile: () => stage.ringback.set({ 'signing.secrets': [newer] }),
    });
    expect(sent.map((request) => header(request, 'webhook-id'))).toEqual([
      deliveries[0].id,
      deliveries[0].id,
    ]);
    const [first, second] = sent.map((request) => Number(header(request, 'webhook-timestamp')));
    expect(Number(second) - Number(first)).toBe(600);
    vi.useFakeTimers({ toFake: ['Date'], now: Number(second) * 1000 });
    const [, retry] = sent;
    if (retry === undefined) throw new Error('No retry came.');
    expect(await accepts(judges.standardwebhooks, retry, newer)).toBe(true);
    expect(await accepts(judges.standardwebhooks, retry, older)).toBe(false);
  });
});

test('a duplicate and a redelivery are the same message', async () => {
  const { order, stage } = await startShop(shop(), { 'signing.scheme': 'standard-webhooks' });
  const { sent, deliveries } = await order('twice');
  const [first, second] = deliveries.map(({ id }) => id);
  expect(second).not.toBe(first);
  await fetch(`${stage.ringback.url}/_ringback/deliveries/${second}/redeliver`, { method: 'POST' });
  const all = [...sent, ...stage.consumer.requests.slice(sent.length)];
  expect(all.map((request) => header(request, 'webhook-id'))).toEqual([first, first, first]);
});

describe('a configured HMAC', () => {
  const hex = (key: string | Buffer, text: string, algorithm = 'sha256') =>
    createHmac(algorithm, key).update(text).digest('hex');

  test.each([
    ['the body alone', {}, ({ body }: { body: string }) => hex('k', body)],
    [
      'time and body, as Slack does',
      {
        'signing.template': 'v0:{{timestamp}}:{{body}}',
        'signing.prefix': 'v0=',
        'signing.timestampHeader': 'X-Time',
      },
      ({ body, time }: { body: string; time: string }) => `v0=${hex('k', `v0:${time}:${body}`)}`,
    ],
    [
      'id, method and path, in base64 by SHA-512',
      {
        'signing.template': '{{id}} {{method}} {{path}} {{other',
        'signing.idHeader': 'X-Id',
        'signing.algorithm': 'hmac-sha512',
        'signing.encoding': 'base64',
      },
      ({ id }: { id: string }) =>
        createHmac('sha512', 'k').update(`${id} POST /hook?shop=7 {{other`).digest('base64'),
    ],
    [
      'the URL, with a key in hexadecimal digits',
      { 'signing.template': '{{ url }}', 'signing.secrets': ['hex:00ff'] },
      ({ url }: { url: string }) => hex(Buffer.from([0, 255]), url),
    ],
    [
      'a key in base64, by SHA-1',
      { 'signing.secrets': ['base64:AP8='], 'signing.algorithm': 'hmac-sha1' },
      ({ body }: { body: string }) => hex(Buffer.from([0, 255]), body, 'sha1'),
    ],
  ])('signs %s', async (_, settings, expected) => {
    const { order } = await startShop(shop(), {
      'signing.scheme': 'hmac',
      'signing.secrets': ['k'],
      'signing.header': 'X-Sign',
      ...settings,
    });
    const request = only((await order()).sent);
    const seen = {
      body: request.body.toString(),
      url: request.absoluteUrl,
      time: header(request, 'x-time'),
      id: header(request, 'x-id'),
    };
    expect(header(request, 'x-sign')).toBe(expected(seen));
  });

  test('signs URL and sorted form', async () => {
    const { order } = await startShop(shop('application/x-www-form-urlencoded'), {
      'signing.scheme': 'hmac',
      'signing.secrets': ['k'],
      'signing.template': '{{url}}{{sortedForm}}',
    });
    const request = only((await order()).sent);
    const form = [...new URLSearchParams(request.body.toString())].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(form.length).toBeGreaterThan(1);
    expect(header(request, 'x-signature')).toBe(hex('k', `${request.absoluteUrl}${form.flat().join('')}`));
  });
});

describe('signature headers that a contract declares', () => {
  const mac = (algorithm: string, body: Buffer) => createHmac(algorithm, testSecret).update(body).digest();
  const parameter = (name: string, type = 'string') => ({
    name,
    in: 'header',
    required: true,
    schema: { type, ...(type === 'string' && { example: 'sampled' }) },
  });

  test.each([
    ['standardwebhooks', ['webhook-id', 'webhook-timestamp', 'Webhook-Signature']],
    ['svix', ['svix-id', 'svix-timestamp', 'svix-signature']],
    ['stripe', ['Stripe-Signature']],
    ['github', ['X-Hub-Signature-256', 'X-Hub-Signature']],
    ['twilio json', ['X-Twilio-Signature']],
    ['rfc9421 hmac-sha256', ['Signature-Input', 'Signature', 'Content-Digest']],
  ] as const)('%s accepts them, made with the test secret', async (judge, names) => {
    const { order, stage } = await startShop(
      shop(
        'application/json',
        names.map((name) => parameter(name)),
      ),
      {},
    );
    const request = only((await order()).sent);
    expect(await accepts(judges[judge], request, testSecret)).toBe(true);
    expect(Object.values(request.headers)).not.toContain('sampled');
    expect(readyLines(stage.ringback.server, { log: 'pretty', webhooksTo: null })).toContain(testSecret);
    const { sent } = await order('wrong-key');
    expect(await accepts(judges[judge], only(sent), testSecret)).toBe(false);
  });

  test('a signature of an unknown scheme is that of `hmac`, beside its timestamp', async () => {
    const file = join(import.meta.dirname, '../contracts/wallet-signed.yaml');
    const { consumer, ringback } = await serveContract(parse(readFileSync(file, 'utf8')));
    const start = Math.floor(Date.parse((await ringback.control('GET', 'clock')).body.now) / 1000);
    await fetch(`${ringback.url}/topups`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cents: 100, ipn: `${consumer.url}/ipn` }),
    });
    await ringback.settle();
    const [request] = consumer.requests;
    expect(request?.headers['x-wallet-signature']).toBe(
      createHmac('sha256', testSecret)
        .update(request?.body ?? '')
        .digest('hex'),
    );
    expect(Number(request?.headers['x-wallet-timestamp'])).toBe(start + 2);
  });

  test.each([
    [
      'hex with a prefix',
      `sha256=${'0a'.repeat(32)}`,
      (body: Buffer) => `sha256=${mac('sha256', body).toString('hex')}`,
    ],
    ['base64 of SHA-1', `${'A'.repeat(27)}=`, (body: Buffer) => mac('sha1', body).toString('base64')],
    ['hex of SHA-512', 'B'.repeat(128), (body: Buffer) => mac('sha512', body).toString('hex')],
    ['nothing', 'abc', (body: Buffer) => mac('sha256', body).toString('hex')],
  ])('an example shows how a signature of an unknown scheme is written: %s', async (_, example, expected) => {
    const schema = { type: 'string', example };
    const headers = [{ name: 'Notification-Signature', in: 'header', required: true, schema }];
    const { order } = await startShop(shop('application/json', headers), {});
    const request = only((await order()).sent);
    expect(header(request, 'notification-signature')).toBe(expected(request.body));
  });

  test.each([
    ['^sha256=[0-9a-f]{64}$', (body: Buffer) => `sha256=${mac('sha256', body).toString('hex')}`],
    ['^[A-Za-z0-9+/]{43}=$', (body: Buffer) => mac('sha256', body).toString('base64')],
    ['^sha1=[0-9a-f]{40}$', (body: Buffer) => `sha1=${mac('sha1', body).toString('hex')}`],
    ['^[0-9a-f]+$', (body: Buffer) => mac('sha256', body).toString('hex')],
    ['^never$', (body: Buffer) => mac('sha256', body).toString('hex')],
  ])('a signature of an unknown scheme is written as its pattern allows: %s', async (pattern, expected) => {
    const schema = { type: 'string', pattern };
    const headers = [{ name: 'Notification-Signature', in: 'header', required: true, schema }];
    const { order } = await startShop(shop('application/json', headers), {});
    const request = only((await order()).sent);
    expect(header(request, 'notification-signature')).toBe(expected(request.body));
  });

  test.each([
    ['Stripe-Signature', 'webhook-id'],
    ['Stripe-Signature', 'Svix-Id'],
    ['X-Hub-Signature-256', 'X-GitHub-Delivery'],
    ['X-Shopify-Hmac-Sha256', 'X-Shopify-Webhook-Id'],
  ])('beside %s, the id of the delivery is %s', async (signature, id) => {
    const headers = [signature, id].map((name) => parameter(name));
    const { sent, deliveries } = await (await startShop(shop('application/json', headers), {})).order();
    expect(header(only(sent), id.toLowerCase())).toBe(deliveries[0].id);
  });

  test('a time beside any signature is the one that is signed', async () => {
    const headers = ['Stripe-Signature', 'X-Event-Timestamp'].map((name) => parameter(name));
    const { order } = await startShop(shop('application/json', headers), {});
    const request = only((await order()).sent);
    expect(header(request, 'stripe-signature')).toContain(`t=${header(request, 'x-event-timestamp')},`);
  });

  test('a signature of Standard Webhooks alone brings its id and time', async () => {
    const { order } = await startShop(shop('application/json', [parameter('webhook-signature')]), {});
    expect(await accepts(judges.standardwebhooks, only((await order()).sent), testSecret)).toBe(true);
  });

  test('headers that only speak of signatures stay ordinary parameters', async () => {
    const names = ['X-Signature-Version', 'X-Signature-Algorithm', 'X-Resignature', 'X-Shop-Timestamp'];
    const object = {
      name: 'Signature',
      in: 'header',
      required: true,
      schema: {
        type: 'object',
        properties: { keyId: { type: 'string', example: 'sampled' } },
        required: ['keyId'],
      },
    };
    const { order } = await startShop(
      shop('application/json', [...names.map((name) => parameter(name)), object]),
      {},
    );
    const request = only((await order()).sent);
    for (const name of names) expect(header(request, name.toLowerCase()), name).toBe('sampled');
    expect(header(request, 'signature')).toBe('keyId,sampled');
  });

  test('the settings name the scheme of a header that says nothing of it', async () => {
    const { order } = await startShop(
      shop('application/json', [parameter('X-Shop-Signature'), parameter('X-Shop-Timestamp', 'integer')]),
      { 'signing.scheme': 'hmac', 'signing.template': '{{timestamp}}.{{body}}', 'signing.secrets': ['k'] },
    );
    const request = only((await order()).sent);
    const signed = `${header(request, 'x-shop-timestamp')}.${request.body}`;
    expect(header(request, 'x-shop-signature')).toBe(createHmac('sha256', 'k').update(signed).digest('hex'));
    expect(request.headers).not.toHaveProperty('x-signature');
  });
});

test('without a scheme nothing is signed, and faults of signatures do not apply', async () => {
  const { order, stage } = await startShop(shop(), {});
  const { sent, deliveries } = await order('missing');
  expect(Object.keys(only(sent).headers).join()).not.toMatch(/signature/);
  expect(deliveries[0].attempts[0].faults).toEqual(['signature missing (does not apply)']);
  expect(readyLines(stage.ringback.server, { log: 'pretty', webhooksTo: null })).not.toContain('secret');
});

test('the start shows the test secret of a scheme, or its public key, until you set a secret', async () => {
  const { stage } = await startShop(shop(), { 'signing.scheme': 'github' });
  const { ringback } = stage;
  const lines = () => readyLines(ringback.server, { log: 'pretty', webhooksTo: null });
  expect(lines()).toContain(`signing    ${testSecret}`);
  await ringback.set({ 'signing.scheme': 'rfc9421', 'signing.algorithm': 'ed25519' });
  expect(lines()).toMatch(/signing {4}MCowBQYDK2VwAyEA\S{43}= /);
  await ringback.set({ 'signing.scheme': 'github', 'signing.secrets': ['mine'] });
  expect(lines()).not.toContain('signing');
});

test('secrets are masked in the control API, and in errors', async () => {
  const { stage } = await startShop(shop(), { 'signing.secrets': ['very-secret', 'older-secret'] });
  const { ringback } = stage;
  const { body } = await ringback.control('GET', 'settings');
  expect(body.settings['signing.secrets']).toEqual(['***', '***']);
  await expect(ringback.set({ 'signing.secrets': ['***'] })).rejects.toThrow('the mask ***');
  const refused = ringback.set({ 'signing.secrets': [''] });
  await expect(refused).rejects.toThrow('Got another value, expected an array of secrets that are not empty');
});

test.each([
  [
    { 'signing.scheme': 'standard-webhooks', 'signing.secrets': [newer, 'my-secret'] },
    'Got another form in secret 2, expected whsec_ and base64 with signing.scheme standard-webhooks',
  ],
  [
    { 'signing.scheme': 'rfc9421', 'signing.algorithm': 'ed25519', 'signing.secrets': [older] },
    'expected a private key of Ed25519',
  ],
  [
    { 'signing.scheme': 'hmac', 'signing.secrets': ['hex:0'] },
    'expected any text, base64: and base64, or hex: and hexadecimal digits',
  ],
  [
    { 'signing.scheme': 'hmac', 'signing.algorithm': 'ed25519' },
    'expected one of hmac-sha256, hmac-sha1, hmac-sha512 with signing.scheme hmac',
  ],
  [
    { 'signing.scheme': 'rfc9421', 'signing.algorithm': 'hmac-sha1' },
    'expected one of hmac-sha256, ed25519 with signing.scheme rfc9421',
  ],
  [
    { 'signing.template': '{{timestmp}}.{{body}}' },
    'a template with the placeholders {{body}}, {{timestamp}}',
  ],
  [{ 'signing.components': ['@status'] }, 'an array of different names, each a header in lower case'],
  [{ 'signing.components': ['date', 'date'] }, 'an array of different names'],
  [{ 'signing.header': 'content-type' }, 'the name of a header'],
  [{ 'signing.identity': 'ü' }, 'printable ASCII'],
  [{ 'signing.scheme': 'svix' }, 'one of none, standard-webhooks, stripe'],
])('refuses %j', async (settings, message) => {
  await expect(startShop(shop(), settings)).rejects.toMatchObject({
    code: 'setting.invalid',
    message: expect.stringContaining(message),
  });
});
