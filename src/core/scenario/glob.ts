/** A compiled glob. `*` matches any number of characters, `?` matches one. Case is ignored. */
export interface Glob {
  /** The number of its characters, not counting stars. */
  readonly length: number;
  /** The positions at which the glob accepts a character, as bits. Bit n is the n-th character, from 1. */
  readonly takes: ReadonlyMap<string, Uint32Array>;
  /** The positions of its question marks, which accept any character. */
  readonly takesAny: Uint32Array;
  /** Bit n: a star follows the n-th character. */
  readonly stars: Uint32Array;
}

/** The characters of a string, as globs compare them. */
export function globCharacters(text: string): readonly string[] {
  return [...text.toLowerCase()];
}

export function readGlob(text: string): Glob {
  const items = globCharacters(text);
  const length = items.filter((item) => item !== '*').length;
  const bits = (): Uint32Array => new Uint32Array((length >>> 5) + 1);
  const takes = new Map<string, Uint32Array>();
  const takesAny = bits();
  const stars = bits();
  let at = 0;
  for (const item of items) {
    if (item === '*') set(stars, at);
    else if (++at > 0 && item === '?') set(takesAny, at);
    else {
      const own = takes.get(item) ?? bits();
      takes.set(item, own);
      set(own, at);
    }
  }
  for (const own of takes.values())
    for (const [word, any] of takesAny.entries()) own[word] = (own[word] ?? 0) | any;
  return { length, takes, takesAny, stars };
}

/**
 * Whether a string matches a glob. Follows all paths through the glob in parallel, 32 characters of it in one word
 * (shift-and: R. Baeza-Yates, G. Gonnet, "A new approach to text searching", 1992), so that no glob takes longer than
 * the length of the string times its words.
 */
export function fitsGlob({ length, takes, takesAny, stars }: Glob, text: readonly string[]): boolean {
  // Bit n: the string so far matches the first n characters of the glob.
  const reached = new Uint32Array(stars.length);
  reached[0] = 1;
  for (const character of text) {
    const taken = takes.get(character) ?? takesAny;
    let carried = 0;
    let some = 0;
    for (let word = 0; word < reached.length; word++) {
      const before = reached[word] ?? 0;
      const after = (((before << 1) | carried) & (taken[word] ?? 0)) | (before & (stars[word] ?? 0));
      carried = before >>> 31;
      reached[word] = after;
      some |= after;
    }
    if (some === 0) return false;
  }
  return (((reached[length >>> 5] ?? 0) >>> (length & 31)) & 1) === 1;
}

function set(bits: Uint32Array, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] ?? 0) | (1 << (at & 31));
}
