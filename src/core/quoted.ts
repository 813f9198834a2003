/** How much of a text messages repeat, in characters: errors must not be as long as what caused them. */
const mostRepeated = 200;

/** The text, or its start and `…`. */
export function clipped(text: string, limit = mostRepeated): string {
  if (text.length <= limit) return text;
  // No half of a character.
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A value as messages repeat it: as JSON, of a long one the start. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(clipped(value));
  if (typeof value === 'number') return String(value);
  return clipped(JSON.stringify(value) ?? String(value));
}
