import { createReadStream, openSync, rmSync } from 'node:fs';
import { type FileHandle, mkdtemp, open as openFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** A file up to this size stays in memory, if there is room. */
const smallBytes = 256 * 1024;

/** Options of {@link createBlobStore}. */
export interface BlobStoreOptions {
  /** Most bytes that all files kept in memory may have together; what does not fit is kept on disk. 0: all on disk. */
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
   * Takes the next chunk, which may be reused when it is written: at once for null, else when the promise resolves.
   * The promise rejects when the disk takes no more.
   */
  write(chunk: Uint8Array): Promise<void> | null;
  /** Keeps the file, and gives its key. */
  commit(): Promise<string>;
  /** Forgets all that was written. Does nothing after a commit. */
  discard(): Promise<void>;
}

/** A kept file: its bytes, or the path of the file on disk. */
type Blob = { readonly size: number } & ({ readonly content: Buffer } | { readonly path: string });

/** Keeps small files in memory and the others in a private folder, which is made when the first one needs it. */
export function createBlobStore(options: BlobStoreOptions): BlobStore {
  return new TieredBlobStore(options);
}

class TieredBlobStore implements BlobStore {
  readonly #options: BlobStoreOptions;
  /** In the order in which they were committed. */
  readonly #blobs = new Map<string, Blob>();
  #folder: Promise<string> | null = null;
  #memory = 0;
  #total = 0;
  #evicted = 0;
  #count = 0;
  #closed = false;

  constructor(options: BlobStoreOptions) {
    this.#options = options;
  }

  get evicted(): number {
    return this.#evicted;
  }

  get bytes(): number {
    return this.#total;
  }

  open(): BlobWriter {
    this.#assertOpen();
    const name = `blob-${++this.#count}`;
    return new TieredBlobWriter({
      reserve: (bytes) => this.#reserve(bytes),
      free: (bytes) => {
        this.#memory -= bytes;
      },
      path: async () => join(await this.#directory(), name),
      keep: (blob) => this.#keep(name, blob),
    });
  }

  read(key: string): { size: number; stream: Readable } | undefined {
    const blob = this.#blobs.get(key);
    if (blob === undefined) return undefined;
    if ('content' in blob)
      return { size: blob.size, stream: Readable.from([blob.content], { objectMode: false }) };
    // Opened at once, so that a deletion cannot come between.
    return { size: blob.size, stream: createReadStream('', { fd: openSync(blob.path, 'r') }) };
  }

  async delete(key: string): Promise<void> {
    const blob = this.#blobs.get(key);
    if (blob === undefined) return;
    this.#blobs.delete(key);
    this.#total -= blob.size;
    if ('content' in blob) this.#memory -= blob.size;
    else await rm(blob.path, { force: true });
  }

  async clear(): Promise<void> {
    await Promise.all([...this.#blobs.keys()].map((key) => this.delete(key)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.clear();
    if (this.#folder === null) return;
    const folder = await this.#folder;
    await rm(folder, { recursive: true, force: true });
    foldersInUse.delete(folder);
    if (foldersInUse.size === 0) process.off('exit', removeFolders);
  }

  #reserve(bytes: number): boolean {
    if (this.#memory + bytes > this.#options.memoryBytes) return false;
    this.#memory += bytes;
    return true;
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

  async #keep(key: string, blob: Blob): Promise<string> {
    this.#assertOpen();
    this.#blobs.set(key, blob);
    this.#total += blob.size;
    for (const oldest of this.#blobs.keys()) {
      if (this.#total <= this.#options.maxTotalBytes) break;
      this.#evicted++;
      await this.delete(oldest);
    }
    return key;
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
  /** Takes memory into use; false when there is not so much left. */
  reserve(bytes: number): boolean;
  free(bytes: number): void;
  path(): Promise<string>;
  keep(blob: Blob): Promise<string>;
}

class TieredBlobWriter implements BlobWriter {
  readonly #room: Room;
  #chunks: Buffer[] = [];
  #reserved = 0;
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
      const key = await this.#room.keep(
        disk === null
          ? { size: this.#size, content: joined(this.#chunks) }
          : { size: this.#size, path: disk.path },
      );
      this.#state = 'kept';
      this.#chunks = [];
      return key;
    } catch (error) {
      await this.discard();
      if (disk !== null) await rm(disk.path, { force: true });
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
    if (this.#size + chunk.length > smallBytes || !this.#room.reserve(chunk.length)) return false;
    this.#reserved += chunk.length;
    this.#chunks.push(Buffer.from(chunk));
    this.#size += chunk.length;
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
    this.#room.free(this.#reserved);
    this.#reserved = 0;
    this.#chunks = [];
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

async function writeWhole(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) written += (await handle.write(chunk, written)).bytesWritten;
}
