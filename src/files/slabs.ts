import { createReadStream, openSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Blob } from './blob.ts';

/** Size of a slab, unless there is less memory. */
const usualSlabBytes = 1024 * 1024;

/** Many files, one after the other. */
interface Slab {
  /** Null once it is on disk. */
  memory: Buffer | null;
  /** Null until it is on disk. */
  path: string | null;
  /** Where the next file begins. */
  end: number;
  /** How many files still need it. */
  files: number;
}

/** For how many sizes the file that came last is remembered. */
const mostRecent = 256;

/** Options of {@link Slabs}. */
export interface SlabsOptions {
  /** Most bytes of memory. */
  readonly memoryBytes: number;
  /** A new path on disk, in a folder that is there. */
  path(): Promise<string>;
}

/**
 * Keeps small files, many together in one slab of memory, and one that comes again and again once. When the memory is
 * used up, the oldest slab is written to disk as a whole, and its memory is used again.
 *
 * A buffer for each file would cost several times as much: to V8 each one is memory that a collection may free, so it
 * collects the whole heap again and again while they come in. And a disk takes a slab as readily as a single file.
 */
export class Slabs {
  readonly #options: SlabsOptions;
  readonly #slabBytes: number;
  readonly #maxInMemory: number;
  /** Takes the next file; null before the first one. */
  #open: Slab | null = null;
  /** Full slabs in memory, the oldest first. */
  #full: Slab[] = [];
  /** Memory that was freed last, for the next slab; more than that is given back. */
  #spare: Buffer | null = null;
  /** By size, the file of that size that came last. */
  readonly #recent = new Map<number, SlabBlob>();
  #allocated = 0;
  #diskBytes = 0;
  #writing: { readonly slab: Slab; readonly done: Promise<void> } | null = null;

  constructor(options: SlabsOptions) {
    const { memoryBytes } = options;
    this.#options = options;
    this.#slabBytes = Math.max(1, Math.min(usualSlabBytes, memoryBytes));
    this.#maxInMemory = Math.max(1, Math.floor(memoryBytes / this.#slabBytes));
  }

  /**
   * Keeps a copy of a file, or shares the copy that is there: test suites send the same few files again and again.
   * Waits for the disk when no memory is left.
   * @param chunks of `size` bytes together, no more than the memory there may be
   * @throws when the disk takes no more
   */
  async add(chunks: readonly Uint8Array[], size: number): Promise<Blob> {
    const last = this.#recent.get(size);
    if (last?.holds(chunks)) return this.#remember(last.share());
    let slab = this.#slabFor(size);
    while (slab === null) {
      await this.#writeOldest();
      slab = this.#slabFor(size);
    }
    const { memory, end: start } = slab;
    for (const chunk of chunks) {
      memory?.set(chunk, slab.end);
      slab.end += chunk.length;
    }
    slab.files++;
    return this.#remember(new SlabBlob(this, slab, start, size));
  }

