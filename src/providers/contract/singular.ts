/** One of what an English plural names, in lower camel case: `payment` for `payments`, `creditNote` for `credit-notes`. */
export function singular(plural: string): string {
  return plural
    .replace(/ies$/, 'y')
    .replace(/(ch|sh|x|ss)es$/, '$1')
    .replace(/([^s])s$/, '$1')
    .replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether two paths differ at most in the number of their last word: `/user` and `/users`. */
export function sameNoun(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length || a.length === 0) return false;
  return a.every((segment, at) =>
    at === a.length - 1 ? singular(segment) === singular(b[at] ?? '') : segment === b[at],
  );
}
