import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAddressPolicy } from '../../src/sender/address-policy.ts';
import { createHttpSender, type HttpSenderOptions } from '../../src/sender/http-sender.ts';
import { selfSignedCertificate } from '../../src/server/http/self-signed-certificate.ts';
import { startHttpServer, startTcpServer } from '../support/tcp-server.ts';
import { describeSender } from './sender-contract.ts';
import { post, unanswered, until } from './sender-helpers.ts';

const now = (): number => performance.now();

describeSender('the HTTP sender', (limits) =>
  createHttpSender({ allow: createAddressPolicy([]), now, ...limits }),
);

function make(options: Partial<HttpSenderOptions> = {}) {
  const sender = createHttpSender({ allow: createAddressPolicy([]), now, ...options });
  onTestFinished(() => sender.close());
  return sender;
}

/** A resolver for the given addresses: each look-up gives the next array, and the last one repeats. */
function resolver(...answers: (readonly string[])[]): LookupFunction {
  return (_hostname, options, done) => {
    const [addresses = []] = answers.length > 1 ? answers.splice(0, 1) : answers;
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all === true) done(null, found);
    else done(null, found[0]?.address ?? '', found[0]?.family);
  };
}

describe('the address guard of the HTTP sender', () => {
  it.each([
    'http://93.184.216.34/',
    'http://[2606:2800:220:1::1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://1572395042/',
    'http://0x5db8d822/',
    'http://[::ffff:93.184.216.34]/',
  ])('refuses %s without a look-up', async (url) => {
    const result = await make().send(post(url));
    expect(result).toMatchObject({ kind: 'unanswered', reason: 'refused-address', code: 'address.blocked' });
    expect(unanswered(result).message).toMatch(/^callbacks to .* are not allowed/);
  });

  it('refuses a host name that resolves to a public address', async () => {
    const result = await make({ resolve: resolver(['93.184.216.34']) }).send(post('http://consumer.test/'));
    expect(result).toMatchObject({ kind: 'unanswered', reason: 'refused-address' });
    expect(unanswered(result).message).toContain(
      'callbacks to consumer.test (93.184.216.34) are not allowed',
    );
  });

  it('connects only to the permitted ones of several addresses', async () => {
    const consumer = await startHttpServer((_, response) => response.end('mine'));
    onTestFinished(() => consumer.close());
    const sender = make({ resolve: resolver(['93.184.216.34', '127.0.0.1']) });
    const result = await sender.send(post(`http://consumer.test:${consumer.port}/`));
    expect(result).toMatchObject({ kind: 'answered', body: 'mine' });
    expect(consumer.requests[0]?.headers.host).toBe(`consumer.test:${consumer.port}`);
  });

  it('checks every connection again, so that a changed name is noticed', async () => {
    const consumer = await startHttpServer((_, response) => response.setHeader('connection', 'close').end());
    onTestFinished(() => consumer.close());
    const sender = make({ resolve: resolver(['127.0.0.1'], ['93.184.216.34']) });
    const url = `http://rebinding.test:${consumer.port}/`;
    expect(await sender.send(post(url))).toMatchObject({ kind: 'answered' });
    await until(() => consumer.open() === 0);
    expect(await sender.send(post(url))).toMatchObject({ kind: 'unanswered', reason: 'refused-address' });
  });

  it.each([{ bytesPerSecond: 10 }, { resetAfterBytes: 0 }, { silentForMs: 10 }, { cutBodyInHalf: true }])(
    'also refuses a request with the fault %j',
    async (wire) => {
      const sender = make({ resolve: resolver(['93.184.216.34']) });
      for (const url of ['http://consumer.test/', 'https://consumer.test/', 'http://93.184.216.34/']) {
        expect(await sender.send(post(url, { wire }))).toMatchObject({ reason: 'refused-address' });
      }
    },
  );

  it('ignores a host header', async () => {
    const result = await make().send(post('http://93.184.216.34/', { headers: { host: '127.0.0.1' } }));
    expect(result).toMatchObject({ kind: 'unanswered', reason: 'refused-address' });
  });
});

describe('the HTTP sender over TLS', () => {
  it('explains why a certificate is not trusted', async () => {
    const { key, cert } = selfSignedCertificate(['localhost']);
    const server = createTlsServer({ key, cert }, (_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const result = await make().send(post(`https://127.0.0.1:${port}/`));
    expect(result).toMatchObject({
      kind: 'unanswered',
      reason: 'connection',
      code: 'tls.untrusted',
    });
    expect(unanswered(result).message).toContain(
      `TLS certificate of 127.0.0.1:${port} not trusted: self-signed`,
    );
  });

  it('reports that the consumer does not speak TLS', async () => {
    const consumer = await startHttpServer((_, response) => response.end());
    onTestFinished(() => consumer.close());
    const result = await make().send(post(consumer.url.replace('http:', 'https:')));
    expect(result).toMatchObject({ kind: 'unanswered', reason: 'connection' });
    expect(unanswered(result).message).toMatch(
      /^no TLS connection to 127\.0\.0\.1:\d+: wrong version number, as when it speaks plain HTTP \(ERR_SSL_WRONG_VERSION_NUMBER\)$/,
    );
  });

  it('gives up a handshake that never ends, and closes its socket', async () => {
    const consumer = await startTcpServer(() => {});
    onTestFinished(() => consumer.close());
    const result = await make().send(post(consumer.url.replace('http:', 'https:'), { timeoutMs: 60 }));
    expect(result).toMatchObject({
      reason: 'timeout',
      message: `no connection to 127.0.0.1:${consumer.port} within 60ms`,
    });
    await until(() => consumer.open() === 0);
  });
});

describe('the user agent of the HTTP sender', () => {
  it('is sent unless the request has its own', async () => {
    const consumer = await startHttpServer((_, response) => response.end());
    onTestFinished(() => consumer.close());
    const sender = make({ userAgent: 'ringback/1' });
    await sender.send(post(consumer.url));
    await sender.send(post(consumer.url, { headers: { 'User-Agent': 'mine' } }));
    expect(consumer.requests.map(({ headers }) => headers['user-agent'])).toEqual(['ringback/1', 'mine']);
  });
});
