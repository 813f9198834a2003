/** A value of a PDF (ISO 32000-1 §7.3). A name is a string without its slash, a string is a buffer. */
export type PdfValue =
  | null
  | boolean
  | number
  | string
  | Buffer
  | PdfReference
  | Keyword
  | readonly PdfValue[]
  | PdfDictionary;

export type PdfDictionary = ReadonlyMap<string, PdfValue>;

/** `12 0 R` */
export class PdfReference {
  readonly number: number;
  readonly generation: number;

  constructor(number: number, generation: number) {
    this.number = number;
    this.generation = generation;
  }
}

/** Anything that is not a value: `obj`, `stream`, `xref`, `trailer`, or the remains of a damaged file. */
export class Keyword {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function isDictionary(value: PdfValue | undefined): value is PdfDictionary {
  return value instanceof Map;
}

export function isKeyword(value: PdfValue | undefined, text: string): boolean {
  return value instanceof Keyword && value.text === text;
}

/** The value as a non-negative integer, or undefined. */
export function asCount(value: PdfValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
