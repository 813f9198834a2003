/** Repeatable chance: the same seed and case draw the same values (mulberry32). */
export class Chance {
  #state: number;

  /** @param parts e.g. the seed of the run and the number of the case */
  constructor(...parts: readonly number[]) {
    this.#state = parts.reduce(
      (state, part) => Math.imul(state ^ part, 0x9e3779b1) ^ (state >>> 15),
      0x2545f491,
    );
  }

  /** From 0 to 1, excluding 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from `min` to `max`, inclusive. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True in this share of cases. */
  hits(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(values: readonly T[]): T {
    if (values.length === 0) throw new Error('There is nothing to pick from.');
    return values[this.int(0, values.length - 1)] as T;
  }

  /** Some of the values, in order. */
  some<T>(values: readonly T[], share: number): T[] {
    return values.filter(() => this.hits(share));
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.int(0, 255)));
  }

  word(length = this.int(1, 12)): string {
    const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
    return Array.from({ length }, () => letters[this.int(0, letters.length - 1)]).join('');
  }
}

/** Strings that commonly cause defects. */
export const oddStrings: readonly string[] = [
  '',
  ' ',
  '\t\n\r',
  '\u0000',
  'a\u0000b',
  '\u001b[2J\u001b]0;x\u0007',
  '\u0085\u009b31m',
  '\u2028\u2029',
  '\u202eabc',
  '\ufeff',
  '\ufffd\uffff',
  'é ü ß ø',
  '日本語テキスト',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '\ud800',
  '\udfff\ud800',
  'a\u0301'.repeat(50),
  'null',
  'undefined',
  'true',
  '0',
  '-0',
  'NaN',
  '1e999',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '..\\..\\x',
  '%00',
  '%',
  '%zz',
  '%c3%28',
  '{{7*7}}',
  '#{x}',
  '<script>alert(1)</script>',
  "'; DROP TABLE runs; --",
  '(a+)+$',
  '[',
  '*'.repeat(200),
  '?*'.repeat(100),
  '\\',
  '"',
  'a,b,,c',
  '2029-02-30',
  '9999-12-31T23:59:60Z',
  '+275760-09-13T00:00:00Z',
  '36525d',
  '99999999999999999999d',
  '1e3s',
];

export const oddNumbers: readonly number[] = [
  0,
  -0,
  -1,
  1,
  0.1,
  1e-7,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 2,
  1e21,
  1e308,
  -1e308,
  8.64e15,
];
