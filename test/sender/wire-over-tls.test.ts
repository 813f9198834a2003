import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SendResult, WireFault } from '../../src/core/engine/deliveries/sender.ts';
import { createAddressPolicy } from '../../src/sender/address-policy.ts';
import { createHttpSender } from '../../src/sender/http-sender.ts';
import { selfSignedCertificate } from '../../src/server/http/self-signed-certificate.ts';
import { post, until } from './sender-helpers.ts';

const body = 'y'.repeat(100);
const { key, cert } = selfSignedCertificate(['127.0.0.1']);

interface Seen {
  text: string;
  secured: number;
  end: 'open' | 'fin' | 'reset';
}

/** An HTTPS consumer that keeps what it decrypts, behind a relay that sees how TCP connections end. */
async function startConsumer(): Promise<{ url: string; seen: Seen }> {
  const seen: Seen = { text: '', secured: 0, end: 'open' };
  const consumer = createTlsServer({ key, cert }, (socket) => {
    seen.secured++;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      seen.text += chunk.toString('latin1');
      if (seen.text.endsWith(body)) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
  });
  const consumerPort = await listen(consumer);
  const relay = createTcpServer((socket) => {
    const onward = connect(consumerPort, '127.0.0.1');
    onward.on('error', () => {});
    onward.on('data', (chunk) => socket.writable && socket.write(chunk));
    socket.on('data', (chunk) => onward.write(chunk));
    let end: Seen['end'] = 'fin';
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNRESET') end = 'reset';
    });
    socket.on('close', () => onward.end());
    // Only then has the consumer received everything.
    onward.on('close', () => {
      seen.end = end;
      socket.destroy();
    });
  });
  return { url: `https://127.0.0.1:${await listen(relay)}/hook`, seen };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function play(wire: WireFault): Promise<{ seen: Seen; result: SendResult }> {
  const { url, seen } = await startConsumer();
  const allow = createAddressPolicy([]);
  const sender = createHttpSender({ allow, now: () => performance.now(), certificate: cert });
  onTestFinished(() => sender.close());
  const result = await sender.send(post(url, { body, wire }));
  await until(() => seen.end !== 'open');
  return { seen, result };
}

describe('a fault on the wire over TLS', () => {
  it('sends a slow request completely, and reads the response', async () => {
    const { seen, result } = await play({ bytesPerSecond: 2000 });
    expect(result).toMatchObject({ kind: 'answered', statusCode: 200, body: 'ok' });
    expect(result.durationMs).toBeGreaterThan(seen.text.length * 0.4);
    expect(seen.text).toMatch(/^POST \/hook HTTP\/1\.1\r\n/);
  });

  it('resets the TCP connection under it', async () => {
    const { seen, result } = await play({ resetAfterBytes: 12 });
    expect(result).toMatchObject({
      kind: 'unanswered',
      message: 'connection reset after 12 bytes, as scripted',
    });
    expect(seen).toEqual({ text: 'POST /hook H', secured: 1, end: 'reset' });
  });

  it('resets a connection after only the handshake', async () => {
    const { seen } = await play({ resetAfterBytes: 0 });
    expect(seen).toMatchObject({ text: '', end: 'reset' });
  });

  it('cuts the body in half', async () => {
    const { seen, result } = await play({ cutBodyInHalf: true });
    expect(result).toMatchObject({
      message: 'connection closed after 50 of 100 bytes of the body, as scripted',
    });
    expect(seen.text).toMatch(/content-length: 100\r\n\r\ny{50}$/);
    expect(seen.end).toBe('fin');
  });

  it('is silent once the handshake is over', async () => {
    const { seen, result } = await play({ silentForMs: 50 });
    expect(result).toMatchObject({ reason: 'timeout', message: 'silent for 50ms, as scripted' });
    expect(seen).toMatchObject({ text: '', secured: 1 });
  });
});
