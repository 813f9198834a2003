import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';

/** How a string in a document compares with the stated one. */
export type Likeness = 'pass' | 'review' | 'fail';

/**
 * Compares names. `pass`: equal except for case, accents and punctuation. `review`: the same family name and initial.
 */
export function compareNames(stated: string, found: string): Likeness {
  const [a, b] = [words(stated), words(found)];
  if (a.join(' ') === b.join(' ')) return 'pass';
  const alike =
    a.at(-1) !== undefined && a.at(-1) === b.at(-1) && a[0]?.[0] !== undefined && a[0][0] === b[0]?.[0];
  return alike ? 'review' : 'fail';
}

/** Compares employers. `review`: one name contains the other (`Acme`, `Acme Holdings`). */
export function compareEmployers(stated: string, found: string): Likeness {
  const [a, b] = [words(stated).join(' '), words(found).join(' ')];
  if (a === b) return 'pass';
  return a !== '' && b !== '' && (a.includes(b) || b.includes(a)) ? 'review' : 'fail';
}

/** Compares address lines. `review`: the same house number and ZIP code, but other words between them. */
export function compareAddresses(stated: string, found: string): Likeness {
  const [a, b] = [words(stated), words(found)];
  if (a.join(' ') === b.join(' ')) return 'pass';
  return a[0] === b[0] && zip(stated) === zip(found) ? 'review' : 'fail';
}

/** The property of an object if its value is an object. Otherwise an empty object. */
export function objectAt(value: JsonValue | undefined, key: string): JsonObject {
  const member = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(member) ? member : {};
}

function words(text: string): string[] {
  const plain = text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/['’.]/g, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function zip(text: string): string | undefined {
  return /(\d{5})(-\d{4})?$/.exec(text)?.[1];
}
