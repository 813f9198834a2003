import { deflateSync } from 'node:zlib';
import { getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/files/byte-source.ts';
import { inspectFile } from '../../src/files/inspect-file.ts';

const problemOf = (file: Buffer) => inspectFile(memorySource(file), 100).problem;
const latin1 = (text: string) => Buffer.from(text, 'latin1');

const objects: Readonly<Record<number, string>> = {
  1: '<</Type/Catalog/Pages 2 0 R>>',
  2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
  3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>',
};

/** The number of pages according to pdf.js. */
const pagesOf = async (file: Buffer) =>
  (await getDocumentProxy(new Uint8Array(file), { verbosity: 0 })).numPages;

/** The objects of a one-page PDF, and where each begins. */
function body(given = objects): { readonly text: string; readonly offsets: readonly number[] } {
  let text = '%PDF-1.5\n';
  const offsets = [0];
  for (const [number, object] of Object.entries(given)) {
    offsets.push(text.length);
    text += `${number} 0 obj\n${object}\nendobj\n`;
  }
  return { text, offsets };
}

/** A PDF whose cross-reference is a stream. */
function streamed(filters: string, encode: (data: Buffer) => Buffer): Buffer {
  const { text, offsets } = body();
  const rows = [...offsets, text.length].map((offset, i) => [i === 0 ? 0 : 1, offset >> 8, offset & 255, 0]);
  const data = encode(Buffer.from(rows.flat()));
  return Buffer.concat([
    latin1(
      `${text}4 0 obj\n<</Type/XRef/Size 5/W[1 2 1]/Root 1 0 R${filters}/Length ${data.length}>>\nstream\n`,
    ),
    data,
    latin1(`\nendstream\nendobj\nstartxref\n${text.length}\n%%EOF\n`),
  ]);
}

/** A PDF with a cross-reference table. */
function tabled(given = objects): { readonly text: string; readonly tableAt: number } {
  const { text, offsets } = body(given);
  const entries = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const table = `xref\n0 4\n0000000000 65535 f \n${entries.join('')}trailer\n<</Size 4/Root 1 0 R>>\n`;
  return { text: `${text}${table}startxref\n${text.length}\n%%EOF\n`, tableAt: text.length };
}

/** An incremental update of the PDF that adds an object. */
function saved(trailer: (previous: number) => string): Buffer {
  const { text, tableAt } = tabled();
  const added = `${text}4 0 obj\n(more)\nendobj\n`;
  const entry = `${String(text.length).padStart(10, '0')} 00000 n \n`;
  return latin1(
    `${added}xref\n4 1\n${entry}trailer\n<</Size 5${trailer(tableAt)}>>\nstartxref\n${added.length}\n%%EOF\n`,
  );
}

const toHex = (data: Buffer) => latin1(`${data.toString('hex').replaceAll(/(.{20})/g, '$1\n')}>`);

/** Encodes base 85 as in ISO 32000-1 §7.4.3. */
function toAscii85(data: Buffer): Buffer {
  let text = '';
  for (let at = 0; at < data.length; at += 4) {
    const group = data.subarray(at, at + 4);
    const number = Buffer.concat([group, Buffer.alloc(4 - group.length)]).readUInt32BE();
    const digits = [4, 3, 2, 1, 0].map((power) =>
      String.fromCharCode((Math.floor(number / 85 ** power) % 85) + 33),
    );
    text += number === 0 && group.length === 4 ? 'z' : digits.join('').slice(0, group.length + 1);
  }
  return latin1(`${text}~>`);
}

/** Encodes zeros as a run, all else literally. */
function toRunLengths(data: Buffer): Buffer {
  const first = data.subarray(0, 4);
  expect([...first]).toEqual([0, 0, 0, 0]);
  const rest = data.subarray(4);
  return Buffer.concat([Buffer.from([253, 0, rest.length - 1]), rest, Buffer.from([128])]);
}

describe('a PDF whose cross-reference is a stream', () => {
  it.each<[string, string, (data: Buffer) => Buffer]>([
    ['none', '', (data) => data],
    ['Flate', '/Filter/FlateDecode', deflateSync],
    ['hexadecimal digits', '/Filter/ASCIIHexDecode', toHex],
    ['base 85', '/Filter[/ASCII85Decode]', toAscii85],
    ['runs of bytes', '/Filter/RunLengthDecode', toRunLengths],
    ['Flate in digits', '/Filter[/ASCIIHexDecode/FlateDecode]', (data) => toHex(deflateSync(data))],
    ['Flate in base 85', '/Filter[/A85/Fl]', (data) => toAscii85(deflateSync(data))],
    ['Flate in runs', '/Filter[/FlateDecode/RL]', (data) => deflateSync(toRunLengths(data))],
  ])('is valid with the filter: %s', async (_, filters, encode) => {
    const file = streamed(filters, encode);
    expect(await pagesOf(file)).toBe(1);
    expect(problemOf(file)).toBeNull();
  });
});

it('a PDF whose objects are in a stream is valid with 100 KB of zeros after its end', async () => {
  const file = Buffer.concat([streamed('', (data) => data), Buffer.alloc(100_000)]);
  expect(await pagesOf(file)).toBe(1);
  expect(problemOf(file)).toBeNull();
});

describe('an incremental update of a PDF', () => {
  it('is valid, whether or not its trailer repeats the root', async () => {
    for (const root of ['/Root 1 0 R', '']) {
      const file = saved((previous) => `${root}/Prev ${previous}`);
      expect(await pagesOf(file)).toBe(1);
      expect(problemOf(file)).toBeNull();
    }
  });

  it('is corrupted when no trailer names a root', () => {
    expect(problemOf(saved(() => ''))).toBe('corrupted');
  });
});

it.each([-1, -7, 0])('a PDF whose page tree counts %i pages is corrupted', (count) => {
  const { text } = tabled({ ...objects, 2: `<</Type/Pages/Kids[3 0 R]/Count ${count}>>` });
  expect(problemOf(latin1(text))).toBe('corrupted');
});
