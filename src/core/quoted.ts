/** How many characters of a string messages repeat, so that errors are not as long as their cause. */
const mostRepeated = 200;

/** The string, or its start and `…`. */
export function clipped(text: string, limit = mostRepeated): string {
  if (text.length <= limit) return text;
  // Do not cut a character in half.
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A value as messages repeat it: as JSON, shortened if long. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(clipped(value));
  if (typeof value === 'number') return String(value);
  return clipped(JSON.stringify(value) ?? String(value));
}
