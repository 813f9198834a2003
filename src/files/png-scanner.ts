import { crc32 } from 'node:zlib';
import { Collector, corrupted, type FileScanner, type ScanResult } from './file-scanner.ts';

/** Allowed bit depths by colour type (PNG §11.2.1). */
const bitDepths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Walks the chunks of a PNG (W3C PNG, third edition, §5): the first is a sane IHDR, there is image data, every
 * critical chunk has the checksum it names, and IEND is reached. What follows IEND is of no interest.
 */
export function pngScanner(): FileScanner {
  return new PngScanner();
}

class PngScanner implements FileScanner {
  #state: 'signature' | 'header' | 'ihdr' | 'data' | 'checksum' | 'end' | 'bad' = 'signature';
  #collector = new Collector(8);
  #type = '';
  #remaining = 0;
  #checksum = 0;
  #hasData = false;
  #width = 0;
  #height = 0;

  write(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.#state !== 'end' && this.#state !== 'bad') {
      if (this.#state === 'data') {
        const part = chunk.subarray(at, at + this.#remaining);
        this.#checksum = crc32(part, this.#checksum);
        this.#remaining -= part.length;
        at += part.length;
        if (this.#remaining === 0) this.#expect('checksum', 4);
        continue;
      }
      at += this.#collector.take(chunk, at);
      const bytes = this.#collector.complete;
      if (bytes !== null) this.#take(bytes);
    }
  }

  end(): ScanResult {
    if (this.#state !== 'end' || !this.#hasData) return corrupted;
    return { width: this.#width, height: this.#height, problem: null };
  }

  #expect(state: 'header' | 'ihdr' | 'checksum', length: number): void {
    this.#state = state;
    this.#collector = new Collector(length);
  }

  #take(bytes: Buffer): void {
    if (this.#state === 'signature') this.#expect('header', 8);
    else if (this.#state === 'header') this.#takeHeader(bytes);
    else if (this.#state === 'ihdr') {
      this.#checksum = crc32(bytes, this.#checksum);
      if (this.#takeDimensions(bytes)) this.#expect('checksum', 4);
      else this.#state = 'bad';
    } else this.#takeChecksum(bytes);
  }

  #takeChecksum(bytes: Buffer): void {
    // A reader that meets a bad checksum in an ancillary chunk (lower case) skips it (§13.1).
    const critical = /^[A-Z]/.test(this.#type);
    if (critical && bytes.readUInt32BE() !== this.#checksum) this.#state = 'bad';
    else if (this.#type === 'IEND') this.#state = 'end';
    else this.#expect('header', 8);
  }

  #takeHeader(bytes: Buffer): void {
    const first = this.#type === '';
    this.#remaining = bytes.readUInt32BE();
    this.#type = bytes.toString('latin1', 4);
    this.#checksum = crc32(bytes.subarray(4));
    const wellFormed = /^[A-Za-z]{4}$/.test(this.#type) && this.#remaining <= 0x7fffffff;
    const inPlace = first ? this.#type === 'IHDR' && this.#remaining === 13 : this.#type !== 'IHDR';
    if (this.#type === 'IDAT') this.#hasData = true;
    if (!wellFormed || !inPlace) this.#state = 'bad';
    else if (first) this.#expect('ihdr', 13);
    else if (this.#remaining === 0) this.#expect('checksum', 4);
    else this.#state = 'data';
  }

  #takeDimensions(ihdr: Buffer): boolean {
    this.#width = ihdr.readUInt32BE(0);
    this.#height = ihdr.readUInt32BE(4);
    const positive =
      this.#width > 0 && this.#height > 0 && this.#width <= 0x7fffffff && this.#height <= 0x7fffffff;
    return positive && (bitDepths[ihdr.readUInt8(9)]?.includes(ihdr.readUInt8(8)) ?? false);
  }
}
