import { once } from 'node:events';
import { request as tlsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../src/server/http/self-signed-certificate.ts';
import { closeEchoServers, startEchoServer } from './support/echo-server.ts';
import { exchangeRaw, openRaw } from './support/raw-client.ts';

afterEach(closeEchoServers);

describe('bytes that are not an HTTP request', () => {
  it.each([
    ['nonsense', 'nonsense\r\n\r\n', 400, 'HPE_INVALID_METHOD'],
    [
      'headers of 20 kB',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'HPE_HEADER_OVERFLOW',
    ],
    [
      'an invalid chunk',
      'POST /echo/notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      400,
      'HPE_INVALID_CHUNK_SIZE',
    ],
    [
      'two lengths',
      'POST /echo/notes HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
      400,
      'HPE_UNEXPECTED_CONTENT_LENGTH',
    ],
  ])('%s get a problem as response, and the connection ends', async (_what, bytes, status, code) => {
    const server = await startEchoServer();
    const received = await exchangeRaw(server.port, bytes);
    expect(received).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const [, body = ''] = received.split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({ status, violations: [{ code }] });
    expect(server.failures).toEqual([]);
    expect((await fetch(`${server.url}/echo/documents/x`)).status).toBe(200);
  });

  const post = 'POST /echo/notes HTTP/1.1\r\nhost: x\r\n';
  it.each([
    ['no HTTP at all', 'nonsense\r\n\r\n', 'Invalid method encountered (HPE_INVALID_METHOD). Send HTTP/1.1.'],
    [
      'an invalid chunk',
      `${post}transfer-encoding: chunked\r\n\r\nzz\r\n`,
      'Invalid character in chunk size (HPE_INVALID_CHUNK_SIZE). Start each chunk with its size in hexadecimal digits.',
    ],
    [
      'an invalid length',
      `${post}content-length: 1x\r\n\r\na`,
      'Invalid character in Content-Length (HPE_INVALID_CONTENT_LENGTH). Send either one Content-Length, in decimal digits, or Transfer-Encoding: chunked.',
    ],
    [
      'a length and chunks',
      `${post}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\na`,
      "Transfer-Encoding can't be present with Content-Length (HPE_INVALID_TRANSFER_ENCODING). Send either one Content-Length, in decimal digits, or Transfer-Encoding: chunked.",
    ],
    [
      'an invalid header',
      'GET / HTTP/1.1\r\nho st: x\r\n\r\n',
      'Invalid header token (HPE_INVALID_HEADER_TOKEN).',
    ],
    [
      'half a head, then the end',
      'GET / HTTP/1.1\r\nho',
      'it ended before its head was complete. Send it again.',
    ],
  ])('%s: the response says what is wrong, and what to do', async (_what, bytes, detail) => {
    const { port } = await startEchoServer();
    const client = await openRaw(port);
    client.end(bytes);
    const [, body = ''] = (await text(client)).split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({
      type: expect.stringMatching(/urn:ringback:request\.malformed$/),
      detail: `Could not read the HTTP request: ${detail}`,
    });
  });

  it.each([
    ['a length', 'content-length: 5\r\n\r\n{'],
    ['chunks', 'transfer-encoding: chunked\r\n\r\n5\r\n{'],
  ])('a truncated body of %s is distinguished from bytes that are not HTTP', async (_what, rest) => {
    const server = await startEchoServer();
    const client = await openRaw(server.port);
    client.end(`${post}content-type: application/json\r\n${rest}`);
    const received = await text(client);
    expect(received).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(received.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      type: expect.stringMatching(/urn:ringback:request\.aborted$/),
      title: 'The request ended before its body was complete',
      detail: 'Could not read the request body: the connection ended before the body did.',
      violations: [],
    });
    expect(server.failures).toEqual([]);
  });

  it('after a request do not prevent its response', async () => {
    const server = await startEchoServer();
    const received = await exchangeRaw(
      server.port,
      'GET /echo/documents/x HTTP/1.1\r\nhost: x\r\n\r\nnonsense\r\n\r\n',
    );
    expect(received).toMatch(/^HTTP\/1.1 200 OK/);
  });
});

describe('a request that takes too long', () => {
  it('to send its headers gets 408', async () => {
    const { port } = await startEchoServer({ timeouts: { headersMs: 50, checkMs: 20 } });
    expect(await exchangeRaw(port, 'GET / HTTP/1.1\r\nho')).toMatch(/^HTTP\/1.1 408 Request Timeout/);
  });

  it('to send its body gets 408', async () => {
    const server = await startEchoServer({ timeouts: { requestMs: 60, headersMs: 50, checkMs: 20 } });
    const received = await exchangeRaw(
      server.port,
      'POST /echo/notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{',
    );
    expect(received).toMatch(/^HTTP\/1.1 408 Request Timeout/);
    await server.logged(1);
    expect(server.failures).toEqual([]);
  });
});

