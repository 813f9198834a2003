/**
 * Characters that move a cursor, color or reverse what follows, or that XML 1.0 forbids: C0 without tab and line feed,
 * C1, bidirectional controls (UAX #9), line separators, noncharacters, halves of surrogate pairs.
 */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]|\p{Cs}/gu;

/** Text of a consumer with every character shown: `\u001b` for an escape. Tabs and line feeds stay. */
export function visible(text: string): string {
  return text.replace(invisible, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same on one line, so that text of a consumer makes no line of its own. */
export function onOneLine(text: string): string {
  return visible(text).replaceAll('\n', '\\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of a consumer for HTML and XML, in an element or a quoted attribute. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (found) => entities[found] ?? found);
}
