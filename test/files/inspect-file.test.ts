import { extractText, getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { createFileInspector } from '../../src/files/inspect-file.ts';
import type { FileContent } from '../../src/providers/provider.ts';
import {
  inChunks,
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

function inspect(
  file: Uint8Array,
  chunkBytes = 64 * 1024,
  limits = { maxBytes: 1e9, minPixels: 100 },
): FileContent {
  const inspector = createFileInspector(limits);
  for (const chunk of inChunks(file, chunkBytes)) inspector.write(chunk);
  return inspector.end();
}

/** What pdf.js makes of a file: null when it opens. */
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

const chunkSizes = [1, 2, 3, 7, 64, 1000, 65_536];

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
  ['junk after the end', Buffer.concat([pdfFile(), Buffer.alloc(3000)]), null],
  ['a password, 128 bits', protectedPdf(), 'password'],
  ['a password, 40 bits', protectedPdf({ keyBits: 40 }), 'password'],
  ['a password and a cross-reference stream', protectedPdf({ xref: 'stream' }), 'password'],
  ['the last 40 bytes missing', truncated(pdfFile()), 'corrupted'],
  ['half of it missing', truncated(pdfFile({ bytes: 50_000 }), 25_000), 'corrupted'],
  ['a cross-reference stream and the end missing', truncated(pdfFile({ xref: 'stream' })), 'corrupted'],
  ['nothing but a header', Buffer.from('%PDF-1.4\n'), 'corrupted'],
  ['a header and noise', Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(5000, 0xa5)]), 'corrupted'],
];

/** Readers repair these by searching the whole file for objects; we report the damage (see `pdfScanner`). */
const repairable: [string, Buffer][] = [
  ['%%EOF missing', truncated(pdfFile(), 6)],
  ['an offset that points at something else', replaced(pdfFile(), 'startxref\n', 'startxref\n1')],
  [
    'an offset of zero',
    Buffer.from(
      pdfFile()
        .toString('latin1')
        .replace(/startxref\n\d+/, 'startxref\n0'),
      'latin1',
    ),
  ],
];

