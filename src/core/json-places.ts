import { parsePointer } from './json.ts';
import { type Position, TextLines } from './text-lines.ts';

/** A member of an object, or an item of an array, whose key is its index. */
interface Member {
  readonly key: string;
  /** The position of its key, or of the item. */
  readonly keyAt: number;
  readonly valueAt: number;
}

/** Finds the positions of the parts of a string that is valid JSON. */
export class JsonPlaces {
  readonly start: number;
  readonly #text: string;
  readonly #lines: TextLines;
  /** By the position of their container. Passing over a large value takes long. */
  readonly #known = new Map<number, readonly Member[]>();

  constructor(text: string) {
    this.#text = text;
    this.#lines = new TextLines(text);
    this.start = this.#skipSpace(text.startsWith('\uFEFF') ? 1 : 0);
  }

  /** The value, the key, or the nearest part that exists. */
  locate({ pointer, atKey }: { readonly pointer: string; readonly atKey: boolean }): Position {
    let at = this.start;
    const tokens = parsePointer(pointer);
    for (const [index, token] of tokens.entries()) {
      // Of a key that occurs twice, the last one counts.
      const found = this.#members(at).findLast((member) => member.key === token);
      if (found === undefined) break;
      at = atKey && index === tokens.length - 1 ? found.keyAt : found.valueAt;
    }
    return this.positionAt(at);
  }

  positionAt(offset: number): Position {
    return this.#lines.positionAt(offset);
  }

  /** The first key that an object has twice. */
  findDuplicate(at: number): { readonly key: string; readonly at: number } | null {
    const seen = new Set<string>();
    for (const { key, keyAt, valueAt } of this.#members(at)) {
      if (seen.has(key)) return { key, at: keyAt };
      seen.add(key);
      const inner = this.findDuplicate(valueAt);
      if (inner !== null) return inner;
    }
    return null;
  }

  #members(container: number): readonly Member[] {
    const known = this.#known.get(container);
    if (known !== undefined) return known;
    const members: Member[] = [];
    this.#known.set(container, members);
    const isObject = this.#text[container] === '{';
    if (!isObject && this.#text[container] !== '[') return members;
    let at = this.#skipSpace(container + 1);
    while (this.#text[at] !== (isObject ? '}' : ']')) {
      const keyAt = at;
      let key = String(members.length);
      if (isObject) {
        const end = this.#endOfString(at);
        key = JSON.parse(this.#text.slice(at, end)) as string;
        at = this.#skipSpace(this.#skipSpace(end) + 1);
      }
      members.push({ key, keyAt, valueAt: at });
      at = this.#skipSpace(this.#endOfValue(at));
      if (this.#text[at] === ',') at = this.#skipSpace(at + 1);
    }
    return members;
  }

  #endOfValue(from: number): number {
    let depth = 0;
    let at = from;
    do {
      const code = this.#text.charCodeAt(at);
      if (code === quote) at = this.#endOfString(at);
      else if (code === openBrace || code === openBracket) {
        depth++;
        at++;
      } else if (code === closeBrace || code === closeBracket) {
        depth--;
        at++;
      } else if (depth > 0) at++;
      else at = this.#endOfLiteral(at);
    } while (depth > 0);
    return at;
  }

  #endOfString(from: number): number {
    let at = from + 1;
    for (let code = this.#text.charCodeAt(at); code !== quote; code = this.#text.charCodeAt(at))
      at += code === backslash ? 2 : 1;
    return at + 1;
  }

  #endOfLiteral(from: number): number {
    let at = from;
    while (at < this.#text.length && !/[\s,\]}]/.test(this.#text.charAt(at))) at++;
    return at;
  }

  #skipSpace(from: number): number {
    let at = from;
    while (at < this.#text.length && /[ \t\n\r]/.test(this.#text.charAt(at))) at++;
    return at;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
