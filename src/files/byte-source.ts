import { readSync } from 'node:fs';

/** Random access to the bytes of one file. */
export interface ByteSource {
  readonly size: number;
  /**
   * Reads `length` bytes from a position, or fewer at the end of the file. Do not write to them.
   * @param position in bytes. Beyond the end there are none
   */
  read(position: number, length: number): Buffer;
}

/** The bytes of a file in memory, without copies. */
export function memorySource(bytes: Buffer): ByteSource {
  return { size: bytes.length, read: (position, length) => bytes.subarray(position, position + length) };
}

/** How much is read from disk at a time. Readers of headers read a few bytes at a time, close together. */
const pageBytes = 64 * 1024;

/** The bytes of a file on disk, while its descriptor is open. */
export function diskSource(descriptor: number, size: number): ByteSource {
  let page = readWhole(descriptor, 0, 0);
  let pageAt = 0;
  return {
    size,
    read(position, length) {
      const end = Math.min(position + length, size);
      if (end - position > pageBytes) return readWhole(descriptor, position, end - position);
      if (position < pageAt || end > pageAt + page.length) {
        page = readWhole(descriptor, position, Math.min(pageBytes, size - position));
        pageAt = position;
      }
      return page.subarray(position - pageAt, Math.max(0, end - pageAt));
    },
  };
}

function readWhole(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, length));
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