describe('inspection of PDFs', () => {
  it.each(pdfs)('finds what pdf.js finds: %s', async (_, file, problem) => {
    expect(await oracle(file)).toBe(problem);
    expect(inspect(file)).toEqual({ type: 'pdf', width: null, height: null, problem });
  });

  it.each(pdfs)('finds the same wherever the chunks are cut: %s', (_, file, problem) => {
    expect(chunkSizes.map((size) => inspect(file, size).problem)).toEqual(chunkSizes.map(() => problem));
  });

  it.each(repairable)('reports damage that pdf.js repairs: %s', async (_, file) => {
    expect(await oracle(file)).toBeNull();
    expect(chunkSizes.map((size) => inspect(file, size).problem)).toEqual(chunkSizes.map(() => 'corrupted'));
  });

  it('takes a PDF that is encrypted after an update as encrypted, and one with an unused trailer not', () => {
    expect(inspect(updatedPdf(pdfFile(), '/Encrypt 3 0 R')).problem).toBe('password');
    const unused = 'trailer\n<< /Encrypt 3 0 R >>\n';
    const shifted = (_: string, at: string): string => `startxref\n${Number(at) + unused.length}`;
    const text = pdfFile().toString('latin1').replace('xref\n0 ', `${unused}xref\n0 `);
    expect(inspect(Buffer.from(text.replace(/startxref\n(\d+)/, shifted), 'latin1')).problem).toBeNull();
  });

  it.each(['direct', 'indirect', 'too-short'] as const)(
    'finds a section far from the end, after data that look like anything, their length %s',
    (attachmentLength) => {
      // 4,000 objects: their table is longer than what is kept of the end.
      const pages = Array.from({ length: 2000 }, (_, i) => `BT (${i}) Tj ET`);
      const attachment = Buffer.from('((( << xref trailer << /Encrypt 1 0 R >> stream 7 0 obj << %');
      const plain = pdfFile({ pages, attachment, attachmentLength });
      expect(plain.length - plain.lastIndexOf('\nxref')).toBeGreaterThan(65_536);
      const found = [plain, protectedPdf({ pages, attachment, attachmentLength })].map((file) =>
        [13, 1000, 65_536, 1e7].map((size) => inspect(file, size).problem),
      );
      expect(found).toEqual([[null, null, null, null], Array(4).fill('password')]);
    },
  );

  it.each([65_535, 65_536, 65_537])(
    'finds the same in a file of %i bytes, looked at whole or passing by',
    (bytes) => {
      const damaged = altered(pdfFile({ bytes }), -10, 0x78);
      for (const size of [500, 65_535, 65_536, 65_537]) {
        expect(inspect(pdfFile({ bytes }), size).problem).toBeNull();
        expect(inspect(damaged, size).problem).toBe('corrupted');
      }
    },
  );

  it('takes a section that only a reader from the first byte knows', () => {
    // The end points into a comment whose last character opens a string for those who begin to read there.
    const hidden = pdfFile().toString('latin1').replace('\nxref', '\n%(\nxref');
    const file = hidden.replace(/startxref\n(\d+)/, (_, at: string) => `startxref\n${Number(at) + 1}`);
    expect(inspect(Buffer.from(file, 'latin1')).problem).toBeNull();
  });

  it('takes junk of up to 1024 bytes before the header, not more', () => {
    expect(inspect(pdfFile({ junk: 'x'.repeat(1024) })).type).toBe('pdf');
    expect(inspect(pdfFile({ junk: 'x'.repeat(1025) }))).toMatchObject({ type: null, problem: 'type' });
  });

  it('reads fixtures that pdf.js can read too', async () => {
    const { text, totalPages } = await extractText(new Uint8Array(pdfFile()), { mergePages: true });
    expect(totalPages).toBe(2);
    expect(text).toContain('Statement of earnings');
  });

  it('goes through 80 MB in less than two seconds, and says too-large one byte past the limit', () => {
    const limits = { maxBytes: 80 * 1024 * 1024, minPixels: 100 };
    const run = (bytes: number): FileContent => {
      const inspector = createFileInspector(limits);
      for (const chunk of pdfStream(bytes)) inspector.write(chunk);
      return inspector.end();
    };
    const before = performance.now();
    expect(run(limits.maxBytes).problem).toBeNull();
    expect(performance.now() - before).toBeLessThan(2000);
    expect(run(limits.maxBytes + 1)).toMatchObject({ type: 'pdf', problem: 'too-large' });
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
    ['a PNG of nothing but its signature', pngFile().subarray(0, 8), 'png', null, 'corrupted'],
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
    ['a JPEG without a frame', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), 'jpeg', null, 'corrupted'],
    ['a TIFF', tiffFile(200, 150), 'tiff', [200, 150], null],
    ['a TIFF, big-endian', tiffFile(200, 150, { order: 'big' }), 'tiff', [200, 150], null],
    ['a TIFF with its directory last', tiffFile(200, 150, { directory: 'last' }), 'tiff', [200, 150], null],
    ['a TIFF of strips', tiffFile(200, 150, { rowsPerStrip: 16, order: 'big' }), 'tiff', [200, 150], null],
    ['a TIFF of 99×100', tiffFile(99, 100, { directory: 'last' }), 'tiff', [99, 100], 'dimensions'],
    ['a TIFF cut in its pixels', truncated(tiffFile(), 1), 'tiff', null, 'corrupted'],
    [
      'a TIFF of strips cut in its pixels',
      truncated(tiffFile(200, 150, { rowsPerStrip: 16 }), 1),
      'tiff',
      null,
      'corrupted',
    ],
    [
      'a TIFF without its directory',
      truncated(tiffFile(200, 150, { directory: 'last' }), 1),
      'tiff',
      null,
      'corrupted',
    ],
    ['a TIFF with a directory in its header', altered(tiffFile(), 4, 2), 'tiff', null, 'corrupted'],
    ['a TIFF without entries', altered(tiffFile(), 8, 0), 'tiff', null, 'corrupted'],
    ['a TIFF of nothing but its header', tiffFile().subarray(0, 8), 'tiff', null, 'corrupted'],
  ])('%s', (_, file, type, size, problem) => {
    const [width, height] = size ?? [null, null];
    const expected = { type, width, height, problem };
    expect(chunkSizes.map((chunkBytes) => inspect(file, chunkBytes))).toEqual(chunkSizes.map(() => expected));
  });

  it('takes any size when the smallest allowed is 0', () => {
    expect(inspect(pngFile(1, 1), 64, { maxBytes: 1e9, minPixels: 0 }).problem).toBeNull();
  });
});

describe('inspection of other files', () => {
  it.each(Object.entries(otherFiles))('%s is of no type that providers take', (_, file) => {
    expect(inspect(file)).toEqual({ type: null, width: null, height: null, problem: 'type' });
    expect(inspect(Buffer.concat([file, Buffer.alloc(5000)])).problem).toBe('type');
  });

  it('calls an empty file corrupted', () => {
    expect(inspect(Buffer.alloc(0))).toEqual({ type: null, width: null, height: null, problem: 'corrupted' });
  });

  it('gives too-large before any other problem', () => {
    const limits = { maxBytes: 10, minPixels: 100 };
    for (const file of [otherFiles.txt, truncated(pngFile()), protectedPdf(), pngFile(1, 1)]) {
      expect(inspect(file, 4, limits).problem).toBe('too-large');
    }
    expect(inspect(Buffer.alloc(0), 4, { maxBytes: 0, minPixels: 100 }).problem).toBe('corrupted');
    expect(inspect(Buffer.from('x'), 4, { maxBytes: 0, minPixels: 100 }).problem).toBe('too-large');
  });
});
