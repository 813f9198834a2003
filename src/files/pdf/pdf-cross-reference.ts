import type { Location, PdfIndex } from './pdf-index.ts';
import { type PdfReader, UnreadablePdf } from './pdf-reader.ts';
import { asCount, isDictionary, type PdfDictionary, type PdfValue } from './pdf-values.ts';

/**
 * How many bytes at the end of a file are searched for `startxref` and `%%EOF`, one size after the other. Anything
 * after them is junk.
 */
const tailBytes = [64 * 1024, 1024 * 1024];

/** More than any file has. Each incremental save adds one. */
const maxSections = 4096;

/** One table or stream of the cross-reference. Undefined: it does not mention the object. Null: the object is free. */
type Section = (number: number) => Location | null | undefined;

/**
 * Reads the cross-reference of a PDF as the standard defines it (ISO 32000-1 §7.5.4, §7.5.8): tables and streams, both
 * in hybrid files, and those of earlier saves.
 * @param base what offsets in the file count from
 * @throws {UnreadablePdf} if a part of it is missing or misplaced
 */
export function readCrossReference(reader: PdfReader, base: number): PdfIndex {
  const sections: Section[] = [];
  const trailers: PdfDictionary[] = [];
  const seen = new Set<number>();
  const follow = (offset: number): PdfDictionary => {
    if (seen.has(offset) || seen.size === maxSections) throw new UnreadablePdf('sections form a circle');
    seen.add(offset);
    const table = readTable(reader, base, offset) ?? readStream(reader, base, offset);
    sections.push(table.section);
    return table.trailer;
  };
  const start = startOf(reader);
  for (let next: number | undefined = start.offset; next !== undefined; ) {
    const trailer = follow(next);
    trailers.push(trailer);
    const hybrid = asCount(trailer.get('XRefStm'));
    if (hybrid !== undefined) follow(hybrid);
    next = asCount(trailer.get('Prev'));
  }
  return {
    trailers,
    isComplete: start.isComplete,
    locate(number) {
      for (const section of sections) {
        const location = section(number);
        if (location !== undefined) return location ?? undefined;
      }
      return undefined;
    },
  };
}

/** The offset that the end of the file names, and whether `%%EOF` follows, which readers do not require. */
function startOf({ source }: PdfReader): { readonly offset: number; readonly isComplete: boolean } {
  for (const length of tailBytes) {
    const tail = source.read(Math.max(0, source.size - length), length);
    const at = tail.lastIndexOf('startxref');
    if (at === -1) continue;
    const match = /^startxref\s+(\d{1,15})(\s+%%EOF)?/.exec(tail.toString('latin1', at, at + 256));
    if (match === null) break;
    return { offset: Number(match[1]), isComplete: match[2] !== undefined };
  }
  throw new UnreadablePdf('its end is missing');
}

interface Table {
  readonly section: Section;
  readonly trailer: PdfDictionary;
}

const entryBytes = 20;

/** Returns null if there is no table. Entries are read on demand. */
function readTable(reader: PdfReader, base: number, offset: number): Table | null {
  const { source } = reader;
  const word = /^[\0\s]*xref(?=[\0\s])/.exec(source.read(base + offset, 32).toString('latin1'));
  if (word === null) return null;
  const parts: { readonly first: number; readonly count: number; readonly at: number }[] = [];
  for (let at = base + offset + word[0].length; ; ) {
    reader.charge(128);
    const head = source.read(at, 64).toString('latin1');
    const match = /^[\0\s]*(?:(\d{1,10})[ \t]+(\d{1,10})[\0\s]+|(trailer))/.exec(head);
    if (match === null) throw new UnreadablePdf('a table has no trailer');
    at += match[0].length;
    if (match[3] !== undefined) {
      const trailer = reader.parse(at, (parser) => parser.next());
      if (!isDictionary(trailer)) throw new UnreadablePdf('a trailer is no dictionary');
      return { section: (number) => findEntry(reader, base, parts, number), trailer };
    }
    // A subsection without entries may be followed by its trailer.
    const part = { first: Number(match[1]), count: Number(match[2]), at };
    parts.push(part);
    at += part.count * entryBytes;
  }
}

function findEntry(
  { source }: PdfReader,
  base: number,
  parts: readonly { readonly first: number; readonly count: number; readonly at: number }[],
  number: number,
): Location | null | undefined {
  const part = parts.find(({ first, count }) => number >= first && number < first + count);
  if (part === undefined) return undefined;
  const entry = source.read(part.at + (number - part.first) * entryBytes, entryBytes).toString('latin1');
  const match = /^(\d{10}) \d{5} ([nf])/.exec(entry);
  if (match === null) throw new UnreadablePdf('an entry of a table is malformed');
  return match[2] === 'n' ? { at: base + Number(match[1]) } : null;
}

const direct = (value: PdfValue | undefined): PdfValue => value ?? null;

function readStream(reader: PdfReader, base: number, offset: number): Table {
  const object = reader.objectAt(base + offset);
  if (object === null || !isDictionary(object.value) || object.value.get('Type') !== 'XRef') {
    throw new UnreadablePdf('there is no cross-reference where it should be');
  }
  const trailer = object.value;
  const widths = numbersOf(trailer.get('W'));
  const [typeBytes = 0, middleBytes = 0, lastBytes = 0] = widths;
  const rowBytes = typeBytes + middleBytes + lastBytes;
  if (widths.length < 3 || widths.some((width) => width > 8) || rowBytes === 0) {
    throw new UnreadablePdf('a cross-reference stream has no widths');
  }
  const size = asCount(trailer.get('Size')) ?? 0;
  const index = trailer.has('Index') ? numbersOf(trailer.get('Index')) : [0, size];
  const data = reader.streamOf(object, direct);
  return {
    trailer,
    section(number) {
      let row = 0;
      for (let i = 0; i + 1 < index.length; i += 2) {
        const [first = 0, count = 0] = [index[i], index[i + 1]];
        if (number >= first && number < first + count) {
          row += number - first;
          break;
        }
        row += count;
        if (i + 3 >= index.length) return undefined;
      }
      const at = row * rowBytes;
      if (at + rowBytes > data.length) return undefined;
      const type = typeBytes === 0 ? 1 : numberIn(data, at, typeBytes);
      const value = middleBytes === 0 ? 0 : numberIn(data, at + typeBytes, middleBytes);
      if (type === 1) return { at: base + value };
      return type === 2 ? { inStream: value } : null;
    },
  };
}

function numbersOf(value: PdfValue | undefined): readonly number[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly PdfValue[]).map((each) => {
    const number = asCount(each);
    if (number === undefined) throw new UnreadablePdf('a list has something else than numbers');
    return number;
  });
}

/** An unsigned number of up to 8 bytes. What exceeds 6 bytes exceeds any file. */
function numberIn(data: Buffer, at: number, bytes: number): number {
  const low = Math.min(bytes, 6);
  return data.readUIntBE(at + bytes - low, low);
}
