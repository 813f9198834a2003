import { basename } from 'node:path';

type Change = (bytes: Buffer) => Buffer;

const text = (change: (text: string) => string): Change => {
  return (bytes) => Buffer.from(change(bytes.toString('latin1')), 'latin1');
};

const start = (move: (at: number) => string | number): Change =>
  text((file) => {
    const at = file.lastIndexOf('startxref');
    return (
      file.slice(0, at) +
      file.slice(at).replace(/startxref\s+(\d+)/, (_, digits) => `startxref\n${move(Number(digits))}`)
    );
  });

const cut = (keep: (length: number) => number): Change => {
  return (bytes) => bytes.subarray(0, Math.max(1, Math.floor(keep(bytes.length))));
};

const zeroed = (from: (length: number) => number, length: number): Change => {
  return (bytes) => {
    const copy = Buffer.from(bytes);
    const at = Math.floor(from(bytes.length));
    return copy.fill(0, at, at + length);
  };
};

const last = (from: string, to: string): Change =>
  text((file) => {
    const at = file.lastIndexOf(from);
    return at === -1 ? file : file.slice(0, at) + to + file.slice(at + from.length);
  });

const pdfDamages: Readonly<Record<string, Change>> = {
  'start-minus-1': start((at) => at - 1),
  'start-plus-1': start((at) => at + 1),
  'start-minus-5': start((at) => Math.max(0, at - 5)),
  'start-plus-5': start((at) => at + 5),
  'start-0': start(() => 0),
  'start-beyond': start((at) => at + 9_999_999),
  'start-words': start(() => 'nowhere'),
  'start-missing': last('startxref', ''),
  'end-missing': last('%%EOF', ''),
  'cut-6': cut((length) => length - 6),
  'cut-40': cut((length) => length - 40),
  'cut-200': cut((length) => length - 200),
  'cut-tenth': cut((length) => length * 0.9),
  'cut-half': cut((length) => length / 2),
  'cut-most': cut((length) => length / 10),
  'cut-all': cut(() => 20),
  crlf: text((file) => file.replaceAll('\n', '\r\n')),
  'junk-before': (bytes) => Buffer.concat([Buffer.alloc(900, 'x'), bytes]),
  'junk-after': (bytes) => Buffer.concat([bytes, Buffer.alloc(3_000, 'x')]),
  'zeros-after': (bytes) => Buffer.concat([bytes, Buffer.alloc(70_000)]),
  'zeroed-middle': zeroed((length) => length / 2, 200),
  'zeroed-start': zeroed(() => 20, 200),
  'byte-more': text((file) => `${file.slice(0, 100)} ${file.slice(100)}`),
  'byte-less': text((file) => file.slice(0, 100) + file.slice(101)),
  'xref-typo': last('xref\n0', 'xerf\n0'),
  'entry-typo': text((file) => file.replaceAll(' 00000 n', ' 0000X n')),
  'trailer-typo': last('trailer', 'tailrer'),
  'root-typo': last('/Root', '/Toor'),
  'root-elsewhere': text((file) => file.replaceAll(/\/Root \d+ 0 R/g, '/Root 9999 0 R')),
  'catalog-typo': last('/Catalog', '/Catalgo'),
  'pages-typo': text((file) => file.replaceAll(/\/Pages (\d)/g, '/Pagse $1')),
  'count-0': text((file) => file.replaceAll(/\/Count \d+/g, '/Count 0')),
  twice: (bytes) => Buffer.concat([bytes, bytes]),
};

/** After a repair, most readers find nothing in the object streams of an encrypted file. */
const sealedDamages: Readonly<Record<string, Change>> = {
  'start-beyond': start((at) => at + 9_999_999),
  'cut-40': cut((length) => length - 40),
  'cut-half': cut((length) => length / 2),
};

const pngDamages: Readonly<Record<string, Change>> = {
  'cut-half': cut((length) => length / 2),
  'cut-6': cut((length) => length - 6),
  'zeroed-data': zeroed((length) => length / 2, 20),
  'zeroed-header': zeroed(() => 16, 8),
  'junk-after': (bytes) => Buffer.concat([bytes, Buffer.alloc(3_000, 'x')]),
};

/** Writes bytes at a distance from the first place of others. */
const written = (after: string, distance: number, bytes: string): Change =>
  text((file) => {
    const at = file.indexOf(after) + distance;
    return file.slice(0, at) + bytes + file.slice(at + bytes.length);
  });

const jpegDamages: Readonly<Record<string, Change>> = {
  'tables-missing': text((file) => file.replaceAll('\xff\xdb', '\xff\xe5')),
  'cut-half': cut((length) => length / 2),
  'cut-2': cut((length) => length - 2),
  'cut-header': cut(() => 100),
  'junk-after': (bytes) => Buffer.concat([bytes, Buffer.alloc(3_000, 'x')]),
  'frame-missing': (bytes) =>
    Buffer.from(bytes.toString('latin1').replace(/\xff[\xc0-\xc2]/, '\xff\xe5'), 'latin1'),
  'sampling-0': (bytes) => {
    const frame = bytes.toString('latin1').search(/\xff[\xc0-\xc2]/);
    return Buffer.from(bytes).fill(0, frame + 11, frame + 12);
  },
  lossless: (bytes) => Buffer.from(bytes.toString('latin1').replace(/\xff[\xc0-\xc2]/, '\xff\xc3'), 'latin1'),
};

/** Gives a tag of 16 bits another value, in a little-endian TIFF. */
const tagged = (tag: string, value: string): Change => written(`${tag}\x03\0\x01\0\0\0`, 8, value);

const tiffDamages: Readonly<Record<string, Change>> = {
  'orientation-9': tagged('\x12\x01', '\x09'),
  'planes-3': tagged('\x1c\x01', '\x03'),
  'samples-0': tagged('\x15\x01', '\0'),
  'cut-half': cut((length) => length / 2),
  'cut-header': cut(() => 8),
  'directory-beyond': (bytes) =>
    Buffer.concat([bytes.subarray(0, 4), Buffer.from([0xff, 0xff, 0xff, 0x7f]), bytes.subarray(8)]),
  'junk-after': (bytes) => Buffer.concat([bytes, Buffer.alloc(3_000, 'x')]),
};

/** The originals of the damaged files. */
const damaged: Readonly<Record<string, Readonly<Record<string, Change>>>> = {
  'gs-1.4.pdf': pdfDamages,
  'gs-1.7-packed.pdf': pdfDamages,
  'gs-1.7-linear-packed.pdf': pdfDamages,
  'gs-1.4-qdf.pdf': pdfDamages,
  'r4-aes-owner-plain.pdf': pdfDamages,
  'r4-aes-owner-packed.pdf': sealedDamages,
  'r6-user-plain.pdf': pdfDamages,
  'images.pdf': pdfDamages,
  'large-rgb.png': pngDamages,
  'large-interlaced.png': pngDamages,
  'large-baseline.jpg': jpegDamages,
  'large-progressive.jpg': jpegDamages,
  'large-none.tif': tiffDamages,
  'large-lzw.tif': tiffDamages,
  'tiffcp-tiles.tif': tiffDamages,
};

/** The damages of a file, by name; most files have none. */
export function damages(path: string): readonly (readonly [string, Change])[] {
  return Object.entries(damaged[basename(path)] ?? {});
}
