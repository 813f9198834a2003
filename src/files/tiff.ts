import type { ByteSource } from './byte-source.ts';
import type { ImageSize } from './image-size.ts';

/** Tags of TIFF 6.0, section 8 and 15. */
const tag = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripCounts: 279,
  planar: 284,
  tileOffsets: 324,
  tileCounts: 325,
  sampleFormat: 339,
  subsampling: 530,
} as const;

/**
 * Compressions that libtiff decodes: none, CCITT (2, 3, 4, 32771), LZW, JPEG old and new, Deflate (8, 32946),
 * NeXT, PackBits, ThunderScan, JBIG, SGILog (34676, 34677), LZMA, Zstandard, WebP.
 */
const compressions: ReadonlySet<number> = new Set([
  1, 2, 3, 4, 5, 6, 7, 8, 32766, 32771, 32773, 32809, 32946, 34661, 34676, 34677, 34925, 50000, 50001,
]);

const uncompressed = 1;
const separatePlanes = 2;
const yCbCr = 6;
const floatingPoint = 3;

/** Tags with a maximum value, from 1. libtiff stops if one is out of range. */
const ranges: readonly (readonly [name: number, most: number])[] = [
  [tag.fillOrder, 2],
  [tag.orientation, 8],
  [tag.samplesPerPixel, 0xffff],
  [tag.planar, 2],
  [tag.sampleFormat, 6],
];

/** Bytes of a value by field type (TIFF 6.0, p. 15; BigTIFF adds 16 to 18). Only the types of sizes and offsets. */
const valueBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 8: 2, 9: 4, 13: 4, 16: 8, 18: 8 };

/** More than any image has. */
const maxEntries = 4096;
const maxStrips = 1024 * 1024;

/** One field of a directory: an array of integers, in the field itself or elsewhere in the file. */
interface Field {
  readonly type: number;
  readonly count: number;
  /** The bytes of the values, or of their offset. */
  readonly inline: Buffer;
}

/**
 * Reads the first image of a TIFF (TIFF 6.0) or BigTIFF: its directory, width and height, and whether all its data is
 * inside the file.
 *
 * Mock's choice: only the first image of a TIFF is measured.
 * @returns null if the file is damaged
 */
export function measureTiff(source: ByteSource): ImageSize | null {
  const header = source.read(0, 16);
  const numbers = new Numbers(header[0] === 0x49);
  const isBig = header.length >= 4 && numbers.read(header, 2, 2) === 43;
  if (header.length < (isBig ? 16 : 8)) return null;
  if (isBig && (numbers.read(header, 4, 2) !== 8 || numbers.read(header, 6, 2) !== 0)) return null;
  const at = isBig ? numbers.read(header, 8, 8) : numbers.read(header, 4, 4);
  const directory = readDirectory(source, numbers, at, isBig);
  return directory?.isReadable() ? directory.size : null;
}

class Numbers {
  readonly #isLittleEndian: boolean;

  constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  read(bytes: Buffer, at: number, length: number): number {
    if (length < 8) return this.#isLittleEndian ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length);
    return Number(this.#isLittleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  }
}

function readDirectory(source: ByteSource, numbers: Numbers, at: number, isBig: boolean): Directory | null {
  const countBytes = isBig ? 8 : 2;
  const entryBytes = isBig ? 20 : 12;
  const offsetBytes = isBig ? 8 : 4;
  if (at < 8 || at + countBytes > source.size) return null;
  const count = numbers.read(source.read(at, countBytes), 0, countBytes);
  if (count === 0 || count > maxEntries) return null;
  const bytes = source.read(at + countBytes, count * entryBytes + offsetBytes);
  if (bytes.length < count * entryBytes) return null;
  // Readers also look for the next image, and fail if it is missing. A file may end before it says that there is none.
  const isNamed = bytes.length === count * entryBytes + offsetBytes;
  const next = isNamed ? numbers.read(bytes, count * entryBytes, offsetBytes) : 0;
  if (next !== 0 && next + countBytes > source.size) return null;
  const fields = new Map<number, Field>();
  for (let entry = 0; entry < count * entryBytes; entry += entryBytes) {
    fields.set(numbers.read(bytes, entry, 2), {
      type: numbers.read(bytes, entry + 2, 2),
      count: numbers.read(bytes, entry + 4, offsetBytes),
      inline: bytes.subarray(entry + 4 + offsetBytes, entry + entryBytes),
    });
  }
  return new Directory(source, numbers, fields);
}

class Directory {
  readonly #source: ByteSource;
  readonly #numbers: Numbers;
  readonly #fields: ReadonlyMap<number, Field>;

  constructor(source: ByteSource, numbers: Numbers, fields: ReadonlyMap<number, Field>) {
    this.#source = source;
    this.#numbers = numbers;
    this.#fields = fields;
  }

  get size(): { readonly width: number; readonly height: number } {
    return { width: this.#number(tag.width, 0), height: this.#number(tag.height, 0) };
  }

  /** Whether there is an image that common decoders accept, with all its data inside the file. */
  isReadable(): boolean {
    const { width, height } = this.size;
    const bits = this.#number(tag.bitsPerSample, 1);
    const isFloat = this.#number(tag.sampleFormat, 1) === floatingPoint;
    if (width === 0 || height === 0 || !this.#fields.has(tag.photometric)) return false;
    if (!compressions.has(this.#number(tag.compression, uncompressed))) return false;
    if (bits === 0 || bits > (isFloat ? 64 : 32)) return false;
    if (!ranges.every(([name, most]) => this.#isWithin(name, most))) return false;
    return this.#fields.has(tag.tileOffsets) ? this.#hasTiles() : this.#hasStrips();
  }

  #hasTiles(): boolean {
    const offsets = this.#values(tag.tileOffsets, maxStrips);
    const counts = this.#values(tag.tileCounts, maxStrips);
    return offsets !== null && counts !== null && this.#areInside(offsets, counts);
  }

  #hasStrips(): boolean {
    const { width, height } = this.size;
    const isSeparate = this.#number(tag.planar, 1) === separatePlanes;
    const samples = this.#number(tag.samplesPerPixel, 1);
    const rows = Math.min(height, this.#number(tag.rowsPerStrip, height));
    const offsets = this.#values(tag.stripOffsets, maxStrips);
    if (offsets === null || rows === 0) return false;
    const perPlane = Math.ceil(height / rows);
    const strips = perPlane * (isSeparate ? samples : 1);
    if (offsets.length < strips) return false;
    // For a single uncompressed strip, readers compute a wrong count themselves.
    if (
      strips === 1 &&
      offsets[0] !== undefined &&
      this.#number(tag.compression, uncompressed) === uncompressed &&
      this.#number(tag.photometric, 0) !== yCbCr
    ) {
      const rowBytes = Math.ceil(
        (width * this.#number(tag.bitsPerSample, 1) * (isSeparate ? 1 : samples)) / 8,
      );
      return offsets[0] + rowBytes * height <= this.#source.size;
    }
    // Readers compute missing counts from the offsets.
    const counts = this.#values(tag.stripCounts, maxStrips) ?? [];
    if (!this.#areInside(offsets, counts)) return false;
    const isSubsampled =
      this.#number(tag.photometric, 0) === yCbCr &&
      (this.#values(tag.subsampling, 2) ?? [2, 2]).some((n) => n !== 1);
    if (isSubsampled) return !isSeparate;
    if (this.#number(tag.compression, uncompressed) !== uncompressed) return true;
    const rowBits = width * this.#number(tag.bitsPerSample, 1) * (isSeparate ? 1 : samples);
    const isWhole = (count: number, strip: number): boolean => {
      const isLast = strip % perPlane === perPlane - 1;
      return count >= Math.ceil(rowBits / 8) * (isLast ? height - rows * (perPlane - 1) : rows);
    };
    return counts.slice(0, strips).every(isWhole);
  }

  #areInside(offsets: readonly number[], counts: readonly number[]): boolean {
    return offsets.length > 0 && offsets.every((offset, i) => offset + (counts[i] ?? 0) <= this.#source.size);
  }

  #isWithin(name: number, most: number): boolean {
    const value = this.#number(name, 1);
    return value >= 1 && value <= most;
  }

  #number(name: number, missing: number): number {
    return this.#values(name, 1)?.[0] ?? missing;
  }

  /** The values of a field; null when it is missing, not made of integers, too long, or not inside the file. */
  #values(name: number, most: number): readonly number[] | null {
    const field = this.#fields.get(name);
    const size = valueBytes[field?.type ?? 0];
    if (field === undefined || size === undefined || field.count > maxStrips) return null;
    const { inline } = field;
    const length = size * Math.min(field.count, most);
    const isInline = size * field.count <= inline.length;
    const bytes = isInline ? inline : this.#source.read(this.#numbers.read(inline, 0, inline.length), length);
    if (bytes.length < length) return null;
    return Array.from({ length: length / size }, (_, i) => this.#numbers.read(bytes, i * size, size));
  }
}
