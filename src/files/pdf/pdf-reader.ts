import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import type { ByteSource } from '../byte-source.ts';
import { plainFilters } from './pdf-filters.ts';
import { PdfParser } from './pdf-parser.ts';
import { asCount, isDictionary, isKeyword, type PdfDictionary, type PdfValue } from './pdf-values.ts';

/** A part of a PDF is unreadable. */
export class UnreadablePdf extends Error {}

/** An object of a file, `12 0 obj …`. */
export interface PdfObject {
  readonly number: number;
  readonly value: PdfValue;
  /** Where the word `stream` may follow. */
  readonly end: number;
}

/**
 * Size of the first piece of a file that is read for a value. It grows eightfold each time, as long as there is more.
 */
const firstPiece = 4 * 1024;
const largestPiece = 2 * 1024 * 1024;

/** Maximum number of bytes that are inflated and searched for one file. */
const maxWork = 16 * 1024 * 1024;

/** More than any file has. */
const maxFilters = 8;

/** How many times longer it takes to parse a byte than to inflate it. */
const parsingWeight = 8;

/** Reads values, objects and streams at any position of a PDF, within limits. */
export class PdfReader {
  readonly source: ByteSource;
  #work = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /**
   * Accounts for reading `bytes` bytes.
   * @throws {UnreadablePdf} beyond what any valid file needs
   */
  charge(bytes: number): void {
    this.#work += bytes;
    if (this.#work > maxWork) throw new UnreadablePdf('it takes too much work');
  }

  /**
   * Parses from a position. Tries again with a larger piece of the file as long as the parser reaches the end of the
   * piece.
   */
  parse<T>(position: number, read: (parser: PdfParser) => T): T {
    for (let length = firstPiece; ; length *= 8) {
      const piece = this.source.read(position, length);
      const parser = new PdfParser(piece);
      const result = read(parser);
      this.charge(parser.position * parsingWeight);
      if (!parser.ranOut || position + piece.length >= this.source.size || length >= largestPiece)
        return result;
    }
  }

  /** The value at a position, or undefined if the file ends within it. */
  wholeValueAt(position: number): PdfValue | undefined {
    return this.parse(position, (parser) => {
      const value = parser.next();
      return parser.ranOut ? undefined : value;
    });
  }

  /** The value at a position of decoded data. */
  valueIn(data: Buffer, position: number): PdfValue {
    const parser = new PdfParser(data, position);
    const value = parser.next();
    this.charge((parser.position - position) * parsingWeight);
    return value;
  }

  /** The object at a position, or null if none starts there. */
  objectAt(position: number): PdfObject | null {
    return this.parse(position, (parser) => {
      const number = asCount(parser.next());
      const generation = asCount(parser.next());
      if (number === undefined || generation === undefined || !isKeyword(parser.next(), 'obj')) return null;
      return { number, value: parser.next(), end: position + parser.position };
    });
  }

  /**
   * The decoded data of an object's stream.
   * @param resolve finds the length if it is in another object
   * @throws {UnreadablePdf} if there is no stream, or one of its filters is unknown
   */
  streamOf(object: PdfObject, resolve: (value: PdfValue | undefined) => PdfValue): Buffer {
    if (!isDictionary(object.value)) throw new UnreadablePdf('a stream has no dictionary');
    const data = this.#rawStream(object.end, asCount(resolve(object.value.get('Length'))));
    const filters = listOf(resolve(object.value.get('Filter') ?? object.value.get('F')));
    const parameters = listOf(resolve(object.value.get('DecodeParms') ?? object.value.get('DP')));
    if (filters.length > maxFilters) throw new UnreadablePdf('too many filters');
    return filters.reduce(
      (encoded: Buffer, filter, i) => this.#decode(encoded, String(filter), parameters[i]),
      data,
    );
  }

  #decode(data: Buffer, filter: string, parameters: PdfValue | undefined): Buffer {
    if (filter === 'FlateDecode' || filter === 'Fl')
      return unpredicted(this.#inflate(data), isDictionary(parameters) ? parameters : new Map());
    const decode = Object.hasOwn(plainFilters, filter) ? plainFilters[filter] : undefined;
    if (decode === undefined) throw new UnreadablePdf(`the filter ${filter}`);
    // A run is at most 64 times as long as its encoding.
    this.charge(data.length * 64);
    return decode(data);
  }

  #rawStream(end: number, length: number | undefined): Buffer {
    const head = /^[\0\t\n\f\r ]*stream(\r\n|\n|\r)?/.exec(this.source.read(end, 64).toString('latin1'));
    if (head === null) throw new UnreadablePdf('a stream is missing');
    const at = end + head[0].length;
    if (length !== undefined && at + length <= this.source.size) {
      const after = this.source.read(at + length, 16).toString('latin1');
      if (/^[\0\t\n\f\r ]*endstream/.test(after)) return this.source.read(at, length);
    }
    // The length is wrong, as is common if a file was edited or its line ends were converted.
    const rest = this.source.read(at, largestPiece);
    this.charge(rest.length);
    const found = rest.indexOf('endstream');
    return found === -1 ? rest : rest.subarray(0, found);
  }

  #inflate(data: Buffer): Buffer {
    try {
      const options = {
        // Readers accept what there is of truncated data.
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: Math.max(1, maxWork - this.#work),
      };
      let inflated: Buffer;
      try {
        inflated = inflateSync(data, options);
      } catch (error) {
        // Readers ignore a wrong checksum.
        if ((error as NodeJS.ErrnoException).code !== 'Z_DATA_ERROR') throw error;
        inflated = inflateRawSync(data.subarray(2), options);
      }
      this.charge(inflated.length);
      return inflated;
    } catch (error) {
      if (error instanceof UnreadablePdf) throw error;
      throw new UnreadablePdf('a stream cannot be inflated', { cause: error });
    }
  }
}

/** Filters or their parameters: none, one, or an array of them. */
function listOf(value: PdfValue): readonly PdfValue[] {
  if (Array.isArray(value)) return value;
  return value === null ? [] : [value];
}

/** Reverses the predictor of PNG (ISO 32000-1 §7.4.4.4), which cross-reference streams use. */
function unpredicted(data: Buffer, parameters: PdfDictionary): Buffer {
  const predictor = asCount(parameters.get('Predictor')) ?? 1;
  if (predictor < 10) return data;
  const bits = (asCount(parameters.get('Colors')) ?? 1) * (asCount(parameters.get('BitsPerComponent')) ?? 8);
  const columns = asCount(parameters.get('Columns')) ?? 1;
  const rowBytes = Math.ceil((bits * columns) / 8);
  const pixelBytes = Math.ceil(bits / 8);
  if (rowBytes === 0 || rowBytes > data.length) throw new UnreadablePdf('a predictor without rows');
  const rows = Math.floor(data.length / (rowBytes + 1));
  const result = Buffer.alloc(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const from = row * (rowBytes + 1) + 1;
    const to = row * rowBytes;
    const filter = data[from - 1] ?? 0;
    for (let i = 0; i < rowBytes; i++) {
      const left = i < pixelBytes ? 0 : (result[to + i - pixelBytes] ?? 0);
      const up = row === 0 ? 0 : (result[to + i - rowBytes] ?? 0);
      const upLeft = row === 0 || i < pixelBytes ? 0 : (result[to + i - rowBytes - pixelBytes] ?? 0);
      result[to + i] = (data[from + i] ?? 0) + predicted(filter, left, up, upLeft);
    }
  }
  return result;
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - upLeft;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - upLeft)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}
