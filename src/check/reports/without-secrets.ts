/** A part of credentials that is shorter may be a word of any text. */
const shortest = 6;

/**
 * Replaces credentials in every string of a report. Headers are masked where they are recorded; this is for a consumer
 * that repeats them, in a response or a state.
 * @param secrets values of `Authorization`. What follows the scheme is replaced alone, too
 */
export function withoutSecrets<T>(report: T, secrets: readonly (string | undefined)[]): T {
  const words = secrets
    .filter((secret) => secret !== undefined)
    .flatMap((secret) => [secret, secret.replace(/^\S+\s+/, '')])
    .filter(({ length }) => length >= shortest)
    .sort((a, b) => b.length - a.length);
  if (words.length === 0) return report;
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return words.reduce((text, word) => text.replaceAll(word, '***'), value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [walk(name), walk(member)]));
  };
  return walk(report) as T;
}
