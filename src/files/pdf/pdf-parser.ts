import { Keyword, PdfReference, type PdfValue } from './pdf-values.ts';

/** 1: white space; 2: delimiter (ISO 32000-1 §7.2.2). */
const classes = new Uint8Array(256);
for (const each of '\0\t\n\f\r ') classes[each.charCodeAt(0)] = 1;
for (const each of '()<>[]{}/%') classes[each.charCodeAt(0)] = 2;

/** Deeper nesting is an attack. */
const maxDepth = 100;

const end = new Keyword('');
const broken = new Keyword('<<');
const arrayEnd = new Keyword(']');
const dictionaryEnd = new Keyword('>>');

/** Parses consecutive values from a piece of a PDF. It never throws: unparsable input is a keyword. */
export class PdfParser {
  readonly #bytes: Buffer;
  #at: number;
  #ranOut = false;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Where the next value starts. */
  get position(): number {
    return this.#at;
  }

  /** Whether a value reached the end of the piece, so that the file may contain more of it. */
  get ranOut(): boolean {
    return this.#ranOut;
  }

  /** The next value, or the keyword `''` at the end. */
  next(depth = 0): PdfValue {
    this.skipSpace();
    const byte = this.#bytes[this.#at];
    switch (byte) {
      case undefined:
        this.#ranOut = true;
        return end;
      case 0x2f:
        return this.#name();
      case 0x28:
        return this.#string();
      case 0x5b:
        this.#at++;
        return depth > maxDepth ? end : this.#array(depth);
      case 0x5d:
        this.#at++;
        return arrayEnd;
      case 0x3c:
        if (this.#bytes[this.#at + 1] !== 0x3c) return this.#hexString();
        this.#at += 2;
        return depth > maxDepth ? end : this.#dictionary(depth);
      case 0x3e:
        this.#at += this.#bytes[this.#at + 1] === 0x3e ? 2 : 1;
        return dictionaryEnd;
      case 0x29:
      case 0x7b:
      case 0x7d:
        this.#at++;
        return new Keyword(String.fromCharCode(byte));
      default:
        return this.#word();
    }
  }

  /** Skips white space and comments. */
  skipSpace(): void {
    for (; this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte === 0x25) this.#skipLine();
      else if (classes[byte] !== 1) return;
    }
  }

  #skipLine(): void {
    for (; this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte === 0x0a || byte === 0x0d) return;
    }
  }

  /** The characters up to the next white space or delimiter. */
  #regular(): string {
    const from = this.#at;
    while (this.#at < this.#bytes.length && classes[this.#bytes[this.#at] ?? 0] === 0) this.#at++;
    if (this.#at === this.#bytes.length) this.#ranOut = true;
    return this.#bytes.toString('latin1', from, Math.min(this.#at, from + 128));
  }

  #name(): string {
    this.#at++;
    const text = this.#regular();
    if (!text.includes('#')) return text;
    return text.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }

  #word(): PdfValue {
    const text = this.#regular();
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return this.#numberOrReference(Number(text), text);
    if (text === 'null') return null;
    if (text === 'true' || text === 'false') return text === 'true';
    return new Keyword(text);
  }

  #numberOrReference(value: number, text: string): number | PdfReference {
    if (!/^\d+$/.test(text) || !this.#isBeforeNumber()) return value;
    const rest = /^[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/.exec(
      this.#bytes.toString('latin1', this.#at, this.#at + 24),
    );
    if (rest === null) return value;
    this.#at += rest[0].length;
    return new PdfReference(value, Number(rest[1]));
  }

  /** Whether a number may follow that ends in an R. If not, no closer look is needed. */
  #isBeforeNumber(): boolean {
    const bytes = this.#bytes;
    const end = Math.min(this.#at + 24, bytes.length);
    let at = this.#at;
    const skipSpace = (): void => {
      while (at < end && classes[bytes[at] ?? 0] === 1) at++;
    };
    skipSpace();
    while (at < end && isDigit(bytes[at])) at++;
    skipSpace();
    return at < end && bytes[at] === 0x52;
  }

  #array(depth: number): PdfValue[] {
    const values: PdfValue[] = [];
    for (;;) {
      const value = this.next(depth + 1);
      if (value === arrayEnd || this.#isBeyond(value)) return values;
      if (!(value instanceof Keyword)) values.push(value);
    }
  }

  #dictionary(depth: number): PdfValue {
    const entries = new Map<string, PdfValue>();
    for (;;) {
      const key = this.next(depth + 1);
      if (key === dictionaryEnd || this.#isBeyond(key)) return entries;
      // Most readers refuse a dictionary with a key that is not a name.
      if (typeof key !== 'string') return broken;
      const value = this.next(depth + 1);
      if (value === dictionaryEnd || this.#isBeyond(value)) return entries;
      if (value === broken) return broken;
      entries.set(key, value instanceof Keyword ? null : value);
    }
  }

  /** Whether the end of a dictionary or array is missing. */
  #isBeyond(value: PdfValue): boolean {
    if (!(value instanceof Keyword)) return false;
    if (value === end) return true;
    if (value.text !== 'endobj' && value.text !== 'stream' && value.text !== 'startxref') return false;
    this.#at -= value.text.length;
    return true;
  }

  #hexString(): Buffer {
    const from = this.#at + 1;
    const to = this.#bytes.indexOf(0x3e, from);
    if (to === -1) this.#ranOut = true;
    this.#at = to === -1 ? this.#bytes.length : to + 1;
    const digits = this.#bytes
      .toString('latin1', from, to === -1 ? undefined : to)
      .replace(/[^0-9a-fA-F]/g, '');
    return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
  }

  #string(): Buffer {
    const bytes = this.#bytes;
    const value: number[] = [];
    let depth = 0;
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at] ?? 0;
      if (byte === 0x5c) this.#escape(value);
      else {
        if (byte === 0x28 && ++depth === 1) continue;
        if (byte === 0x29 && --depth === 0) {
          this.#at++;
          return Buffer.from(value);
        }
        value.push(byte);
      }
    }
    this.#ranOut = true;
    return Buffer.from(value);
  }

  /** An escape within a string (§7.3.4.2); stops at its last character. */
  #escape(value: number[]): void {
    const bytes = this.#bytes;
    const octal = /^[0-7]{1,3}/.exec(bytes.toString('latin1', this.#at + 1, this.#at + 4))?.[0];
    if (octal !== undefined) {
      value.push(Number.parseInt(octal, 8) & 0xff);
      this.#at += octal.length;
      return;
    }
    const byte = bytes[++this.#at];
    if (byte === 0x0d && bytes[this.#at + 1] === 0x0a) this.#at++;
    if (byte === undefined || byte === 0x0d || byte === 0x0a) return;
    value.push(escapes.get(byte) ?? byte);
  }
}

function isDigit(byte = 0): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

const escapes: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x66, 0x0c],
]);
