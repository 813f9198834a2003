import { readText } from '../read-text.ts';
import type { Position } from '../text-lines.ts';
import type { LocatedDocument, TextProblem } from '../text-reading.ts';
import { maxScriptLength } from './scenario.ts';
import { maxDepth, maxValues, yamlExcess } from './script-size.ts';

/** A finding whose place is already known, because it concerns the text itself. */
export interface TextFinding extends Position {
  readonly code: string;
  readonly message: string;
}

/** Reads the documents of a script, YAML or JSON. Its size is checked before it is parsed. */
export function readScriptText(
  text: string,
  isJson = false,
): { documents: LocatedDocument[]; findings: TextFinding[] } {
  const refuse = (code: string, message: string) => ({
    documents: [],
    findings: [{ line: 1, column: 1, code, message }],
  });
  if (text.length > maxScriptLength) {
    const message = `the script has ${text.length} characters, expected at most ${maxScriptLength}. Split it into several files.`;
    return refuse('script.too-large', message);
  }
  const { documents, problems } = readText(text, isJson, { maxDepth, maxValues, several: true, yamlExcess });
  if (text.trim() === '' || documents.length + problems.length === 0)
    return refuse(
      'script.empty',
      'the script is empty, expected a scenario with at least name and provider.',
    );
  const findings = problems.map(findingOf);
  const isEmpty = ({ value }: LocatedDocument): boolean => value === null && !isJson;
  for (const { locate } of documents.filter(isEmpty)) {
    const message =
      'the document is empty, expected a scenario. Remove the `---` that starts it, or write one.';
    findings.push({ ...locate({ pointer: '', atKey: false }), code: 'script.empty', message });
  }
  return { documents: documents.filter((document) => !isEmpty(document)), findings };
}

function findingOf({ line, column, code, message }: TextProblem): TextFinding {
  const subject = code === 'json' || code === 'too-deep' || code === 'too-large' ? 'the script ' : '';
  const name = code === 'json' ? 'syntax' : code;
  return { line, column, code: `script.${name}`, message: `${subject}${message}.` };
}
