import { RingbackError } from '../core/errors.ts';
import type { ReceivedFile } from '../core/provider/provider.ts';
import type { BlobOwner, BlobStore, IncomingBlob } from './blob-store.ts';
import { inspectFile } from './inspect-file.ts';

/** Size limits of a file. */
export interface FileLimits {
  /** A larger file is `too-large`: it is read, but not stored. */
  readonly maxBytes: number;
  /** Minimum width and height of an image, in pixels. */
  readonly minPixels: number;
  /** A larger file is not read to its end. */
  readonly hardLimitBytes: number;
}

/** Options of {@link IncomingFile}. */
export interface IncomingFileOptions extends FileLimits {
  /** Name of the form field; empty for a raw body. */
  readonly field: string;
  readonly fileName: string;
  /** Where to store the bytes. */
  readonly blobs: BlobStore;
  /** The owner of the file. Default: none. */
  readonly owner?: BlobOwner;
}

/** A file that is being received. When it is complete, it is inspected, and then stored or discarded. */
export class IncomingFile {
  readonly #options: IncomingFileOptions;
  readonly #blob: IncomingBlob;
  #bytes = 0;

  constructor(options: IncomingFileOptions) {
    this.#options = options;
    this.#blob = options.blobs.open();
  }

  /** The number of bytes received. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Writes the next bytes, which must not change until the end.
   * @throws {RingbackError} `request.too-large` beyond the hard limit
   * @throws the error of the disk, if it accepts no more
   */
  write(chunk: Uint8Array): void {
    const { fileName, maxBytes, hardLimitBytes } = this.#options;
    this.#bytes += chunk.length;
    if (this.#bytes > hardLimitBytes) throw tooLarge(fileName, hardLimitBytes);
    if (this.#bytes <= maxBytes) this.#blob.write(chunk);
    else this.#blob.discard();
  }

  /** Inspects the complete file and discards its bytes. */
  end(): ReceivedFile {
    try {
      return this.#received(() => null);
    } finally {
      this.discard();
    }
  }

  /** Inspects the complete file, and stores its bytes unless it is too large. */
  keep(): ReceivedFile {
    const { blobs, owner } = this.#options;
    return this.#received(() => blobs.keep(this.#blob, owner));
  }

  /** Discards the bytes of an incomplete file. */
  discard(): void {
    this.#blob.discard();
  }

  #received(keep: () => string | null): ReceivedFile {
    const { field, fileName, maxBytes, minPixels } = this.#options;
    const bytes = this.#bytes;
    if (bytes > maxBytes) return { field, fileName, bytes, content: tooLargeContent, blob: null };
    const content = inspectFile(this.#blob.source, minPixels);
    return { field, fileName, bytes, content, blob: keep() };
  }
}

const tooLargeContent = { type: null, width: null, height: null, problem: 'too-large' } as const;

function tooLarge(fileName: string, limit: number): RingbackError {
  return new RingbackError('request.too-large', {
    details: { limit, setting: 'limits.uploadBytes' },
    detail: `Could not receive the file ${JSON.stringify(fileName)}: it is longer than ${limit} bytes. Send a smaller file, or raise the setting limits.uploadBytes.`,
  });
}
