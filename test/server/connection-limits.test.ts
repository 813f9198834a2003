import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { SlowRequests } from '../../src/server/http/connection-limits.ts';
import type { Reply } from '../../src/server/http/reply.ts';
import { startRingback } from '../support/ringback.ts';
import { closeEchoServers, startEchoServer } from './support/echo-server.ts';
import { exchangeRaw, openRaw } from './support/raw-client.ts';

const sockets: { destroy(): unknown }[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await closeEchoServers();
});

const request = 'GET /echo/documents/x HTTP/1.1\r\nhost: a\r\n\r\n';

async function open(port: number): Promise<Socket> {
  const socket = await openRaw(port);
  sockets.push(socket);
  return socket.on('error', () => undefined);
}

describe('a connection past the limit', () => {
  it('replaces the connection that has been idle for longest', async () => {
    const { port } = await startEchoServer({ limits: { connections: 2 } });
    const [first, second] = [await open(port), await open(port)];
    first.write(request);
    await once(first, 'data');
    const ended = once(second.resume(), 'close');
    const third = await open(port);
    third.write(request);
    expect(String((await once(third, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
    await ended;
    first.write(request);
    expect(String((await once(first, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('gets 503 when requests are under way on all connections', async () => {
    let called: () => void = () => undefined;
    const calling = new Promise<void>((resolve) => {
      called = resolve;
    });
    const { port } = await startEchoServer({
      limits: { connections: 1 },
      handlers: {
        getDocument: () => {
          called();
          return new Promise(() => undefined);
        },
      },
    });
    const busy = await open(port);
    busy.write(request);
    await calling;
    const refused = await text(await open(port));
    expect(refused).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused).toContain('retry-after: 1');
    expect(refused).toMatch(/urn:ringback:server\.busy/);
  });
});

it('a head past the limit gets 431', async () => {
  const { port } = await startEchoServer({ limits: { headerBytes: 2_000 } });
  expect(await exchangeRaw(port, `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(2_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431 /,
  );
});

describe('a request that trickles in', () => {
  it('is slow after half a minute below the rate, and no other request is', () => {
    let now = 0;
    const slow = new SlowRequests(100, () => now);
    const socket = { bytesRead: 0 };
    const arriving = { awaitsBody: true } as Reply;
    const isSlow = (reply: Reply | null = arriving): boolean => slow.isSlow(socket as never, reply);
    expect(isSlow()).toBe(false);
    now = 29_999;
    expect(isSlow()).toBe(false);
    now = 30_000;
    expect(isSlow()).toBe(true);
    expect(isSlow({ awaitsBody: false } as Reply)).toBe(false);
    socket.bytesRead = 3_000;
    expect(isSlow()).toBe(false);
    now = 40_000;
    expect(isSlow()).toBe(true);
    expect(isSlow({ awaitsBody: true } as Reply)).toBe(false);
  });

  it('gets 408', async () => {
    const server = await startEchoServer({
      limits: { requestMs: 60 },
      timeouts: { headersMs: 50, checkMs: 20 },
    });
    const head =
      'POST /echo/notes HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 10\r\n\r\n{';
    expect(await exchangeRaw(server.port, head)).toMatch(/^HTTP\/1\.1 408 /);
  });
});

it('a reader of events past the limit of its space gets 429', async () => {
  const ringback = await startRingback({ settings: { 'limits.eventStreams': '1' } });
  const stop = new AbortController();
  const url = `${ringback.url}/_ringback/events`;
  expect((await fetch(url, { signal: stop.signal })).status).toBe(200);
  const refused = await fetch(url);
  expect([refused.status, ((await refused.json()) as { type: string }).type]).toEqual([
    429,
    expect.stringMatching(/urn:ringback:events\.limit$/),
  ]);
  stop.abort();
  let again = 429;
  while (again === 429) again = (await fetch(url, { signal: AbortSignal.timeout(5_000) })).status;
  expect(again).toBe(200);
});

it('a process out of file descriptors reports so once, closes idle connections, and still serves', async () => {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const child = spawn('sh', [
    '-c',
    `ulimit -n 64; exec "${process.execPath}" "${main}" serve --port 0 --clock virtual`,
  ]);
  sockets.push({ destroy: () => child.kill('SIGKILL') });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    said += more;
  });
  const [ready] = await once(child.stdout.setEncoding('utf8'), 'data');
  const port = Number(/listening on \S+:(\d+)/.exec(String(ready))?.[1]);
  for (let i = 0; i < 100; i++) sockets.push(connect(port, '127.0.0.1').on('error', () => undefined));
  while (!said.includes('has reached its limit of open files')) await once(child.stderr, 'data');
  const health = async (): Promise<number> => {
    const received = await exchangeRaw(
      port,
      'GET /_ringback/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    ).catch(() => '');
    return Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 0);
  };
  while ((await health()) !== 200);
  while (!said.includes('can be opened again')) await once(child.stderr, 'data');
  expect(said.match(/has reached its limit of open files/g)).toHaveLength(1);
});
