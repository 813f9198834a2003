import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobStore, type BlobStoreOptions } from '../../src/files/blob-store.ts';

const small = Buffer.from('a payslip');
/** Files of one size, each different. */
const others = ['b', 'c', 'd', 'e'].map((letter) => Buffer.from(`${letter} payslip`));
const large = Buffer.alloc(300 * 1024, 0x42);

let directory = '';
const stores: BlobStore[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blob-store-test-'));
});
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  await rm(directory, { recursive: true, force: true });
});

function open(options: Partial<BlobStoreOptions> = {}): BlobStore {
  const store = new BlobStore({ memoryBytes: 1024 * 1024, maxTotalBytes: 1e9, directory, ...options });
  stores.push(store);
  return store;
}

function keep(store: BlobStore, ...chunks: Uint8Array[]): string {
  const file = store.open();
  for (const chunk of chunks) file.write(chunk);
  return store.keep(file);
}

async function content(store: BlobStore, key: string): Promise<Buffer | undefined> {
  const blob = store.read(key);
  if (blob === undefined) return undefined;
  const chunks: Buffer[] = await blob.stream.toArray();
  const bytes = Buffer.concat(chunks);
  expect(bytes.length).toBe(blob.size);
  return bytes;
}

/** Paths of all files below the folder. */
async function onDisk(): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('the blob store', () => {
  it('keeps a small file in memory', async () => {
    const store = open();
    const key = keep(store, small.subarray(0, 4), small.subarray(4));
    expect(await content(store, key)).toEqual(small);
    expect(await readdir(directory)).toEqual([]);
  });

  it('keeps a large file in a private folder', async () => {
    const store = open();
    const key = keep(store, large, small);
    expect(await content(store, key)).toEqual(Buffer.concat([large, small]));
    const [folder = ''] = await readdir(directory);
    expect((await stat(join(directory, folder))).mode & 0o777).toBe(0o700);
    const [file = ''] = await onDisk();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('keeps a small file on disk when the memory is used up, until some is free again', async () => {
    const store = open({ memoryBytes: small.length * 2 });
    const keys: string[] = [];
    for (const file of others.slice(0, 3)) keys.push(keep(store, file));
    expect(await onDisk()).toHaveLength(1);
    for (const [i, key] of keys.entries()) expect(await content(store, key)).toEqual(others[i]);
    store.delete(keys[0] ?? '');
    keep(store, small);
    expect(await onDisk()).toHaveLength(1);
  });

  it('needs the memory of one file for several that are the same, until the last of them is deleted', async () => {
    const store = open({ memoryBytes: small.length });
    const keys = [
      keep(store, small),
      keep(store, small.subarray(0, 4), small.subarray(4)),
      keep(store, small),
    ];
    expect(store.bytes).toBe(3 * small.length);
    expect(await onDisk()).toEqual([]);
    for (const key of keys.slice(0, 2)) store.delete(key);
    expect(await content(store, keys[2] ?? '')).toEqual(small);
    const [other = small, another = small] = others;
    const onDiskToo = keep(store, other);
    expect(await onDisk()).toHaveLength(1);
    expect(await content(store, onDiskToo)).toEqual(other);
    store.delete(keys[2] ?? '');
    const inMemory = [keep(store, another), keep(store, another)];
    expect(await onDisk()).toHaveLength(1);
    for (const key of inMemory) expect(await content(store, key)).toEqual(another);
  });

  it('keeps everything on disk without any memory', async () => {
    const store = open({ memoryBytes: 0 });
    const key = keep(store, small);
    expect(await onDisk()).toHaveLength(1);
    expect(await content(store, key)).toEqual(small);
  });

  it('keeps an empty file', async () => {
    const store = open();
    expect(await content(store, keep(store))).toEqual(Buffer.alloc(0));
  });

  it('reads a small file to its end even if its memory is reused meanwhile', async () => {
    const store = open();
    const key = keep(store, small);
    const blob = store.read(key);
    store.delete(key);
    keep(store, Buffer.alloc(small.length));
    expect(Buffer.concat((await blob?.stream.toArray()) ?? [])).toEqual(small);
  });

  it('evicts the oldest files past the total, and counts them', async () => {
    const store = open({ maxTotalBytes: large.length * 2 });
    const keys = [];
    for (let i = 0; i < 5; i++) keys.push(keep(store, large));
    expect(keys.map((key) => store.read(key) !== undefined)).toEqual([false, false, false, true, true]);
    expect(store.evicted).toBe(3);
    expect(store.bytes).toBe(large.length * 2);
    expect(await onDisk()).toHaveLength(2);
    for (const key of keys.slice(3)) expect(await content(store, key)).toEqual(large);
  });

  it('immediately evicts a file that is larger than the total', async () => {
    const store = open({ maxTotalBytes: 0 });
    const key = keep(store, small);
    expect(store.read(key)).toBeUndefined();
    expect([store.evicted, store.bytes]).toEqual([1, 0]);
  });

  it('reads a file to its end even if it is deleted meanwhile', async () => {
    const store = open();
    const key = keep(store, large);
    const blob = store.read(key);
    store.delete(key);
    expect(Buffer.concat((await blob?.stream.toArray()) ?? [])).toEqual(large);
    expect(store.read(key)).toBeUndefined();
    store.delete(key);
  });

  it('copies the chunks that it is given', async () => {
    const store = open();
    const chunk = Buffer.from(small);
    const key = keep(store, chunk);
    chunk.fill(0);
    expect(await content(store, key)).toEqual(small);
  });

  it.each([
    ['small', small],
    ['large', large],
  ])('leaves nothing behind of a %s file that is discarded', async (_, bytes) => {
    const store = open();
    const file = store.open();
    file.write(bytes);
    file.discard();
    file.discard();
    expect(() => file.write(small)).toThrow('discarded');
    expect(() => store.keep(file)).toThrow('discarded');
    expect(store.bytes).toBe(0);
    expect(await onDisk()).toEqual([]);
  });

  it('gives access to any position of an incoming file, in memory and on disk', () => {
    const file = open().open();
    file.write(small.subarray(0, 4));
    file.write(small.subarray(4));
    expect(file.source.read(2, 3).toString()).toBe('pay');
    file.write(large);
    const { source } = file;
    expect(source.size).toBe(small.length + large.length);
    expect(source.read(2, 3).toString()).toBe('pay');
    expect(source.read(source.size - 2, 100)).toEqual(Buffer.from('BB'));
    expect(source.read(0, source.size)).toEqual(Buffer.concat([small, large]));
    expect(source.read(source.size, 1)).toHaveLength(0);
    expect(source.read(source.size + 5, 1)).toHaveLength(0);
    file.discard();
  });

  it('reuses the memory of a deleted file for the next one', async () => {
    const store = open({ memoryBytes: small.length });
    for (let i = 0; i < 5; i++) store.delete(keep(store, small));
    expect(await onDisk()).toEqual([]);
  });

  it('reports a failed write, leaves nothing of the file, and keeps the others', async () => {
    const missing = join(directory, 'missing');
    const store = open({ directory: missing });
    const key = keep(store, small);
    const file = store.open();
    expect(() => file.write(large)).toThrow(expect.objectContaining({ code: 'storage.unusable' }));
    expect(() => store.keep(file)).toThrow('discarded');
    expect(store.bytes).toBe(small.length);
    await mkdir(missing);
    expect(await content(store, keep(store, large))).toEqual(large);
    expect(await content(store, key)).toEqual(small);
  });

  it('removes its folder when it is closed, and accepts nothing more', async () => {
    const store = open();
    keep(store, large);
    const late = store.open();
    late.write(large);
    store.close();
    expect(await readdir(directory)).toEqual([]);
    expect(() => store.keep(late)).toThrow('closed');
    expect(() => store.open()).toThrow('closed');
    store.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it('writes many files at the same time without mixing them', async () => {
    const store = open();
    const files = Array.from({ length: 20 }, () => store.open());
    for (let n = 0; n < 10; n++) {
      for (const [i, file] of files.entries()) file.write(Buffer.alloc(50 * 1024, i));
    }
    for (const [i, file] of files.entries()) {
      expect(await content(store, store.keep(file))).toEqual(Buffer.alloc(500 * 1024, i));
    }
    expect(await readdir(directory)).toHaveLength(1);
  });
});
