import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean "x"?` if a known name is near enough, otherwise an empty string. */
export function suggest(given: string, known: Iterable<string>): string {
  return didYouMean(nearestName(given, known));
}

/** @param name what {@link nearestName} found */
export function didYouMean(name: string | null): string {
  return name === null ? '' : ` Did you mean "${name}"?`;
}

/** The known name that is nearest to a given one; null when none is near enough. */
export function nearestName(given: string, known: Iterable<string>): string | null {
  // Edits are counted in time that grows with both lengths, and no name that is much longer or shorter is near enough.
  if (given.length > maxLength) return null;
  const names = [...known].filter((name) => Math.abs(name.length - given.length) <= mostEdits(name));
  if (names.length === 0) return null;
  const lower = closest(
    given.toLowerCase(),
    names.map((name) => name.toLowerCase()),
  );
  const name = names.find((candidate) => candidate.toLowerCase() === lower) ?? lower;
  const edits = distance(given.toLowerCase(), lower);
  // As many edits as letters: nothing of the given name is left in the other.
  const alike = edits < Math.max(given.length, lower.length);
  const near = alike && edits <= mostEdits(name);
  return near ? name : null;
}

/** Longest name that a similar one is looked for. */
const maxLength = 200;

function mostEdits(name: string): number {
  return Math.max(2, Math.floor(name.length / 2));
}
