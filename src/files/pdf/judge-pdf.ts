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
 * Tells whether readers open a PDF, as most of poppler, mupdf and Ghostscript do.
 *
 * Mock's choice: a PDF that readers repair is a good file.
 *
 * Mock's choice: a PDF without a page is corrupted. What its page tree says of their number is believed.
 *
 * Mock's choice: the pages of a PDF are not measured, and what is on them does not matter.
 * @param headerAt where `%PDF-` is: offsets in a file count from there, in some files from its first byte
 */
export function judgePdf(source: ByteSource, headerAt: number): PdfVerdict {
  const reader = new PdfReader(source);
  for (const base of new Set([headerAt, 0])) {
    const index = attempt(() => readCrossReference(reader, base));
    if (index === null) continue;
    const opened = attempt(() => new PdfDocument(reader, index).open());
    if (opened === 'sound' && !index.isComplete) return 'damaged';
    if (opened !== null) return opened;
    // Readers do not repair a file whose cross-reference is whole and names no root.
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
