import { afterEach, describe, expect, it, vi } from 'vitest';
import { PdfSections } from '../../src/files/pdf-sections.ts';

const trailer = 'trailer <</Encrypt 1 0 R>>';

/**
 * A PDF of streams whose data look like a section, like their own end or like nothing at all: where one is taken to
 * end too early or too late, a section is found in its data or one behind it is missed.
 */
const file = [
  '%PDF-1.4',
  `1 0 obj <</Length 26>> stream\n${trailer}\nendstream endobj`,
  '2 0 obj <</Type /XRef>> stream\nendstream endobj',
  `3 0 obj <</Length 9 0 R>> stream\nam endstrea ${trailer} endstrendstream endobj`,
  '4 0 obj <</Type /XRef /Encrypt 1 0 R>> stream\r\neendstream endobj',
  '5 0 obj <</Type /XRef /Length 2>> stream\r\nabendstrendstream endobj',
  `6 0 obj <</Length 1>> stream\n${trailer} e en end ends endst endstr endstre endstrea\nendstream endobj`,
  '7 0 obj <</Type /XRef>> stream\nendendstreamendstream endobj',
  'xref 0 1 0000000000 65535 f trailer <</Size 8>> startxref 0 %%EOF',
].join('\n');
const bytes = Buffer.from(file, 'latin1');
const sections: readonly [begins: string, encrypted: boolean][] = [
  ['2 0 obj', false],
  ['4 0 obj', true],
  ['5 0 obj', false],
  ['7 0 obj', false],
  ['xref', false],
];
const expected = sections.map(([begins, encrypted]) => [file.indexOf(`\n${begins}`) + 1, encrypted]);

/** Where sections begin in a PDF that comes in these chunks, and whether they are encrypted. */
function sectionsOf(...chunks: readonly Uint8Array[]): [number, boolean][] {
  const found = new PdfSections(0);
  for (const chunk of chunks) found.write(chunk);
  return Array.from(bytes, (_, at): [number, boolean | undefined] => [at, found.encryptedAt(at)]).filter(
    (section): section is [number, boolean] => section[1] !== undefined,
  );
}

function chunksOf(whole: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
    whole.subarray(i * size, (i + 1) * size),
  );
}

describe('the sections of a PDF of several streams', () => {
  it('are those outside of stream data', () => {
    expect(sectionsOf(bytes)).toEqual(expected);
  });

  it('are the same wherever it is cut into two', () => {
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(sectionsOf(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(expected);
  });

  it('are the same whatever short chunk lies between two cuts', () => {
    for (let cut = 0; cut < bytes.length; cut++)
      for (let size = 1; size <= 10; size++) {
        const chunks = [bytes.subarray(0, cut), bytes.subarray(cut, cut + size), bytes.subarray(cut + size)];
        expect(sectionsOf(...chunks), `${size} bytes from ${cut}`).toEqual(expected);
      }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])('are the same in chunks of %i bytes', (size) => {
    expect(sectionsOf(...chunksOf(bytes, size))).toEqual(expected);
  });

  it('are the same in chunks that are views into a larger buffer', () => {
    const larger = Buffer.concat([Buffer.from('endstream'), bytes, Buffer.from('endstream')]);
    const view = new Uint8Array(larger.buffer, larger.byteOffset + 9, bytes.length);
    for (const size of [1, 8, 100, bytes.length])
      expect(sectionsOf(...chunksOf(view, size)), `chunks of ${size} bytes`).toEqual(expected);
  });
});

describe('the bytes that are copied to find the ends of 5,000 streams', () => {
  afterEach(() => void vi.restoreAllMocks());

  const many = Buffer.from(
    `%PDF-1.4\n${'1 0 obj <<>> stream\nsome data\nendstream endobj\n'.repeat(5_000)}`,
    'latin1',
  );

  /** How many bytes are copied while the chunks are looked at. */
  function copied(chunks: readonly Uint8Array[]): number {
    const sections = new PdfSections(0);
    const concat = vi.spyOn(Buffer, 'concat');
    const from = vi.spyOn(Buffer, 'from');
    for (const chunk of chunks) sections.write(chunk);
    // A buffer that is made from an array buffer is a view of it.
    const copies = from.mock.results.filter((_, call) => ArrayBuffer.isView(from.mock.calls[call]?.[0]));
    return [...concat.mock.results, ...copies].reduce((sum, { value }) => sum + value.length, 0);
  }

  it('are none in a single chunk', () => {
    expect(copied([many])).toBe(0);
  });

  it.each([64, 1_000, 65_536])('are a few at each seam of chunks of %i bytes', (size) => {
    const chunks = chunksOf(many, size);
    // What is kept of a chunk for the next one, and that with the beginning of the next.
    expect(copied(chunks)).toBeLessThanOrEqual(chunks.length * (8 + 16));
  });
});
