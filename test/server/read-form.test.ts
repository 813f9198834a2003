import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BodyContent } from '../../src/core/contract/contract.ts';
import { RingbackError } from '../../src/core/errors.ts';
import type { ReceivedFile } from '../../src/core/provider/provider.ts';
import { FormFields } from '../../src/server/body/form-fields.ts';
import { type FilePartReceiver, readForm } from '../../src/server/body/read-form.ts';
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

/** Sends a head and the start of a body of 10 kB. Returns the request as the server sees it. */
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

/** Records what each file received, and that it ended. */
function recording(seen: string[], got: () => void = () => undefined): FilePartReceiver {
  return (field) => ({
    write(chunk) {
      seen.push(`${field} got ${Buffer.from(chunk)}`);
      got();
    },
    end() {
      seen.push(`${field} ended`);
      return {} as ReceivedFile;
    },
    discard() {
      seen.push(`${field} discarded`);
    },
  });
}

it('the form reader passes files their bytes, and ends them when the form is complete', async () => {
  const seen: string[] = [];
  const { socket, request } = await begin(`${head('files')}abc\r\n${head('cover')}`);
  const reading = readForm(request, new FormFields(content), limits, recording(seen));
  await expect.poll(() => seen).toEqual(['files got abc']);
  socket.write(`def\r\n--b--\r\n${' '.repeat(10_000)}`);
  expect((await reading).files).toHaveLength(2);
  expect(seen).toEqual(['files got abc', 'cover got def', 'files ended', 'cover ended']);
});

it('the form reader fails when the client disconnects in the middle', async () => {
  const seen: string[] = [];
  const { socket, request } = await begin(`${head('files')}abc`);
  const reading = readForm(
    request,
    new FormFields(content),
    limits,
    recording(seen, () => socket.destroy()),
  );
  await expect(reading).rejects.toMatchObject({ code: 'request.aborted' });
  expect(seen).toEqual(['files got abc', 'files discarded']);
});

it('the form reader fails when the client disconnects between two parts', async () => {
  const seen: string[] = [];
  const { socket, request } = await begin(`${head('files')}abc\r\n--b\r\nContent-Disp`);
  const reading = readForm(request, new FormFields(content), limits, recording(seen));
  const failed = expect(reading).rejects.toMatchObject({ code: 'request.aborted' });
  await expect.poll(() => seen).toEqual(['files got abc']);
  socket.destroy();
  await failed;
});

it('the form reader fails with an error from a file, and leaves the request to its owner', async () => {
  const seen: string[] = [];
  const { request } = await begin(`${head('files')}abc\r\n${head('cover')}def`);
  const receive: FilePartReceiver = (field, fileName) => {
    const recorded = recording(seen)(field, fileName);
    if (field !== 'cover') return recorded;
    return {
      ...recorded,
      write() {
        throw new RingbackError('request.too-large', {
          details: { limit: 1, setting: 'limits.uploadBytes' },
          detail: 'receiver',
        });
      },
    };
  };
  await expect(readForm(request, new FormFields(content), limits, receive)).rejects.toMatchObject({
    code: 'request.too-large',
  });
  expect(seen).toEqual(['files got abc', 'files discarded', 'cover discarded']);
  expect(request.destroyed).toBe(false);
  expect(request.isPaused()).toBe(true);
});

it('the form reader refuses a form that continues after its closing boundary', async () => {
  const form = `${head('cover')}z\r\n${head('files')}${'x'.repeat(40_000)}\r\n${head('files')}y\r\n--b--\r\n`;
  const text = form + form;
  const chunks = [text.slice(0, 65_000), text.slice(65_000)];
  const stream = Object.assign(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), {
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  });
  await expect(readForm(stream, new FormFields(content), limits, recording([]))).rejects.toMatchObject({
    code: 'request.malformed',
    message: expect.stringContaining('it goes on after its closing boundary'),
  });
});
