import type { JsonValue } from '../json.ts';
import { JsonPlaces } from '../json-places.ts';
import { findJsonError } from '../json-syntax.ts';
import { readValue, readYaml, type TextFinding } from './read-yaml.ts';
import { maxScriptLength } from './scenario.ts';
import { crowdedObject } from './schema-violations.ts';
import { maxDepth, maxValues, scriptExcess } from './script-size.ts';

/** Reads the documents of a script, YAML or JSON. */
export function readScriptText(text: string, isJson = false): ReturnType<typeof readYaml> {
  // The YAML parser also reads JSON, but takes far longer.
  const mayBeJson = text.length <= maxScriptLength && /^\s*\{/.test(text);
  if (!isJson && !mayBeJson) return readYaml(text);
  const excess = scriptExcess(text);
  if (excess !== null) return refuse({ line: 1, column: 1, ...excess });
  const outline = outlineOf(text);
  if (outline === null) {
    if (!isJson) return readYaml(text);
    return refuse({ line: 1, column: 1, code: 'script.too-deep', message: tooDeep });
  }
  const parsed = parse(text);
  return 'error' in parsed && !isJson ? readYaml(text) : readJson(text, parsed, outline);
}

const tooDeep = `the script is nested deeper than ${maxDepth} levels.`;

function refuse(finding: TextFinding): ReturnType<typeof readYaml> {
  return { documents: [], findings: [finding] };
}

/** Reads a JSON text (RFC 8259) as a script: much faster than as YAML, with the same kind of places. */
function readJson(text: string, parsed: Parsed, outline: Outline): ReturnType<typeof readYaml> {
  if ('error' in parsed) {
    if (text.trim() === '') {
      return refuse({
        line: 1,
        column: 1,
        code: 'script.empty',
        message: 'the script is empty, expected a scenario.',
      });
    }
    const place = findJsonError(text.replace(/^\uFEFF/, ''));
    const { line, column, found, expected } = place ?? {
      line: 1,
      column: 1,
      found: 'another text',
      expected: 'JSON',
    };
    const message = `the script is not valid JSON: got ${found}, expected ${expected}.`;
    return refuse({ line, column, code: 'script.syntax', message });
  }
  const places = new JsonPlaces(text);
  const crowded = crowdedObject(parsed.value as JsonValue);
  if (crowded !== null) return refuse({ ...places.locate(crowded), ...crowded });
  const size = sizeOf(parsed.value);
  // Describing and locating a problem takes far longer than detecting one.
  if (!size.isFinite || size.values > maxValues) {
    const [problem] = readValue(parsed.value).findings;
    if (problem !== undefined) return refuse({ ...places.locate(problem), ...problem });
  }
  // A duplicate key gives the parsed value only one property.
  const twice = size.members === outline.members ? null : places.findDuplicate(places.start);
  if (twice !== null) {
    const message = `the key "${twice.key}" occurs twice.`;
    return refuse({ ...places.positionAt(twice.at), code: 'script.duplicate-key', message });
  }
  const value = parsed.value as JsonValue;
  return { documents: [{ value, locate: (finding) => places.locate(finding) }], findings: [] };
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

type Parsed = { readonly value: unknown } | { readonly error: unknown };

function parse(text: string): Parsed {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    return { error };
  }
}

interface Outline {
  /** The number of properties of all its objects. */
  readonly members: number;
}

/** Scans a string once, ignoring JSON strings. Null: it is nested deeper than a script may be. */
function outlineOf(text: string): Outline | null {
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
