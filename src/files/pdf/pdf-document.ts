import { newestRoot, type PdfIndex } from './pdf-index.ts';
import { PdfParser } from './pdf-parser.ts';
import { openingOf } from './pdf-password.ts';
import { type PdfReader, UnreadablePdf } from './pdf-reader.ts';
import type { FoundObjects } from './pdf-search.ts';
import {
  asCount,
  isDictionary,
  Keyword,
  type PdfDictionary,
  PdfReference,
  type PdfValue,
} from './pdf-values.ts';

/** A chain of references. Readers give up too. */
const maxReferences = 32;

/** More objects than any object stream has. */
const maxMembers = 100_000;

/**
 * Represents what is in an object stream of an encrypted file: readers can read it, this code cannot. After a repair,
 * most readers do not find it either.
 */
const sealed = new Keyword('');

/** A decoded object stream (ISO 32000-1 §7.5.7): the position of each object, by number. */
interface Members {
  readonly data: Buffer;
  readonly positions: ReadonlyMap<number, number>;
}

const noMembers: Members = { data: Buffer.alloc(0), positions: new Map() };

/** A PDF as its objects. */
export class PdfDocument {
  readonly #reader: PdfReader;
  readonly #index: PdfIndex;
  readonly #found: FoundObjects | null;
  readonly #members = new Map<number, Members>();
  #isEncrypted = false;

  /** @param found the result of a search, if the file has no usable cross-reference */
  constructor(reader: PdfReader, index: PdfIndex, found: FoundObjects | null = null) {
    this.#reader = reader;
    this.#index = index;
    this.#found = found;
  }

  /**
   * Opens the document without a password.
   * @throws {UnreadablePdf} if it has no page
   */
  open(): 'sound' | 'password' {
    const encryption = this.#encryption();
    if (encryption !== null) {
      const opening = openingOf(encryption);
      if (opening === 'password') return 'password';
      if (opening === 'unknown') throw new UnreadablePdf('its encryption is unknown');
      this.#isEncrypted = true;
    }
    if (!this.#hasPage()) throw new UnreadablePdf('it has no page');
    return 'sound';
  }

  #encryption(): { get: (key: string) => PdfValue; id: Buffer } | null {
    const trailers = this.#found === null ? this.#index.trailers.slice(0, 1) : this.#index.trailers;
    for (const trailer of trailers) {
      const dictionary = this.#resolve(trailer.get('Encrypt'));
      if (!isDictionary(dictionary)) continue;
      const ids = this.#resolve(trailer.get('ID'));
      const id = Array.isArray(ids) ? this.#resolve(ids[0]) : null;
      return {
        get: (key) => this.#resolve(dictionary.get(key)),
        id: Buffer.isBuffer(id) ? id : Buffer.alloc(0),
      };
    }
    return null;
  }

  #hasPage(): boolean {
    const roots = this.#roots();
    for (const root of roots) {
      // In a search, most readers find no catalog that is in an object stream.
      if (this.#found !== null && !(root instanceof PdfReference && this.#index.locate(root.number)))
        continue;
      const catalog = this.#resolve(root);
      // Object streams of an encrypted file are encrypted too. Readers will find pages there.
      if (catalog === sealed) return true;
      const pages = isDictionary(catalog) ? this.#resolve(catalog.get('Pages')) : null;
      if (pages === sealed) return true;
      if (isDictionary(pages) && this.#countsPages(pages)) return true;
    }
    return false;
  }

  /** Readers trust the number of pages in the page tree. */
  #countsPages(pages: PdfDictionary): boolean {
    const count = this.#resolve(pages.get('Count'));
    return (typeof count === 'number' && count > 0) || pages.get('Type') === 'Page';
  }

  *#roots(): Generator<PdfValue | undefined> {
    if (this.#found === null) {
      yield newestRoot(this.#index);
      return;
    }
    for (const trailer of this.#index.trailers) yield trailer.get('Root');
    // Readers search for a catalog by its type if no trailer names a root, but not if a trailer names a wrong one.
    if (this.#index.trailers.some((trailer) => trailer.get('Root') instanceof PdfReference)) return;
    for (const number of this.#found.catalogs) yield new PdfReference(number, 0);
  }

  #resolve(value: PdfValue | undefined): PdfValue {
    let resolved = value ?? null;
    for (let count = 0; resolved instanceof PdfReference; count++) {
      if (count === maxReferences) return null;
      resolved = this.#object(resolved.number);
    }
    return resolved;
  }

  #object(number: number): PdfValue {
    // Object 0 is always free (ISO 32000-1 §7.5.4).
    if (number === 0) return null;
    const location = this.#index.locate(number);
    if (location === undefined) return this.#searchStreams(number);
    if ('inStream' in location) return this.#member(location.inStream, number) ?? null;
    const object = this.#reader.objectAt(location.at);
    if (object?.number === number) return object.value;
    if (this.#found === null) throw new UnreadablePdf('an object is not in its place');
    return null;
  }

  #searchStreams(number: number): PdfValue {
    for (const stream of this.#found?.objectStreams ?? []) {
      // Each missing object is searched for in every stream.
      this.#reader.charge(8);
      const member = this.#member(stream, number);
      if (member !== undefined) return member;
    }
    return null;
  }

  #member(stream: number, number: number): PdfValue | undefined {
    if (this.#isEncrypted) return this.#found === null ? sealed : undefined;
    const members = this.#membersOf(stream);
    const at = members.positions.get(number);
    return at === undefined ? undefined : this.#reader.valueIn(members.data, at);
  }

  #membersOf(stream: number): Members {
    let members = this.#members.get(stream);
    if (members === undefined) {
      members = this.#readMembers(stream);
      this.#members.set(stream, members);
    }
    return members;
  }

  #readMembers(stream: number): Members {
    try {
      const location = this.#index.locate(stream);
      const object = location !== undefined && 'at' in location ? this.#reader.objectAt(location.at) : null;
      if (object === null || !isDictionary(object.value))
        throw new UnreadablePdf('an object stream is missing');
      // Its length may be in another object, which is not in a stream.
      const data = this.#reader.streamOf(object, (value) => this.#resolve(value));
      const first = asCount(object.value.get('First')) ?? 0;
      const count = Math.min(asCount(object.value.get('N')) ?? 0, maxMembers);
      const header = new PdfParser(data);
      const positions = new Map<number, number>();
      for (let i = 0; i < count; i++) {
        const number = asCount(header.next());
        const at = asCount(header.next());
        if (number === undefined || at === undefined) break;
        positions.set(number, first + at);
      }
      this.#reader.charge(header.position);
      if (positions.has(stream)) throw new UnreadablePdf('an object stream holds itself');
      return { data, positions };
    } catch (error) {
      // After a repair, the contents of other object streams still count.
      if (this.#found !== null && error instanceof UnreadablePdf) return noMembers;
      throw error;
    }
  }
}
