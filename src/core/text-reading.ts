import { type JsonValue, parsePointer } from './json.ts';
import type { Position } from './text-lines.ts';

/** One document of a file as a JSON value, with the positions of its parts. */
export interface LocatedDocument {
  /** Null for an empty document of YAML. */
  readonly value: JsonValue;
  /** The position of a value, of its key, or of the nearest part that exists. */
  readonly locate: (part: PartName) => Position;
}

/** Something in a file, as a clause without a period. */
export interface TextNote extends Position {
  readonly message: string;
}

/** Something in a file that is not valid. */
export interface TextProblem extends TextNote {
  /** With `json`, `too-deep` and `too-large`, the message lacks its subject, the text: `has more than 9 values`. */
  readonly code: 'alias' | 'duplicate-key' | 'json' | 'loop' | 'syntax' | 'too-deep' | 'too-large' | 'value';
}

/** The documents of a file that have no problems, and the problems of the others. */
export interface TextReading {
  readonly documents: LocatedDocument[];
  readonly problems: TextProblem[];
  readonly forgiven: TextNote[];
}

/** What a file may contain. */
export interface TextRules {
  /** The deepest nesting. */
  readonly maxDepth: number;
  /** The most values of a document, counted with its aliases resolved. */
  readonly maxValues: number;
  /** Why a YAML text is too large to be parsed, as a message of `too-large`. Default: none is. */
  readonly yamlExcess?: (text: string) => string | null;
  /** Whether a YAML text may have several documents. Default: false. */
  readonly several?: boolean;
  /**
   * Reads what a careless author wrote: how errors of the YAML parser are meant, by its codes. The limits then do not
   * count, and aliases stay: a value may contain itself. Default: any error is a problem.
   */
  readonly meanings?: ReadonlyMap<string, string>;
}

/** What is wrong with a file, as the end of a sentence or a sentence without its period. */
export function describeProblem({ code, message }: TextProblem): string {
  return code === 'alias' || code === 'loop' || code === 'syntax' ? `is not valid YAML: ${message}` : message;
}

/** A member of an object, or an item of an array, whose key is its index. */
export interface Part {
  readonly key: string;
  /** The offset of its key, or of the item. */
  readonly keyAt: number;
  readonly valueAt: number;
}

/** Which part of a document: a value, or its key. */
export interface PartName {
  readonly pointer: string;
  readonly atKey: boolean;
}

/** The part at a JSON pointer, or the nearest one that exists. Of a key that occurs twice, the last one counts. */
export function findPart<P extends Part>(root: P, partsOf: (part: P) => readonly P[], pointer: string): P {
  let part = root;
  for (const token of parsePointer(pointer)) {
    const found = partsOf(part).findLast(({ key }) => key === token);
    if (found === undefined) break;
    part = found;
  }
  return part;
}
