import { readSync } from 'node:fs';

/** Random access to the bytes of one file. */
export interface ByteSource {
  readonly size: number;
  /**
   * The bytes from a position on: `length` of them, or fewer where the file ends before. Do not write to them.
   * @param position in bytes; past the end there are none
   */
  read(position: number, length: number): Buffer;
}

/** The bytes of a file in memory, without copies. */
export function memorySource(bytes: Buffer): ByteSource {
  return { size: bytes.length, read: (position, length) => bytes.subarray(position, position + length) };
}

/** How much is read from disk at a time. Readers of headers ask for a few bytes here and a few after them. */
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
