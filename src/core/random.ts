/** A repeatable source of random draws. The same seed and the same calls give the same values. */
export interface Random {
  /** An integer from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** A number from 0 (included) to 1 (excluded), with 53 random bits. */
  float(): number;
  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T;
  /** True with the given probability, 0…1. */
  chance(probability: number): boolean;
  /** A version 4 UUID (RFC 9562). */
  uuid(): string;
  /** Hexadecimal digits, a multiple of eight. */
  hex(digits: number): string;
  /** An independent source that depends only on this one's seed and the label, not on what was drawn. */
  stream(label: string): Random;
}

/** A `Random` whose draws follow from the seed alone: cyrb128 spreads the seed, sfc32 draws. */
export function seededRandom(seed: string | number): Random {
  return new SeededRandom(String(seed));
}

class SeededRandom implements Random {
  readonly #seed: string;
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 0;
  /** False until the first draw: many sources only ever give streams. */
  #isSpread = false;

  constructor(seed: string) {
    this.#seed = seed;
  }

  #spread(): void {
    this.#isSpread = true;
    [this.#a, this.#b, this.#c, this.#counter] = cyrb128(this.#seed);
    for (let i = 0; i < 12; i++) this.#next();
  }

  /** sfc32, Chris Doty-Humphrey's small fast counter generator (PractRand): 32 bits a call. */
  #next(): number {
    if (!this.#isSpread) this.#spread();
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  float(): number {
    return ((this.#next() >>> 5) * 67_108_864 + (this.#next() >>> 6)) / 9_007_199_254_740_992;
  }

  int(min: number, max: number): number {
    return min + Math.floor(this.float() * (max - min + 1));
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('Could not pick an item: the list is empty.');
    return items[this.int(0, items.length - 1)] as T;
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  uuid(): string {
    const a = this.#next();
    const b = (this.#next() & 0xffff0fff) | 0x00004000;
    const c = (this.#next() & 0x3fffffff) | 0x80000000;
    const d = this.#next();
    writeHex(0, a >>> 16);
    writeHex(4, a);
    writeHex(9, b >>> 16);
    writeHex(14, b);
    writeHex(19, c >>> 16);
    writeHex(24, c);
    writeHex(28, d >>> 16);
    writeHex(32, d);
    return String.fromCharCode(...uuidCodes);
  }

  hex(digits: number): string {
    const codes: number[] = [];
    while (codes.length < digits) {
      const word = this.#next();
      for (let shift = 28; shift >= 0; shift -= 4) codes.push(hexCodes[(word >>> shift) & 15] ?? 0);
    }
    return String.fromCharCode(...codes);
  }

  stream(label: string): Random {
    return new SeededRandom(`${this.#seed}/${label}`);
  }
}

/**
 * The characters of the UUID being built. A string built from them in one step is flat. Concatenated from pieces, each
 * id would keep its pieces in memory, six times its own size.
 */
const uuidCodes: number[] = Array.from({ length: 36 }, () => '-'.charCodeAt(0));
const hexCodes: readonly number[] = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Writes the lower 16 bits of a word as four digits. */
function writeHex(at: number, word: number): void {
  for (let i = 0; i < 4; i++) uuidCodes[at + i] = hexCodes[(word >>> (12 - 4 * i)) & 15] ?? 0;
}

/** cyrb128 (public domain, bryc): four well-mixed 32-bit words of a string. */
function cyrb128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  return [h1 ^ h2 ^ h3 ^ h4, h2 ^ h1, h3 ^ h1, h4 ^ h1];
}
