import { type JsonObject, type JsonValue, setOwn } from '../../json.ts';
import { decodePairs, decodeParameter, type NamedTexts } from '../parameter-styles.ts';
import type { SchemaView } from '../schema-view.ts';
import { formEncoding } from './encode-form.ts';
import { essenceOf, mediaKind } from './media-kind.ts';

/**
 * The object that the fields of a form make (OpenAPI 3.1 §4.8.14.4, §4.8.15), as `encodeBody` writes them: strings converted
 * to the types of the schema, repeated fields as arrays, JSON in place of objects, and nested names such as `a[b]`. A blank
 * field whose property is no string counts as missing, as browsers send it.
 * @param decode decodes the texts
 */
export function decodeForm(
  pairs: NamedTexts,
  view: SchemaView,
  encoding: JsonObject | undefined,
  decode: (text: string) => string,
): JsonObject {
  const given = pairs.filter(([name, text]) => text !== '' || takesBlank(view.property(name)));
  if (encoding === undefined) return decodePairs(given, view, decode);
  const taken = new Set<string>();
  const styled: Record<string, JsonValue> = {};
  const others = new Set(view.properties.keys());
  for (const name of Object.keys(encoding)) {
    const { style, explode, allowReserved } = formEncoding(encoding, name);
    if (style === null) continue;
    const parameter = { name, in: 'query', style, explode, allowReserved, mediaType: null } as const;
    const source = { text: null, pairs: given, others, decode };
    const value = decodeParameter(parameter, view.property(name), source, taken);
    if (value !== undefined) setOwn(styled, name, value);
  }
  const body: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(
    decodePairs(
      given.filter(([name]) => !taken.has(name)),
      view,
      decode,
    ),
  ))
    setOwn(body, name, parsed(value, formEncoding(encoding, name).contentType));
  for (const [name, value] of Object.entries(styled)) setOwn(body, name, value);
  return body;
}

function takesBlank({ types }: SchemaView): boolean {
  return types.size === 0 || types.has('string') || types.has('null');
}

/** A string property that is sent as JSON has quotation marks. */
function parsed(value: JsonValue, contentType: string | null): JsonValue {
  if (typeof value !== 'string' || contentType === null || mediaKind(essenceOf(contentType)) !== 'json')
    return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    // Not JSON: the text itself.
    return value;
  }
}
