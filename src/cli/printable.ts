/**
 * Characters that end a line, move the cursor, color what follows or change the direction of text: C0, C1, line
 * separators and bidirectional controls (UAX #9).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Makes untrusted text safe to print on one line of a terminal. */
export function printable(text: string): string {
  return text.replace(
    unprintable,
    (found) => short[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Makes text of several lines, such as a stack trace, safe to print. Only the first line starts at the margin. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 || /^ {2}/.test(line) ? printable(line) : `    ${printable(line)}`))
    .join('\n');
}
