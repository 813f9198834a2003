import type { PdfDictionary, PdfValue } from './pdf-values.ts';

/** Where an object is: at a position of the file, or in an object stream. */
export type Location = { readonly at: number } | { readonly inStream: number };

/** What says where the objects of a PDF are: its cross-reference, or what a search through the file gave. */
export interface PdfIndex {
  /** Trailers, the one that counts first. */
  readonly trailers: readonly PdfDictionary[];
  /** Whether nothing is missing at the end of the file. */
  readonly isComplete: boolean;
  /** Undefined when there is no such object. */
  locate(number: number): Location | undefined;
}

/** What the newest trailer that names a root says: a saving may have left it out. */
export function newestRoot({ trailers }: PdfIndex): PdfValue | undefined {
  return trailers.find((trailer) => trailer.has('Root'))?.get('Root');
}
