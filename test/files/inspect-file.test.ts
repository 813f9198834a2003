import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, describe, expect, it } from 'vitest';
import type { FileContent } from '../../src/core/provider/file-content.ts';
import { diskSource, memorySource } from '../../src/files/byte-source.ts';
import { inspectFile } from '../../src/files/inspect-file.ts';
import {
  jpegFile,
  otherFiles,
  pdfAboutEncryption,
  pdfFile,
  pdfStream,
  pngFile,
  protectedPdf,
  tiffFile,
  truncated,
  updatedPdf,
} from '../support/fixture-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'inspect-file-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The content of a file, inspected in memory and on disk. */
function inspect(file: Uint8Array, minPixels = 100): FileContent {
  const found = inspectFile(memorySource(Buffer.from(file)), minPixels);
  const path = join(folder, 'file');
  writeFileSync(path, file);
  const descriptor = openSync(path, 'r');
  try {
    expect(inspectFile(diskSource(descriptor, file.length), minPixels)).toEqual(found);
  } finally {
    closeSync(descriptor);
  }
  return found;
}

/** The verdict of pdf.js on a file: null when it opens. */
async function oracle(file: Buffer): Promise<'password' | 'corrupted' | null> {
  try {
    await getDocumentProxy(new Uint8Array(file), { verbosity: 0 });
    return null;
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') return 'password';
    if (error instanceof Error && error.name === 'InvalidPDFException') return 'corrupted';
    throw error;
  }
}

function replaced(file: Buffer, from: string, to: string): Buffer {
  const text = file.toString('latin1');
  if (!text.includes(from)) throw new Error(`the fixture has no ${JSON.stringify(from)}`);
  return Buffer.from(text.replace(from, to), 'latin1');
}

function altered(file: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt8(byte, at < 0 ? copy.length + at : at);
  return copy;
}

/** Replaces bytes with zeros, at an offset from the first occurrence of the mark. */
function withZeros(file: Buffer, mark: readonly number[], distance: number, length: number): Buffer {
  const at = file.indexOf(Buffer.from(mark));
  if (at === -1) throw new Error('the fixture has no such mark');
  return Buffer.from(file).fill(0, at + distance, at + distance + length);
}

const pdfs: [string, Buffer, 'password' | 'corrupted' | null][] = [
  ['two pages with text', pdfFile(), null],
  ['a length of exactly 300,000 bytes', pdfFile({ bytes: 300_000 }), null],
  ['a cross-reference stream', pdfFile({ xref: 'stream' }), null],
  ['an incremental update', updatedPdf(), null],
  ['two incremental updates', updatedPdf(updatedPdf()), null],
  ['junk before the header', pdfFile({ junk: 'HTTP/1.1 200 OK\r\n\r\n' }), null],
  ['the text /Encrypt in a page, a comment and an attached file', pdfAboutEncryption(), null],
  [
    'the same, the length of the attachment written elsewhere',
    pdfAboutEncryption({ attachmentLength: 'indirect' }),
    null,
  ],
  [
    'an attachment with a length that is too small',
    pdfFile({ attachment: Buffer.from('some text that is longer'), attachmentLength: 'too-short' }),
    null,
  ],
  [
    'an attachment with a length that is too large',
    pdfFile({ attachment: Buffer.from('some text that is longer'), attachmentLength: 'too-long' }),
    null,
  ],
  [
    'a dictionary within with a key named Encrypt',
    pdfFile({ catalogKeys: '/PieceInfo << /Encrypt 3 0 R >>' }),
    null,
  ],
  [
    'a trailer with Encrypt within and as a value',
    pdfFile({ trailerKeys: '/A << /Encrypt 3 0 R >> /B [/Encrypt] /C /Encrypt /D (/Encrypt)' }),
    null,
  ],
  ['a catalog with a key named Encrypt', pdfFile({ catalogKeys: '/Encrypt 3 0 R' }), null],
  ['a catalog with a value that is no PDF', pdfFile({ catalogKeys: '/X 6.02E23 /Y 0.0-5 /Z NaN' }), null],
  ['junk after the end', Buffer.concat([pdfFile(), Buffer.alloc(3000)]), null],
  ['a password, 128 bits', protectedPdf(), 'password'],
  ['a password, 40 bits', protectedPdf({ keyBits: 40 }), 'password'],
  ['a password and a cross-reference stream', protectedPdf({ xref: 'stream' }), 'password'],
  ['nothing but a header', Buffer.from('%PDF-1.4\n'), 'corrupted'],
  ['a header and noise', Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(5000, 0xa5)]), 'corrupted'],
];

