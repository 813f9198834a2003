import type { FileContent } from '../core/provider/file-content.ts';
import type { ByteSource } from './byte-source.ts';
import { detectType } from './file-type.ts';
import { measureJpeg } from './jpeg.ts';
import { judgePdf, type PdfVerdict } from './pdf/judge-pdf.ts';
import { measurePng } from './png.ts';
import { measureTiff } from './tiff.ts';

const measures = { png: measurePng, jpeg: measureJpeg, tiff: measureTiff } as const;

const pdfProblems: Readonly<Record<PdfVerdict, FileContent['problem']>> = {
  sound: null,
  damaged: 'damaged',
  password: 'password',
  corrupted: 'corrupted',
};

/**
 * Determines what a file is from its bytes alone, never from its name, in bounded time and memory.
 *
 * Reports the first problem that applies: type, password, corrupted, damaged, dimensions.
 *
 * Mock's choice: an empty file counts as corrupted.
 *
 * Mock's choice: the pixels of an image are not decoded. Its headers, checksums and the lengths of its parts decide.
 * @param minPixels an image with a smaller width or height has the problem `dimensions`. 0: none has
 */
export function inspectFile(source: ByteSource, minPixels: number): FileContent {
  if (source.size === 0) return { ...nothingKnown, problem: 'corrupted' };
  const detected = detectType(source);
  if (detected === null) return { ...nothingKnown, problem: 'type' };
  const { type, at } = detected;
  if (type === 'pdf') return { ...nothingKnown, type, problem: pdfProblems[judgePdf(source, at)] };
  const size = measures[type](source);
  if (size === null) return { ...nothingKnown, type, problem: 'corrupted' };
  const { width, height } = size;
  const isSmall = width < minPixels || height < minPixels;
  return { type, width, height, problem: isSmall ? 'dimensions' : null };
}

const nothingKnown = { type: null, width: null, height: null } as const;
