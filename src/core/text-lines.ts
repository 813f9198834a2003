/** A place in a text, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The lines of a text, found at the first question. */
export class TextLines {
  readonly #text: string;
  /** Offsets at which lines begin. */
  #starts: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param offset from 0, in UTF-16 units */
  positionAt(offset: number): Position {
    this.#starts ??= lineStarts(this.#text);
    let low = 0;
    for (let high = this.#starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
