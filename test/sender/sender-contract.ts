import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Sender } from '../../src/core/engine/deliveries/sender.ts';
import { freePort, startHttpServer, startTcpServer } from '../support/tcp-server.ts';
import { failureContract } from './sender-failure-contract.ts';
import { answered, post, replying, serve, unanswered, until } from './sender-helpers.ts';
import { wireContract } from './sender-wire-contract.ts';

/** Settings of the sender under test. */
export interface SenderLimits {
  readonly connectionsPerOrigin: number;
  readonly maxResponseBytes: number;
}

/**
 * The contract suite of `Sender`, which every implementation runs.
 * @param make creates a sender that may call loopback addresses and obeys the limits
 */
export function describeSender(name: string, make: (limits: SenderLimits) => Sender): void {
  describe(name, () => {
    const senders: Sender[] = [];
    afterEach(async () => {
      await Promise.all(senders.splice(0).map((sender) => sender.close()));
    });
    const sender = (limits: Partial<SenderLimits> = {}): Sender => {
      const made = make({ connectionsPerOrigin: 8, maxResponseBytes: 1024, ...limits });
      senders.push(made);
      return made;
    };

    failureContract(sender);
    wireContract(sender);

    it('sends method, path, query, headers and body unchanged', async () => {
      const consumer = await serve(
        startHttpServer((_, response) => response.writeHead(201, { 'x-a': 'b' }).end('né')),
      );
      const result = await sender().send(
        post(`${consumer.url}/hook/%C3%BC?a=1&b=x%2Fy+z&a=2`, {
          headers: { 'Content-Type': 'application/json', 'X-Custom': 'çaf' },
          body: '{"text":"né"}',
        }),
      );
      expect(result).toMatchObject({ kind: 'answered', statusCode: 201, body: 'né', bodyTruncated: false });
      expect(answered(result).headers['x-a']).toBe('b');
      expect(answered(result).durationMs).toBeGreaterThan(0);
      const [request] = consumer.requests;
      expect(request).toMatchObject({
        method: 'POST',
        url: '/hook/%C3%BC?a=1&b=x%2Fy+z&a=2',
        body: '{"text":"né"}',
      });
      expect(request?.rawHeaders).toEqual([
        ...['host', `127.0.0.1:${consumer.port}`, 'connection', 'keep-alive'],
        ...['Content-Type', 'application/json', 'X-Custom', 'çaf', 'x-ringback-callback', '1'],
        ...['content-length', '14'],
      ]);
    });

    it('sends bytes, and an empty body with its length', async () => {
      const consumer = await serve(startHttpServer((_, response) => response.end()));
      const one = sender();
      await one.send(post(consumer.url, { body: new Uint8Array([0x7b, 0x7d]) }));
      await one.send(post(consumer.url, { body: null }));
      await one.send({ ...post(consumer.url), method: 'GET', body: null });
      expect(consumer.requests.map(({ body, headers }) => [body, headers['content-length']])).toEqual([
        ['{}', '2'],
        ['', '0'],
        ['', undefined],
      ]);
    });

    it('joins several values of one response header', async () => {
      const consumer = await serve(
        startHttpServer((_, response) => response.setHeader('x-two', ['1', '2']).end()),
      );
      expect(answered(await sender().send(post(consumer.url))).headers['x-two']).toBe('1, 2');
    });

    it.each([301, 302, 303, 307, 308])('returns a redirect %i instead of following it', async (status) => {
      const consumer = await serve(
        startHttpServer((_, response) => response.writeHead(status, { location: '/elsewhere' }).end()),
      );
      const result = await sender().send(post(consumer.url));
      expect(result).toMatchObject({
        kind: 'answered',
        statusCode: status,
        headers: { location: '/elsewhere' },
      });
      expect(consumer.requests).toHaveLength(1);
    });

    it('skips an interim response', async () => {
      const consumer = await serve(
        startTcpServer(replying('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n')),
      );
      expect(await sender().send(post(consumer.url))).toMatchObject({
        kind: 'answered',
        statusCode: 204,
        body: '',
      });
    });

    it('keeps a response of exactly the cap, and truncates a longer one', async () => {
      const consumer = await serve(
        startHttpServer((request, response) => response.end('x'.repeat(Number(request.url.slice(1))))),
      );
      const one = sender({ maxResponseBytes: 1000 });
      expect(await one.send(post(`${consumer.url}/1000`))).toMatchObject({
        bodyTruncated: false,
        body: 'x'.repeat(1000),
      });
      expect(await one.send(post(`${consumer.url}/1001`))).toMatchObject({
        bodyTruncated: true,
        body: 'x'.repeat(1000),
      });
    });

    it('ends the connection of an endless response', async () => {
      let written = 0;
      const consumer = await serve(
        startTcpServer((socket) => {
          socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
          const block = `10000\r\n${'x'.repeat(65_536)}\r\n`;
          const pump = (): void => {
            while (!socket.destroyed && socket.write(block)) written += 65_536;
            written += 65_536;
          };
          socket.on('drain', pump);
          pump();
        }),
      );
      const result = await sender({ maxResponseBytes: 10 }).send(post(consumer.url));
      expect(result).toMatchObject({
        kind: 'answered',
        statusCode: 200,
        body: 'xxxxxxxxxx',
        bodyTruncated: true,
      });
      await until(() => consumer.open() === 0);
      expect(written).toBeLessThan(64 * 1024 * 1024);
    });

    it('leaves out a character that the cap splits', async () => {
      const consumer = await serve(startHttpServer((_, response) => response.end('aé')));
      expect(await sender({ maxResponseBytes: 2 }).send(post(consumer.url))).toMatchObject({
        body: 'a',
        bodyTruncated: true,
      });
    });

    it('uses one connection for consecutive requests', async () => {
      const consumer = await serve(startHttpServer((_, response) => response.end('ok')));
      const one = sender();
      for (let i = 0; i < 20; i++) await one.send(post(consumer.url));
      expect(consumer.connections()).toBe(1);
      expect(consumer.requests).toHaveLength(20);
    });

    it('delivers each request once to a consumer that closes its connections between requests', async () => {
      let count = 0;
      const consumer = await serve(
        startTcpServer((socket) => {
          socket.once('data', () => {
            count++;
            // Announced as kept open, but closed.
            socket.write('HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n', () =>
              socket.end(),
            );
          });
        }),
      );
      const one = sender();
      for (let i = 1; i <= 20; i++) {
        expect(await one.send(post(consumer.url))).toMatchObject({ kind: 'answered', statusCode: 200 });
        expect(count).toBe(i);
        await until(() => consumer.open() === 0);
      }
    });

    it('does not resend a request that was lost on a kept connection', async () => {
      let count = 0;
      const consumer = await serve(
        startTcpServer((socket) => {
          socket.on('data', () => {
            count++;
            if (count === 1)
              socket.write('HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n');
            else socket.resetAndDestroy();
          });
        }),
      );
      const one = sender();
      await one.send(post(consumer.url));
      const result = await one.send(post(consumer.url));
      expect(result).toMatchObject({ kind: 'unanswered', reason: 'connection' });
      expect(unanswered(result).message).toContain('which had served 1 before');
      expect(count).toBe(2);
    });

    it('opens a limited number of connections, and sends everything', async () => {
      const consumer = await serve(startHttpServer((_, response) => void setImmediate(() => response.end())));
      const one = sender({ connectionsPerOrigin: 3 });
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, i) => one.send(post(`${consumer.url}/${i}`))),
      );
      expect(results.every((result) => result.kind === 'answered')).toBe(true);
      expect(new Set(consumer.requests.map(({ url }) => url)).size).toBe(60);
      expect(consumer.peak()).toBe(3);
    });

    it('reports when no connection became free in time, and then sends nothing', async () => {
      const release: (() => void)[] = [];
      const consumer = await serve(startHttpServer((_, response) => void release.push(() => response.end())));
      const one = sender({ connectionsPerOrigin: 1 });
      const first = one.send(post(`${consumer.url}/first`));
      const second = await one.send(post(`${consumer.url}/second`, { timeoutMs: 50 }));
      expect(second).toMatchObject({ kind: 'unanswered', reason: 'timeout' });
      expect(unanswered(second).message).toContain('all connections to');
      for (const answer of release) answer();
      expect(await first).toMatchObject({ kind: 'answered' });
      expect(
        await Promise.race([one.send(post(`${consumer.url}/third`)), until(() => release.length === 2)]),
      ).toBeUndefined();
      release[1]?.();
      expect(consumer.requests.map(({ url }) => url)).toEqual(['/first', '/third']);
    });

    it('a hanging consumer does not delay another one', async () => {
      const hanging = await serve(startTcpServer(() => {}));
      const quick = await serve(startHttpServer((_, response) => response.end()));
      const one = sender({ connectionsPerOrigin: 4 });
      const stuck = Array.from({ length: 20 }, () => one.send(post(hanging.url, { timeoutMs: 250 })));
      await until(() => hanging.open() === 4);
      const result = await one.send(post(quick.url));
      expect(answered(result).durationMs).toBeLessThan(150);
      expect(hanging.peak()).toBe(4);
      expect(
        (await Promise.all(stuck)).every((each) => each.kind === 'unanswered' && each.reason === 'timeout'),
      ).toBe(true);
    });

    it('calls an IPv6 address', async () => {
      const consumer = await serve(startHttpServer((_, response) => response.end('six'), '::1'));
      expect(await sender().send(post(consumer.url))).toMatchObject({ kind: 'answered', body: 'six' });
    });

    it('turns user and password of the URL into an authorization header', async () => {
      const consumer = await serve(startHttpServer((_, response) => response.end()));
      const one = sender();
      const url = consumer.url.replace('://', '://j%C3%B6:p%40ss@');
      await one.send(post(url));
      await one.send(post(url, { headers: { Authorization: 'Bearer x' } }));
      const basic = `Basic ${Buffer.from('jö:p@ss').toString('base64')}`;
      expect(consumer.requests.map(({ headers }) => headers.authorization)).toEqual([basic, 'Bearer x']);
      expect(consumer.requests[0]?.url).toBe('/');
    });

    it('encodes characters of the path and query that a URL cannot contain', async () => {
      const consumer = await serve(startHttpServer((_, response) => response.end()));
      await sender().send(post(`${consumer.url}/für immer?wer=José#nowhere`));
      expect(consumer.requests[0]?.url).toBe('/f%C3%BCr%20immer?wer=Jos%C3%A9');
    });

    it.each([
      ['a relative URL', { url: '/hook' }, 'the URL cannot be read: "/hook"'],
      ['another scheme', { url: 'ftp://127.0.0.1/x' }, 'the URL is not http or https, but ftp:'],
      [
        'a line break in a header',
        { headers: { 'X-A': 'b\r\nX-C: d' } },
        'the value of the header X-A has the character U+000D',
      ],
      [
        'a header beyond latin-1',
        { headers: { 'X-A': '✓' } },
        'the value of the header X-A has the character U+2713',
      ],
      ['a header name with a space', { headers: { 'X A': 'b' } }, '"X A" is not a header name'],
      [
        'a header of the connection',
        { headers: { Upgrade: 'x' } },
        'the header Upgrade belongs to the connection',
      ],
      [
        'a wrong content length',
        { headers: { 'content-length': '5' }, body: '{}' },
        'the request cannot be sent',
      ],
      ['a method with a space', { method: 'PO ST' }, 'the method "PO ST" is not one'],
    ] as const)('refuses %s', async (_, change, message) => {
      const consumer = await serve(startHttpServer((_, response) => response.end()));
      const result = await sender().send({ ...post(consumer.url), ...change });
      expect(result).toMatchObject({ kind: 'unanswered', reason: 'unsendable' });
      expect(unanswered(result).message).toContain(message);
      expect(consumer.requests).toHaveLength(0);
    });

    it('keeps the credentials of a URL out of its messages', async () => {
      const port = await freePort();
      for (const url of [`http://user:secret@127.0.0.1:${port}/`, 'http://user:secret@[bad/']) {
        expect(unanswered(await sender().send(post(url))).message).not.toContain('secret');
      }
    });

    it('reports a host name that does not exist', async () => {
      const result = await sender().send(post('http://no-such-host.invalid:8080/'));
      expect(result).toMatchObject({ kind: 'unanswered', reason: 'connection', code: 'dns.not-found' });
      expect(unanswered(result).message).toContain(
        'the host name of no-such-host.invalid:8080 cannot be resolved',
      );
    });

    it('closes after the requests under way, and ends its connections', async () => {
      const release: (() => void)[] = [];
      const consumer = await serve(
        startHttpServer((_, response) => void release.push(() => response.end('done'))),
      );
      const one = sender({ connectionsPerOrigin: 1 });
      const results = [one.send(post(consumer.url)), one.send(post(consumer.url))];
      await until(() => release.length === 1);
      let closed = false;
      const closing = one.close().then(() => (closed = true));
      expect(await one.send(post(consumer.url))).toMatchObject({ kind: 'unanswered', reason: 'closed' });
      await nextTurn();
      expect(closed).toBe(false);
      release[0]?.();
      await until(() => release.length === 2);
      release[1]?.();
      expect(await Promise.all(results)).toMatchObject([{ body: 'done' }, { body: 'done' }]);
      await closing;
      await until(() => consumer.open() === 0);
      await one.close();
    });

    it('cuts off the requests under way when the grace period of closing is over', async () => {
      let requests = 0;
      const consumer = await serve(startHttpServer(() => void requests++));
      const one = sender({ connectionsPerOrigin: 1 });
      const results = [one.send(post(consumer.url)), one.send(post(consumer.url))];
      await until(() => requests === 1);
      await one.close({ graceMs: 0 });
      const cut = { kind: 'unanswered', reason: 'closed' };
      expect(await Promise.all(results)).toMatchObject([cut, cut]);
      await until(() => consumer.open() === 0);
      expect(requests).toBe(1);
    });
  });
}
