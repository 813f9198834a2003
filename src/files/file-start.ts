/** The beginning of a file, put together from its chunks until it is too long. */
export class FileStart {
  readonly #limit: number;
  #held: Buffer = nothing;
  #length = 0;

  /** @param limit most bytes that are put together */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): Buffer {
    return this.#held.length === this.#length ? this.#held : this.#held.subarray(0, this.#length);
  }

  /** Takes the next chunk, unless that would be too much: then it takes nothing of it and returns false. */
  add(chunk: Uint8Array): boolean {
    const length = this.#length + chunk.length;
    if (length > this.#limit) return false;
    // Most small files come in one chunk, which need not be copied.
    if (this.#length === 0) this.#held = asBuffer(chunk);
    else {
      if (length > this.#held.length) this.#grow(length);
      this.#held.set(chunk, this.#length);
    }
    this.#length = length;
    return true;
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafe(Math.min(this.#limit, 2 * length));
    larger.set(this.#held);
    this.#held = larger;
  }
}

const nothing = Buffer.alloc(0);

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}
