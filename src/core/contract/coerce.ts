import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { FormField } from './contract.ts';
import type { Place, References } from './place.ts';
import { below, members, nameOf } from './place.ts';

type Coerce = (text: string) => unknown;

/** Booleans as the languages of HTTP clients and HTML forms write them, in lower case. */
export const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'on', 'yes'].map((text) => [text, true] as const),
  ...['false', '0', 'off', 'no'].map((text) => [text, false] as const),
]);

/**
 * Converts the string of a parameter or form field to the type of the schema. A string that matches no type stays a
 * string, so that validation can report it. Numbers and null are written as in JSON: `25`, `-1.5`, `null`.
 */
export function coercion(schema: Place | undefined, files: References): Coerce {
  const types = schema === undefined ? new Set<string>() : typesOf(schema, files);
  if (types.has('array')) {
    const items = schema && findBelow(schema, 'items', files);
    const item = coercion(items, files);
    return (text) => (text === '' ? [] : text.split(',').map(item));
  }
  if (types.size === 0 || types.has('string')) return (text) => text;
  return (text) => {
    if (types.has('null') && text === 'null') return null;
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
      const number = Number(text);
      if (types.has('number') && Number.isFinite(number)) return number;
      if (types.has('integer') && Number.isSafeInteger(number)) return number;
      // 2.5 for an integer: let validation report the number.
      if (types.has('integer') && !Number.isInteger(number)) return number;
    }
    return (types.has('boolean') ? booleans.get(text.toLowerCase()) : undefined) ?? text;
  };
}

/** The fields of a form, from the properties of its object schema. */
export function formFields(schema: Place, files: References): ReadonlyMap<string, FormField> {
  const fields = new Map<string, FormField>();
  for (const part of alternatives(schema, files, ['allOf'])) {
    for (const [name, property] of members(below(part, 'properties'))) {
      if (!fields.has(name)) fields.set(name, formField(property, files));
    }
  }
  return fields;
}

function formField(schema: Place, files: References): FormField {
  if (isBinary(schema, files)) return { kind: 'file', repeated: false, coerce: (text) => text };
  const types = typesOf(schema, files);
  if (types.has('array')) {
    const items = findBelow(schema, 'items', files);
    const kind = items !== undefined && isBinary(items, files) ? 'file' : 'list';
    return { kind, repeated: true, coerce: coercion(items, files) };
  }
  if (types.has('object')) {
    return {
      kind: 'object',
      repeated: false,
      coerce: coercion(findBelow(schema, 'additionalProperties', files), files),
    };
  }
  const coerce = coercion(schema, files);
  const isText = types.size === 0 || types.has('string');
  return { kind: 'value', repeated: false, coerce: isText ? coerce : (text) => readBare(text, coerce) };
}

/** Browsers send blank inputs, and templates leave spaces around a value. */
function readBare(text: string, coerce: Coerce): unknown {
  const bare = text.trim();
  return bare === '' ? undefined : coerce(bare);
}

/** Whether a schema means raw bytes (OpenAPI 3.1 §4.8.14.2; OpenAPI 3.0 used `format: binary`). */
export function isBinary(schema: Place, files: References): boolean {
  return alternatives(schema, files).some(({ value }) => {
    if (!isJsonObject(value)) return false;
    if (value.format === 'binary') return true;
    const media = value.contentMediaType;
    return typeof media === 'string' && !isJsonMedia(media) && value.contentEncoding === undefined;
  });
}

/** `application/json` and every `…+json`. */
export function isJsonMedia(mediaType: string): boolean {
  return /^application\/json$|\+json$/.test(mediaType);
}

/** The `default` of the schema, or undefined. */
export function defaultOf(schema: Place | undefined, files: References): JsonValue | undefined {
  return schema && findBelow(schema, 'default', files, false)?.value;
}

/** The types that a schema allows: by `type`, or else by the values of `const` and `enum`. */
function typesOf(schema: Place, files: References): Set<string> {
  const types = new Set<string>();
  for (const { value } of alternatives(schema, files)) {
    if (!isJsonObject(value)) continue;
    if (value.type !== undefined) {
      for (const type of [value.type].flat()) types.add(String(type));
      continue;
    }
    const values = 'const' in value ? [value.const] : Array.isArray(value.enum) ? value.enum : [];
    for (const item of values) types.add(item === null ? 'null' : typeof item);
  }
  return types;
}

function findBelow(schema: Place, key: string, files: References, follow = true): Place | undefined {
  for (const part of alternatives(schema, files)) {
    const found = below(part, key);
    if (found !== undefined) return follow ? files.follow(found) : found;
  }
  return undefined;
}

/** A schema and everything that its `$ref`, `allOf`, `anyOf` and `oneOf` say about the same value. */
function alternatives(
  schema: Place,
  files: References,
  keys: readonly string[] = ['allOf', 'anyOf', 'oneOf'],
): readonly Place[] {
  const found = new Map<string, Place>();
  const visit = (place: Place | undefined): void => {
    if (place === undefined || found.has(nameOf(place))) return;
    found.set(nameOf(place), place);
    visit(files.target(place));
    for (const key of keys) for (const [, part] of members(below(place, key))) visit(part);
  };
  visit(schema);
  return [...found.values()];
}
