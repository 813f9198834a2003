import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../../json.ts';
import type { MediaTypeDeclaration } from '../contract.ts';
import { SchemaView } from '../schema-view.ts';
import { textOf } from '../typed-text.ts';
import { encodeMultipart, encodeUrlencoded } from './encode-form.ts';
import { encodeXml } from './encode-xml.ts';
import { concreteMediaType, type EncodedBody, essenceOf, mediaKind } from './media-kind.ts';

/**
 * Writes a value as a body of a media type: JSON, JSON sequences, forms, XML, event streams, or text. Any other media
 * type is sent as the value's text.
 * @param mediaType a range stands for its most usual media type: `*\/*` for `application/json`
 * @param media its schema names and orders the parts of forms and XML, its `encoding` says how the parts of a form are sent
 * @param document the contract, in which the `$ref`s of the schema are local
 */
export function encodeBody(
  mediaType: string,
  value: JsonValue,
  media: Pick<MediaTypeDeclaration, 'schema' | 'pointer' | 'encoding'>,
  document: JsonObject,
): EncodedBody {
  const contentType = concreteMediaType(mediaType);
  const essence = essenceOf(contentType);
  switch (mediaKind(essence)) {
    case 'json':
      return { text: JSON.stringify(value), contentType };
    case 'lines': {
      // A JSON text sequence has a record separator before each value (RFC 7464 §2.2).
      const start = essence.endsWith('json-seq') ? '\x1e' : '';
      return {
        text: listOf(value)
          .map((item) => `${start}${JSON.stringify(item)}\n`)
          .join(''),
        contentType,
      };
    }
    case 'events':
      return { text: listOf(value).map(eventOf).join(''), contentType };
    case 'urlencoded':
      return { text: encodeUrlencoded(value, viewOf(media, document), media.encoding), contentType };
    case 'multipart':
      return encodeMultipart(essence, value, viewOf(media, document), media.encoding);
    case 'xml':
      return { text: encodeXml(value, viewOf(media, document), rootName(media)), contentType };
    default:
      return { text: textOf(value), contentType };
  }
}

const views = new WeakMap<object, SchemaView>();

function viewOf(media: Pick<MediaTypeDeclaration, 'schema'>, document: JsonObject): SchemaView {
  let view = views.get(media);
  if (view === undefined) {
    view = new SchemaView(media.schema, document);
    views.set(media, view);
  }
  return view;
}

/** The name of the component that the schema itself is. */
function rootName({ pointer }: Pick<MediaTypeDeclaration, 'pointer'>): string | null {
  return /^#?\/components\/schemas\/([^/]+)$/.exec(pointer ?? '')?.[1] ?? null;
}

function listOf(value: JsonValue): JsonArray {
  return Array.isArray(value) ? (value as JsonArray) : [value];
}

/** One event of a stream (HTML §9.2.6). An object with fields of an event is one, anything else is its data. */
function eventOf(value: JsonValue): string {
  const isEvent =
    isJsonObject(value) && ['data', 'event', 'id', 'retry'].some((name) => Object.hasOwn(value, name));
  const fields = isEvent ? value : { data: value };
  return `${Object.entries(fields)
    .flatMap(([name, field]) =>
      textOf(field)
        .split(/\r\n|\r|\n/)
        .map((line) => `${name}: ${line}\n`),
    )
    .join('')}\n`;
}
