import { RingbackError } from '../core/errors.ts';
import type { ReceivedFile } from '../core/provider/provider.ts';
import type { BlobOwner, BlobStore, IncomingBlob } from './blob-store.ts';
import { inspectFile } from './inspect-file.ts';

/** How large a file may be. */
export interface FileLimits {
  /** A longer file is `too-large`: it is read on, but its bytes are not kept. */
  readonly maxBytes: number;
  /** Smallest width and height of an image. */
  readonly minPixels: number;
  /** A longer file is not read to its end. */
  readonly hardLimitBytes: number;
}

/** Options of {@link IncomingFile}. */
export interface IncomingFileOptions extends FileLimits {
  /** Name of the form field; empty for a raw body. */
  readonly field: string;
  readonly fileName: string;
  /** Where the bytes go. */
  readonly blobs: BlobStore;
  /** Who keeps them. Default: nobody in particular. */
  readonly owner?: BlobOwner;
}

/** A file that is coming in. Once it is complete, it is looked at, and then kept or forgotten. */
export class IncomingFile {
  readonly #options: IncomingFileOptions;
  readonly #blob: IncomingBlob;
  #bytes = 0;

  constructor(options: IncomingFileOptions) {
    this.#options = options;
    this.#blob = options.blobs.open();
  }

  /** How many bytes have come. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes the next bytes; they must not change before the end.
   * @throws {RingbackError} `request.too-large` past the hard limit
   * @throws what the disk says when it takes no more
   */
  write(chunk: Uint8Array): void {
    const { fileName, maxBytes, hardLimitBytes } = this.#options;
    this.#bytes += chunk.length;
    if (this.#bytes > hardLimitBytes) throw tooLarge(fileName, hardLimitBytes);
    if (this.#bytes <= maxBytes) this.#blob.write(chunk);
    else this.#blob.discard();
  }

  /** Says what the complete file is, and forgets its bytes. */
  end(): ReceivedFile {
    try {
      return this.#received(() => null);
    } finally {
      this.discard();
    }
  }

  /** Says what the complete file is, and keeps its bytes unless it is too large. */
  keep(): ReceivedFile {
    const { blobs, owner } = this.#options;
    return this.#received(() => blobs.keep(this.#blob, owner));
  }

  /** Forgets the bytes of a file that will not be complete. */
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
    detail: `Failed to receive the file ${JSON.stringify(fileName)}: it is longer than ${limit} bytes, the most that is read. Send a smaller file, or raise the setting limits.uploadBytes.`,
  });
}
