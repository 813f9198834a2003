import type { FileContent } from '../providers/provider.ts';

/** A PDF may have this much before its header (ISO 32000-1, annex H.3, implementation note 13). */
const pdfJunkBytes = 1024;

const pdfHeader = Buffer.from('%PDF-', 'latin1');

/** The first bytes by which a file's type is told apart. */
const headBytes = pdfJunkBytes + pdfHeader.length;

const signatures: readonly (readonly [Exclude<FileContent['type'], null>, Buffer])[] = [
  ['png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['tiff', Buffer.from('II*\0', 'latin1')],
  ['tiff', Buffer.from('MM\0*', 'latin1')],
];

/** The type that the first bytes of a file show, and where it begins; null: none that providers take. */
export function detectType(
  head: Buffer,
): { type: Exclude<FileContent['type'], null>; offset: number } | null {
  if (beginsWith(head, pdfHeader)) return atOnce;
  for (const [type, signature] of signatures) {
    if (beginsWith(head, signature)) return { type, offset: 0 };
  }
  const offset = head.subarray(0, headBytes).indexOf(pdfHeader);
  return offset === -1 ? null : { type: 'pdf', offset };
}

const atOnce = { type: 'pdf', offset: 0 } as const;

function beginsWith(head: Buffer, signature: Buffer): boolean {
  for (let i = 0; i < signature.length; i++) if (head[i] !== signature[i]) return false;
  return true;
}
