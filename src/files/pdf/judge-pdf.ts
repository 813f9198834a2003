import type { ByteSource } from '../byte-source.ts';
import { readCrossReference } from './pdf-cross-reference.ts';
import { PdfDocument } from './pdf-document.ts';
import { newestRoot } from './pdf-index.ts';
import { PdfReader, UnreadablePdf } from './pdf-reader.ts';
import { searchObjects } from './pdf-search.ts';
import { PdfReference } from './pdf-values.ts';

/** `damaged`: readers open it after a repair. `password`: no reader opens it without one. */
export type PdfVerdict = 'sound' | 'damaged' | 'password' | 'corrupted';

/**
 * Determines whether readers open a PDF, following the majority of poppler, mupdf and Ghostscript.
 *
 * Mock's choice: a PDF that readers can repair is a valid file.
 *
 * Mock's choice: a PDF without pages counts as corrupted. The number of pages is taken from its page tree.
 *
 * Mock's choice: the pages of a PDF are not measured, and their content does not matter.
 * @param headerAt the position of `%PDF-`. Offsets in a file count from there, in some files from the first byte
 */
export function judgePdf(source: ByteSource, headerAt: number): PdfVerdict {
  const reader = new PdfReader(source);
  for (const base of new Set([headerAt, 0])) {
    const index = attempt(() => readCrossReference(reader, base));
    if (index === null) continue;
    const opened = attempt(() => new PdfDocument(reader, index).open());
    if (opened === 'sound' && !index.isComplete) return 'damaged';
    if (opened !== null) return opened;
    // Readers do not repair a file whose cross-reference is intact but names no root.
    if (!(newestRoot(index) instanceof PdfReference)) return 'corrupted';
  }
  const repaired = attempt(() => {
    const found = searchObjects(reader);
    return new PdfDocument(reader, found, found).open();
  });
  if (repaired === null) return 'corrupted';
  return repaired === 'sound' ? 'damaged' : repaired;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadablePdf) return null;
    throw error;
  }
}
