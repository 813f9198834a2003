import { isJsonObject, type JsonObject, type JsonValue, resolvePointer } from '../../json.ts';
import { quoted } from '../../quoted.ts';
import type { ContractNote } from '../contract.ts';
import { members, type Place, type References } from '../place.ts';

/** The most `$ref`s that lead to one place. More are a circle. */
const maxHops = 100;

/**
 * The document of a foreign contract: one OpenAPI 3.1 document with local `$ref`s. What it cannot resolve becomes a note.
 */
export class ForeignDocument implements References {
  readonly root: Place;
  readonly #notes: ContractNote[] = [];
  readonly #noted = new Set<string>();

  constructor(document: JsonObject) {
    this.root = { file: '', pointer: '', value: document };
  }

  /** The notes so far. Schemas add theirs when they are compiled. */
  get notes(): readonly ContractNote[] {
    return this.#notes;
  }

  /** Notes something once for each place. */
  note(kind: ContractNote['kind'], { pointer }: Pick<Place, 'pointer'>, message: string): void {
    const key = `${pointer}\n${message}`;
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.#notes.push({ kind, file: '', pointer, message });
  }

  forgive(place: Pick<Place, 'pointer'>, message: string): void {
    this.note('forgiven', place, message);
  }

  /** The place that a chain of `$ref`s ends at: itself if it has none. Undefined, with a note, if it points to nothing. */
  follow(place: Place): Place | undefined {
    let current = place;
    for (let hops = 0; refOf(current.value) !== undefined; hops++) {
      const next = this.target(current);
      if (next === undefined) return undefined;
      if (hops === maxHops) {
        this.note(
          'unsupported',
          place,
          `The $ref ${quoted(refOf(place.value) ?? '')} refers to itself. It is ignored.`,
        );
        return undefined;
      }
      current = next;
    }
    return current;
  }

  target(place: Place): Place | undefined {
    const ref = refOf(place.value);
    if (ref === undefined) return undefined;
    const pointer = fragmentOf(ref);
    const isPointer = ref.startsWith('#') && (pointer === '' || pointer.startsWith('/'));
    const value = isPointer ? resolvePointer(this.root.value, pointer) : undefined;
    const found = value === undefined ? undefined : { file: '', pointer, value };
    if (found === undefined) {
      this.note(
        'unsupported',
        place,
        `The $ref ${quoted(ref)} points to nothing in the document. It is ignored.`,
      );
    }
    return found;
  }

  /** The object at a place, after its `$ref`s. If it is something else, returns undefined and adds a note. */
  object(place: Place | undefined, what: string): Place | undefined {
    const found = place && this.follow(place);
    if (found === undefined || isJsonObject(found.value)) return found;
    this.note('unsupported', found, `${what} must be an object. It is ignored.`);
    return undefined;
  }

  /** The entries of an object, or the items of an array. Anything else is noted and has none. */
  entries(
    place: Place | undefined,
    shape: 'object' | 'array',
    what: string,
  ): readonly (readonly [key: string, place: Place])[] {
    if (place === undefined || place.value === null) return [];
    const isArray = Array.isArray(place.value);
    if (isArray ? shape === 'object' : !isJsonObject(place.value)) {
      const expected = shape === 'object' ? 'an object' : 'an array';
      this.note('unsupported', place, `${what} must be ${expected}. It is ignored.`);
      return [];
    }
    return members(place);
  }

  /** The entries of an object whose keys are patterned fields (OpenAPI 3.1 §4.9), without its extensions. */
  patterned(place: Place | undefined, what: string): readonly (readonly [key: string, place: Place])[] {
    return this.entries(place, 'object', what).filter(([key]) => !key.startsWith('x-'));
  }
}

/** The `$ref` of an object, if it is a string. */
export function refOf(value: JsonValue): string | undefined {
  return isJsonObject(value) && typeof value.$ref === 'string' ? value.$ref : undefined;
}

function fragmentOf(ref: string): string {
  try {
    return decodeURIComponent(ref.slice(1));
  } catch {
    // A percent sign that escapes nothing.
    return ref.slice(1);
  }
}
