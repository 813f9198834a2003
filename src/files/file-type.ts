import type { FileContent } from '../core/provider/file-content.ts';
import type { ByteSource } from './byte-source.ts';

type FileType = Exclude<FileContent['type'], null>;

/**
 * Mock's choice: a PDF may have 1,024 bytes before its header. So in ISO 32000-1, annex H.3, implementation note 13.
 */
const pdfJunkBytes = 1024;

const pdfHeader = '%PDF-';

const signatures: readonly (readonly [FileType, Buffer])[] = [
  ['pdf', Buffer.from(pdfHeader, 'latin1')],
  ['png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['tiff', Buffer.from('II*\0', 'latin1')],
  ['tiff', Buffer.from('MM\0*', 'latin1')],
  // Mock's choice: a BigTIFF counts as a TIFF.
  ['tiff', Buffer.from('II+\0', 'latin1')],
  ['tiff', Buffer.from('MM\0+', 'latin1')],
];

/** The type and its position according to the first bytes of a file. Null: no type that providers accept. */
export function detectType(source: ByteSource): { readonly type: FileType; readonly at: number } | null {
  const head = source.read(0, pdfJunkBytes + pdfHeader.length);
  for (const [type, signature] of signatures) {
    if (head.subarray(0, signature.length).equals(signature)) return { type, at: 0 };
  }
  const at = head.indexOf(pdfHeader, 0, 'latin1');
  return at === -1 ? null : { type: 'pdf', at };
}
