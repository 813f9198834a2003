import type { FileContent } from '../providers/provider.ts';
import type { FileScanner } from './file-scanner.ts';
import { detectType, headBytes } from './file-type.ts';
import { jpegScanner } from './jpeg-scanner.ts';
import { pdfScanner } from './pdf-scanner.ts';
import { pngScanner } from './png-scanner.ts';
import { tiffScanner } from './tiff-scanner.ts';

/** Sees the bytes of a file as they come, and says what they are. */
export interface FileInspector {
  /** Takes the next bytes; any size. They are not kept. */
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

const scanners = { pdf: pdfScanner, png: pngScanner, jpeg: jpegScanner, tiff: tiffScanner } as const;

/**
 * Inspects a file of any length in bounded memory (about 200 KiB).
 *
 * The first problem that applies is given: too-large, type, password, corrupted, dimensions. An empty file is
 * corrupted. What a file is follows from its bytes alone, never from its name.
 */
export function createFileInspector({ maxBytes, minPixels }: InspectionLimits): FileInspector {
  let head: Buffer = Buffer.alloc(0);
  let bytes = 0;
  let type: FileContent['type'] = null;
  let scanner: FileScanner | null = null;
  let decided = false;

  const decide = (): void => {
    decided = true;
    const detected = detectType(head);
    if (detected === null) return;
    type = detected.type;
    scanner = scanners[type](detected.offset);
    scanner.write(head);
  };
  const problemOf = (found: ReturnType<FileScanner['end']> | undefined): FileContent['problem'] => {
    if (bytes > maxBytes) return 'too-large';
    if (bytes === 0) return 'corrupted';
    if (found === undefined) return 'type';
    if (found.problem !== null) return found.problem;
    const { width, height } = found;
    const small = (width !== null && width < minPixels) || (height !== null && height < minPixels);
    return small ? 'dimensions' : null;
  };
  return {
    write(chunk) {
      bytes += chunk.length;
      if (decided) {
        // Past the limit nothing that could still be found out would matter.
        if (bytes <= maxBytes) scanner?.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < headBytes) return;
      decide();
      head = Buffer.alloc(0);
    },
    end() {
      if (!decided) decide();
      const found = scanner?.end();
      return { type, width: found?.width ?? null, height: found?.height ?? null, problem: problemOf(found) };
    },
  };
}
