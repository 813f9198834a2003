import { crc32 } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import type { ImageSize } from './image-size.ts';

/** Allowed bit depths by color type (PNG §11.2.1). */
const bitDepths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

const signatureBytes = 8;
/** Length and type before the data of a chunk, checksum after it. */
const frameBytes = 12;
const maxNumber = 0x7fffffff;
/** How much of a chunk is in memory while its checksum is computed. */
const partBytes = 256 * 1024;
/** Far more than any image has. */
const mostChunks = 250_000;

/**
 * Walks the chunks of a PNG (W3C PNG, third edition, §5): the first one is a valid IHDR, there is image data, every
 * critical chunk has a correct checksum, and IEND is reached. Anything after IEND is ignored.
 * @returns null if the file is damaged
 */
export function measurePng(source: ByteSource): ImageSize | null {
  const size = readHeader(source.read(signatureBytes, frameBytes + 13));
  if (size === null) return null;
  let hasData = false;
  let hasPalette = false;
  const colorType = source.read(signatureBytes + 17, 1)[0];
  let at = signatureBytes;
  for (let count = 0; count < mostChunks; count++) {
    const head = source.read(at, 8);
    if (head.length < 8) return null;
    const length = head.readUInt32BE();
    const type = head.toString('latin1', 4);
    if (!/^[A-Za-z]{4}$/.test(type) || length > maxNumber || at + frameBytes + length > source.size)
      return null;
    if (type === 'IHDR' && at !== signatureBytes) return null;
    // A critical chunk of an unknown type is an error (§5.4).
    if (/^[A-Z]/.test(type) && !['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type)) return null;
    hasPalette ||= type === 'PLTE' && length % 3 === 0 && length > 0;
    if (type === 'IDAT' && colorType === 3 && !hasPalette) return null;
    // Readers skip an ancillary chunk (lower case) with a wrong checksum (§13.1).
    if (/^[A-Z]/.test(type) && !hasChecksum(source, at, length)) return null;
    if (type === 'IEND') return hasData ? size : null;
    hasData ||= type === 'IDAT';
    at += frameBytes + length;
  }
  return null;
}

function readHeader(chunk: Buffer): ImageSize | null {
  if (chunk.length < frameBytes + 13 || chunk.readUInt32BE() !== 13) return null;
  if (chunk.toString('latin1', 4, 8) !== 'IHDR') return null;
  const width = chunk.readUInt32BE(8);
  const height = chunk.readUInt32BE(12);
  const isSane = width > 0 && height > 0 && width <= maxNumber && height <= maxNumber;
  const isKnown = chunk.readUInt8(18) === 0 && chunk.readUInt8(19) === 0 && chunk.readUInt8(20) <= 1;
  return isSane && isKnown && bitDepths[chunk.readUInt8(17)]?.includes(chunk.readUInt8(16))
    ? { width, height }
    : null;
}

/** Whether the checksum over type and data is the one that follows them. */
function hasChecksum(source: ByteSource, at: number, length: number): boolean {
  const end = at + 8 + length;
  let checksum = 0;
  for (let from = at + 4; from < end; from += partBytes) {
    checksum = crc32(source.read(from, Math.min(partBytes, end - from)), checksum);
  }
  return source.read(end, 4).readUInt32BE() === checksum;
}
