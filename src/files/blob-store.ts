import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { RingbackError } from '../core/errors.ts';
import { type ByteSource, diskSource, memorySource } from './byte-source.ts';
import { machineError } from './machine-error.ts';
import { makePrivateFolder, type PrivateFolder } from './private-folder.ts';

/** A file up to this size is held in memory while it comes in. */
const smallBytes = 256 * 1024;

/** Options of {@link BlobStore}. */
export interface BlobStoreOptions {
  /** Most bytes of kept files in memory. What comes when they are used up is kept on disk. 0: all is. */
  readonly memoryBytes: number;
  /** Most bytes of all kept files together; past it, the oldest are evicted. */
  readonly maxTotalBytes: number;
  /** Where the private folder for files on disk is made. Default: the system's folder for temporary files. */
  readonly directory?: string;
  /** Called when the disk takes no more, once until it takes files again, and with null when it does. */
  readonly onTrouble?: (trouble: RingbackError | null) => void;
}

/** Who keeps files, a space: of its own files, too, the oldest go. */
export interface BlobOwner {
  readonly name: string;
  /** Most bytes of its files. */
  readonly maxBytes: number;
}

interface OwnedBlobs {
  /** Oldest first. */
  readonly keys: Set<string>;
  bytes: number;
  evicted: number;
}

const nobody: BlobOwner = { name: '', maxBytes: Number.POSITIVE_INFINITY };

/** The bytes of one file: in memory, or on disk under a path. */
type FinishedBlob = { readonly size: number } & ({ readonly bytes: Buffer } | { readonly path: string });
type Blob = FinishedBlob & { readonly owner: string };

/**
 * Keeps the bytes of uploads: small files in memory while there is room, all others in a private folder, which is
 * made for the first of them and removed when the store is closed or the process ends.
 *
 * Files are written and read synchronously: a chunk goes to the page cache in less time than it takes to wait for a
 * thread, and no upload can come in faster than it is stored.
 */
export class BlobStore {
  readonly #options: BlobStoreOptions;
  /** Oldest first. */
  readonly #blobs = new Map<string, Blob>();
  readonly #owners = new Map<string, OwnedBlobs>();
  #folder: PrivateFolder | null = null;
  #inTrouble = false;
  #memory = 0;
  #bytes = 0;
  #evicted = 0;
  #count = 0;
  #isClosed = false;

  constructor(options: BlobStoreOptions) {
    this.#options = options;
  }

  /** How many files were evicted because of `maxTotalBytes`. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Bytes of all kept files. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is kept of an owner, and how many of its files were evicted since it was last forgotten. */
  of(owner: string): Pick<OwnedBlobs, 'bytes' | 'evicted'> {
    return this.#owners.get(owner) ?? { bytes: 0, evicted: 0 };
  }

  /** Forgets how many files of an owner were evicted. */
  forget(owner: string): void {
    const owned = this.#owners.get(owner);
    if (owned?.keys.size === 0) this.#owners.delete(owner);
    else if (owned !== undefined) owned.evicted = 0;
  }

  /** Begins a new file. It belongs to the store once it is kept. */
  open(): IncomingBlob {
    this.#assertOpen();
    return new IncomingBlob({
      create: () => this.#onDisk(() => this.#create()),
      write: (descriptor, chunk) => this.#onDisk(() => writeWhole(descriptor, chunk)),
      complete: () => {
        if (this.#inTrouble) this.#options.onTrouble?.(null);
        this.#inTrouble = false;
      },
    });
  }

  /** @throws {RingbackError} `storage.full`, `storage.unusable`, `descriptors.exhausted` */
  #onDisk<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const trouble = machineError(error, this.#folder?.path ?? this.#parent);
      if (trouble === null) throw error;
      if (!this.#inTrouble) this.#options.onTrouble?.(trouble);
      this.#inTrouble = true;
      throw trouble;
    }
  }

  #create(): DiskFile {
    this.#assertOpen();
    try {
      this.#folder ??= makePrivateFolder(this.#parent);
      return this.#createIn(this.#folder);
    } catch (error) {
      if (this.#folder === null || !isMissing(error)) throw error;
      // Somebody has cleaned up: the folder is made again as soon as that is possible.
      this.#folder.remove();
      this.#folder = null;
      this.#folder = makePrivateFolder(this.#parent);
      return this.#createIn(this.#folder);
    }
  }

