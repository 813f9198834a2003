import { quoted } from './quoted.ts';
import { type Position, TextLines } from './text-lines.ts';
import { findPart, type Part, type PartName, type TextProblem } from './text-reading.ts';

/** Finds the positions of the parts of a string that is valid JSON. */
export class JsonPlaces {
  readonly #root: Part;
  readonly #text: string;
  readonly #lines: TextLines;
  /** By the position of their container. Passing over a large value takes long. */
  readonly #known = new Map<number, readonly Part[]>();

  constructor(text: string) {
    this.#text = text;
    this.#lines = new TextLines(text);
    const start = this.#skipSpace(text.startsWith('\uFEFF') ? 1 : 0);
    this.#root = { key: '', keyAt: start, valueAt: start };
  }

  /** The value, the key, or the nearest part that exists. */
  locate({ pointer, atKey }: PartName): Position {
    const part = findPart(this.#root, ({ valueAt }) => this.#members(valueAt), pointer);
    return this.#lines.positionAt(atKey ? part.keyAt : part.valueAt);
  }

  /** The first key that an object has twice, or number that is larger than JavaScript's numbers. */
  findProblem({ valueAt } = this.#root): TextProblem | null {
    const seen = new Set<string>();
    for (const part of this.#members(valueAt)) {
      if (seen.has(part.key)) {
        const place = this.#lines.positionAt(part.keyAt);
        return { ...place, code: 'duplicate-key', message: `the key ${quoted(part.key)} occurs twice` };
      }
      seen.add(part.key);
      const inner = this.findProblem(part);
      if (inner !== null) return inner;
    }
    const number = /[-\d]/.test(this.#text.charAt(valueAt))
      ? Number(this.#text.slice(valueAt, this.#endOfLiteral(valueAt)))
      : 0;
    if (Number.isFinite(number)) return null;
    return {
      ...this.#lines.positionAt(valueAt),
      code: 'value',
      message: `got ${number}, expected a JSON value`,
    };
  }

  #members(container: number): readonly Part[] {
    const known = this.#known.get(container);
    if (known !== undefined) return known;
    const members: Part[] = [];
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
