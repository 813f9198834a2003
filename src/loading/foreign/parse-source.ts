import type { JsonValue } from '../../core/json.ts';
import { findJsonError } from '../../core/json-syntax.ts';

/** A text as a value, and what was forgiven in it. */
export interface ParsedSource {
  readonly value: JsonValue;
  /** Offsets are in the text. */
  readonly forgiven: readonly TextNote[];
  /** Whether a value may contain itself. */
  readonly aliases: boolean;
  readonly isJson: boolean;
  /** The text without a byte-order mark, with the continuation lines indented. Its lines are those of the file. */
  readonly text: string;
}

/** Something in a text that is not valid and was understood, or why a text cannot be read. Line and column from 1. */
export interface TextNote {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The deepest nesting of a YAML text. The parser is recursive. */
export const maxDepth = 1000;

/** The most lines that are indented on behalf of their author. Each costs a reading of the text. */
const maxRepairs = 20;

/**
 * Reads a YAML 1.2 or JSON text, whatever the name of its file. Dates stay strings. Forgiven are keys that occur twice
 * (the last counts), continuation lines that are not indented, reserved characters before a plain text, and further
 * documents in the same file. Each is said.
 */
export async function parseSource(text: string): Promise<ParsedSource | { readonly problem: TextNote }> {
  const bare = text.replace(/^\uFEFF/, '');
  const first = bare.trimStart().charAt(0);
  if (first === '') return problemAt(1, 1, 'is empty');
  if (bare.startsWith('<<<<<<< '))
    return problemAt(1, 1, 'has the markers of a merge conflict. Resolve it first');
  if (first === '<')
    return problemAt(
      1,
      1,
      'is HTML or XML, expected YAML or JSON. If it was downloaded, download the raw file',
    );
  if (first === '{' || first === '[') {
    try {
      const value = JSON.parse(bare) as JsonValue;
      return { value, forgiven: [], aliases: false, isJson: true, text: bare };
    } catch {
      // YAML allows more: comments, strings without quotes, commas at the end.
      const parsed = await parseYaml(bare);
      return 'problem' in parsed ? { problem: jsonProblem(bare) ?? parsed.problem } : parsed;
    }
  }
  return await parseYaml(bare);
}

function jsonProblem(text: string): TextNote | null {
  const error = findJsonError(text);
  if (error === null) return null;
  const { line, column, found, expected } = error;
  return { line, column, message: `is not valid JSON: got ${found}, expected ${expected}` };
}

async function parseYaml(text: string): Promise<ParsedSource | { readonly problem: TextNote }> {
  const { load, CORE_SCHEMA, mergeTag, YAMLException } = await import('js-yaml');
  const schema = CORE_SCHEMA.withTags(mergeTag);
  const forgiven: TextNote[] = [];
  let lines: string[] | undefined;
  let repaired = text;
  for (let repairs = 0; repairs <= maxRepairs; repairs++) {
    try {
      const value = load(repaired, { schema, maxDepth }) as JsonValue;
      return { value, forgiven, aliases: /[&*]/.test(repaired), isJson: false, text: repaired };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      if (/maxDepth/.test(error.message)) {
        const { line = 0, column = 0 } = error.mark ?? {};
        return problemAt(line + 1, column + 1, `is nested deeper than ${maxDepth} levels`);
      }
      lines ??= text.split('\n');
      const at = error.mark === undefined ? null : indentContinuation(lines, error.mark.line);
      if (at === null) break;
      const message = 'A continuation line that is not indented is read as part of the text before it.';
      forgiven.push({ line: at + 1, column: 1, message });
      repaired = lines.join('\n');
    }
  }
  const lenient = await parseLeniently(repaired);
  return 'problem' in lenient ? lenient : { ...lenient, forgiven: [...forgiven, ...lenient.forgiven] };
}

/** Indents the continuation line at which a parser has stumbled, or the one before. Returns its index. */
function indentContinuation(lines: string[], near: number): number | null {
  for (const index of [near, near - 1]) {
    const line = lines[index];
    if (index < 1 || line === undefined || !isPlainText(line)) continue;
    let above = index - 1;
    while (above > 0 && lines[above]?.trim() === '') above--;
    const indent = /^ */.exec(lines[above] ?? '')?.[0] ?? '';
    if (/^ */.exec(line)?.[0].startsWith(`${indent} `)) continue;
    lines[index] = `${indent}  ${line.trimStart()}`;
    return index;
  }
  return null;
}

/** Whether a line looks like neither a key nor an item of a list. */
function isPlainText(line: string): boolean {
  return (
    line.trim() !== '' &&
    !/^\s*(-(\s|$)|#|---|[[\]{}&*!|>%@`\t])/.test(line) &&
    !/^\s*[^\s:]+:(\s|$)/.test(line)
  );
}

/** Codes of errors after which the result of `yaml` is what the author plainly means. */
const forgivable: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'A key that occurs twice in one object: the last one counts.',
  MULTIPLE_DOCS: 'Only the first document of the file is read.',
  BAD_SCALAR_START: 'A text that begins with a reserved character is read as if it were quoted.',
  TAG_RESOLVE_FAILED: 'A YAML tag that is not known is ignored.',
};

/** Reads a text with a parser that goes on after an error, for what the faster one refuses. */
async function parseLeniently(text: string): Promise<ParsedSource | { readonly problem: TextNote }> {
  const yaml = await import('yaml');
  const counter = new yaml.LineCounter();
  const forgiven: TextNote[] = [];
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const options = {
      lineCounter: counter,
      prettyErrors: false,
      strict: false,
      merge: true,
      logLevel: 'silent',
    } as const;
    const document = yaml.parseDocument(text, { ...options, customTags: [binaryText] });
    for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
      const reading = Object.hasOwn(forgivable, code) ? forgivable[code] : undefined;
      if (reading === undefined) {
        const cause = message.split('\n')[0] ?? message;
        return {
          problem: {
            ...at(pos[0]),
            message: `is not valid YAML: ${lowerFirst(cause)}`,
          },
        };
      }
      forgiven.push({ ...at(pos[0]), message: reading });
    }
    return {
      value: document.toJS({ maxAliasCount: -1 }) as JsonValue,
      forgiven,
      aliases: true,
      isJson: false,
      text,
    };
  } catch (error) {
    if (error instanceof RangeError) return problemAt(1, 1, 'is nested too deeply');
    return problemAt(
      1,
      1,
      `is not valid YAML: ${error instanceof Error ? lowerFirst(error.message) : String(error)}`,
    );
  }
}

/** `!!binary` stays base64 text, as in JSON. */
const binaryText = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text: string): string => text.replace(/\s+/g, ''),
};

function problemAt(line: number, column: number, message: string): { readonly problem: TextNote } {
  return { problem: { line, column, message } };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
