import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { fetchFile } from '../../../src/loading/foreign/fetch-file.ts';
import { closeAfterwards } from '../../support/closing.ts';

/** A server whose paths redirect: `/3` to `/2`, `/1` to `/file`, which has ten bytes; `/odd` to another scheme. */
async function serve(): Promise<string> {
  const server = createServer((request, response) => {
    const hops = Number(request.url?.slice(1));
    const location =
      request.url === '/odd'
        ? 'file:///etc/hostname'
        : hops > 1
          ? `/${hops - 1}`
          : hops === 1
            ? 'file'
            : null;
    if (request.url === '/nowhere') response.writeHead(302).end();
    else if (request.url === '/absent') response.writeHead(404).end();
    else if (location === null) response.end('0123456789');
    else response.writeHead(302, { location }).end('moved');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterwards(async () => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a remote file', () => {
  test.each([
    ['file', 100],
    ['1', 100],
    ['3', 100],
    ['file', 10],
  ])('at /%s is fetched, with at most %i bytes', async (path, most) => {
    expect(Buffer.from(await fetchFile(`${await serve()}/${path}`, most)).toString()).toBe('0123456789');
  });

  test.each([
    ['4', 100, 'it redirects more than 3 times'],
    ['odd', 100, 'got the URL file:///etc/hostname, expected http: or https:'],
    ['nowhere', 100, 'it answered 302 without Location'],
    ['absent', 100, 'it answered 404, expected 200'],
    ['file', 9, 'it has more than 9 bytes'],
  ])('at /%s with at most %i bytes is refused: %s', async (path, most, reason) => {
    await expect(fetchFile(`${await serve()}/${path}`, most)).rejects.toThrow(reason);
  });
});
