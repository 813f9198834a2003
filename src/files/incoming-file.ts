import { RingbackError } from '../core/errors.ts';
import type { ReceivedFile } from '../providers/provider.ts';
import { createFileInspector, type FileInspector } from './inspect-file.ts';
import { noteSpentBuffer } from './spent-buffers.ts';

/** How large a file may be. */
export interface FileLimits {
  /** A longer file is `too-large`: it is read on, but its bytes are not kept. */
  readonly maxBytes: number;
  /** Smallest width and height of an image. */
  readonly minPixels: number;
  /** A longer file is not read to its end. */
  readonly hardLimitBytes: number;
}

/** What is allocated around a file up to this size makes V8 collect often enough. */
const smallBytes = 256 * 1024;

/** A file that is coming in: looks at the bytes as they pass by, and keeps none of them. */
export class IncomingFile {
  readonly #field: string;
  readonly #fileName: string;
  readonly #hardLimitBytes: number;
  readonly #inspector: FileInspector;
  #bytes = 0;

  /** @param field name of the form field; empty for a raw body */
  constructor(field: string, fileName: string, limits: FileLimits) {
    this.#field = field;
    this.#fileName = fileName;
    this.#hardLimitBytes = limits.hardLimitBytes;
    this.#inspector = createFileInspector(limits);
  }

  /** How many bytes have come. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes the next bytes; they must not be changed before `end`.
   * @throws {RingbackError} `request.too-large` past the hard limit
   */
  write(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#hardLimitBytes) throw tooLarge(this.#fileName, this.#hardLimitBytes);
    this.#inspector.write(chunk);
    if (this.#bytes > smallBytes) noteSpentBuffer(chunk.length);
  }

  /**
   * Says what the file was. Called once, after the last byte.
   * @param blob key of the kept bytes, or null
   */
  end(blob: string | null): ReceivedFile {
    return {
      field: this.#field,
      fileName: this.#fileName,
      bytes: this.#bytes,
      content: this.#inspector.end(),
      blob,
    };
  }
}

function tooLarge(fileName: string, limit: number): RingbackError {
  return new RingbackError('request.too-large', {
    detail: `Failed to receive the file ${JSON.stringify(fileName)}: it is longer than ${limit} bytes, the most that is read. Send a smaller file, or raise the setting limits.uploadBytes.`,
  });
}
