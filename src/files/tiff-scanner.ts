import { Collector, corrupted, type FileScanner, type ScanResult } from './file-scanner.ts';

const tag = {
  width: 256,
  height: 257,
  stripOffsets: 273,
  stripCounts: 279,
  tileOffsets: 324,
  tileCounts: 325,
} as const;

/** Bytes of a value by field type (TIFF 6.0, p. 15); only those that sizes and offsets come in. */
const valueBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4 };

/** More entries than any image has, and few enough to keep: an IFD of 48 KiB. */
const maxEntries = 4096;
/** A list of strips up to this size is read; a longer one is only checked to lie inside the file. */
const maxListBytes = 64 * 1024;

/** One field of an IFD: a list of integers, inline or elsewhere in the file. */
interface Field {
  readonly type: number;
  readonly count: number;
  /** The four bytes that hold the values or their offset. */
  readonly inline: Buffer;
}

/** A piece of the file that is wanted, and what becomes of it. */
interface Wanted {
  readonly at: number;
  readonly collector: Collector;
  readonly use: (bytes: Buffer) => void;
}

/**
 * Reads the first image of a TIFF (TIFF 6.0): its directory wherever it lies, width and height, and whether all its
 * data lie inside the file. The header says where the directory is, so that it can be caught as it passes by. Lists
 * of strips that lie before the directory, or are longer than 64 KiB, have passed or are not kept: then only the
 * place of the list is checked. BigTIFF is not TIFF here.
 */
export function tiffScanner(): FileScanner {
  return new TiffScanner();
}

class TiffScanner implements FileScanner {
  #position = 0;
  #wanted: Wanted[] = [];
  #littleEndian = true;
  #width = 0;
  #height = 0;
  #hasDirectory = false;
  #bad = false;
  /** The file has to reach to here. */
  #neededBytes = 8;
  #offsets: readonly number[] = [];
  #counts: readonly number[] = [];

  constructor() {
    this.#want(0, 8, (header) => this.#takeHeader(header));
  }

  write(chunk: Uint8Array): void {
    // A piece that was read may make others wanted that begin in the same chunk: the list grows on the way.
    for (let i = 0; i < this.#wanted.length; i++) {
      const wanted = this.#wanted[i];
      if (wanted !== undefined) this.#collect(wanted, chunk);
    }
    this.#position += chunk.length;
    this.#wanted = this.#wanted.filter(({ collector }) => collector.complete === null);
  }

  end(): ScanResult {
    for (const [i, offset] of this.#offsets.entries()) this.#need(offset + (this.#counts[i] ?? 0));
    const whole = this.#hasDirectory && !this.#bad && this.#position >= this.#neededBytes;
    if (!whole || this.#width === 0 || this.#height === 0) return corrupted;
    return { width: this.#width, height: this.#height, problem: null };
  }

  #collect({ at, collector, use }: Wanted, chunk: Uint8Array): void {
    if (collector.complete !== null || at >= this.#position + chunk.length) return;
    collector.take(chunk, Math.max(0, at - this.#position));
    const bytes = collector.complete;
    if (bytes !== null) use(bytes);
  }

  /** Asks for a piece of the file; one that has passed already is not to be had. */
  #want(at: number, length: number, use: (bytes: Buffer) => void): void {
    this.#need(at + length);
    if (at >= this.#position) this.#wanted.push({ at, collector: new Collector(length), use });
  }

  #need(bytes: number): void {
    this.#neededBytes = Math.max(this.#neededBytes, bytes);
  }

  #takeHeader(header: Buffer): void {
    this.#littleEndian = header[0] === 0x49;
    const at = this.#u32(header, 4);
    if (at < 8) this.#bad = true;
    else this.#want(at, 2, (count) => this.#takeCount(at, this.#u16(count, 0)));
  }

  #takeCount(at: number, entries: number): void {
    if (entries === 0 || entries > maxEntries) this.#bad = true;
    else this.#want(at + 2, entries * 12 + 4, (directory) => this.#takeDirectory(directory, entries));
  }

  #takeDirectory(directory: Buffer, entries: number): void {
    this.#hasDirectory = true;
    const fields = new Map<number, Field>();
    for (let i = 0; i < entries; i++) {
      const entry = directory.subarray(i * 12, i * 12 + 12);
      const field = { type: this.#u16(entry, 2), count: this.#u32(entry, 4), inline: entry.subarray(8) };
      fields.set(this.#u16(entry, 0), field);
    }
    const next = this.#u32(directory, entries * 12);
    if (next !== 0) this.#need(next + 2);
    this.#withValues(fields.get(tag.width), ([width]) => (this.#width = width ?? 0));
    this.#withValues(fields.get(tag.height), ([height]) => (this.#height = height ?? 0));
    const offsets = fields.get(tag.stripOffsets) ?? fields.get(tag.tileOffsets);
    const counts = fields.get(tag.stripCounts) ?? fields.get(tag.tileCounts);
    // Without image data there is nothing to decode.
    if (offsets === undefined) this.#bad = true;
    this.#withValues(offsets, (values) => (this.#offsets = values));
    this.#withValues(counts, (values) => (this.#counts = values));
  }

  #withValues(field: Field | undefined, use: (values: readonly number[]) => void): void {
    const size = valueBytes[field?.type ?? 0];
    if (field === undefined || size === undefined) return;
    const length = size * field.count;
    if (length <= 4) {
      use(this.#values(field, size, field.inline));
      return;
    }
    const at = this.#u32(field.inline, 0);
    this.#need(at + length);
    if (length <= maxListBytes) this.#want(at, length, (bytes) => use(this.#values(field, size, bytes)));
  }

  #values({ count }: Field, size: number, bytes: Buffer): readonly number[] {
    return Array.from({ length: count }, (_, i) => {
      if (size === 1) return bytes.readUInt8(i);
      return size === 2 ? this.#u16(bytes, i * 2) : this.#u32(bytes, i * 4);
    });
  }

  #u16(bytes: Buffer, at: number): number {
    return this.#littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  #u32(bytes: Buffer, at: number): number {
    return this.#littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}
