import { type TiffLayout, writeJpeg, writePng, writeTiff } from '../fixtures/image-writer.ts';
import { textPage } from '../fixtures/pdf-page.ts';
import { type PdfParts, updatePdf, writePdf } from '../fixtures/pdf-writer.ts';

const pages: readonly string[] = [
  textPage('Statement of earnings', 'Page 1 of 2', 'Pay period 03/01/2024 - 03/15/2024'),
  textPage('Statement of earnings', 'Page 2 of 2'),
];

/**
 * A valid PDF of two pages with text.
 * @param bytes its exact length, reached with a stream that no page uses; default: no padding
 */
export function pdfFile({ bytes, ...parts }: Partial<PdfParts> & { bytes?: number } = {}): Buffer {
  const small = writePdf({ pages, ...parts });
  if (bytes === undefined) return small;
  // The file contains the length of the padding, in the stream's dictionary and in offsets.
  let padding = bytes - small.length;
  for (let attempt = 0; attempt < 10; attempt++) {
    const padded = writePdf({ pages, ...parts, attachment: Buffer.alloc(Math.max(0, padding), 0xa5) });
    if (padded.length === bytes) return padded;
    padding -= padded.length - bytes;
  }
  throw new Error(
    `Could not make a PDF of ${bytes} bytes. The smallest with padding is about ${small.length + 100}.`,
  );
}

/** A PDF that opens only with the password `secret`. */
export function protectedPdf(parts: Partial<PdfParts> = {}): Buffer {
  return pdfFile({ passwords: { user: 'secret', owner: 'owner' }, ...parts });
}

/** A PDF with an incremental update. */
export function updatedPdf(pdf: Buffer = pdfFile(), trailerKeys = ''): Buffer {
  return updatePdf(pdf, trailerKeys);
}

/** A PDF whose text, comment and attached file mention encryption, though it is not encrypted. */
export function pdfAboutEncryption(parts: Partial<PdfParts> = {}): Buffer {
  const page = `% trailer << /Encrypt 9 0 R >>\n${textPage('trailer << /Encrypt 9 0 R >> startxref')}`;
  return pdfFile({ pages: [page], attachment: protectedPdf(), ...parts });
}

/** A file without its last bytes. */
export function truncated(file: Buffer, bytes = 40): Buffer {
  return file.subarray(0, file.length - bytes);
}

export function pngFile(width = 200, height = 150): Buffer {
  return writePng(width, height);
}

export function jpegFile(width = 200, height = 150, thumbnail?: Buffer): Buffer {
  return writeJpeg(width, height, thumbnail);
}

export function tiffFile(width = 200, height = 150, layout: TiffLayout = {}): Buffer {
  return writeTiff(width, height, layout);
}

/** Files of types that no provider accepts. */
export const otherFiles: Readonly<Record<'txt' | 'docx' | 'gif', Buffer>> = {
  txt: Buffer.from('Dear sir or madam,\n\nplease find attached nothing at all.\n', 'utf8'),
  docx: Buffer.from('PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml', 'latin1'),
  gif: Buffer.from(
    'GIF89a\x64\0\x64\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x64\0\x64\0\0\x02\x01D\0;',
    'latin1',
  ),
};

/** The file in chunks of a size; the last one holds the rest. */
export function* inChunks(file: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < file.length; at += chunkBytes) yield file.subarray(at, at + chunkBytes);
}

/** A valid PDF of exactly `bytes` bytes, generated as a stream, so that it is never in memory as a whole. */
export function* pdfStream(bytes: number, chunkBytes = 64 * 1024): Generator<Uint8Array> {
  const filler = Buffer.alloc(chunkBytes, 0xa5);
  const { before, padding, after } = splitPdf(bytes);
  yield before;
  for (let left = padding; left > 0; left -= filler.length)
    yield filler.subarray(0, Math.min(left, filler.length));
  yield after;
}

function splitPdf(bytes: number): { before: Buffer; padding: number; after: Buffer } {
  let padding = bytes;
  for (let attempt = 0; attempt < 10; attempt++) {
    const before = [
      '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n',
      '2 0 obj\n<< /Type /Pages /Kids [4 0 R] /Count 1 >>\nendobj\n',
      '4 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>\nendobj\n',
      `3 0 obj\n<< /Length ${padding} >>\nstream\n`,
    ].join('');
    const entries = [1, 2, 3, 4].map(
      (number) => `${String(before.indexOf(`${number} 0 obj`)).padStart(10, '0')} 00000 n \n`,
    );
    const endOfData = '\nendstream\nendobj\n';
    const xrefAt = before.length + padding + endOfData.length;
    const table = `xref\n0 5\n0000000000 65535 f \n${entries.join('')}`;
    const after = `${endOfData}${table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${xrefAt}\n%%EOF\n`;
    const excess = before.length + padding + after.length - bytes;
    if (excess === 0)
      return { before: Buffer.from(before, 'latin1'), padding, after: Buffer.from(after, 'latin1') };
    padding -= excess;
  }
  throw new Error(`Could not make a PDF of ${bytes} bytes.`);
}
