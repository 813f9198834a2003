import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { admitted } from '../../src/server/http/guard.ts';
import { selfSignedCertificate } from '../../src/server/http/self-signed-certificate.ts';
import { refusedMessages } from '../../tools/reliability/http-messages.ts';
import { closeEchoServers, startEchoServer } from './support/echo-server.ts';
import { openRaw } from './support/raw-client.ts';

afterEach(closeEchoServers);

const get = (rest = '', path = '/echo/documents/x'): string =>
  `GET ${path} HTTP/1.1\r\nhost: a\r\n${rest}\r\n`;
const last = 'GET /echo/documents/last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';
const post = 'POST /echo/notes HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\n';

/** Sends the given bytes only. Returns everything that the server sends until it closes. */
async function say(client: Socket, bytes: string): Promise<string> {
  client.on('error', () => undefined);
  client.end(Buffer.from(bytes, 'latin1'));
  return text(client);
}

const statusesOf = (received: string): number[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

describe('a message that HTTP/1.1 forbids', () => {
  it.each(refusedMessages)(
    '%s gets one response, and the server still serves',
    async (_what, bytes, status) => {
      const server = await startEchoServer();
      const received = await say(await openRaw(server.port), bytes);
      expect(statusesOf(received)).toEqual([status]);
      expect(JSON.parse(received.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status });
      expect(server.failures).toEqual([]);
      expect((await fetch(`${server.url}/echo/documents/x`)).status).toBe(200);
    },
  );

  it.each([
    ['two Host headers', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'it has 2 Host headers. Send one.'],
    ['HTTP/2.0', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 'Got HTTP/2.0, expected HTTP/1.1 or HTTP/1.0.'],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 'Ringback is not a proxy.'],
  ])('%s: the response says what is wrong', async (_what, bytes, detail) => {
    const { port } = await startEchoServer();
    expect(await say(await openRaw(port), bytes)).toContain(detail);
  });
});

describe('a message that HTTP/1.1 allows', () => {
  it.each([
    ['no Host header in HTTP/1.0', 'GET /echo/documents/x HTTP/1.0\r\n\r\n', 200],
    ['a Host header with a port', get().replace('host: a', 'host: a:80'), 200],
    ['an IPv6 address as Host', get().replace('host: a', 'host: [::1]:80'), 200],
    ['chunk extensions', `${post}transfer-encoding: chunked\r\n\r\n1;a=b;c="d"\r\nx\r\n0\r\n\r\n`, 200],
    ['a trailer', `${post}transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nx: y\r\n\r\n`, 200],
    ['Chunked in capitals', `${post}transfer-encoding: CHUNKED\r\n\r\n1\r\nx\r\n0\r\n\r\n`, 200],
    ['an unknown expectation', get('expect: wonders\r\n'), 200],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n', 204],
    ['empty lines before the first', `\r\n\r\n${get()}`, 200],
    ['3,000 headers', get('a:\r\n'.repeat(3_000)), 200],
  ])('%s is served', async (_what, bytes, status) => {
    const server = await startEchoServer();
    expect(statusesOf(await say(await openRaw(server.port), bytes))).toEqual([status]);
    expect(server.failures).toEqual([]);
  });

  it('responds to HEAD as to GET without its body', async () => {
    const { port } = await startEchoServer();
    const received = await say(await openRaw(port), get().replace('GET', 'HEAD'));
    expect(received).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\ncontent-length: [1-9]\d*\r\n[\s\S]*\r\n\r\n$/i,
    );
  });

  it('uses the host of an absolute target rather than the Host header', async () => {
    const hosts: unknown[] = [];
    const { port } = await startEchoServer({
      guard: ({ headers }) => {
        hosts.push(headers.host);
        return admitted;
      },
    });
    const received = await say(await openRaw(port), get('', 'http://other.example:81/echo/documents/x'));
    expect(received).toContain('"baseUrl":"http://other.example:81/echo"');
    await say(await openRaw(port), get('', 'http://other.example/_ringback/health'));
    expect(hosts).toEqual(['other.example:81', 'other.example']);
  });
});

describe('a request that offers another protocol', () => {
  const offer = 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n';

  it('is served, and so are those that follow it', async () => {
    const server = await startEchoServer();
    const received = await say(await openRaw(server.port), `${get(offer)}${get(offer)}${last}`);
    expect(statusesOf(received)).toEqual([200, 200, 200]);
    expect(received).toContain('"id":"last"');
    await server.logged(3);
  });

  it('is served with its body', async () => {
    const { port } = await startEchoServer();
    const body = `${post}${offer}content-length: 3\r\n\r\nabc`;
    const chunks = `${post}${offer}transfer-encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\n`;
    const received = await say(await openRaw(port), `${body}${chunks}${last}`);
    expect(statusesOf(received)).toEqual([200, 200, 200]);
    expect([...received.matchAll(/"body":("\w+")/g)].map(([, seen]) => seen)).toEqual(['"abc"', '"def"']);
  });

  it('waits for the responses before its own', async () => {
    let go: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { port } = await startEchoServer({
      handlers: {
        list: async () => {
          await opened;
          return { status: 200, body: 'first' };
        },
      },
    });
    const received = say(await openRaw(port), `${get('', '/echo/auto/applications')}${get(offer)}${last}`);
    setImmediate(() => setImmediate(go));
    expect(await received).toMatch(/"first"[\s\S]*"id":"x"[\s\S]*"id":"last"/);
  });

  it('is served over TLS, and many times over one connection', async () => {
    const tls = selfSignedCertificate(['localhost']);
    const { port } = await startEchoServer({ tls });
    const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(client, 'secureConnect');
    client.write(`${get(offer).repeat(30)}${last}`);
    const received = await text(client);
    expect(statusesOf(received)).toHaveLength(31);
  });
});
