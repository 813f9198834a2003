import type { JsonValue } from './json.ts';
import { JsonPlaces } from './json-places.ts';
import { findJsonError } from './json-syntax.ts';
import type { TextProblem, TextReading, TextRules } from './text-reading.ts';

/** Parses a JSON text, with or without a byte-order mark. */
export function parseJson(text: string): { readonly value: JsonValue } | { readonly problem: TextProblem } {
  const bare = text.replace(/^\uFEFF/, '');
  try {
    return { value: JSON.parse(bare) as JsonValue };
  } catch {
    const { line, column, found, expected } = findJsonError(bare) ?? anyError;
    const message = `is not valid JSON: got ${found}, expected ${expected}`;
    return { problem: { line, column, code: 'json', message } };
  }
}

const anyError = { line: 1, column: 1, found: 'another text', expected: 'JSON' };

/** Implements `readText` for JSON (RFC 8259). */
export function readJson(text: string, { maxDepth, maxValues }: TextRules): TextReading {
  const refuse = (problem: TextProblem): TextReading => ({
    documents: [],
    problems: [problem],
    forgiven: [],
  });
  const start = { line: 1, column: 1 };
  const outline = outlineOf(text, maxDepth);
  if (outline === null)
    return refuse({ ...start, code: 'too-deep', message: `is nested deeper than ${maxDepth} levels` });
  const parsed = parseJson(text);
  if ('problem' in parsed) return refuse(parsed.problem);
  const { value } = parsed;
  const size = sizeOf(value);
  if (size.values > maxValues)
    return refuse({ ...start, code: 'too-large', message: `has more than ${maxValues} values` });
  const places = new JsonPlaces(text);
  // Locating a problem takes far longer than detecting one. A key that occurs twice gives the value only one property.
  const problem = size.members === outline.members && size.isFinite ? null : places.findProblem();
  if (problem !== null) return refuse(problem);
  return { documents: [{ value, locate: (part) => places.locate(part) }], problems: [], forgiven: [] };
}

interface Size {
  values: number;
  members: number;
  /** False: a number is larger than JavaScript's numbers. */
  isFinite: boolean;
}

/** Counts the parts of a value that was parsed from JSON. */
function sizeOf(value: unknown, size: Size = { values: 0, members: 0, isFinite: true }): Size {
  size.values++;
  if (typeof value === 'number') size.isFinite &&= Number.isFinite(value);
  else if (Array.isArray(value)) for (const item of value) sizeOf(item, size);
  else if (typeof value === 'object' && value !== null) {
    const members = Object.values(value);
    size.members += members.length;
    for (const member of members) sizeOf(member, size);
  }
  return size;
}

interface Outline {
  /** The number of properties of all its objects. */
  readonly members: number;
}

/** Scans a string once, ignoring JSON strings. Null: it is nested deeper than that. */
function outlineOf(text: string, maxDepth: number): Outline | null {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++)
        if (text.charCodeAt(at) === 0x5c) at++;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxDepth + 1) return null;
    } else if (code === 0x5d || code === 0x7d) depth--;
    else if (code === 0x3a) members++;
  }
  return { members };
}
