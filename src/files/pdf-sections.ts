import { PdfLexer, type PdfTokenSink } from './pdf-lexer.ts';

const endstream = Buffer.from('endstream', 'latin1');

const nothing = Buffer.alloc(0);

/** Sections that are remembered; each saving of a file adds one. The newest are at its end, so the oldest go. */
const maxSections = 4096;

/** What is known of the dictionary of an object or trailer: its own keys, not those of dictionaries within. */
interface Dictionary {
  /** Where the object or the `xref` of the trailer begins. */
  readonly at: number;
  readonly isTrailer: boolean;
  encrypted: boolean;
  isXref: boolean;
  /** Direct value of `Length`, or null. */
  length: number | null;
}

/**
 * Finds the cross-reference sections of a PDF as it passes by, and whether the trailer of each has `Encrypt`
 * (ISO 32000-1 §7.5.4, §7.5.5, §7.5.8). Data of streams, strings and comments are passed over, so that a file that
 * is attached to another, or a text about encryption, is not taken for a trailer.
 */
export class PdfSections implements PdfTokenSink {
  readonly #sections = new Map<number, boolean>();
  readonly #lexer = new PdfLexer(this);
  #position: number;
  #state: 'syntax' | 'carriage-return' | 'data' | 'search' = 'syntax';
  /** Bytes of stream data left. */
  #remaining = 0;
  /** The end of the last chunk, in which `endstream` may have begun. */
  #carry: Buffer = nothing;
  /** Positions of the last two words; null: there was none. */
  #lastWordAt: number | null = null;
  #wordBeforeAt: number | null = null;
  #dictionary: Dictionary | null = null;
  #xrefAt: number | null = null;
  #depth = 0;
  #key: string | null = null;
  #awaitsValue = false;

  /** @param position where the first byte lies in the file */
  constructor(position: number) {
    this.#position = position;
  }

  /** Whether the section that begins at this position is encrypted; undefined when none begins there. */
  encryptedAt(position: number): boolean | undefined {
    return this.#sections.get(position);
  }

  write(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'data') at += this.#skip(chunk.length - at);
      else if (this.#state === 'search') at += this.#search(chunk, at);
      else at = this.#read(chunk, at);
    }
    this.#position += chunk.length;
  }

  word(text: string, at: number): void {
    switch (text) {
      case 'obj':
        // `12 0 obj` begins with its number, two words earlier.
        this.#open(this.#wordBeforeAt ?? at, false);
        break;
      case 'xref':
        this.#xrefAt = at;
        this.#close();
        break;
      case 'trailer':
        this.#open(this.#xrefAt ?? at, true);
        break;
      case 'stream':
        this.#beginStream();
        break;
      case 'endobj':
        this.#close();
        break;
      default:
        if (this.#depth === 1) this.#takeValueWord(text);
        this.#wordBeforeAt = this.#lastWordAt;
        this.#lastWordAt = at;
    }
  }

  name(text: string): void {
    if (this.#depth !== 1 || this.#dictionary === null) return;
    if (this.#awaitsValue) {
      if (this.#key === 'Type' && text === 'XRef') this.#dictionary.isXref = true;
      this.#awaitsValue = false;
      return;
    }
    this.#key = text;
    this.#awaitsValue = true;
    if (text === 'Encrypt') this.#dictionary.encrypted = true;
  }

  string(): void {
    if (this.#depth === 1) this.#awaitsValue = false;
  }

  bracket(text: '<<' | '>>' | '[' | ']'): void {
    if (text === '<<' || text === '[') {
      if (this.#depth === 1) this.#awaitsValue = false;
      this.#depth++;
      return;
    }
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#depth === 0 && text === '>>') this.#recordSection();
  }

  /** Reads syntax until stream data begin or the chunk ends; says where it stopped. */
  #read(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#state === 'carriage-return') {
        this.#state = 'data';
        return byte === 0x0a ? at + 1 : at;
      }
      this.#lexer.take(byte, this.#position + at);
      // The lexer knows the end of the word `stream` by the byte after it, which is CR LF or LF (§7.3.8.1).
      if (this.#state === 'data') {
        if (byte !== 0x0d) return at + 1;
        this.#state = 'carriage-return';
      }
    }
    return chunk.length;
  }

  /** Passes over stream data of a known length. A wrong one may lead anywhere: only `endstream` says where data end. */
  #skip(available: number): number {
    const count = Math.min(this.#remaining, available);
    this.#remaining -= count;
    if (this.#remaining === 0) this.#state = 'search';
    return count;
  }

  /** Looks for the end of stream data, the chunks joined where it may lie between two. */
  #search(chunk: Uint8Array, from: number): number {
    const rest = Buffer.from(chunk.buffer, chunk.byteOffset + from, chunk.length - from);
    const carry = this.#carry;
    const most = endstream.length - 1;
    // Only the seam is joined, and a chunk is not copied for each of the thousands of streams that it may hold.
    const seam = carry.length === 0 ? nothing : Buffer.concat([carry, rest.subarray(0, most)]);
    const inSeam = seam.indexOf(endstream);
    const found = inSeam === -1 ? rest.indexOf(endstream) : inSeam - carry.length;
    if (inSeam === -1 && found === -1) {
      const tail = rest.length < most && carry.length > 0 ? seam : rest;
      this.#carry = Buffer.from(tail.subarray(-most));
      return rest.length;
    }
    this.#carry = nothing;
    this.#state = 'syntax';
    return found + endstream.length;
  }

  #open(at: number, isTrailer: boolean): void {
    this.#close();
    this.#dictionary = { at, isTrailer, encrypted: false, isXref: false, length: null };
  }

  #close(): void {
    this.#dictionary = null;
    this.#depth = 0;
    this.#key = null;
    this.#awaitsValue = false;
  }

  #takeValueWord(text: string): void {
    if (this.#dictionary === null) return;
    if (this.#key === 'Length') {
      if (this.#awaitsValue && /^\d{1,15}$/.test(text)) this.#dictionary.length = Number(text);
      // `5 0 R`: the length is in another object, maybe one that has not come yet.
      else if (text === 'R') this.#dictionary.length = null;
    }
    this.#awaitsValue = false;
  }

  #recordSection(): void {
    const dictionary = this.#dictionary;
    if (dictionary === null || !(dictionary.isTrailer || dictionary.isXref)) return;
    this.#sections.set(dictionary.at, dictionary.encrypted);
    if (this.#sections.size > maxSections) {
      const [oldest] = this.#sections.keys();
      if (oldest !== undefined) this.#sections.delete(oldest);
    }
    if (dictionary.isTrailer) this.#xrefAt = null;
  }

  #beginStream(): void {
    if (this.#dictionary === null || this.#dictionary.isTrailer || this.#depth !== 0) return;
    this.#state = 'data';
    this.#remaining = this.#dictionary.length ?? 0;
  }
}
