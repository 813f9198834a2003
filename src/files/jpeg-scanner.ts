import { Collector, corrupted, type FileScanner, type ScanResult } from './file-scanner.ts';

/** Markers of ITU-T T.81, table B.1. */
const marker = {
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dnl: 0xdc,
  dht: 0xc4,
  jpg: 0xc8,
  dac: 0xcc,
  tem: 0x01,
} as const;

/**
 * Walks the markers of a JPEG (ITU-T T.81, annex B): a frame header gives the size, a scan follows, and the end of
 * the image is reached. Thumbnails in application segments are passed over; what follows the end is of no interest.
 */
export function jpegScanner(): FileScanner {
  return new JpegScanner();
}

class JpegScanner implements FileScanner {
  #state: 'marker' | 'code' | 'length' | 'segment' | 'skip' | 'entropy' | 'entropy-code' | 'end' | 'bad' =
    'marker';
  #code = 0;
  #collector = new Collector(2);
  #remaining = 0;
  #width = 0;
  #height = 0;
  #hasFrame = false;
  #hasScan = false;

  write(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.#state !== 'end' && this.#state !== 'bad') {
      switch (this.#state) {
        case 'marker':
        case 'entropy': {
          // Readers pass over stray bytes between segments too.
          const next = chunk.indexOf(0xff, at);
          at = next === -1 ? chunk.length : next + 1;
          if (next !== -1) this.#state = this.#state === 'marker' ? 'code' : 'entropy-code';
          break;
        }
        case 'code':
          this.#takeCode(chunk[at++] ?? 0);
          break;
        case 'length':
        case 'segment': {
          at += this.#collector.take(chunk, at);
          const bytes = this.#collector.complete;
          if (bytes !== null) this.#take(bytes);
          break;
        }
        case 'skip': {
          const count = Math.min(this.#remaining, chunk.length - at);
          at += count;
          this.#remaining -= count;
          if (this.#remaining === 0) this.#afterSegment();
          break;
        }
        case 'entropy-code': {
          const code = chunk[at++] ?? 0;
          // A stuffed zero or a restart marker is part of the data; repeated 0xff is padding (B.1.1.2).
          if (code === 0x00 || (code >= 0xd0 && code <= 0xd7)) this.#state = 'entropy';
          else if (code !== 0xff) this.#takeCode(code);
        }
      }
    }
  }

  end(): ScanResult {
    if (this.#state !== 'end' || !this.#hasFrame || !this.#hasScan || this.#width === 0) return corrupted;
    return { width: this.#width, height: this.#height === 0 ? null : this.#height, problem: null };
  }

  #takeCode(code: number): void {
    if (code === 0xff) return;
    this.#code = code;
    if (code === marker.eoi) this.#state = 'end';
    else if (code === marker.soi || code === marker.tem) this.#state = 'marker';
    else if (code === 0x00) this.#state = 'bad';
    else this.#collect('length', 2);
  }

  #collect(state: 'length' | 'segment', length: number): void {
    this.#state = state;
    this.#collector = new Collector(length);
  }

  #take(bytes: Buffer): void {
    if (this.#state === 'length') {
      const length = bytes.readUInt16BE() - 2;
      if (length < 0) this.#state = 'bad';
      else if (this.#wanted > 0 && length >= this.#wanted) {
        this.#remaining = length - this.#wanted;
        this.#collect('segment', this.#wanted);
      } else if (this.#wanted > 0) this.#state = 'bad';
      else this.#skip(length);
      return;
    }
    if (this.#code === marker.dnl) this.#height = bytes.readUInt16BE();
    else {
      this.#hasFrame = true;
      this.#height = bytes.readUInt16BE(1);
      this.#width = bytes.readUInt16BE(3);
    }
    this.#skip(this.#remaining);
  }

  /** Bytes of the present segment that are read: precision, height and width of a frame; the lines of a DNL. */
  get #wanted(): number {
    const { dht, jpg, dac, dnl } = marker;
    const isFrame =
      this.#code >= 0xc0 && this.#code <= 0xcf && ![dht, jpg, dac].some((other) => other === this.#code);
    if (isFrame) return 5;
    return this.#code === dnl ? 2 : 0;
  }

  #skip(length: number): void {
    this.#remaining = length;
    if (length === 0) this.#afterSegment();
    else this.#state = 'skip';
  }

  #afterSegment(): void {
    if (this.#code === marker.sos) this.#hasScan = true;
    // After a DNL segment the data of the first scan are over too.
    this.#state = this.#code === marker.sos ? 'entropy' : 'marker';
  }
}
