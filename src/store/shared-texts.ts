/** Strings up to this length are not worth sharing. */
export const smallLength = 256;

/** V8 hashes longer strings by their length alone, which would degrade a map to a linear search. */
const hashedLength = 16_000;

interface SharedText {
  readonly text: string;
  readonly bytes: number;
  uses: number;
}

/** Stores equal long strings once, however many records refer to them, and counts their memory. */
export class SharedTexts {
  readonly #texts = new Map<string, SharedText>();
  readonly #count: (bytes: number) => void;

  /** @param count called with the number of additional bytes; negative: fewer */
  constructor(count: (bytes: number) => void) {
    this.#count = count;
  }

  /**
   * Returns the string to store instead of this one, which is equal. Call {@link release} when it is no longer stored.
   */
  keep(text: string): string {
    if (text.length <= smallLength) {
      this.#count(text.length);
      return text;
    }
    const { key, isLatin } = keyOf(text);
    const known = this.#texts.get(key);
    if (known === undefined) {
      const bytes = isLatin ? text.length : 2 * text.length;
      this.#texts.set(key, { text, bytes, uses: 1 });
      this.#count(bytes);
      return text;
    }
    if (known.text === text) {
      known.uses++;
      return known.text;
    }
    this.#count(2 * text.length);
    return text;
  }

  release(text: string): void {
    if (text.length <= smallLength) {
      this.#count(-text.length);
      return;
    }
    const { key } = keyOf(text);
    const known = this.#texts.get(key);
    if (known?.text !== text) this.#count(-2 * text.length);
    else if (--known.uses === 0) {
      this.#texts.delete(key);
      this.#count(-known.bytes);
    }
  }

  clear(): void {
    this.#texts.clear();
  }
}

/**
 * The lookup key of a string: itself or, for a long one, its length and hash (FNV-1a). Strings with equal keys are
 * compared.
 */
function keyOf(text: string): { readonly key: string; readonly isLatin: boolean } {
  let hash = 0x811c9dc5;
  let all = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    all |= code;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return { key: text.length > hashedLength ? `${text.length} ${hash}` : text, isLatin: all < 256 };
}
