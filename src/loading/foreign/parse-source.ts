import type { JsonValue } from '../../core/json.ts';
import { JsonPlaces } from '../../core/json-places.ts';
import { parseJson } from '../../core/read-json.ts';
import { describeProblem, type LocatedDocument, type TextNote } from '../../core/text-reading.ts';

/** A text as a value, and what was forgiven in it. */
export interface ParsedSource extends LocatedDocument {
  readonly forgiven: readonly TextNote[];
  /** Whether a value may contain itself. */
  readonly aliases: boolean;
}

/** The deepest nesting of a YAML text. The parser is recursive. */
const maxDepth = 1000;

/** The most lines that are indented on behalf of their author. Each costs a reading of the text. */
const maxRepairs = 20;

/**
 * Reads a YAML 1.2 or JSON text, whatever the name of its file. Dates stay strings. Forgiven are keys that occur twice
 * (the last counts), continuation lines that are not indented, reserved characters before a plain text, and further
 * documents in the same file. Each is said.
 */
export async function parseSource(text: string): Promise<ParsedSource | { readonly problem: TextNote }> {
  const bare = text.replace(/^\uFEFF/, '');
  const before = bare.slice(0, Math.max(0, bare.indexOf('\0')));
  if (before !== '' || bare.startsWith('\0')) {
    const lines = before.split('\n');
    // Neither YAML nor JSON can have it, and their parsers take minutes to say so for a large file.
    return problemAt(lines.length, (lines.at(-1)?.length ?? 0) + 1, 'is binary: it has the character NUL');
  }
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
  if (first !== '{' && first !== '[') return await parseYaml(bare);
  const json = parseJson(bare);
  if ('problem' in json) {
    // YAML allows more: comments, strings without quotes, commas at the end.
    const parsed = await parseYaml(bare);
    return 'problem' in parsed ? json : parsed;
  }
  const places = new JsonPlaces(bare);
  return { value: json.value, forgiven: [], aliases: false, locate: (part) => places.locate(part) };
}

async function parseYaml(text: string): Promise<ParsedSource | { readonly problem: TextNote }> {
  const { YamlPlaces } = await import('./yaml-places.ts');
  const { load, CORE_SCHEMA, mergeTag, YAMLException } = await import('js-yaml');
  const schema = CORE_SCHEMA.withTags(mergeTag);
  const forgiven: TextNote[] = [];
  let lines: string[] | undefined;
  let repaired = text;
  for (let repairs = 0; repairs <= maxRepairs; repairs++) {
    try {
      const value = load(repaired, { schema, maxDepth }) as JsonValue;
      const places = new YamlPlaces(repaired);
      return { value, forgiven, aliases: /[&*]/.test(repaired), locate: (part) => places.locate(part) };
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
  // A parser that goes on after an error, for what the faster one refuses.
  const { readYaml } = await import('../../core/read-yaml.ts');
  const {
    documents,
    problems,
    forgiven: more,
  } = readYaml(repaired, { maxDepth, maxValues: Infinity, meanings });
  const [document] = documents;
  const [problem] = problems;
  if (document !== undefined) return { ...document, aliases: true, forgiven: [...forgiven, ...more] };
  if (problem === undefined) return problemAt(1, 1, 'is empty');
  return {
    problem: { ...problem, message: describeProblem({ ...problem, message: lowerFirst(problem.message) }) },
  };
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

/** Errors of the parser after which its result is what the author plainly means. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['DUPLICATE_KEY', 'A key that occurs twice in one object: the last one counts.'],
  ['MULTIPLE_DOCS', 'Only the first document of the file is read.'],
  ['BAD_SCALAR_START', 'A text that begins with a reserved character is read as if it were quoted.'],
  ['TAG_RESOLVE_FAILED', 'A YAML tag that is not known is ignored.'],
]);

function problemAt(line: number, column: number, message: string): { readonly problem: TextNote } {
  return { problem: { line, column, message } };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
