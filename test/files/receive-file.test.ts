import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BlobStore } from '../../src/files/blob-store.ts';
import { type ReceiveFileOptions, receiveFile } from '../../src/files/receive-file.ts';
import { inChunks, pdfFile } from '../support/fixture-files.ts';

let directory = '';
let blobs: BlobStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'receive-file-test-'));
  blobs = new BlobStore({ memoryBytes: 0, maxTotalBytes: 1e9, directory });
});
afterEach(async () => {
  blobs.close();
  await rm(directory, { recursive: true, force: true });
});

function options(change: Partial<ReceiveFileOptions> = {}): ReceiveFileOptions {
  return {
    fileName: 'a.pdf',
    maxBytes: 1e6,
    minPixels: 100,
    blobs,
    hardLimitBytes: 1e7,
    ...change,
  };
}

async function filesOnDisk(): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

describe('receiveFile', () => {
  it('returns the content, length and location of a file', async () => {
    const pdf = pdfFile();
    const file = await receiveFile(Readable.from(inChunks(pdf, 100)), options());
    expect(file).toMatchObject({
      fileName: 'a.pdf',
      bytes: pdf.length,
      content: { type: 'pdf', width: null, height: null, problem: null },
    });
    expect(Buffer.concat((await blobs.read(file.blob ?? '')?.stream.toArray()) ?? [])).toEqual(pdf);
  });

  it('accepts an empty file', async () => {
    const file = await receiveFile(Readable.from([]), options());
    expect(file).toMatchObject({ bytes: 0, content: { problem: 'corrupted' } });
    expect(file.blob).not.toBeNull();
  });

  it('counts the bytes of a file that is too large, without keeping them', async () => {
    const pdf = pdfFile({ bytes: 50_000 });
    const exact = await receiveFile(Readable.from(inChunks(pdf, 999)), options({ maxBytes: 50_000 }));
    expect(exact).toMatchObject({ content: { problem: null } });
    expect(exact.blob).not.toBeNull();
    const over = await receiveFile(Readable.from(inChunks(pdf, 999)), options({ maxBytes: 49_999 }));
    expect(over).toMatchObject({ bytes: 50_000, blob: null, content: { problem: 'too-large' } });
    expect(await filesOnDisk()).toBe(1);
  });

  it('stops reading past the hard limit, and leaves the stream to its owner', async () => {
    let taken = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          taken++;
          yield Buffer.alloc(1000);
        }
      })(),
      { highWaterMark: 1 },
    );
    onTestFinished(() => void endless.destroy());
    const receiving = receiveFile(endless, options({ maxBytes: 2000, hardLimitBytes: 5000 }));
    await expect(receiving).rejects.toMatchObject({
      code: 'request.too-large',
      message: expect.stringContaining('longer than 5000 bytes'),
    });
    expect(taken).toBeLessThan(20);
    expect(endless.destroyed).toBe(false);
    expect(await filesOnDisk()).toBe(0);
  });

  it('accepts a file of exactly the hard limit', async () => {
    const file = await receiveFile(Readable.from([Buffer.alloc(5000)]), options({ hardLimitBytes: 5000 }));
    expect(file.bytes).toBe(5000);
  });

  it('reports a stream that fails, and keeps nothing', async () => {
    const failing = Readable.from(
      (function* () {
        yield pdfFile();
        throw new Error('the cable was pulled');
      })(),
    );
    const error: unknown = await receiveFile(failing, options()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'request.aborted', cause: { message: 'the cable was pulled' } });
    expect(String(error)).toContain(`after ${pdfFile().length} bytes`);
    expect(await filesOnDisk()).toBe(0);
  });

  it('reports an upload over HTTP that is cut off halfway', async () => {
    const outcome = Promise.withResolvers<unknown>();
    const server = createServer((request: IncomingMessage) => {
      receiveFile(request, options()).then(outcome.resolve, outcome.resolve);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('PUT /x HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n');
    client.write(Buffer.alloc(500), () => client.destroy());
    expect(await outcome.promise).toMatchObject({ code: 'request.aborted' });
    expect(await filesOnDisk()).toBe(0);
  });

  it('refuses a file when the folder of uploads is missing', async () => {
    const broken = new BlobStore({
      memoryBytes: 0,
      maxTotalBytes: 1e9,
      directory: join(directory, 'missing'),
    });
    await expect(receiveFile(Readable.from([pdfFile()]), options({ blobs: broken }))).rejects.toMatchObject({
      code: 'storage.unusable',
    });
  });
});
