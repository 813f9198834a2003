import { expect, it } from 'vitest';
import type { Sender } from '../../src/core/engine/deliveries/sender.ts';
import { freePort, startTcpServer } from '../support/tcp-server.ts';
import { post, replying, serve, unanswered, until } from './sender-helpers.ts';

/** The part of the `Sender` contract about requests without a complete and timely response. */
export function failureContract(sender: () => Sender): void {
  it('names the server that refused the connection', async () => {
    const port = await freePort();
    expect(await sender().send(post(`http://127.0.0.1:${port}/`))).toMatchObject({
      kind: 'unanswered',
      reason: 'connection',
      code: 'connect.refused',
      message: `connection refused by 127.0.0.1:${port} (ECONNREFUSED)`,
    });
  });

  it('reports a connection that is closed or reset before the response', async () => {
    for (const end of ['end', 'resetAndDestroy'] as const) {
      const consumer = await serve(startTcpServer((socket) => socket.once('data', () => socket[end]())));
      const result = await sender().send(post(consumer.url));
      expect(result).toMatchObject({ kind: 'unanswered', reason: 'connection', code: 'connection.closed' });
      expect(unanswered(result).message).toContain(
        `127.0.0.1:${consumer.port} closed the connection without a response`,
      );
      expect(consumer.connections()).toBe(1);
    }
  });

  it.each([
    ['a body with a length', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    [
      'a body with a length and connection: close',
      'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 10\r\n\r\nabc',
    ],
    [
      'a chunked body with connection: close',
      'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n',
    ],
    ['a chunked body', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'],
  ])('reports a connection that is closed in the middle of %s', async (_, text) => {
    const consumer = await serve(startTcpServer(replying(text, 'end')));
    const result = await sender().send(post(consumer.url));
    expect(result).toMatchObject({ kind: 'unanswered', reason: 'connection', code: 'connection.closed' });
    expect(unanswered(result).message).toContain('in the middle of its response, after 3 bytes of the body');
  });

  it('reads a body without a length to its end', async () => {
    const consumer = await serve(startTcpServer(replying('HTTP/1.1 200 OK\r\n\r\nabc', 'end')));
    expect(await sender().send(post(consumer.url))).toMatchObject({ kind: 'answered', body: 'abc' });
  });

  it.each([
    ['another protocol', '220 mail.example ESMTP\r\n', 'end'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc', 'end'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc', 'end'],
    ['an invalid status', 'HTTP/1.1 abc OK\r\n\r\n', 'end'],
    ['headers that never end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`, 'stay'],
    [
      'a change of protocol',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'stay',
    ],
  ] as const)('reports %s as not HTTP', async (_, text, then) => {
    const consumer = await serve(startTcpServer(replying(text, then)));
    const result = await sender().send(post(consumer.url));
    expect(result).toMatchObject({ kind: 'unanswered', reason: 'protocol', code: 'response.malformed' });
    expect(unanswered(result).message).toContain(`response of 127.0.0.1:${consumer.port}`);
  });

  it('times out on silence after connecting', async () => {
    const consumer = await serve(startTcpServer(() => {}));
    const result = await sender().send(post(consumer.url, { timeoutMs: 60 }));
    expect(result).toMatchObject({
      kind: 'unanswered',
      reason: 'timeout',
      code: 'timeout',
      message: 'no response within 60ms',
    });
    expect(unanswered(result).durationMs).toBeGreaterThanOrEqual(59);
    expect(unanswered(result).durationMs).toBeLessThan(250);
    await until(() => consumer.open() === 0);
  });

  it('times out on a response that comes byte by byte', async () => {
    const consumer = await serve(
      startTcpServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
        const drip = setInterval(() => socket.write('x'), 10);
        socket.once('close', () => clearInterval(drip));
      }),
    );
    const result = await sender().send(post(consumer.url, { timeoutMs: 80 }));
    expect(result).toMatchObject({ kind: 'unanswered', reason: 'timeout' });
    expect(unanswered(result).message).toMatch(/^no complete response within 80ms: status 200 and \d+ bytes/);
    expect(unanswered(result).durationMs).toBeLessThan(250);
  });

  it('accepts 0 as a time limit', async () => {
    const consumer = await serve(startTcpServer(() => {}));
    const result = await sender().send(post(consumer.url, { timeoutMs: 0 }));
    expect(result).toMatchObject({ kind: 'unanswered', reason: 'timeout' });
  });
}
