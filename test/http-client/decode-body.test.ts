import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../src/http-client/decode-body.ts';
import { peakMemory } from '../support/peak-memory.ts';

const text = '{"received":true,"note":"né"}'.repeat(20);
const plain = Buffer.from(text);
const limit = 64 * 1024;

async function decoded(bytes: Buffer, coding: string, maxBytes = limit): Promise<[string, boolean] | null> {
  const cut = await decodeBody({ bytes, truncated: false }, coding, maxBytes);
  return cut === null ? null : [cut.bytes.toString(), cut.truncated];
}

describe('decodeBody', () => {
  it.each([
    ['gzip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['GZIP', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['identity', plain],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
  ])('reads %s', async (coding, bytes) => {
    expect(await decoded(bytes, coding)).toEqual([text, false]);
  });

  it.each(['rot13', 'gzip, rot13', 'gzip, gzip, gzip, gzip, gzip'])('leaves %s alone', async (coding) => {
    expect(await decoded(gzipSync(plain), coding)).toBeNull();
  });

  it('leaves bytes alone that are not in the coding', async () => {
    for (const coding of ['gzip', 'deflate', 'br', 'zstd']) expect(await decoded(plain, coding)).toBeNull();
    expect(await decoded(gzipSync(plain).subarray(0, -9), 'gzip')).toBeNull();
  });

  it('keeps a body of exactly the limit, and truncates a longer one', async () => {
    const bytes = gzipSync(Buffer.alloc(1_000, 'x'));
    expect(await decoded(bytes, 'gzip', 1_000)).toEqual(['x'.repeat(1_000), false]);
    expect(await decoded(bytes, 'gzip', 999)).toEqual(['x'.repeat(999), true]);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('stops early at a %s bomb', async (coding, compress) => {
    const bomb = compress(Buffer.alloc(48 * 1024 * 1024));
    const before = peakMemory();
    const [body = '', truncated] = (await decoded(bomb, coding)) ?? [];
    expect({ length: body.length, truncated }).toEqual({ length: limit, truncated: true });
    expect(peakMemory() - before).toBeLessThan(16 * 1024 * 1024);
  });

  it('reads the available part of a truncated body', async () => {
    const noise = Array.from({ length: 20_000 }, (_, i) => ((i * 2_654_435_761) % 97).toString(36)).join('');
    for (const [coding, bytes] of [
      ['gzip', gzipSync(noise)],
      ['deflate', deflateSync(noise)],
      ['br', brotliCompressSync(noise)],
    ] as const) {
      const cut = await decodeBody({ bytes: bytes.subarray(0, -20), truncated: true }, coding, limit);
      expect(cut?.truncated).toBe(true);
      expect(noise.startsWith(cut?.bytes.toString() ?? '?')).toBe(true);
      expect(cut?.bytes.length).toBeGreaterThan(100);
    }
  });
});