/** Files that at least two of poppler, mupdf and Ghostscript open after a repair. */
const damaged: [string, Buffer][] = [
  ['%%EOF missing', truncated(pdfFile(), 6)],
  ['an offset that points at something else', replaced(pdfFile(), 'startxref\n', 'startxref\n1')],
  ['an offset of zero', withStart(() => 0)],
  ['an offset that is one too small for a digit', withStart((at) => at + 1)],
  ['an offset beyond the end', withStart(() => 9_999_999)],
  ['no startxref', replaced(pdfFile(), 'startxref', 'startxerf')],
  ['no cross-reference table', replaced(pdfFile(), 'xref\n0 ', 'xrfe\n0 ')],
  ['no trailer', replaced(pdfFile(), 'trailer', '       ')],
  [
    'line ends of another system',
    Buffer.from(pdfFile().toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  ],
  ['1.1 MB after its end', Buffer.concat([pdfFile(), Buffer.alloc(1_100_000)])],
  ['an object that is not where the table says', replaced(pdfFile(), '1 0 obj', '\n\n1 0 obj')],
  ['the last 40 bytes missing', truncated(pdfFile())],
  ['half of it missing', truncated(pdfFile({ bytes: 50_000 }), 25_000)],
  ['a cross-reference stream and the end missing', truncated(pdfFile({ xref: 'stream' }))],
];

/** Files that two of the three refuse, each with the verdict of pdf.js. */
const beyondRepair: [string, Buffer, 'opens' | 'corrupted'][] = [
  ['cut off in a dictionary', pdfFile().subarray(0, 400), 'corrupted'],
  ['no pages', replaced(pdfFile(), '/Count 2', '/Count 0'), 'opens'],
  ['no number of pages', replaced(pdfFile(), '/Count 2', ''), 'opens'],
  ['no catalog', replaced(pdfFile(), '1 0 obj', '1 0 ojb'), 'corrupted'],
  ['no page tree', replaced(pdfFile(), '2 0 obj', '2 0 ojb'), 'corrupted'],
  ['a root that is no catalog', replaced(pdfFile(), '/Root 1 0 R', '/Root 3 0 R'), 'corrupted'],
  ['a whole cross-reference without a root', replaced(pdfFile(), '/Root 1 0 R', ''), 'corrupted'],
  ['an encryption that is none', pdfFile({ trailerKeys: '/Encrypt 3 0 R' }), 'corrupted'],
  [
    'an encryption for the holders of certificates',
    pdfFile({ trailerKeys: '/Encrypt << /Filter /Adobe.PubSec /V 2 >>' }),
    'corrupted',
  ],
];

function withStart(change: (at: number) => number): Buffer {
  const text = pdfFile().toString('latin1');
  return Buffer.from(
    text.replace(/startxref\n(\d+)/, (_, at: string) => `startxref\n${change(Number(at))}`),
    'latin1',
  );
}

describe('inspection of PDFs', () => {
  it.each(pdfs)('agrees with pdf.js: %s', async (_, file, problem) => {
    expect(await oracle(file)).toBe(problem);
    expect(inspect(file)).toEqual({ type: 'pdf', width: null, height: null, problem });
  });

  it.each(damaged)('reports a PDF that readers repair as damaged: %s', (_, file) => {
    expect(inspect(file).problem).toBe('damaged');
  });

  it.each(beyondRepair)('reports a PDF that readers do not repair as corrupted: %s', (_, file) => {
    expect(inspect(file).problem).toBe('corrupted');
  });

  it('uses the newest trailer', () => {
    expect(inspect(updatedPdf(protectedPdf(), '/Encrypt null')).problem).toBeNull();
    expect(inspect(updatedPdf(pdfFile(), '/Encrypt 3 0 R')).problem).toBe('corrupted');
    const unused = 'trailer\n<< /Encrypt 3 0 R >>\n';
    const shifted = (_: string, at: string): string => `startxref\n${Number(at) + unused.length}`;
    const text = pdfFile().toString('latin1').replace('xref\n0 ', `${unused}xref\n0 `);
    expect(inspect(Buffer.from(text.replace(/startxref\n(\d+)/, shifted), 'latin1')).problem).toBeNull();
  });

  it.each(['direct', 'indirect', 'too-short'] as const)(
    'skips data that look like syntax, their length %s',
    (attachmentLength) => {
      const pages = Array.from({ length: 2000 }, (_, i) => `BT (${i}) Tj ET`);
      const attachment = Buffer.from('((( << xref trailer << /Encrypt 1 0 R >> stream 7 0 obj << %');
      expect(inspect(pdfFile({ pages, attachment, attachmentLength })).problem).toBeNull();
      expect(inspect(protectedPdf({ pages, attachment, attachmentLength })).problem).toBe('password');
    },
  );

  it.each<[string, Buffer, FileContent['problem']]>([
    [
      'a Prev that points to itself',
      replaced(pdfFile({ trailerKeys: '/Prev 1111' }), '/Prev 1111', '/Prev 0009'),
      'damaged',
    ],
    ['deep nesting', Buffer.from(`%PDF-1.4\n1 0 obj\n${'<</A['.repeat(200_000)}`), 'corrupted'],
    [
      'many objects',
      Buffer.from(`%PDF-1.4\n${'1 0 obj <</Type /ObjStm /N 9 /First 9>> stream\n'.repeat(20_000)}`),
      'corrupted',
    ],
    ['a number of entries beyond the file', replaced(pdfFile(), 'xref\n0 ', 'xref\n999999999 '), 'damaged'],
    ['an unending string', Buffer.from(`%PDF-1.4\n1 0 obj\n${'('.repeat(1_000_000)}`), 'corrupted'],
    [
      'many object streams, searched for many roots',
      Buffer.from(
        `%PDF-1.4\n${Array.from({ length: 10_000 }, (_, i) => `${i} 0 obj<</Type/ObjStm>>\n`).join('')}20000 0 obj<</Pages 99999999 0 R>>\n${'trailer<</Root 20000 0 R/Encrypt 99999998 0 R>>\n'.repeat(10_000)}`,
      ),
      'corrupted',
    ],
    ['many trailers', Buffer.from(`%PDF-1.4\n${'trailer << /Root 1 0 R '.repeat(40_000)}`), 'corrupted'],
  ])('finishes with a hostile PDF: %s', (_, file, problem) => {
    const before = performance.now();
    expect(inspectFile(memorySource(file), 100).problem).toBe(problem);
    // It takes at most a second on an idle machine. The limit separates an endless search from a busy machine.
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('inflates an endlessly growing stream only up to a bound', () => {
    const bomb = deflateSync(Buffer.alloc(200 * 1024 * 1024));
    const head = `%PDF-1.5\n1 0 obj\n<< /Type /XRef /W [1 2 1] /Size 9 /Root 2 0 R /Filter /FlateDecode /Length ${bomb.length} >>\nstream\n`;
    const tail = '\nendstream\nendobj\nstartxref\n9\n%%EOF\n';
    const file = Buffer.concat([Buffer.from(head), bomb, Buffer.from(tail)]);
    const before = process.memoryUsage().arrayBuffers;
    expect(inspectFile(memorySource(file), 100).problem).toBe('corrupted');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('accepts up to 1024 bytes of junk before the header, but not more', () => {
    expect(inspect(pdfFile({ junk: 'x'.repeat(1024) })).type).toBe('pdf');
    expect(inspect(pdfFile({ junk: 'x'.repeat(1025) }))).toMatchObject({ type: null, problem: 'type' });
  });

  it('reads fixtures that pdf.js can read too', async () => {
    const { text, totalPages } = await extractText(new Uint8Array(pdfFile()), { mergePages: true });
    expect(totalPages).toBe(2);
    expect(text).toContain('Statement of earnings');
  });

  it('inspects 80 MB in less than two seconds, and searches them when the end is missing', () => {
    const chunks = [...pdfStream(80 * 1024 * 1024)];
    const file = Buffer.concat(chunks);
    const before = performance.now();
    expect(inspectFile(memorySource(file), 100).problem).toBeNull();
    expect(inspectFile(memorySource(truncated(file)), 100).problem).toBe('damaged');
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('inspection of images', () => {
  const noEnd = (file: Buffer): Buffer => truncated(file, 2);
  const crcAt = 8 + 8 + 13;
  it.each<[string, Buffer, FileContent['type'], [number, number] | null, FileContent['problem']]>([
    ['a PNG', pngFile(200, 150), 'png', [200, 150], null],
    ['a PNG of 100×100', pngFile(100, 100), 'png', [100, 100], null],
    ['a PNG of 99×100', pngFile(99, 100), 'png', [99, 100], 'dimensions'],
    ['a PNG of 100×99', pngFile(100, 99), 'png', [100, 99], 'dimensions'],
    ['a PNG of 1×1', pngFile(1, 1), 'png', [1, 1], 'dimensions'],
    [
      'a PNG with something after its end',
      Buffer.concat([pngFile(), Buffer.from('more')]),
      'png',
      [200, 150],
      null,
    ],
    ['a PNG without its end', truncated(pngFile(), 12), 'png', null, 'corrupted'],
    ['a PNG cut in its data', truncated(pngFile(), 100), 'png', null, 'corrupted'],
    ['a PNG with a wrong checksum of its header', altered(pngFile(), crcAt, 0), 'png', null, 'corrupted'],
    ['a PNG with altered data', altered(pngFile(), -30, 0x55), 'png', null, 'corrupted'],
    ['a PNG with an altered comment', altered(pngFile(), crcAt + 4 + 8 + 10, 0x55), 'png', [200, 150], null],
    ['a PNG with a width of zero', altered(altered(pngFile(), 19, 0), 18, 0), 'png', null, 'corrupted'],
    ['a PNG with only its signature', pngFile().subarray(0, 8), 'png', null, 'corrupted'],
    ['a JPEG', jpegFile(200, 150), 'jpeg', [200, 150], null],
    ['a JPEG of 100×99', jpegFile(100, 99), 'jpeg', [100, 99], 'dimensions'],
    ['a JPEG of 99×100', jpegFile(99, 100), 'jpeg', [99, 100], 'dimensions'],
    ['a JPEG with a thumbnail', jpegFile(640, 480, jpegFile(80, 60)), 'jpeg', [640, 480], null],
    ['a JPEG without its end', noEnd(jpegFile()), 'jpeg', null, 'corrupted'],
    [
      'a JPEG that ends with a thumbnail',
      jpegFile(640, 480, jpegFile(80, 60)).subarray(0, 300),
      'jpeg',
      null,
      'corrupted',
    ],
    ['a JPEG of height zero', withZeros(jpegFile(), [0xff, 0xc0], 5, 2), 'jpeg', null, 'corrupted'],
    [
      'a JPEG that begins twice',
      Buffer.concat([jpegFile().subarray(0, 2), jpegFile()]),
      'jpeg',
      null,
      'corrupted',
    ],
    ['a JPEG without a quantization table', altered(jpegFile(), 21, 0xe5), 'jpeg', null, 'corrupted'],
    ['a JPEG of two components', altered(jpegFile(), 98, 2), 'jpeg', null, 'corrupted'],
    ['a JPEG with a sampling factor of zero', altered(jpegFile(), 100, 0x10), 'jpeg', null, 'corrupted'],
    ['a JPEG with a sampling factor of five', altered(jpegFile(), 100, 0x51), 'jpeg', null, 'corrupted'],
    ['a JPEG without a frame', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), 'jpeg', null, 'corrupted'],
    ['a TIFF', tiffFile(200, 150), 'tiff', [200, 150], null],
    ['a TIFF, big-endian', tiffFile(200, 150, { order: 'big' }), 'tiff', [200, 150], null],
    ['a TIFF with its directory last', tiffFile(200, 150, { directory: 'last' }), 'tiff', [200, 150], null],
    ['a TIFF of strips', tiffFile(200, 150, { rowsPerStrip: 16, order: 'big' }), 'tiff', [200, 150], null],
    ['a TIFF of 99×100', tiffFile(99, 100, { directory: 'last' }), 'tiff', [99, 100], 'dimensions'],
    [
      'a TIFF with a wrong length of its only strip',
      withZeros(tiffFile(), [0x17, 0x01], 8, 4),
      'tiff',
      [200, 150],
      null,
    ],
    ['a TIFF cut in its pixels', truncated(tiffFile(), 1), 'tiff', null, 'corrupted'],
    [
      'a TIFF of strips cut in its pixels',
      truncated(tiffFile(200, 150, { rowsPerStrip: 16 }), 1),
      'tiff',
      null,
      'corrupted',
    ],
    [
      'a TIFF cut in its directory',
      truncated(tiffFile(200, 150, { directory: 'last' }), 5),
      'tiff',
      null,
      'corrupted',
    ],
    ['a TIFF with a directory in its header', altered(tiffFile(), 4, 2), 'tiff', null, 'corrupted'],
    ['a TIFF without entries', altered(tiffFile(), 8, 0), 'tiff', null, 'corrupted'],
    ['a TIFF with only its header', tiffFile().subarray(0, 8), 'tiff', null, 'corrupted'],
  ])('%s', (_, file, type, size, problem) => {
    const [width, height] = size ?? [null, null];
    const expected = { type, width, height, problem };
    expect(inspect(file)).toEqual(expected);
  });

  it('accepts any size when the smallest allowed is 0', () => {
    expect(inspect(pngFile(1, 1), 0).problem).toBeNull();
  });
});

describe('inspection of other files', () => {
  it.each(Object.entries(otherFiles))('%s has no type that providers accept', (_, file) => {
    expect(inspect(file)).toEqual({ type: null, width: null, height: null, problem: 'type' });
    expect(inspect(Buffer.concat([file, Buffer.alloc(5000)])).problem).toBe('type');
  });

  it('reports an empty file as corrupted', () => {
    expect(inspect(Buffer.alloc(0))).toEqual({ type: null, width: null, height: null, problem: 'corrupted' });
  });
});
