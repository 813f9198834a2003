/** Files that the mock accepts although most readers refuse them: for each, a single reader repairs it. */
export const knownDifferences: ReadonlySet<string> = new Set([
  'gs-1.4-qdf-byte-more.pdf',
  'gs-1.7-linear-packed-crlf.pdf',
  'gs-1.7-linear-packed-zeroed-start.pdf',
  'gs-1.7-linear-packed-byte-less.pdf',
  'r6-user-plain-trailer-typo.pdf',
]);
