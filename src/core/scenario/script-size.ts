/** Deepest nesting of a script. */
export const maxDepth = 64;
/** Most values that a document may have once its aliases are resolved. */
export const maxValues = 200_000;
/**
 * Maximum number of YAML marks in a script: brackets, braces, commas, colons, dashes, quotes, line ends and the like.
 * The parser takes up to 20 µs for each.
 */
export const maxYamlMarks = 20_000;
/** Longest text that is read as YAML, in characters. */
export const maxYamlLength = 256 * 1024;
/** Maximum number of documents in a script. */
export const maxDocuments = 1_000;

/**
 * What a YAML text has too much of, found in one pass before it is parsed. Marks count everywhere, also in strings and comments: only
 * a parser can say where a string ends, so skipping strings could be exploited.
 */
export function yamlExcess(text: string): string | null {
  if (text.length > maxYamlLength)
    return `has ${text.length} characters, expected at most ${maxYamlLength} of YAML. Split it into several files, or write it as JSON`;
  let marks = 0;
  let documents = 0;
  for (let at = 0; at < text.length; at++) {
    if (!isMark(text, at)) continue;
    if (++marks > maxYamlMarks)
      return `has more than ${maxYamlMarks} brackets, commas, colons, quotes and lines, the most that is read as YAML. Split it into several files, or write it as JSON`;
    if (text[at] === '\n' && isDocumentMark(text, at + 1) && ++documents > maxDocuments)
      return `has more than ${maxDocuments} documents. Split it into several files`;
  }
  return null;
}

function isMark(text: string, at: number): boolean {
  switch (text.charCodeAt(at)) {
    case 0x0a: // \n
    case 0x0d: // \r
    case 0x21: // !
    case 0x22: // "
    case 0x23: // #
    case 0x25: // %
    case 0x26: // &
    case 0x27: // '
    case 0x2a: // *
    case 0x2c: // ,
    case 0x3a: // :
    case 0x3e: // >
    case 0x5b: // [
    case 0x5d: // ]
    case 0x7b: // {
    case 0x7c: // |
    case 0x7d: // }
      return true;
    case 0x2d: // -
    case 0x3f: // ?
      return isSpace(text.charCodeAt(at + 1));
    default:
      return false;
  }
}

/** Also the end of the text, whose code is NaN. */
function isSpace(code: number): boolean {
  return !(code > 0x20);
}

function isDocumentMark(text: string, at: number): boolean {
  return text.startsWith('---', at) || text.startsWith('...', at);
}
