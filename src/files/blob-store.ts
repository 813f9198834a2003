import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { RingbackError } from '../core/errors.ts';
import { type ByteSource, diskSource, memorySource } from './byte-source.ts';
import { machineError } from './machine-error.ts';
import { makePrivateFolder, type PrivateFolder } from './private-folder.ts';

/** A file up to this size stays in memory while it is received. */
const smallBytes = 256 * 1024;

/** Options of {@link BlobStore}. */
export interface BlobStoreOptions {
  /** Maximum size in bytes of the files stored in memory. Beyond it, files are stored on disk. 0: all are. */
  readonly memoryBytes: number;
  /** Maximum size in bytes of all stored files together. Beyond it, the oldest are evicted. */
  readonly maxTotalBytes: number;
  /** Where to create the private folder for files on disk. Default: the temporary folder of the system. */
  readonly directory?: string;
  /** Called once when the disk accepts no more files, and with null when it accepts them again. */
  readonly onTrouble?: (trouble: RingbackError | null) => void;
}

/** The owner of files, such as a space. Beyond its own limit, its oldest files are evicted. */
export interface BlobOwner {
  readonly name: string;
  /** Maximum size in bytes of its files. */
  readonly maxBytes: number;
}

interface OwnedBlobs {
  /** Oldest first. */
  readonly keys: Set<string>;
  bytes: number;
  evicted: number;
}

const nobody: BlobOwner = { name: '', maxBytes: Number.POSITIVE_INFINITY };

/** Bytes in memory, and how many files consist of them. */
interface SharedBytes {
  readonly bytes: Buffer;
  files: number;
}

/** The bytes of one file: in memory, or on disk under a path. */
type FinishedBlob = { readonly size: number } & (
  | { readonly memory: SharedBytes }
  | { readonly path: string }
);
type Blob = FinishedBlob & { readonly owner: string };

/**
 * Stores the bytes of uploads: small files in memory while there is room, all others in a private folder. The folder is
 * created for the first of them, and removed when the store is closed or the process ends. Of small files that are the
 * same, as a test suite uploads them again and again, the memory has one copy.
 *
 * Files are written and read synchronously: writing a chunk to the page cache takes less time than waiting for a
 * thread, and no upload can arrive faster than it is stored.
 */
export class BlobStore {
  readonly #options: BlobStoreOptions;
  /** Oldest first. */
  readonly #blobs = new Map<string, Blob>();
  readonly #owners = new Map<string, OwnedBlobs>();
  /** By size, the bytes in memory that were stored last. */
  readonly #latest = new Map<number, SharedBytes>();
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

  /** Size in bytes of all stored files. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The bytes of an owner's files, and how many of them were evicted since `forget`. */
  of(owner: string): Pick<OwnedBlobs, 'bytes' | 'evicted'> {
    return this.#owners.get(owner) ?? { bytes: 0, evicted: 0 };
  }

  /** Resets the count of an owner's evicted files. */
  forget(owner: string): void {
    const owned = this.#owners.get(owner);
    if (owned?.keys.size === 0) this.#owners.delete(owner);
    else if (owned !== undefined) owned.evicted = 0;
  }

  /** Starts a new file. It belongs to the store once it is stored with `keep`. */
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
      // The folder was deleted. Create it again as soon as possible.
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
   * Stores a complete file.
   * @param owner its owner, with the maximum size of its files. Beyond it, the owner's oldest files are evicted
   * @returns its key
   * @throws the error of the disk, if it accepts no more. Then the file is discarded
   */
  keep(file: IncomingBlob, owner: BlobOwner = nobody): string {
    try {
      this.#assertOpen();
      const finished = file.finish(this.#options.memoryBytes - this.#memory, this.#latest.get(file.size));
      const blob = { ...finished, owner: owner.name };
      const key = `blob-${++this.#count}`;
      this.#blobs.set(key, blob);
      this.#bytes += blob.size;
      if ('memory' in blob && blob.memory.files++ === 0) {
        this.#memory += blob.size;
        this.#latest.set(blob.size, blob.memory);
      }
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
   * The bytes of a file, or undefined if the store has none under that key. The stream holds a file open: read it to
   * its end or destroy it. Deleting the file meanwhile does not affect it.
   * @param range the first and the last byte, counted from 0 and within the file. Default: all. `size` is that of the
   * file
   */
  read(
    key: string,
    range?: { readonly start: number; readonly end: number },
  ): { readonly size: number; readonly stream: Readable } | undefined {
    const blob = this.#blobs.get(key);
    if (blob === undefined) return undefined;
    if ('memory' in blob) {
      const bytes = blob.memory.bytes.subarray(range?.start, range && range.end + 1);
      return { size: blob.size, stream: Readable.from([bytes], { objectMode: false }) };
    }
    try {
      // Opened here, so that no deletion can happen in between.
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
    if ('path' in blob) rmSync(blob.path, { force: true });
    else if (--blob.memory.files === 0) {
      this.#memory -= blob.size;
      if (this.#latest.get(blob.size) === blob.memory) this.#latest.delete(blob.size);
    }
  }

  /** Deletes all files and the folder on disk, and accepts no more. */
  close(): void {
    this.#isClosed = true;
    for (const key of this.#blobs.keys()) this.delete(key);
    this.#folder?.remove();
    this.#folder = null;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Error('Could not store a file: the file store is closed.');
  }
}

interface DiskFile {
  readonly path: string;
  readonly descriptor: number;
}

/** Where the bytes of a large file go. */
interface Disk {
  create(): DiskFile;
  write(descriptor: number, chunk: Uint8Array): void;
  /** Called when the whole file is on disk. */
  complete(): void;
}

/** A file that is being received: in memory while it is small, otherwise on disk. */
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
   * Writes the next chunk, which must not change until the file is stored or discarded.
   * @throws the error of the disk, if it accepts no more. Then the file is discarded
   */
  write(chunk: Uint8Array): void {
    this.#assertOpen();
    this.#size += chunk.length;
    this.#chunks.push(chunk);
    if (this.#disk !== null || this.#size > smallBytes) this.#spill();
  }

  /** The bytes of the complete file. */
  get source(): ByteSource {
    this.#assertOpen();
    if (this.#disk === null) return memorySource(this.#joined());
    this.#files.complete();
    return diskSource(this.#disk.descriptor, this.#size);
  }

  /** The bytes written so far. */
  get size(): number {
    return this.#size;
  }

  /**
   * Completes the file, in memory if it is still there and has room, otherwise on disk. Only the store calls it.
   * @param other bytes in memory that may be the same
   */
  finish(room: number, other: SharedBytes | undefined): FinishedBlob {
    this.#assertOpen();
    const size = this.#size;
    const isSame = this.#disk === null && other !== undefined && this.#joined().equals(other.bytes);
    if (this.#disk === null && size > room && !isSame) this.#spill();
    this.#isOver = true;
    if (this.#disk === null)
      return { size, memory: isSame ? other : { bytes: Buffer.concat(this.#chunks), files: 0 } };
    closeSync(this.#disk.descriptor);
    return { size, path: this.#disk.path };
  }

  /** Discards everything written. Does nothing after `finish`. */
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
        // Also called after failed uploads, whose other resources must still be released. The folder is removed with
        // the store.
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

  /** Moves the bytes from memory to the disk. */
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
    if (this.#isOver) throw new Error('Could not write to a file: it is already stored or discarded.');
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
