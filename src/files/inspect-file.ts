import type { FileContent } from '../providers/provider.ts';
import type { FileScanner, ScanResult } from './file-scanner.ts';
import { FileStart } from './file-start.ts';
import { detectType } from './file-type.ts';
import { jpegScanner } from './jpeg-scanner.ts';
import { pdfScanner, scanWholePdf, tailBytes } from './pdf-scanner.ts';
import { pngScanner } from './png-scanner.ts';
import { tiffScanner } from './tiff-scanner.ts';

/** Sees the bytes of a file as they come, and says what they are. */
export interface FileInspector {
  /** Takes the next bytes; any size. They must not be changed before `end`. */
  write(chunk: Uint8Array): void;
  /** Called once, after the last byte. */
  end(): FileContent;
}

/** Options of {@link createFileInspector}. */
export interface InspectionLimits {
  /** A longer file is `too-large`. */
  readonly maxBytes: number;
  /** An image of a smaller width or height has the problem `dimensions`; 0: none has. */
  readonly minPixels: number;
}

/** A file up to this size is looked at when it is complete, a longer one while it passes by. */
const wholeBytes = tailBytes;

const scanners = { pdf: pdfScanner, png: pngScanner, jpeg: jpegScanner, tiff: tiffScanner } as const;

/**
 * Inspects a file of any length in bounded memory (about 200 KiB).
 *
 * The first problem that applies is given: too-large, type, password, corrupted, dimensions. An empty file is
 * corrupted. What a file is follows from its bytes alone, never from its name.
 */
export function createFileInspector(limits: InspectionLimits): FileInspector {
  return new Inspector(limits);
}

class Inspector implements FileInspector {
  readonly #limits: InspectionLimits;
  /** Null once the file has turned out to be longer. */
  #start: FileStart | null = new FileStart(wholeBytes);
  #bytes = 0;
  #type: FileContent['type'] = null;
  /** Of a long file; null when it is of no type that there is a scanner for. */
  #scanner: FileScanner | null = null;

  constructor(limits: InspectionLimits) {
    this.#limits = limits;
  }

  write(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#start === null) {
      // Past the limit nothing that could still be found out would matter.
      if (this.#bytes <= this.#limits.maxBytes) this.#scanner?.write(chunk);
    } else if (!this.#start.add(chunk)) {
      const head = Buffer.concat([this.#start.bytes, chunk]);
      this.#start = null;
      const detected = detectType(head);
      if (detected === null) return;
      this.#type = detected.type;
      this.#scanner = scanners[detected.type](detected.offset);
      this.#scanner.write(head);
    }
  }

  end(): FileContent {
    const found = this.#start === null ? this.#scanner?.end() : this.#scanWhole(this.#start.bytes);
    return {
      type: this.#type,
      width: found?.width ?? null,
      height: found?.height ?? null,
      problem: this.#problemOf(found),
    };
  }

  #scanWhole(file: Buffer): ScanResult | undefined {
    const detected = detectType(file);
    if (detected === null) return undefined;
    this.#type = detected.type;
    if (detected.type === 'pdf') return scanWholePdf(file, detected.offset);
    const scanner = scanners[detected.type]();
    scanner.write(file);
    return scanner.end();
  }

  #problemOf(found: ScanResult | undefined): FileContent['problem'] {
    const { maxBytes, minPixels } = this.#limits;
    if (this.#bytes > maxBytes) return 'too-large';
    if (this.#bytes === 0) return 'corrupted';
    if (found === undefined) return 'type';
    if (found.problem !== null) return found.problem;
    const { width, height } = found;
    const small = (width !== null && width < minPixels) || (height !== null && height < minPixels);
    return small ? 'dimensions' : null;
  }
}
