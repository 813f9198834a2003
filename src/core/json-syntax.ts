/** The first place at which a string is not JSON, and what is there. */
export interface JsonSyntaxError {
  /** From 0, in UTF-16 units. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly found: string;
  readonly expected: string;
}

const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 forbids exactly these in a string.
const string = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const space = /[ \t\n\r]*/y;

/**
 * Finds the first place at which a string is not JSON (RFC 8259), or null. V8 omits the position from half of its
 * messages, so this searches for it after parsing has failed.
 */
export function findJsonError(text: string): JsonSyntaxError | null {
  /** Open brackets, innermost last. */
  const open: string[] = [];
  let at = skip(text, 0);
  let expected = 'a value';
  for (;;) {
    const top = open.at(-1);
    const char = text.charAt(at);
    if (expected === 'a value' || expected === 'a value or "]"') {
      if (char === ']' && expected === 'a value or "]"') {
        open.pop();
        at++;
      } else if (char === '{' || char === '[') {
        open.push(char);
        at = skip(text, at + 1);
        expected = char === '{' ? 'a property name in double quotes or "}"' : 'a value or "]"';
        continue;
      } else {
        const end = match(char === '"' ? string : literal, text, at);
        if (end === null)
          return describe(
            text,
            at,
            char === '"' ? 'a string that ends, without raw control characters or unknown escapes' : expected,
          );
        at = end;
      }
    } else if (expected.startsWith('a property name')) {
      if (char === '}' && expected.endsWith('"}"')) {
        open.pop();
        at++;
      } else {
        const end = match(string, text, at);
        if (end === null) return describe(text, at, expected);
        at = skip(text, end);
        if (text.charAt(at) !== ':') return describe(text, at, '":" after the property name');
        at = skip(text, at + 1);
        expected = 'a value';
        continue;
      }
    } else if (char === ',' && top !== undefined) {
      at = skip(text, at + 1);
      expected = top === '{' ? 'a property name in double quotes' : 'a value';
      continue;
    } else if ((char === '}' && top === '{') || (char === ']' && top === '[')) {
      open.pop();
      at++;
    } else {
      return at >= text.length && top === undefined ? null : describe(text, at, expected);
    }
    at = skip(text, at);
    const outer = open.at(-1);
    expected = outer === undefined ? 'the end of the text' : `"," or "${outer === '{' ? '}' : ']'}"`;
  }
}

function match(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function skip(text: string, at: number): number {
  return match(space, text, at) ?? at;
}

function describe(text: string, offset: number, expected: string): JsonSyntaxError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const rest = text.slice(offset, offset + 12);
  const found = rest === '' ? 'the end of the text' : JSON.stringify(rest);
  return { offset, line, column: offset - before.lastIndexOf('\n'), found, expected };
}
