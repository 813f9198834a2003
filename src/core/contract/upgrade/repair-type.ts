import type { JsonValue } from '../../json.ts';
import type { Say } from './repair-note.ts';

type Schema = Record<string, JsonValue>;

const types: ReadonlySet<string> = new Set([
  ...['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'],
]);

/** What authors mean by types that JSON Schema does not have. Null: any type. */
const meanings: Readonly<Record<string, { readonly type: string; readonly format?: string } | null>> = {
  any: null,
  mixed: null,
  ...group('integer', 'int int32 int64 long short'),
  ...group('number', 'double decimal float numeric'),
  ...group('boolean', 'bool'),
  ...group('string', 'text str char varchar enum password email url uri'),
  ...group('array', 'list set'),
  ...group('object', 'dict hash json map struct'),
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
  'date-time': { type: 'string', format: 'date-time' },
  timestamp: { type: 'string', format: 'date-time' },
  uuid: { type: 'string', format: 'uuid' },
  file: { type: 'string', format: 'binary' },
};

function group(type: string, names: string): Record<string, { readonly type: string }> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { type }]));
}

/** Gives a schema a `type` of JSON Schema, and one way to say bytes in all versions. */
export function repairType(schema: Schema, say: Say): void {
  const { type } = schema;
  if (type !== undefined && !(typeof type === 'string' && types.has(type))) {
    const given = Array.isArray(type) ? (type as JsonValue[]) : [type];
    const isFine =
      new Set(given).size === given.length &&
      given.length > 0 &&
      given.every((name) => typeof name === 'string' && types.has(name));
    if (!isFine) replaceType(schema, given, say);
  }
  repairBytes(schema);
}

function replaceType(schema: Schema, given: readonly JsonValue[], say: Say): void {
  const kept = new Set<string>();
  let anything = given.length === 0;
  for (const name of given) {
    // YAML's null without quotes.
    const lower = name === null ? 'null' : String(name).toLowerCase();
    if (types.has(lower)) kept.add(lower);
    else {
      const meaning = Object.hasOwn(meanings, lower) ? meanings[lower] : undefined;
      if (meaning === undefined || meaning === null) anything = true;
      else {
        kept.add(meaning.type);
        if (meaning.format !== undefined) schema.format ??= meaning.format;
      }
    }
  }
  const names = [...kept];
  const text = JSON.stringify(schema.type);
  if (anything || names.length === 0) delete schema.type;
  else schema.type = names.length === 1 ? (names[0] as string) : names;
  const reading = schema.type === undefined ? 'any type' : JSON.stringify(schema.type);
  say('forgiven', `\`type: ${text}\` is read as ${reading}.`, 'type');
}

/** `format: byte` is base64 (OpenAPI 3.0 §4.4), and a media type without a type means bytes (3.1 §4.8.14.2). */
function repairBytes(schema: Schema): void {
  if (schema.format === 'byte' || schema.format === 'base64') {
    schema.contentEncoding ??= 'base64';
    delete schema.format;
  }
  if (
    schema.type === undefined &&
    schema.contentMediaType === 'application/octet-stream' &&
    schema.$ref === undefined
  ) {
    schema.type = 'string';
    if (schema.contentEncoding === undefined) schema.format ??= 'binary';
  }
}
