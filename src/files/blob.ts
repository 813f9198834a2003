import { createReadStream, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** The bytes of one kept file. */
export interface Blob {
  readonly size: number;
  /** The stream holds a file open: read it to its end or destroy it. A deletion meanwhile does not reach it. */
  read(): Readable;
  /** Called once. */
  delete(): Promise<void>;
}

/** A file on disk of its own. */
export class DiskBlob implements Blob {
  readonly size: number;
  readonly #path: string;

  constructor(path: string, size: number) {
    this.#path = path;
    this.size = size;
  }

  read(): Readable {
    // Opened at once, so that a deletion cannot come between.
    return createReadStream('', { fd: openSync(this.#path, 'r') });
  }

  delete(): Promise<void> {
    return rm(this.#path, { force: true });
  }
}