  #remember(blob: SlabBlob): SlabBlob {
    this.#recent.delete(blob.size);
    if (this.#recent.size === mostRecent) {
      const [oldest = 0] = this.#recent.keys();
      this.#recent.delete(oldest);
    }
    this.#recent.set(blob.size, blob);
    return blob;
  }

  /** One of a slab's files is kept no more. */
  async release(slab: Slab): Promise<void> {
    slab.files--;
    // What is being written is looked at once it is.
    if (slab.files > 0 || slab === this.#writing?.slab) return;
    if (slab === this.#open) {
      // Begun anew: nobody is to take the old bytes for those of a file.
      this.#open = { ...slab, end: 0 };
      slab.memory = null;
    } else await this.#forget(slab);
  }

  /** What all slabs take on disk: one stays there whole until the last of its files is gone. */
  get diskBytes(): number {
    return this.#diskBytes;
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing?.done.catch(() => undefined);
  }

  /** The slab that a file of the size goes to; null when there is no memory for another one. */
  #slabFor(size: number): Slab | null {
    if (this.#open !== null && this.#open.end + size <= this.#slabBytes) return this.#open;
    const memory = this.#spare ?? this.#allocate();
    if (memory === null) return null;
    this.#spare = null;
    if (this.#open !== null) this.#full.push(this.#open);
    this.#open = { memory, path: null, end: 0, files: 0 };
    // So that there is memory again when this slab is full. Whoever needs it then is told of a failure.
    if (this.#isUsedUp() && this.#full.length > 0) this.#writeOldest().catch(() => undefined);
    return this.#open;
  }

  #isUsedUp(): boolean {
    return this.#spare === null && this.#allocated === this.#maxInMemory;
  }

  #allocate(): Buffer | null {
    if (this.#allocated === this.#maxInMemory) return null;
    this.#allocated++;
    return Buffer.allocUnsafeSlow(this.#slabBytes);
  }

  #writeOldest(): Promise<void> {
    if (this.#writing !== null) return this.#writing.done;
    if (this.#full.length === 0 && this.#open !== null) {
      this.#full.push(this.#open);
      this.#open = null;
    }
    const [slab] = this.#full;
    if (slab === undefined) return Promise.resolve();
    const done = this.#moveToDisk(slab);
    this.#writing = { slab, done };
    return done;
  }

  async #moveToDisk(slab: Slab): Promise<void> {
    try {
      await this.#write(slab);
    } finally {
      this.#writing = null;
      if (slab.files === 0) await this.#forget(slab);
    }
  }

  async #write(slab: Slab): Promise<void> {
    const path = await this.#options.path();
    try {
      const { memory, end } = slab;
      if (memory !== null) await writeFile(path, memory.subarray(0, end), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    slab.path = path;
    this.#diskBytes += slab.end;
    this.#freeMemory(slab);
  }

  async #forget(slab: Slab): Promise<void> {
    this.#freeMemory(slab);
    if (slab.path === null) return;
    this.#diskBytes -= slab.end;
    await rm(slab.path, { force: true });
  }

  #freeMemory(slab: Slab): void {
    if (slab.memory === null) return;
    if (this.#spare === null) this.#spare = slab.memory;
    else this.#allocated--;
    slab.memory = null;
    this.#full = this.#full.filter((other) => other !== slab);
  }
}

class SlabBlob implements Blob {
  readonly size: number;
  readonly #slabs: Slabs;
  readonly #slab: Slab;
  readonly #start: number;

  constructor(slabs: Slabs, slab: Slab, start: number, size: number) {
    this.#slabs = slabs;
    this.#slab = slab;
    this.#start = start;
    this.size = size;
  }

  /** Whether it is in memory still and these are its bytes. The file itself may be kept no more. */
  holds(chunks: readonly Uint8Array[]): boolean {
    const { memory } = this.#slab;
    if (memory === null) return false;
    let at = this.#start;
    for (const chunk of chunks) {
      if (memory.compare(chunk, 0, chunk.length, at, at + chunk.length) !== 0) return false;
      at += chunk.length;
    }
    return true;
  }

  /** Another file with the same bytes. */
  share(): SlabBlob {
    this.#slab.files++;
    return new SlabBlob(this.#slabs, this.#slab, this.#start, this.size);
  }

  read(): Readable {
    const { memory, path } = this.#slab;
    const end = this.#start + this.size;
    if (memory !== null || path === null) {
      // A copy: the memory may be used again before the stream is read.
      const bytes = Buffer.from(memory?.subarray(this.#start, end) ?? []);
      return Readable.from([bytes], { objectMode: false });
    }
    if (this.size === 0) return Readable.from([]);
    return createReadStream('', { fd: openSync(path, 'r'), start: this.#start, end: end - 1 });
  }

  delete(): Promise<void> {
    return this.#slabs.release(this.#slab);
  }
}
