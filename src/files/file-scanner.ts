/** Reads one format as a stream, in bounded memory, however it is cut into chunks. */
export interface FileScanner {
  write(chunk: Uint8Array): void;
  /** Says what the whole file was; called once. */
  end(): ScanResult;
}

export interface ScanResult {
  /** Pixels of the first image; null where there is none or it cannot be read. */
  readonly width: number | null;
  readonly height: number | null;
  readonly problem: 'password' | 'corrupted' | null;
}

/** The result for a file that no reader could make sense of. */
export const corrupted: ScanResult = { width: null, height: null, problem: 'corrupted' };

/** Collects a given number of bytes that may come in several chunks. */
export class Collector {
  readonly #bytes: Buffer;
  #filled = 0;

  constructor(length: number) {
    this.#bytes = Buffer.alloc(length);
  }

  /** Takes what is missing from the chunk, and says how much that was. */
  take(chunk: Uint8Array, from: number): number {
    const count = Math.min(this.#bytes.length - this.#filled, chunk.length - from);
    this.#bytes.set(chunk.subarray(from, from + count), this.#filled);
    this.#filled += count;
    return count;
  }

  /** The bytes once all have come, else null. */
  get complete(): Buffer | null {
    return this.#filled === this.#bytes.length ? this.#bytes : null;
  }
}
