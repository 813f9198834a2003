import { corrupted, type FileScanner, type ScanResult } from './file-scanner.ts';
import { PdfSections } from './pdf-sections.ts';
import { TailWindow } from './tail-window.ts';

/** The end of a file in which `startxref` and `%%EOF` are looked for; what follows them is junk. */
export const tailBytes = 64 * 1024;

/** A `startxref` may point at the white space before what it means. */
const slackBytes = 4;

/**
 * Tells sound, damaged and encrypted PDFs apart without decoding them (ISO 32000-1 §7.5): the file ends with
 * `startxref`, an offset and `%%EOF`, the offset is that of a cross-reference table or stream, and the trailer of
 * that section says whether the file is encrypted. What the document is made of is not looked at.
 *
 * Readers repair a file whose end is missing; a mock that is to show how a damaged file is reported does not.
 * @param headerOffset where `%PDF-` is: offsets in a file count from there, in some files from its first byte
 */
export function pdfScanner(headerOffset: number): FileScanner {
  const sections = new PdfSections(0);
  const tail = new TailWindow(tailBytes);
  let position = 0;
  return {
    write(chunk) {
      sections.write(chunk);
      tail.write(chunk);
      position += chunk.length;
    },
    end(): ScanResult {
      const offset = lastStartxref(tail.bytes);
      if (offset === null) return corrupted;
      const tailAt = position - tail.bytes.length;
      const encrypted =
        sectionNear(sections, offset, headerOffset) ??
        sectionInTail(tail.bytes, tailAt, offset, headerOffset);
      if (encrypted === undefined) return corrupted;
      return encrypted ? protectedByPassword : sound;
    },
  };
}

/**
 * Says of a PDF that is all there what {@link pdfScanner} says of it. Where its end names the very place of a section,
 * as in all but odd files, nothing before that place is read: a reader that comes by from the first byte either knows
 * that section too, or falls back to reading from there on.
 * @param file at most {@link tailBytes} long
 */
export function scanWholePdf(file: Buffer, headerOffset: number): ScanResult {
  const offset = lastStartxref(file);
  if (offset === null) return corrupted;
  if (headerOffset === 0 && offset < file.length) {
    const sections = new PdfSections(offset);
    sections.write(file.subarray(offset));
    const encrypted = sections.encryptedAt(offset);
    if (encrypted !== undefined) return encrypted ? protectedByPassword : sound;
  }
  const scanner = pdfScanner(headerOffset);
  scanner.write(file);
  return scanner.end();
}

const sound: ScanResult = { width: null, height: null, problem: null };
const protectedByPassword: ScanResult = { width: null, height: null, problem: 'password' };

const startxref = Buffer.from('startxref', 'latin1');

/** The offset that the end of the file names, or null when there is no end. */
function lastStartxref(tail: Buffer): number | null {
  const at = tail.lastIndexOf(startxref);
  if (at === -1) return null;
  const match = /^startxref\s+(\d{1,15})\s+%%EOF/.exec(tail.toString('latin1', at));
  return match?.[1] === undefined ? null : Number(match[1]);
}

/** Whether the section at the offset is encrypted; undefined when there is no section. */
function sectionNear(sections: PdfSections, offset: number, headerOffset: number): boolean | undefined {
  for (const start of new Set([offset + headerOffset, offset])) {
    for (let slack = 0; slack <= slackBytes; slack++) {
      const encrypted = sections.encryptedAt(start + slack);
      if (encrypted !== undefined) return encrypted;
    }
  }
  return undefined;
}

/**
 * Reads the end of the file once more from the offset on: damage earlier in the file, such as a stream with a wrong
 * length, may have hidden the section.
 */
function sectionInTail(
  tail: Buffer,
  tailAt: number,
  offset: number,
  headerOffset: number,
): boolean | undefined {
  for (const start of new Set([offset + headerOffset, offset])) {
    if (start < tailAt || start >= tailAt + tail.length) continue;
    const sections = new PdfSections(start);
    sections.write(tail.subarray(start - tailAt));
    const encrypted = sectionNear(sections, start, 0);
    if (encrypted !== undefined) return encrypted;
  }
  return undefined;
}
