import type { Readable } from 'node:stream';
import { isRingbackError, RingbackError } from '../core/errors.ts';
import type { ReceivedFile } from '../core/provider/provider.ts';
import { guarded } from '../platform/guarded.ts';
import type { BlobOwner, BlobStore } from './blob-store.ts';
import { type FileLimits, IncomingFile } from './incoming-file.ts';

/** Options of {@link receiveFile}. */
export interface ReceiveFileOptions extends FileLimits {
  readonly fileName: string;
  /** Where to store the bytes. */
  readonly blobs: BlobStore;
  /** The owner of the file. Default: none. */
  readonly owner?: BlobOwner;
}

/**
 * Receives a raw body: determines what it is and how long, and stores it. The stream is not destroyed if reading ends
 * early, because its owner responds first.
 * @throws {RingbackError} `request.too-large` beyond `hardLimitBytes`; `request.aborted` if the stream fails or is cut
 * off. Then nothing is stored. Errors of the disk are passed on
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
    // Stays until the end: an error without a listener would end the process.
    stream.on('error', (error) => fail(isRingbackError(error) ? error : aborted(file.bytes, error)));
  });
}

/** An HTTP message whose connection was lost may end without an error. Then it is not `complete`. */
function isCutOff(stream: Readable): boolean {
  return 'complete' in stream && stream.complete === false;
}

function aborted(bytes: number, cause?: unknown): RingbackError {
  return new RingbackError('request.aborted', {
    detail: `Could not receive a file: the request ended after ${bytes} bytes of it, before it was complete. Nothing of it was stored.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
