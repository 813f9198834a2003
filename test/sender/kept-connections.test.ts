import type { Server, Socket } from 'node:net';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAddressPolicy } from '../../src/sender/address-policy.ts';
import { createHttpSender } from '../../src/sender/http-sender.ts';
import { selfSignedCertificate } from '../../src/server/http/self-signed-certificate.ts';
import { post, until } from './sender-helpers.ts';

const { key, cert } = selfSignedCertificate(['127.0.0.1']);

interface Consumer {
  readonly url: string;
  /** How many requests arrived over each connection. */
  readonly requests: readonly number[];
  /** The number of closed connections. */
  closed(): number;
}

/**
 * A consumer without an HTTP library.
 * @param onRequest handles the n-th request of a connection, both 1-based
 */
async function startConsumer(
  scheme: string,
  onRequest: (socket: Socket, nth: number, connection: number) => void,
): Promise<Consumer> {
  const requests: number[] = [];
  const open = new Set<Socket>();
  let closed = 0;
  const onConnection = (socket: Socket): void => {
    open.add(socket);
    const index = requests.push(0) - 1;
    socket.on('error', () => {});
    socket.on('close', () => closed++);
    socket.on('data', () => {
      const nth = (requests[index] ?? 0) + 1;
      requests[index] = nth;
      onRequest(socket, nth, index + 1);
    });
  };
  const server: Server =
    scheme === 'http' ? createTcpServer(onConnection) : createTlsServer({ key, cert }, onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    closed: () => closed,
  };
}

