import type { JsonValue } from '../json.ts';
import { booleans } from './coerce.ts';
import type { SchemaView } from './schema-view.ts';

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Converts a string to the type of its schema: `25`, `true`, `null`, and JSON for objects and arrays. A string that
 * matches no type stays a string, so that validation can report it.
 */
export function typedText(text: string, view: SchemaView): JsonValue {
  const { types } = view;
  if (types.size === 0 || types.has('string')) return text;
  const value = convert(text, view);
  return value === undefined ? text : value;
}

/**
 * The other reading of a value that is a string, and whose schema allows strings and another type, such as `null`; undefined if there is none.
 */
export function otherReading(value: JsonValue, view: SchemaView): JsonValue | undefined {
  return typeof value === 'string' && view.has('string') ? convert(value, view) : undefined;
}

/**
 * The other reading of a parameter that is described by a media type: clients write a string with the quotation marks of
 * JSON or without.
 */
export function otherContent(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.startsWith('"') ? fromJson(value) : undefined;
}

function convert(text: string, { types }: SchemaView): JsonValue | undefined {
  if (types.has('null') && (text === 'null' || text === '')) return null;
  if ((types.has('number') || types.has('integer')) && jsonNumber.test(text)) {
    // 2.5 for an integer, too: validation reports the number. A long one is rounded, as in JSON.
    const number = Number(text);
    if (Number.isFinite(number)) return number;
  }
  if (types.has('boolean')) {
    const value = booleans.get(text.toLowerCase());
    if (value !== undefined) return value;
  }
  if ((types.has('object') && text.startsWith('{')) || (types.has('array') && text.startsWith('[')))
    return fromJson(text);
  return undefined;
}

function fromJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** A value as the text of a parameter or a form field. Objects and arrays are written as JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
