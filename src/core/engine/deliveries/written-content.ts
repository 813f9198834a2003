import type { CallbackType } from '../../contract/contract.ts';
import { decodeForm } from '../../contract/media/decode-form.ts';
import { essenceOf, mediaKind } from '../../contract/media/media-kind.ts';
import type { NamedTexts } from '../../contract/parameter-styles.ts';
import { formDecode } from '../../contract/percent-encoding.ts';
import { SchemaView } from '../../contract/schema-view.ts';
import { typedText } from '../../contract/typed-text.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../json.ts';
import type { CallbackDraft } from '../../provider/provider.ts';

/**
 * Replaces what a callback carries: its body, or its query parameters.
 * @param content a string is sent as it is written. Any other value is encoded as the contract says, in its own order
 * @param document the contract, in which the `$ref`s of the callback's schemas are local
 */
export function withContent(
  draft: CallbackDraft,
  type: CallbackType,
  content: JsonValue,
  document: JsonObject,
): CallbackDraft {
  if (typeof content === 'string') {
    const mediaType = type.hasBody ? mediaTypeOf(draft) : null;
    const payload = readContent(content, type, mediaType, document);
    return { ...draft, payload, written: { text: content, payload } };
  }
  const queryOrder = isJsonObject(content) ? Object.keys(content) : [];
  return { ...draft, payload: content, ...(type.query.length > 0 && { queryOrder }) };
}

/** The media type that the body of a draft is sent with. */
function mediaTypeOf({ target, body }: Pick<CallbackDraft, 'target' | 'body'>): string {
  const own = Object.entries(target.headers).find(([name]) => name.toLowerCase() === 'content-type');
  return own?.[1] ?? body?.mediaType ?? 'application/json';
}

/**
 * What a callback says, for the contract to check. What is malformed stays a string. Undefined for a body that is
 * neither JSON, a form nor text.
 * @param mediaType of the body. Null: the content is a query string
 */
export function readContent(
  text: string,
  type: CallbackType,
  mediaType: string | null,
  document: JsonObject,
): JsonValue | undefined {
  if (mediaType === null) return queryOf(pairsOf(text), type, document);
  const essence = essenceOf(mediaType);
  const media = type.content.get(essence);
  const view = new SchemaView(media?.schema ?? true, document);
  switch (mediaKind(essence)) {
    case 'json':
      return parsed(text);
    case 'urlencoded':
      return decodeForm(pairsOf(text), view, media?.encoding, formDecode);
    case 'text':
      return typedText(text, view);
    default:
      return undefined;
  }
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** The pairs of a query string or a form. Names are decoded, values are not. */
export function pairsOf(text: string): NamedTexts {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const mark = pair.indexOf('=');
      return mark === -1 ? [formDecode(pair), ''] : [formDecode(pair.slice(0, mark)), pair.slice(mark + 1)];
    });
}

function queryOf(pairs: NamedTexts, type: CallbackType, document: JsonObject): JsonObject {
  const query: Record<string, JsonValue> = {};
  for (const [name, text] of pairs) {
    const schema = type.parameters.find((one) => one.in === 'query' && one.name === name)?.media.schema;
    const value = formDecode(text);
    setOwn(query, name, schema === undefined ? value : typedText(value, new SchemaView(schema, document)));
  }
  // The bundled contract says the types of parameters in the schema of the payload alone.
  for (const { code, location } of type.parameters.length > 0 ? [] : type.validate(query)) {
    const name = location.slice(1);
    const text = query[name];
    if (code === 'type' && typeof text === 'string' && /^-?\d+$/.test(text))
      setOwn(query, name, Number(text));
  }
  return query;
}