describe('listen', () => {
  it('rejects when the port is taken', async () => {
    const { port } = await startEchoServer();
    await expect(startEchoServer({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('gives a URL that reaches a server bound to every address', async () => {
    const { url, port } = await startEchoServer({ host: '0.0.0.0' });
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${url}/echo/documents/x`)).status).toBe(200);
  });

  it('speaks HTTPS with a certificate', async () => {
    const tls = selfSignedCertificate(['localhost']);
    const { url } = await startEchoServer({ tls });
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const outgoing = tlsRequest(`${url}/echo/documents/x`, { rejectUnauthorized: false, agent: false }).end();
    const [response] = await once(outgoing, 'response');
    expect(JSON.parse(await text(response))).toMatchObject({ baseUrl: `${url}/echo` });
  });
});

describe('a client that half-closes its connection immediately', () => {
  const request = 'GET /echo/documents/x HTTP/1.1\r\nhost: x\r\n\r\n';

  it('gets its response over TCP', async () => {
    const { port } = await startEchoServer();
    const client = await openRaw(port);
    client.end(request);
    expect(await text(client)).toMatch(/^HTTP\/1.1 200 OK/);
  });

  it('gets its response over TLS', async () => {
    const tls = selfSignedCertificate(['localhost']);
    const { port } = await startEchoServer({ tls });
    const client = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(client, 'secureConnect');
    client.end(request);
    expect(await text(client)).toMatch(/^HTTP\/1.1 200 OK/);
  });
});

describe('close', () => {
  it('closes idle connections immediately, and reports what was not played', async () => {
    const { url, port, server, events, spaces } = await startEchoServer({ spacePending: 3 });
    spaces.get('a');
    expect((await fetch(`${url}/echo/documents/x`)).status).toBe(200);
    const idle = await openRaw(port);
    const ended = once(idle, 'close');
    idle.resume();
    expect(await server.close({ graceMs: 60_000 })).toEqual({ unplayed: 6 });
    await ended;
    expect(events).toContain('closed a');
    await expect(fetch(`${url}/echo/documents/x`)).rejects.toThrow();
  });

  it('closes unfinished TLS handshakes immediately, and no request in progress', async () => {
    let closed: Promise<unknown> | undefined;
    const tls = selfSignedCertificate(['localhost']);
    const { port, server } = await startEchoServer({
      tls,
      onAnswer: () => {
        closed ??= server.close({ graceMs: 60_000 });
      },
    });
    const bare = await openRaw(port);
    const ended = once(bare, 'close');
    bare.on('error', () => undefined).resume();
    const client = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(client, 'secureConnect');
    client.write('GET /echo/documents/x HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await text(client)).toMatch(/^HTTP\/1.1 200 OK/);
    await closed;
    await ended;
  });

  it('lets a request in flight end first, and then its connection', async () => {
    let go: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      go = resolve;
    });
    let called: () => void = () => undefined;
    const calling = new Promise<void>((resolve) => {
      called = resolve;
    });
    const { url, server, events } = await startEchoServer({
      handlers: {
        getDocument: async () => {
          called();
          await opened;
          return { status: 200, body: 'late' };
        },
      },
    });
    const response = fetch(`${url}/echo/documents/x`);
    await calling;
    const closed = server.close({ graceMs: 60_000 });
    expect(events).not.toContain('closed default');
    go();
    expect(await (await response).json()).toBe('late');
    expect((await response).headers.get('connection')).toBe('close');
    await closed;
    expect(events).toEqual(['answering default', 'answered default', 'closed default']);
  });

  it('closes a connection although a response in flight promised to keep it open', async () => {
    let closed: Promise<unknown> | undefined;
    const { port, server } = await startEchoServer({
      onAnswer: () => {
        closed ??= server.close({ graceMs: 60_000 });
      },
    });
    const client = await openRaw(port);
    client.write('GET /echo/documents/x HTTP/1.1\r\nhost: x\r\n\r\n');
    const received = await text(client);
    expect(received).toMatch(/^HTTP\/1.1 200 OK/);
    expect(received).toMatch(/\r\nconnection: keep-alive\r\n/i);
    await closed;
  });

  it.each([
    ['over TCP', false],
    ['over TLS', true],
  ])(
    'immediately closes a connection with half a request head after the last response, %s',
    async (_, isTls) => {
      const tls = selfSignedCertificate(['localhost']);
      const { port, server } = await startEchoServer(isTls ? { tls } : {});
      const client = isTls
        ? connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
        : await openRaw(port);
      if (isTls) await once(client, 'secureConnect');
      client.write('GET /echo/documents/x HTTP/1.1\r\nhost: x\r\n\r\nGET /echo/doc');
      expect(String((await once(client, 'data'))[0])).toMatch(/^HTTP\/1.1 200 OK/);
      const ended = once(client, 'close');
      await server.close({ graceMs: 60_000 });
      await ended;
    },
  );

  it('closes a connection with half a request head after a request in flight, once the response is sent', async () => {
    let closed: Promise<unknown> | undefined;
    const { port, server } = await startEchoServer({
      onAnswer: () => {
        closed ??= server.close({ graceMs: 60_000 });
      },
    });
    const client = await openRaw(port);
    client.write('GET /echo/documents/x HTTP/1.1\r\nhost: x\r\n\r\nGET /echo/doc');
    expect(await text(client)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*"operation":"getDocument"/);
    await closed;
  });

  it('sends all responses that wait on one connection', async () => {
    let closed: Promise<unknown> | undefined;
    let answers = 0;
    const { port, server } = await startEchoServer({
      onAnswer: () => {
        if (++answers === 2) closed = server.close({ graceMs: 60_000 });
      },
    });
    const client = await openRaw(port);
    client.write('GET /echo/documents/x HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(2));
    expect((await text(client)).match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
    await closed;
  });

  it('cuts off what is still open after its grace period', async () => {
    const { url, server } = await startEchoServer({
      handlers: { getDocument: () => new Promise(() => undefined) },
      spacePending: 2,
      spaceClosed: new Promise(() => undefined),
    });
    const response = fetch(`${url}/echo/documents/x`);
    const [, closed] = await Promise.all([
      expect(response).rejects.toThrow(),
      once(process, 'never', { signal: AbortSignal.timeout(50) }).catch(() => server.close({ graceMs: 20 })),
    ]);
    expect(closed).toEqual({ unplayed: 2 });
  });

  it('may be called before listening, and twice', async () => {
    const { server } = await startEchoServer();
    const [first, second] = await Promise.all([server.close({ graceMs: 0 }), server.close({ graceMs: 0 })]);
    expect(first).toBe(second);
  });
});
