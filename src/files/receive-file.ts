import type { Readable } from 'node:stream';
import { isRingbackError, RingbackError } from '../core/errors.ts';
import type { ReceivedFile } from '../core/provider/provider.ts';
import { guarded } from '../platform/guarded.ts';
import type { BlobOwner, BlobStore } from './blob-store.ts';
import { type FileLimits, IncomingFile } from './incoming-file.ts';

/** Options of {@link receiveFile}. */
export interface ReceiveFileOptions extends FileLimits {
  readonly fileName: string;
  /** Where the bytes are kept. */
  readonly blobs: BlobStore;
  /** Who keeps them. Default: nobody in particular. */
  readonly owner?: BlobOwner;
}

/**
 * Takes a raw body in: what it is, how long it is, where it is kept.
 * The stream is not destroyed when reading ends early: its owner answers first.
 * @throws {RingbackError} `request.too-large` past `hardLimitBytes`; `request.aborted` when the stream fails or is
 * cut off. Nothing is kept then, nor when the disk takes no more, which is passed on.
 */
export function receiveFile(stream: Readable, options: ReceiveFileOptions): Promise<ReceivedFile> {
  const file = new IncomingFile({ ...options, field: '' });
  return new Promise((resolve, reject) => {
    let isOver = false;
    const leave = (): void => {
      isOver = true;
      stream.off('data', take);
      stream.off('end', end);
      stream.off('close', close);
    };
    const fail = (error: unknown): void => {
      if (isOver) return;
      leave();
      stream.pause();
      file.discard();
      reject(error);
    };
    const take = guarded((chunk: Uint8Array) => file.write(chunk), fail);
    const end = guarded(() => {
      if (isCutOff(stream)) throw aborted(file.bytes);
      const received = file.keep();
      leave();
      resolve(received);
    }, fail);
    const close = (): void => fail(aborted(file.bytes));
    stream.on('data', take);
    stream.on('end', end);
    stream.on('close', close);
    // Stays to the last: an error that nobody listens for would end the process.
    stream.on('error', (error) => fail(isRingbackError(error) ? error : aborted(file.bytes, error)));
  });
}

/** An HTTP message whose connection was lost may end without an error; it is not `complete` then. */
function isCutOff(stream: Readable): boolean {
  return 'complete' in stream && stream.complete === false;
}

function aborted(bytes: number, cause?: unknown): RingbackError {
  return new RingbackError('request.aborted', {
    detail: `Failed to receive a file: the request ended after ${bytes} bytes of it, before it was complete. Nothing of it was stored.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
