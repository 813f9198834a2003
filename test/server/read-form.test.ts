import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BodyContent } from '../../src/core/contract/contract.ts';
import { RingbackError } from '../../src/core/errors.ts';
import type { ReceivedFile } from '../../src/providers/provider.ts';
import { type FilePartReceiver, readForm } from '../../src/server/read-form.ts';
import { echoContract } from './support/echo-contract.ts';
import { openRaw } from './support/raw-client.ts';

const content = echoContract()
  .operations.find((operation) => operation.id === 'submit')
  ?.requestBody?.content.get('multipart/form-data') as BodyContent;
const limits = { textBytes: 1_000, files: 10, totalBytes: 1_000_000 };

let server: Server;
beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends a head and the start of a body of 10 kB; gives the request as the server sees it. */
async function begin(body: string) {
  const socket = await openRaw((server.address() as AddressInfo).port);
  const requested = once(server, 'request');
  socket.write(
    `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 10000\r\n\r\n${body}`,
  );
  const [request] = (await requested) as [IncomingMessage];
  return { socket, request };
}

const head = (name: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="a.pdf"\r\n\r\n`;

/** Reads to the end, and says how it ended. */
function recording(ends: string[], gotFirst: () => void = () => undefined): FilePartReceiver {
  return async (stream: Readable, part) => {
    try {
      for await (const _ of stream) gotFirst();
      ends.push(`${part.field} ended`);
    } catch {
      ends.push(`${part.field} failed`);
      throw new RingbackError('request.aborted', { detail: 'part' });
    }
    return {} as ReceivedFile;
  };
}

it('fails when the client goes away in the middle, once its files have been let go', async () => {
  const ends: string[] = [];
  const { socket, request } = await begin(`${head('files')}abc`);
  const reading = readForm(
    request,
    content,
    limits,
    recording(ends, () => socket.destroy()),
  );
  await expect(reading).rejects.toMatchObject({ code: 'request.aborted' });
  expect(ends).toEqual(['files failed']);
});

it('fails when the client goes away between two parts', async () => {
  const ends: string[] = [];
  const { socket, request } = await begin(`${head('files')}abc\r\n--b\r\nContent-Disp`);
  const reading = readForm(request, content, limits, recording(ends));
  const failed = expect(reading).rejects.toMatchObject({ code: 'request.aborted' });
  await expect.poll(() => ends).toEqual(['files ended']);
  socket.destroy();
  await failed;
});

it('fails with what a receiver throws, and lets the other files go', async () => {
  const ends: string[] = [];
  const { request } = await begin(`${head('files')}abc\r\n${head('cover')}def`);
  const receive: FilePartReceiver = async (stream, part) => {
    const recorded = recording(ends)(stream, part);
    if (part.field === 'cover') {
      void recorded.catch(() => undefined);
      throw new RingbackError('request.too-large', { detail: 'receiver' });
    }
    return recorded;
  };
  await expect(readForm(request, content, limits, receive)).rejects.toMatchObject({
    code: 'request.too-large',
  });
  expect(ends).toContain('files ended');
  await expect.poll(() => ends.toSorted()).toEqual(['cover failed', 'files ended']);
  expect(request.destroyed).toBe(false);
});
