import { isJsonObject, type JsonValue } from '../../core/json.ts';

/** A place where two states differ. */
export interface Difference {
  /** JSON pointer. Items of arrays that were sorted have the place of the sorted array. */
  readonly pointer: string;
  /** Undefined: there is nothing. */
  readonly expected: JsonValue | undefined;
  readonly observed: JsonValue | undefined;
}

/** Where two states differ, both normalized. An array of another length differs as a whole. */
export function differencesOf(
  expected: JsonValue | undefined,
  observed: JsonValue | undefined,
  pointer = '',
): Difference[] {
  if (isJsonObject(expected) && isJsonObject(observed)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(observed)])].sort();
    return keys.flatMap((key) =>
      differencesOf(
        expected[key],
        observed[key],
        `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      ),
    );
  }
  if (Array.isArray(expected) && Array.isArray(observed) && expected.length === observed.length) {
    return expected.flatMap((item, i) => differencesOf(item, observed[i], `${pointer}/${i}`));
  }
  if (JSON.stringify(expected) === JSON.stringify(observed) || (isTime(expected) && isTime(observed)))
    return [];
  return [{ pointer, expected, observed }];
}

/** A time, or none yet: when something happened says nothing of what it was. */
function isTime(value: JsonValue | undefined): boolean {
  return value === '<time>' || value === null || value === undefined;
}

/** The places that differ between undisturbed plays of the same outcome, and so say nothing. */
export class Mask {
  readonly #pointers = new Set<string>();

  /** Adds the places where two states of the same outcome differ. */
  learn(one: JsonValue | undefined, other: JsonValue | undefined): void {
    for (const { pointer } of differencesOf(one, other)) this.#pointers.add(pointer);
  }

  /** The differences that are not at a masked place, or within one. */
  filter(differences: readonly Difference[]): Difference[] {
    return differences.filter(({ pointer }) => !this.#hides(pointer));
  }

  /** True if it hides the whole state. */
  get hidesAll(): boolean {
    return this.#pointers.has('');
  }

  #hides(pointer: string): boolean {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
      if (this.#pointers.has(at)) return true;
      if (at === '') return false;
    }
  }
}

/** Whether nothing differs but that something came more often than expected: a higher count, a longer array. */
export function isExcess(differences: readonly Difference[]): boolean {
  return differences.length > 0 && differences.every(isMore);
}

function isMore({ expected, observed }: Difference): boolean {
  if (typeof expected === 'number' && typeof observed === 'number') return observed > expected;
  if (!Array.isArray(expected) || !Array.isArray(observed) || observed.length <= expected.length)
    return false;
  const rest = observed.map((item) => JSON.stringify(item));
  return expected.every((item) => {
    const at = rest.indexOf(JSON.stringify(item));
    if (at !== -1) rest.splice(at, 1);
    return at !== -1;
  });
}

/** A difference in words: `bookings: 2 instead of 1`. */
export function describeDifference({ pointer, expected, observed }: Difference): string {
  const place =
    pointer === ''
      ? 'the state'
      : pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  return `${place}: ${shown(observed)} instead of ${shown(expected)}`;
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
