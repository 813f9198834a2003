import { rmSync } from 'node:fs';
import { type FileHandle, mkdtemp, open as openFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Blob, DiskBlob } from './blob.ts';
import { Slabs } from './slabs.ts';

/** A file up to this size is kept in memory, until newer ones need it. */
const smallBytes = 256 * 1024;

/** Options of {@link createBlobStore}. */
export interface BlobStoreOptions {
  /**
   * Most bytes of memory for small files that are kept, and again for those that are coming in; older and larger ones
   * are kept on disk. 0: all on disk.
   */
  readonly memoryBytes: number;
  /** Where the private folder for files on disk is made. Default: the system's folder for temporary files. */
  readonly directory?: string;
  /** Most bytes of all kept files together; past it, the oldest go. */
  readonly maxTotalBytes: number;
}

/** Keeps the bytes of uploads. */
export interface BlobStore {
  /** Begins a new file. Nothing of it is kept until it is committed. */
  open(): BlobWriter;
  /**
   * The bytes of a file, or undefined when there is none of that key (any more).
   * The stream holds a file open: read it to its end or destroy it. A file that is deleted meanwhile is read to its end.
   */
  read(key: string): { readonly size: number; readonly stream: Readable } | undefined;
  delete(key: string): Promise<void>;
  /** Deletes all files; those being written are not touched. */
  clear(): Promise<void>;
  /** Deletes everything, the folder on disk included, and takes nothing more. */
  close(): Promise<void>;
  /** How many files went because of `maxTotalBytes` since the start. */
  readonly evicted: number;
  /** Bytes of all kept files. */
  readonly bytes: number;
}

/** Writes one file. After `commit` or `discard`, and after a failed write, it takes nothing more. */
export interface BlobWriter {
  /**
   * Takes the next chunk, which must not be changed before the file is committed or discarded. A promise asks to wait
   * with the next one until the disk has taken this one, and rejects when the disk takes no more.
   */
  write(chunk: Uint8Array): Promise<void> | null;
  /** Keeps the file, and gives its key. */
  commit(): Promise<string>;
  /** Forgets all that was written. Does nothing after a commit. */
  discard(): Promise<void>;
}

/**
 * Keeps small files in memory, as long as there is room, and the others in a private folder, which is made when the
 * first one needs it. When there is no room, the small files that came first move to the folder.
 */
export function createBlobStore(options: BlobStoreOptions): BlobStore {
  return new TieredBlobStore(options);
}

class TieredBlobStore implements BlobStore {
  readonly #options: BlobStoreOptions;
  readonly #slabs: Slabs;
  /** In the order in which they were committed. */
  readonly #blobs = new Map<string, Blob>();
  #folder: Promise<string> | null = null;
  /** Bytes of small files that are coming in. */
  #incoming = 0;
  #total = 0;
  #evicted = 0;
  #count = 0;
  #closed = false;

  constructor(options: BlobStoreOptions) {
    this.#options = options;
    this.#slabs = new Slabs({ memoryBytes: options.memoryBytes, path: () => this.#newPath() });
  }

  get evicted(): number {
    return this.#evicted;
  }

  get bytes(): number {
    return this.#total;
  }

  open(): BlobWriter {
    this.#assertOpen();
    return new TieredBlobWriter({
      hold: (size, bytes) => this.#hold(size, bytes),
      free: (bytes) => {
        this.#incoming -= bytes;
      },
      path: () => this.#newPath(),
      keep: (blob) => this.#keep(blob),
      slabs: this.#slabs,
    });
  }

  read(key: string): { size: number; stream: Readable } | undefined {
    const blob = this.#blobs.get(key);
    return blob === undefined ? undefined : { size: blob.size, stream: blob.read() };
  }

  async delete(key: string): Promise<void> {
    const blob = this.#blobs.get(key);
    if (blob === undefined) return;
    this.#blobs.delete(key);
    this.#total -= blob.size;
    await blob.delete();
  }

