import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlobStore, createBlobStore } from '../../src/files/blob-store.ts';

const small = Buffer.from('a payslip');
/** Files of one size, no two alike. */
const others = ['b', 'c', 'd', 'e'].map((letter) => Buffer.from(`${letter} payslip`));
const large = Buffer.alloc(300 * 1024, 0x42);

let directory = '';
const stores: BlobStore[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blob-store-test-'));
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await rm(directory, { recursive: true, force: true });
});

function open(options: Partial<Parameters<typeof createBlobStore>[0]> = {}): BlobStore {
  const store = createBlobStore({ memoryBytes: 1024 * 1024, maxTotalBytes: 1e9, directory, ...options });
  stores.push(store);
  return store;
}

async function keep(store: BlobStore, ...chunks: Uint8Array[]): Promise<string> {
  const writer = store.open();
  for (const chunk of chunks) await writer.write(chunk);
  return writer.commit();
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
    const key = await keep(store, small.subarray(0, 4), small.subarray(4));
    expect(await content(store, key)).toEqual(small);
    expect(await readdir(directory)).toEqual([]);
  });

  it('keeps a file that comes again and again once', async () => {
    const store = open({ memoryBytes: 3 * small.length });
    const keys: string[] = [];
    for (let count = 0; count < 100; count++) keys.push(await keep(store, small));
    expect(new Set(keys).size).toBe(100);
    expect(store.bytes).toBe(100 * small.length);
    expect(await onDisk()).toEqual([]);
    for (const key of keys.slice(1)) await store.delete(key);
    expect(await content(store, keys[0] ?? '')).toEqual(small);
  });

  it('tells files of one size apart', async () => {
    const store = open();
    const [other = small] = others;
    const keys = [
      await keep(store, small),
      await keep(store, other),
      await keep(store, small.subarray(0, 3), small.subarray(3)),
    ];
    const kept = await Promise.all(keys.map((key) => content(store, key)));
    expect(kept).toEqual([small, other, small]);
  });

  it('keeps a file anew once its memory was used for others', async () => {
    const store = open({ memoryBytes: 3 * small.length });
    await store.delete(await keep(store, small));
    const again = await keep(store, small);
    const kept: string[] = [];
    for (const file of others.slice(0, 2)) kept.push(await keep(store, file));
    expect(await content(store, again)).toEqual(small);
    for (const [i, key] of kept.entries()) expect(await content(store, key)).toEqual(others[i]);
  });

  it('keeps a file anew that has moved to the disk', async () => {
    const store = open({ memoryBytes: small.length });
    const first = await keep(store, small);
    // Of another size: the first one is still the last of its own.
    const file = small.subarray(1);
    const other = await keep(store, file);
    const again = await keep(store, small);
    await store.delete(first);
    expect(await content(store, again)).toEqual(small);
    expect(await content(store, other)).toEqual(file);
  });

  it('keeps a large file in a private folder', async () => {
    const store = open();
    const key = await keep(store, large, small);
    expect(await content(store, key)).toEqual(Buffer.concat([large, small]));
    const [folder = ''] = await readdir(directory);
    expect((await stat(join(directory, folder))).mode & 0o777).toBe(0o700);
    const [file = ''] = await onDisk();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('keeps a small file on disk when the memory is used up, until some is free again', async () => {
    const store = open({ memoryBytes: small.length * 2 });
    const keys: string[] = [];
    for (const file of others.slice(0, 3)) keys.push(await keep(store, file));
    expect(await onDisk()).toHaveLength(1);
    for (const [i, key] of keys.entries()) expect(await content(store, key)).toEqual(others[i]);
    await store.delete(keys[0] ?? '');
    await keep(store, small);
    expect(await onDisk()).toHaveLength(1);
  });

  it('keeps everything on disk with no memory at all', async () => {
    const store = open({ memoryBytes: 0 });
    const key = await keep(store, small);
    expect(await onDisk()).toHaveLength(1);
    expect(await content(store, key)).toEqual(small);
  });

  it('keeps an empty file', async () => {
    const store = open();
    expect(await content(store, await keep(store))).toEqual(Buffer.alloc(0));
  });

  it('does not depend on the chunks after the commit', async () => {
    const store = open();
    const chunk = Buffer.from(small);
    const writer = store.open();
    await writer.write(chunk);
    const key = await writer.commit();
    chunk.fill(0);
    expect(await content(store, key)).toEqual(small);
  });

  it('leaves nothing of a file that is discarded', async () => {
    const store = open({ memoryBytes: 400 * 1024 });
    for (const chunk of [small, large]) {
      const writer = store.open();
      await writer.write(chunk);
      await writer.discard();
      await writer.discard();
      await expect(writer.write(small)).rejects.toThrow('discarded');
      await expect(writer.commit()).rejects.toThrow('discarded');
    }
    expect(store.bytes).toBe(0);
    expect(await onDisk()).toEqual([]);
    for (let i = 0; i < 100; i++) {
      const writer = store.open();
      await writer.write(Buffer.alloc(200 * 1024));
      await writer.discard();
    }
    await keep(store, Buffer.alloc(200 * 1024));
    expect(await onDisk()).toEqual([]);
  });

  it('moves the oldest small files to disk together when the memory is used up', async () => {
    const store = open({ memoryBytes: 3 * 1024 * 1024 });
    const files = Array.from({ length: 100 }, (_, i) => Buffer.alloc(100 * 1024, i));
    const keys: string[] = [];
    for (const file of files) keys.push(await keep(store, file));
    const moved = await onDisk();
    expect(moved.length).toBeGreaterThanOrEqual(7);
    expect(moved.length).toBeLessThanOrEqual(9);
    expect((await stat(moved[0] ?? '')).mode & 0o777).toBe(0o600);
    for (const [i, key] of keys.entries())
      expect((await content(store, key))?.equals(files[i] ?? small)).toBe(true);
    for (const key of keys) await store.delete(key);
    expect(store.bytes).toBe(0);
    // Nothing but what was being written meanwhile, and goes as soon as it is.
    await expect.poll(onDisk).toEqual([]);
  });

  it('uses the memory of deleted files again', async () => {
    const store = open({ memoryBytes: 2 * 1024 * 1024 });
    for (let i = 0; i < 100; i++) {
      await store.delete(await keep(store, Buffer.alloc(200 * 1024, i)));
    }
    expect(await readdir(directory)).toEqual([]);
  });

  it('reads a small file to its end whose memory is used again meanwhile', async () => {
    const store = open();
    const key = await keep(store, small);
    const blob = store.read(key);
    await store.delete(key);
    await keep(store, Buffer.alloc(small.length));
    expect(Buffer.concat((await blob?.stream.toArray()) ?? [])).toEqual(small);
  });

  it('keeps what is in memory when the disk takes nothing, and goes on once it does', async () => {
    const missing = join(directory, 'missing');
    const store = open({ memoryBytes: small.length * 2, directory: missing });
    const [first = small, second = small, third = small] = others;
    const keys = [await keep(store, first), await keep(store, second)];
    await expect(keep(store, third)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(store.bytes).toBe(small.length * 2);
    await mkdir(missing);
    keys.push(await keep(store, third));
    for (const [i, key] of keys.entries()) expect(await content(store, key)).toEqual(others[i]);
  });

  it('lets the oldest files go past the total, and counts them', async () => {
    const store = open({ maxTotalBytes: large.length * 2 });
    const keys = [];
    for (let i = 0; i < 5; i++) keys.push(await keep(store, large));
    expect(keys.map((key) => store.read(key) !== undefined)).toEqual([false, false, false, true, true]);
    expect(store.evicted).toBe(3);
    expect(store.bytes).toBe(large.length * 2);
    expect(await onDisk()).toHaveLength(2);
    for (const key of keys.slice(3)) expect(await content(store, key)).toEqual(large);
  });

  it('lets a file go at once that is larger than the total', async () => {
    const store = open({ maxTotalBytes: 0 });
    const key = await keep(store, small);
    expect(store.read(key)).toBeUndefined();
    expect([store.evicted, store.bytes]).toEqual([1, 0]);
  });

  it('reads a file to its end that is deleted meanwhile', async () => {
    const store = open();
    const key = await keep(store, large);
    const blob = store.read(key);
    await store.delete(key);
    expect(Buffer.concat((await blob?.stream.toArray()) ?? [])).toEqual(large);
    expect(store.read(key)).toBeUndefined();
    await store.delete(key);
  });

  it('clears without touching what is being written', async () => {
    const store = open();
    const old = [await keep(store, small), await keep(store, large)];
    const writer = store.open();
    await writer.write(large);
    await store.clear();
    expect(old.map((key) => store.read(key))).toEqual([undefined, undefined]);
    expect(store.bytes).toBe(0);
    expect(store.evicted).toBe(0);
    expect(await content(store, await writer.commit())).toEqual(large);
  });

  it('removes its folder when it is closed, and takes nothing more', async () => {
    const store = open();
    await keep(store, large);
    const late = store.open();
    await late.write(large);
    await store.close();
    expect(await readdir(directory)).toEqual([]);
    await expect(late.commit()).rejects.toThrow('closed');
    expect(() => store.open()).toThrow('closed');
    await store.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it('passes on that the disk takes nothing, and leaves nothing', async () => {
    const store = open({ directory: join(directory, 'missing') });
    const writer = store.open();
    await expect(writer.write(large)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(writer.commit()).rejects.toThrow('discarded');
    expect(store.bytes).toBe(0);
  });

  it('writes many files at the same time without mixing them', async () => {
    const store = open();
    const keys = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const writer = store.open();
        for (let n = 0; n < 10; n++) await writer.write(Buffer.alloc(50 * 1024, i));
        return writer.commit();
      }),
    );
    for (const [i, key] of keys.entries())
      expect(await content(store, key)).toEqual(Buffer.alloc(500 * 1024, i));
    expect(await readdir(directory)).toHaveLength(1);
  });
});
