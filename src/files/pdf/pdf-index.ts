import type { PdfDictionary, PdfValue } from './pdf-values.ts';

/** Where an object is: at a position of the file, or in an object stream. */
export type Location = { readonly at: number } | { readonly inStream: number };

/** The positions of the objects of a PDF: from its cross-reference, or from a search through the file. */
export interface PdfIndex {
  /** Trailers, the most significant first. */
  readonly trailers: readonly PdfDictionary[];
  /** Whether nothing is missing at the end of the file. */
  readonly isComplete: boolean;
  /** Undefined when there is no such object. */
  locate(number: number): Location | undefined;
}

/** The newest trailer that names a root. An incremental save may have omitted it. */
export function newestRoot({ trailers }: PdfIndex): PdfValue | undefined {
  return trailers.find((trailer) => trailer.has('Root'))?.get('Root');
}
