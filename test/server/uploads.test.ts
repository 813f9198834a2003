import { once } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { RingbackError } from '../../src/core/errors.ts';
import { bodyOf } from './support/answer.ts';
import { closeEchoServers, startEchoServer } from './support/echo-server.ts';
import { exchangeRaw, openRaw } from './support/raw-client.ts';

afterEach(closeEchoServers);

const mebibyte = Buffer.alloc(1024 * 1024, 'a');

function put(
  url: string,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, { method: 'PUT', body, headers, duplex: 'half' } as RequestInit);
}

function stream(mebibytes: number): ReadableStream {
  return Readable.toWeb(
    Readable.from(
      (function* () {
        for (let i = 0; i < mebibytes; i++) yield mebibyte;
      })(),
      { objectMode: false },
    ),
  ) as ReadableStream;
}

describe('an upload', () => {
  it.each([
    ['of any content type', { 'content-type': 'application/pdf' }],
    ['of no content type', {}],
    ['of an invalid content type', { 'content-type': 'nonsense' }],
  ])('%s is accepted and kept', async (_what, headers) => {
    const { url, blobs } = await startEchoServer();
    const body = await bodyOf(await put(`${url}/echo/uploads/1`, Buffer.from('%PDF-1.7'), headers));
    expect(body).toMatchObject({ field: '', fileName: 'a.pdf', bytes: 8 });
    expect(blobs.bytes).toBe(8);
    const back = await fetch(`${url}/echo/downloads/${body.blob}`);
    expect(back.headers.get('content-type')).toBe('application/pdf');
    expect(back.headers.get('content-length')).toBe('8');
    expect(await back.text()).toBe('%PDF-1.7');
    const head = await fetch(`${url}/echo/downloads/${body.blob}`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('8');
  });

  it('may be empty', async () => {
    const { url } = await startEchoServer();
    expect(await bodyOf(await put(`${url}/echo/uploads/1`, ''))).toMatchObject({ bytes: 0 });
  });

  it('without a body is refused, since the contract requires one', async () => {
    const { port, blobs } = await startEchoServer();
    const response = await exchangeRaw(
      port,
      'PUT /echo/uploads/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(response).toMatch(/^HTTP\/1\.1 400 /);
    expect(response).toContain('a body of */* is required');
    expect(blobs.bytes).toBe(0);
  });

  it('to an unknown URL is refused without being read, and its connection stays in use', async () => {
    const { url, blobs } = await startEchoServer();
    const response = await put(`${url}/echo/uploads/never-issued`, stream(8));
    expect(response.status).toBe(404);
    expect(blobs.bytes).toBe(0);
    expect((await fetch(`${url}/echo/documents/x`)).status).toBe(200);
  });

  it('that is unwanted and endless is cut off', async () => {
    const { port } = await startEchoServer();
    const socket = await openRaw(port);
    socket.on('error', () => undefined);
    const answered = once(socket, 'data');
    socket.write('PUT /echo/uploads/never-issued HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999999\r\n\r\n');
    expect(String((await answered)[0])).toMatch(/^HTTP\/1.1 404 /);
    socket.resume();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    let sent = 0;
    while (!socket.destroyed && sent < 400) {
      sent++;
      await Promise.race([closed, new Promise((resolve) => socket.write(mebibyte, resolve))]);
    }
    expect(sent).toBeGreaterThan(100);
    expect(sent).toBeLessThan(300);
  });

  it('past the limit is refused, by its length or by its bytes', async () => {
    const { url, blobs } = await startEchoServer({ settings: { 'limits.uploadBytes': mebibyte.length } });
    expect((await put(`${url}/echo/uploads/1`, mebibyte)).status).toBe(200);
    const declared = await put(`${url}/echo/uploads/1`, Buffer.concat([mebibyte, mebibyte]));
    expect({ status: declared.status, detail: (await bodyOf(declared)).detail }).toEqual({
      status: 413,
      detail: expect.stringContaining('1048576'),
    });
    expect((await put(`${url}/echo/uploads/1`, stream(4))).status).toBe(413);
    expect(blobs.bytes).toBe(mebibyte.length);
  });

  it('with Expect: 100-continue is asked for only when it is wanted', async () => {
    const { port } = await startEchoServer();
    const head = (path: string): string =>
      `PUT ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\n`;
    const refused = await exchangeRaw(port, head('/echo/uploads/never-issued'));
    expect(refused).toMatch(/^HTTP\/1.1 404 /);
    expect(refused).toMatch(/connection: close/i);
    const socket = await openRaw(port);
    const answer = new Promise<string>((resolve) => {
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk;
        if (received === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write('abc');
        if (received.includes('"bytes":3')) resolve(received);
      });
    });
    socket.write(head('/echo/uploads/1'));
    expect(await answer).toContain('HTTP/1.1 200 OK');
    socket.destroy();
  });

  it('that is truncated keeps nothing, and may be retried', async () => {
    const server = await startEchoServer();
    await exchangeRaw(
      server.port,
      `PUT /echo/uploads/1 HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n${'a'.repeat(300_000)}`,
      {
        destroyAfterWrite: true,
      },
    );
    await server.logged(1);
    expect(server.log[0]).toMatchObject({ operation: 'upload', status: null });
    expect(server.blobs.bytes).toBe(0);
    expect(server.failures).toEqual([]);
    expect((await put(`${server.url}/echo/uploads/1`, 'abc')).status).toBe(200);
  });

  it('that its operation refuses at the end is not kept', async () => {
    const { url, blobs, spaces } = await startEchoServer({
      handlers: {
        upload: async (request) => {
          await request.receiveFile({ fileName: 'a.pdf', runId: 'run' });
          expect(blobs.bytes).toBe(3);
          throw new RingbackError('resource.not-found', {
            details: { kind: 'run', id: 'run' },
            detail: 'its run was evicted meanwhile',
          });
        },
      },
    });
    expect((await put(`${url}/echo/uploads/1`, 'abc')).status).toBe(404);
    expect(blobs.bytes).toBe(0);
    expect(spaces.disown('default')).toEqual([]);
  });

  it('of a file that is no longer kept is a 404', async () => {
    const { url } = await startEchoServer();
    const response = await fetch(`${url}/echo/downloads/blob-99`);
    expect({ status: response.status, detail: (await bodyOf(response)).detail }).toEqual({
      status: 404,
      detail: expect.stringContaining('were evicted'),
    });
  });
});
