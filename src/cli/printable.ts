/**
 * Characters that end a line, move the cursor, color the rest or turn the order of the letters: C0, C1, line separators
 * and the controls of bidirectional text (UAX #9).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text of anybody's in one line that a terminal shows as it is. */
export function printable(text: string): string {
  return text.replace(
    unprintable,
    (found) => short[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A text of several lines, such as a stack: each is printable, and none but the first begins at the margin. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 || /^ {2}/.test(line) ? printable(line) : `    ${printable(line)}`))
    .join('\n');
}
