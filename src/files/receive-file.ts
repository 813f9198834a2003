import { Readable } from 'node:stream';
import { isRingbackError, RingbackError } from '../core/errors.ts';
import type { ReceivedFile } from '../providers/provider.ts';
import type { BlobStore } from './blob-store.ts';
import { createFileInspector } from './inspect-file.ts';
import { noteSpentBuffer } from './spent-buffers.ts';

/** Options of {@link receiveFile}. */
export interface ReceiveFileOptions {
  readonly fileName: string;
  /** Name of the form field; empty for a raw body. */
  readonly field: string;
  /** A longer file is `too-large`: it is read on, but its bytes are not kept. */
  readonly maxBytes: number;
  /** Smallest width and height of an image. */
  readonly minPixels: number;
  /** Where the bytes are kept; null: nowhere. */
  readonly blobs: BlobStore | null;
  /** A longer file is not read to its end. */
  readonly hardLimitBytes: number;
}

/**
 * Takes a file in as a stream, no faster than its bytes can be kept: what it is, how long it is, where it is kept.
 * The stream is not destroyed when reading ends early: its owner answers first.
 * @throws {RingbackError} `request.too-large` past `hardLimitBytes`; `request.aborted` when the stream fails or is
 * cut off. Nothing is kept then.
 */
export async function receiveFile(
  stream: AsyncIterable<Uint8Array> | Readable,
  options: ReceiveFileOptions,
): Promise<ReceivedFile> {
  const { fileName, field, maxBytes, minPixels, hardLimitBytes } = options;
  const inspector = createFileInspector({ maxBytes, minPixels });
  const chunks = chunksOf(stream);
  let writer = options.blobs?.open() ?? null;
  let bytes = 0;
  try {
    for (;;) {
      const chunk = await nextChunk(chunks, bytes);
      if (chunk === null) break;
      bytes += chunk.length;
      if (bytes > hardLimitBytes) throw tooLarge(fileName, hardLimitBytes);
      inspector.write(chunk);
      if (bytes > maxBytes) {
        await writer?.discard();
        writer = null;
      }
      await writer?.write(chunk);
      noteSpentBuffer(chunk.length);
    }
    if (isCutOff(stream)) throw aborted(bytes);
    const content = inspector.end();
    return { field, fileName, bytes, content, blob: (await writer?.commit()) ?? null };
  } catch (error) {
    await writer?.discard();
    await chunks.return?.();
    throw error;
  }
}

function chunksOf(stream: AsyncIterable<Uint8Array> | Readable): AsyncIterator<Uint8Array> {
  if (stream instanceof Readable) return stream.iterator({ destroyOnReturn: false });
  return stream[Symbol.asyncIterator]();
}

/** The next chunk, or null at the end. A failure of the stream is told apart from one of keeping its bytes. */
async function nextChunk(chunks: AsyncIterator<Uint8Array>, bytes: number): Promise<Uint8Array | null> {
  try {
    const next = await chunks.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    if (isRingbackError(error)) throw error;
    throw aborted(bytes, error);
  }
}

/** An HTTP message whose connection was lost may end without an error; it is not `complete` then. */
function isCutOff(stream: AsyncIterable<Uint8Array> | Readable): boolean {
  return 'complete' in stream && stream.complete === false;
}

function aborted(bytes: number, cause?: unknown): RingbackError {
  return new RingbackError('request.aborted', {
    detail: `Failed to receive a file: the request ended after ${bytes} bytes of it, before it was complete. Nothing of it was kept.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function tooLarge(fileName: string, limit: number): RingbackError {
  return new RingbackError('request.too-large', {
    detail: `Failed to receive the file ${JSON.stringify(fileName)}: it is longer than ${limit} bytes, the most that is read. Send a smaller file, or raise the setting limits.uploadBytes.`,
  });
}