  #createIn(folder: PrivateFolder): DiskFile {
    const path = join(folder.path, `blob-${++this.#count}`);
    return { path, descriptor: openSync(path, 'wx+', 0o600) };
  }

  get #parent(): string {
    return this.#options.directory ?? tmpdir();
  }

  /**
   * Takes a complete file in.
   * @param owner whose it is, and how many bytes of its files are kept at most: past it, its oldest are evicted
   * @returns its key
   * @throws what the disk says when it takes no more; the file is discarded then
   */
  keep(file: IncomingBlob, owner: BlobOwner = nobody): string {
    try {
      this.#assertOpen();
      const finished = file.finish(this.#options.memoryBytes - this.#memory);
      const blob = { ...finished, owner: owner.name };
      const key = `blob-${++this.#count}`;
      this.#blobs.set(key, blob);
      this.#bytes += blob.size;
      if ('bytes' in blob) this.#memory += blob.size;
      const owned = this.#ownedBy(owner.name);
      owned.keys.add(key);
      owned.bytes += blob.size;
      for (const oldest of owned.keys) {
        if (owned.bytes <= owner.maxBytes) break;
        this.#evict(oldest);
      }
      for (const oldest of this.#blobs.keys()) {
        if (this.#bytes <= this.#options.maxTotalBytes) break;
        this.#evict(oldest);
      }
      return key;
    } catch (error) {
      file.discard();
      throw error;
    }
  }

  #ownedBy(name: string): OwnedBlobs {
    const known = this.#owners.get(name);
    if (known !== undefined) return known;
    const made: OwnedBlobs = { keys: new Set(), bytes: 0, evicted: 0 };
    this.#owners.set(name, made);
    return made;
  }

  #evict(key: string): void {
    const owner = this.#blobs.get(key)?.owner ?? '';
    this.#evicted++;
    this.#ownedBy(owner).evicted++;
    this.delete(key);
  }

  /**
   * The bytes of a file; undefined when the store has none under that key (any more). The stream holds a file open:
   * read it to its end or destroy it. It is not affected when the file is deleted meanwhile.
   * @param range the first and the last byte, counted from 0 and within the file; default: all. `size` is the file's.
   */
  read(
    key: string,
    range?: { readonly start: number; readonly end: number },
  ): { readonly size: number; readonly stream: Readable } | undefined {
    const blob = this.#blobs.get(key);
    if (blob === undefined) return undefined;
    if ('bytes' in blob) {
      const bytes = blob.bytes.subarray(range?.start, range && range.end + 1);
      return { size: blob.size, stream: Readable.from([bytes], { objectMode: false }) };
    }
    try {
      // Opened here, so that a deletion cannot come between.
      const fd = openSync(blob.path, 'r');
      return { size: blob.size, stream: createReadStream('', { fd, ...range }) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw machineError(error, this.#folder?.path ?? this.#parent) ?? error;
    }
  }

  delete(key: string): void {
    const blob = this.#blobs.get(key);
    if (blob === undefined) return;
    this.#blobs.delete(key);
    this.#bytes -= blob.size;
    const owned = this.#ownedBy(blob.owner);
    owned.keys.delete(key);
    owned.bytes -= blob.size;
    if ('bytes' in blob) this.#memory -= blob.size;
    else rmSync(blob.path, { force: true });
  }

  /** Deletes all files, the folder on disk included, and takes no more. */
  close(): void {
    this.#isClosed = true;
    for (const key of this.#blobs.keys()) this.delete(key);
    this.#folder?.remove();
    this.#folder = null;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Error('Failed to store a file: the file store is closed.');
  }
}

interface DiskFile {
  readonly path: string;
  readonly descriptor: number;
}

/** Where the bytes of a file go that is too large for memory. */
interface Disk {
  create(): DiskFile;
  write(descriptor: number, chunk: Uint8Array): void;
  /** A whole file is on disk. */
  complete(): void;
}

/** A file that is coming in: in memory as long as it is small, else on disk. */
export class IncomingBlob {
  readonly #files: Disk;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #disk: DiskFile | null = null;
  #isOver = false;

  constructor(files: Disk) {
    this.#files = files;
  }

  /**
   * Takes the next chunk, which must not change until the file is kept or discarded.
   * @throws what the disk says when it takes no more; the file is discarded then
   */
  write(chunk: Uint8Array): void {
    this.#assertOpen();
    this.#size += chunk.length;
    this.#chunks.push(chunk);
    if (this.#disk !== null || this.#size > smallBytes) this.#spill();
  }

  /** The bytes of the file, which has come in whole. */
  get source(): ByteSource {
    this.#assertOpen();
    if (this.#disk === null) return memorySource(this.#joined());
    this.#files.complete();
    return diskSource(this.#disk.descriptor, this.#size);
  }

  /** Ends the file: in memory if it is still there and has room, else on disk. Only the store calls it. */
  finish(room: number): FinishedBlob {
    this.#assertOpen();
    const size = this.#size;
    if (this.#disk === null && size > room) this.#spill();
    this.#isOver = true;
    if (this.#disk === null) return { size, bytes: Buffer.concat(this.#chunks) };
    closeSync(this.#disk.descriptor);
    return { size, path: this.#disk.path };
  }

  /** Forgets all that was written. Does nothing after `finish`. */
  discard(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#chunks = [];
    if (this.#disk === null) return;
    const { descriptor, path } = this.#disk;
    for (const release of [() => closeSync(descriptor), () => rmSync(path, { force: true })]) {
      try {
        release();
      } catch {
        // Called for uploads that failed already, for whose sake the rest must be released; the folder goes with the store.
      }
    }
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first !== undefined) return asBuffer(first);
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  /** Moves what is in memory to the disk. */
  #spill(): void {
    try {
      this.#disk ??= this.#files.create();
      for (const chunk of this.#chunks) this.#files.write(this.#disk.descriptor, chunk);
      this.#chunks = [];
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#isOver) throw new Error('Failed to write to a file: it is already stored or discarded.');
  }
}

function writeWhole(descriptor: number, chunk: Uint8Array): void {
  for (let written = 0; written < chunk.length; ) written += writeSync(descriptor, chunk, written);
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}
