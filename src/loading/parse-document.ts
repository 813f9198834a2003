import type { Violation } from '../core/errors.ts';
import type { JsonValue } from '../core/json.ts';
import { findJsonError } from '../core/json-syntax.ts';

/** A parsed document, or its problem. Locations are `file:line:column`. */
export interface ParsedDocument {
  readonly value: JsonValue | undefined;
  readonly violations: readonly Violation[];
}

/**
 * Parses one YAML 1.2 or JSON document. If the name ends in `.json`, it is parsed as JSON, without the cost of the YAML
 * parser.
 * @param name the name of the file in locations
 */
export async function parseDocument(text: string, name: string): Promise<ParsedDocument> {
  return name.endsWith('.json') ? parseJson(text, name) : parseYaml(text, name);
}

function parseJson(text: string, name: string): ParsedDocument {
  const bare = text.replace(/^\uFEFF/, '');
  try {
    return { value: JSON.parse(bare), violations: [] };
  } catch {
    const { line, column, found, expected } = findJsonError(bare) ?? anyError;
    const message = `is not valid JSON: got ${found}, expected ${expected}`;
    return {
      value: undefined,
      violations: [{ location: `${name}:${line}:${column}`, code: 'json', message }],
    };
  }
}

const anyError = { line: 1, column: 1, found: 'another text', expected: 'JSON' };

async function parseYaml(text: string, name: string): Promise<ParsedDocument> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const violations: Violation[] = [];
  const refuse = (offset: number, cause: string): void => {
    const { line, col } = lines.linePos(offset);
    violations.push({
      location: `${name}:${line}:${col}`,
      code: 'yaml',
      message: `is not valid YAML: ${cause}`,
    });
  };
  for (const { pos, message } of [...document.errors, ...document.warnings]) refuse(pos[0], message);
  if (violations.length > 0) return { value: undefined, violations };
  yaml.visit(document, {
    Alias(_, alias, above) {
      const target = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      if (target === undefined) refuse(offset, `the alias *${alias.source} has no anchor before it`);
      else if (above.includes(target))
        refuse(offset, `the alias *${alias.source} refers to a node that contains it`);
    },
  });
  if (violations.length > 0) return { value: undefined, violations };
  try {
    return { value: document.toJS(), violations };
  } catch (error) {
    // Nested aliases that would expand without bound.
    refuse(0, error instanceof Error ? error.message : String(error));
    return { value: undefined, violations };
  }
}