  async clear(): Promise<void> {
    await Promise.all([...this.#blobs.keys()].map((key) => this.delete(key)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.clear();
    await this.#slabs.settled();
    if (this.#folder === null) return;
    const folder = await this.#folder;
    await rm(folder, { recursive: true, force: true });
    foldersInUse.delete(folder);
    if (foldersInUse.size === 0) process.off('exit', removeFolders);
  }

  /** Takes memory into use for a file of that size; false when it is to be on disk. */
  #hold(size: number, bytes: number): boolean {
    const { memoryBytes } = this.#options;
    if (size > Math.min(smallBytes, memoryBytes) || this.#incoming + bytes > memoryBytes) return false;
    this.#incoming += bytes;
    return true;
  }

  async #newPath(): Promise<string> {
    return join(await this.#directory(), `blob-${++this.#count}`);
  }

  #directory(): Promise<string> {
    this.#assertOpen();
    // mkdtemp makes the folder for the owner alone (0700).
    this.#folder ??= mkdtemp(join(this.#options.directory ?? tmpdir(), 'ringback-')).then(
      removedAtExit,
      (error: unknown) => {
        // The next file may find the disk in order again.
        this.#folder = null;
        throw error;
      },
    );
    return this.#folder;
  }

  /** Keeps a file, and gives its key; the oldest ones go when there are too many bytes. */
  async #keep(blob: Blob): Promise<string> {
    this.#assertOpen();
    const key = `blob-${++this.#count}`;
    this.#blobs.set(key, blob);
    this.#total += blob.size;
    if (this.#isFull()) await this.#evict();
    return key;
  }

  async #evict(): Promise<void> {
    for (const oldest of this.#blobs.keys()) {
      if (!this.#isFull()) break;
      this.#evicted++;
      await this.delete(oldest);
    }
  }

  #isFull(): boolean {
    const { maxTotalBytes } = this.#options;
    return this.#total > maxTotalBytes || this.#slabs.diskBytes > maxTotalBytes;
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('Failed to keep a file: the store of files was closed.');
  }
}

const foldersInUse = new Set<string>();

/** Sees to it that a folder goes with the process even when nobody closes the store, as on a second Ctrl-C. */
function removedAtExit(folder: string): string {
  if (foldersInUse.size === 0) process.once('exit', removeFolders);
  foldersInUse.add(folder);
  return folder;
}

function removeFolders(): void {
  for (const folder of foldersInUse) rmSync(folder, { recursive: true, force: true });
}

/** What a writer needs of its store. */
interface Room {
  /** Takes memory into use for the next bytes of a file; false when the file is to be on disk. */
  hold(size: number, bytes: number): boolean;
  free(bytes: number): void;
  path(): Promise<string>;
  keep(blob: Blob): Promise<string>;
  readonly slabs: Slabs;
}

class TieredBlobWriter implements BlobWriter {
  readonly #room: Room;
  /** Of a file that is small so far. */
  #chunks: Uint8Array[] = [];
  #size = 0;
  #disk: { readonly path: string; readonly handle: FileHandle } | null = null;
  #state: 'writing' | 'kept' | 'discarded' = 'writing';

  constructor(room: Room) {
    this.#room = room;
  }

  write(chunk: Uint8Array): Promise<void> | null {
    if (this.#state === 'writing' && this.#disk === null && this.#holdInMemory(chunk)) return null;
    return this.#writeToDisk(chunk);
  }

  async #writeToDisk(chunk: Uint8Array): Promise<void> {
    if (this.#state !== 'writing') throw new Error(`Failed to write to a file that is ${this.#state}.`);
    try {
      const { handle } = this.#disk ?? (await this.#spill());
      await writeWhole(handle, chunk);
      this.#size += chunk.length;
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  async commit(): Promise<string> {
    if (this.#state !== 'writing') throw new Error(`Failed to keep a file that is ${this.#state}.`);
    const disk = this.#disk;
    try {
      await disk?.handle.close();
      this.#disk = null;
      const blob =
        disk === null
          ? await this.#room.slabs.add(this.#chunks, this.#size)
          : new DiskBlob(disk.path, this.#size);
      const key = await this.#keep(blob);
      this.#state = 'kept';
      this.#freeMemory();
      return key;
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  async #keep(blob: Blob): Promise<string> {
    try {
      return await this.#room.keep(blob);
    } catch (error) {
      await blob.delete();
      throw error;
    }
  }

  async discard(): Promise<void> {
    if (this.#state !== 'writing') return;
    this.#state = 'discarded';
    this.#freeMemory();
    const disk = this.#disk;
    if (disk === null) return;
    this.#disk = null;
    await disk.handle.close();
    await rm(disk.path, { force: true });
  }

  #holdInMemory(chunk: Uint8Array): boolean {
    const size = this.#size + chunk.length;
    if (!this.#room.hold(size, chunk.length)) return false;
    this.#chunks.push(chunk);
    this.#size = size;
    return true;
  }

  async #spill(): Promise<{ readonly handle: FileHandle }> {
    const path = await this.#room.path();
    const disk = { path, handle: await openFile(path, 'wx', 0o600) };
    this.#disk = disk;
    for (const chunk of this.#chunks) await writeWhole(disk.handle, chunk);
    this.#freeMemory();
    return disk;
  }

  #freeMemory(): void {
    for (const { length } of this.#chunks) this.#room.free(length);
    this.#chunks = [];
  }
}

async function writeWhole(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) written += (await handle.write(chunk, written)).bytesWritten;
}