function makeSender() {
  const now = (): number => performance.now();
  const sender = createHttpSender({ allow: createAddressPolicy([]), now, certificate: cert });
  onTestFinished(() => sender.close());
  return sender;
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const kept = 'HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n';

describe.each(['http', 'https'])('a consumer that is called over %s', (scheme) => {
  it.each(['GET', 'POST'])(
    'loses no %s although it closes after each response without saying so',
    async (method) => {
      const consumer = await startConsumer(scheme, (socket) => socket.end(ok));
      const sender = makeSender();
      for (let i = 0; i < 20; i++) {
        expect(await sender.send(post(consumer.url, { method }))).toMatchObject({ statusCode: 200 });
      }
    },
  );

  it('gets a GET once more when it was never answered on a used connection', async () => {
    const consumer = await startConsumer(scheme, (socket, nth) => {
      if (nth === 1) socket.write(ok);
      else socket.destroy();
    });
    const sender = makeSender();
    for (let i = 0; i < 3; i++) {
      expect(await sender.send(post(consumer.url, { method: 'GET' }))).toMatchObject({ statusCode: 200 });
    }
    expect(consumer.requests).toEqual([2, 2, 1]);
  });

  it('gets no GET twice on a fresh connection, and none whose response has begun', async () => {
    const consumer = await startConsumer(scheme, (socket, nth, connection) => {
      if (connection > 1) socket.destroy();
      else if (nth === 1) socket.write(ok);
      else socket.end('HTTP/1.1 200 OK\r\n');
    });
    const sender = makeSender();
    const get = () => sender.send(post(consumer.url, { method: 'GET' }));
    expect(await get()).toMatchObject({ kind: 'answered' });
    expect(await get()).toMatchObject({ kind: 'unanswered', code: 'connection.closed' });
    expect(await get()).toMatchObject({ kind: 'unanswered', code: 'connection.closed' });
    expect(consumer.requests).toEqual([2, 1]);
  });

  it('gets no POST twice', async () => {
    const consumer = await startConsumer(scheme, (socket, nth) => {
      if (nth === 1) socket.write(kept);
      else socket.destroy();
    });
    const sender = makeSender();
    await sender.send(post(consumer.url));
    expect(await sender.send(post(consumer.url))).toMatchObject({
      code: 'connection.closed',
      message: expect.stringContaining('which had served 1 before'),
    });
    expect(consumer.requests).toEqual([2]);
  });

  it('gets POSTs over a used connection only after it sent keep-alive', async () => {
    const consumer = await startConsumer(scheme, (socket, _, connection) =>
      socket.write(connection < 3 ? ok : kept),
    );
    const sender = makeSender();
    for (let i = 0; i < 5; i++) {
      expect(await sender.send(post(consumer.url))).toMatchObject({ statusCode: 200 });
    }
    expect(consumer.requests).toEqual([1, 1, 3]);
  });

  it.each([
    ['closes with connection: close', 'connection: close\r\n'],
    ['keeps for a second only', 'keep-alive: timeout=1\r\n'],
  ])('gets no second request over a connection that it %s', async (_, header) => {
    const consumer = await startConsumer(scheme, (socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${header}content-length: 0\r\n\r\n`),
    );
    const sender = makeSender();
    for (let i = 0; i < 3; i++) await sender.send(post(consumer.url, { method: 'GET' }));
    expect(consumer.requests).toEqual([1, 1, 1]);
  });

  it('gets a new connection after it sent unexpected data on an idle one', async () => {
    const consumer = await startConsumer(scheme, (socket, nth) => {
      socket.write(nth === 1 ? kept : 'HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n');
      if (nth === 1)
        setImmediate(() => socket.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n'));
    });
    const sender = makeSender();
    for (let i = 0; i < 2; i++) {
      expect(await sender.send(post(consumer.url, { method: 'GET' }))).toMatchObject({ statusCode: 200 });
      await until(() => consumer.closed() === i + 1);
    }
  });
});

describe('the response of a consumer', () => {
  it.each([
    ['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['102', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['103', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'],
  ])('may come after an interim %s', async (_, interim) => {
    const consumer = await startConsumer('http', (socket) => socket.write(`${interim}${ok}`));
    expect(await makeSender().send(post(consumer.url))).toMatchObject({ statusCode: 200 });
  });

  it('may have lines that end with LF alone', async () => {
    const consumer = await startConsumer('http', (socket) =>
      socket.write('HTTP/1.1 200 OK\nx-a: b\ncontent-length: 2\n\n{}'),
    );
    expect(await makeSender().send(post(consumer.url))).toMatchObject({
      statusCode: 200,
      headers: { 'x-a': 'b' },
      body: '{}',
    });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is decoded from %s, and truncated when it is long', async (coding, compress) => {
    const sizes: Record<string, Buffer> = {
      '/small': compress(Buffer.from('{"ok":"né"}')),
      '/bomb': compress(Buffer.alloc(8 * 1024 * 1024, 'x')),
    };
    let path = '/small';
    const consumer = await startConsumer('http', (socket) => {
      const body = sizes[path] ?? Buffer.alloc(0);
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
    });
    const sender = makeSender();
    expect(await sender.send(post(consumer.url))).toMatchObject({
      body: '{"ok":"né"}',
      bodyTruncated: false,
    });
    path = '/bomb';
    expect(await sender.send(post(consumer.url))).toMatchObject({
      body: 'x'.repeat(16 * 1024),
      bodyTruncated: true,
    });
  });

  it('is kept as received when it cannot be decoded', async () => {
    const consumer = await startConsumer('http', (socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}'),
    );
    expect(await makeSender().send(post(consumer.url))).toMatchObject({ statusCode: 200, body: '{}' });
  });
});

describe('a consumer that asks for a client certificate', () => {
  it.each(['TLSv1.3', 'TLSv1.2'] as const)('is reported as such with %s', async (version) => {
    const server = createTlsServer(
      { key, cert, requestCert: true, rejectUnauthorized: true, minVersion: version, maxVersion: version },
      (socket) => socket.end(ok),
    );
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await makeSender().send(post(`https://127.0.0.1:${port}/`))).toMatchObject({
      code: 'tls.client-certificate',
      message: expect.stringContaining(`127.0.0.1:${port} asked for a client certificate`),
    });
  });

  it('is called without one when it does not require one', async () => {
    const server = createTlsServer({ key, cert, requestCert: true, rejectUnauthorized: false }, (socket) =>
      socket.end(ok),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await makeSender().send(post(`https://127.0.0.1:${port}/`))).toMatchObject({ statusCode: 200 });
  });
});

/** A consumer on its own thread. It sends keep-alive, and closes its connections on request. */
const consumerThread = `
  const { parentPort, workerData } = require('node:worker_threads');
  const sockets = new Set();
  const server = require('node:net').createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => socket.write(workerData.response));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
  parentPort.on('message', () => {
    for (const socket of sockets) socket.end(() => {
      Atomics.store(workerData.ended, 0, 1);
      Atomics.notify(workerData.ended, 0);
    });
    sockets.clear();
  });`;

it.each([
  ['before sockets are polled', () => Promise.resolve()],
  ['after sockets were polled', () => new Promise<void>((resolve) => setImmediate(resolve))],
])('a POST after the close of a kept connection is not lost, sent %s', async (_when, turn) => {
  const ended = new Int32Array(new SharedArrayBuffer(4));
  const consumer = new Worker(consumerThread, { eval: true, workerData: { response: kept, ended } });
  onTestFinished(async () => void (await consumer.terminate()));
  const port = await new Promise((resolve) => consumer.once('message', resolve));
  const sender = makeSender();
  const send = () => sender.send(post(`http://127.0.0.1:${port}/`));
  expect(await send()).toMatchObject({ statusCode: 200 });
  await turn();
  consumer.postMessage('close');
  // This thread is blocked until the connection is closed.
  Atomics.wait(ended, 0, 0);
  expect(await send()).toMatchObject({ statusCode: 200 });
});

it.each([
  ['the called address', '127.0.0.1', { statusCode: 200 }],
  ['localhost only', 'localhost', { code: 'tls.untrusted' }],
] as const)('a certificate that names %s gives %o', async (_what, name, expected) => {
  const made = selfSignedCertificate([name]);
  const server = createTlsServer({ key: made.key, cert: made.cert }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end(ok));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const sender = createHttpSender({
    allow: createAddressPolicy([]),
    now: () => performance.now(),
    certificate: made.cert,
  });
  onTestFinished(() => sender.close());
  const { port } = server.address() as AddressInfo;
  expect(await sender.send(post(`https://127.0.0.1:${port}/`))).toMatchObject(expected);
});
