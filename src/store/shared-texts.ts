/** A text of this length or shorter is not worth sharing. */
export const smallLength = 256;

/** V8 hashes longer strings by their length alone, so that a map of them would be a list. */
const hashedLength = 16_000;

interface SharedText {
  readonly text: string;
  readonly bytes: number;
  uses: number;
}

/** Keeps equal long texts once, however many records have them, and counts what they take. */
export class SharedTexts {
  readonly #texts = new Map<string, SharedText>();
  readonly #count: (bytes: number) => void;

  /** @param count told how many bytes more are kept; negative: fewer */
  constructor(count: (bytes: number) => void) {
    this.#count = count;
  }

  /** The text to keep in place of this one: equal to it. To be given to {@link release} when it is kept no more. */
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

/** By what a text is found: itself, or length and hash (FNV-1a) of a long one. Two may have the same: they are compared. */
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
