import type { Location, PdfIndex } from './pdf-index.ts';
import { type PdfReader, UnreadablePdf } from './pdf-reader.ts';
import { isDictionary, type PdfDictionary } from './pdf-values.ts';

/** How much of the file is searched at a time, with some overlap. */
const windowBytes = 1024 * 1024;
const marginBytes = 32;
/** How many bytes are searched in the time it takes to inflate one. */
const searchedFaster = 16;

/** A file may have more; the rest is not found. */
const maxObjects = 1024 * 1024;
const maxNotes = 10_000;

const words = ['obj', 'trailer', '/XRef', '/ObjStm', '/Catalog'] as const;

/** The result of a search through a damaged PDF. */
export interface FoundObjects extends PdfIndex {
  /** Numbers of the objects that claim to be a catalog, the last one first. */
  readonly catalogs: readonly number[];
  /** Numbers of object streams, the last one first. */
  readonly objectStreams: readonly number[];
}

/** Finds the objects and trailers of a PDF whose cross-reference is damaged as readers do, by keywords. */
export function searchObjects(reader: PdfReader): FoundObjects {
  const objects = new Map<number, number>();
  const catalogs = new Set<number>();
  const objectStreams = new Set<number>();
  const trailersAt: number[] = [];
  let object: ObjectStart | null = null;
  for (const { word, at, start } of occurrences(reader)) {
    reader.charge(64);
    if (word === 'obj') {
      object = start;
      if (start !== null && (objects.size < maxObjects || objects.has(start.number))) {
        objects.set(start.number, start.at);
      }
    } else if (word === 'trailer') trailersAt.push(at + word.length);
    else if (object === null) continue;
    else if (word === '/XRef') trailersAt.push(object.bodyAt);
    else if (word === '/ObjStm') objectStreams.add(object.number);
    else catalogs.add(object.number);
  }
  const trailers = [...newestTrailers(reader, trailersAt)];
  // As long as readers have no root, an object that is cut off by the end of the file makes them give up.
  const isCutOff = object !== null && reader.wholeValueAt(object.bodyAt) === undefined;
  if (isCutOff && !trailers.some((trailer) => trailer.has('Root'))) throw new UnreadablePdf('it is cut off');
  return {
    trailers,
    isComplete: false,
    locate: (number): Location | undefined => {
      const at = objects.get(number);
      return at === undefined ? undefined : { at };
    },
    catalogs: [...catalogs].reverse().slice(0, maxNotes),
    objectStreams: [...objectStreams].reverse().slice(0, maxNotes),
  };
}

function* newestTrailers(reader: PdfReader, positions: readonly number[]): Generator<PdfDictionary> {
  for (const at of positions.slice(-maxNotes).reverse()) {
    const value = reader.wholeValueAt(at);
    if (isDictionary(value)) yield value;
  }
}

interface ObjectStart {
  readonly number: number;
  readonly at: number;
  /** After the word `obj`. */
  readonly bodyAt: number;
}

interface Occurrence {
  readonly word: (typeof words)[number];
  readonly at: number;
  /** For `obj` only. Null if no numbers precede it. */
  readonly start: ObjectStart | null;
}

/** All places of the keywords, in order. */
function* occurrences(reader: PdfReader): Generator<Occurrence> {
  const { source } = reader;
  for (let from = 0; from < source.size; from += windowBytes) {
    const before = Math.min(marginBytes, from);
    const bytes = source.read(from - before, before + windowBytes + marginBytes);
    reader.charge(bytes.length / searchedFaster);
    const found: Occurrence[] = [];
    for (const word of words) {
      for (
        let i = bytes.indexOf(word, before);
        i !== -1 && i < before + windowBytes;
        i = bytes.indexOf(word, i + 1)
      ) {
        const at = from - before + i;
        const start = word === 'obj' ? objectStart(bytes, i, at) : null;
        if (word !== 'obj' || start !== null) found.push({ word, at, start });
      }
    }
    yield* found.sort((a, b) => a.at - b.at);
  }
}

/** The two numbers before the word `obj`. */
function objectStart(bytes: Buffer, wordAt: number, position: number): ObjectStart | null {
  const generation = numberBefore(bytes, wordAt);
  const number = generation === null ? null : numberBefore(bytes, generation.at);
  if (number === null) return null;
  return { number: number.value, at: position - (wordAt - number.at), bodyAt: position + 3 };
}

/** The number before an index, separated from it by white space. */
function numberBefore(bytes: Buffer, index: number): { value: number; at: number } | null {
  let end = index;
  while (end > 0 && isSpace(bytes[end - 1])) end--;
  let at = end;
  let value = 0;
  for (let place = 1; at > 0 && isDigit(bytes[at - 1]) && end - at < 10; place *= 10)
    value += place * ((bytes[--at] ?? 0) - 0x30);
  return at === end ? null : { value, at };
}

function isSpace(byte = 0): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0x00;
}

function isDigit(byte = 0): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
