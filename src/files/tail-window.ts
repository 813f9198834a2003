/** The last bytes of a stream. */
export class TailWindow {
  readonly #size: number;
  readonly #buffer: Buffer;
  #filled = 0;

  /** @param size how many bytes are kept */
  constructor(size: number) {
    this.#size = size;
    // Twice the size, so that bytes are moved once per `size` bytes of stream and not with each chunk.
    this.#buffer = Buffer.alloc(size * 2);
  }

  write(chunk: Uint8Array): void {
    const part = chunk.length > this.#size ? chunk.subarray(chunk.length - this.#size) : chunk;
    if (this.#filled + part.length > this.#buffer.length) {
      this.#buffer.copyWithin(0, this.#filled - this.#size, this.#filled);
      this.#filled = this.#size;
    }
    this.#buffer.set(part, this.#filled);
    this.#filled += part.length;
  }

  /** At most `size` bytes; valid until the next write. */
  get bytes(): Buffer {
    return this.#buffer.subarray(Math.max(0, this.#filled - this.#size), this.#filled);
  }
}
