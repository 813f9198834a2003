import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { ParameterStyle } from '../contract.ts';
import { encodeParameter } from '../parameter-styles.ts';
import { percentEncode } from '../percent-encoding.ts';
import type { SchemaView } from '../schema-view.ts';
import { textOf } from '../typed-text.ts';
import { encodeXml } from './encode-xml.ts';
import { concreteMediaType, type EncodedBody, essenceOf, mediaKind } from './media-kind.ts';

/** How one property of a form is sent (OpenAPI 3.1 §4.8.15). */
export interface FormEncoding {
  /** Null: by the property's type. */
  readonly contentType: string | null;
  /** Null: by the content type. */
  readonly style: ParameterStyle | null;
  readonly explode: boolean;
  readonly allowReserved: boolean;
}

/** Reads the entry of a property. A style or `explode` that is given replaces the content type. */
export function formEncoding(encoding: JsonObject | undefined, name: string): FormEncoding {
  const entry = encoding !== undefined && Object.hasOwn(encoding, name) ? encoding[name] : undefined;
  const { contentType, style, explode, allowReserved } = isJsonObject(entry) ? entry : {};
  const isStyled =
    typeof style === 'string' || typeof explode === 'boolean' || typeof allowReserved === 'boolean';
  const used = isStyled ? ((typeof style === 'string' ? style : 'form') as ParameterStyle) : null;
  // Of several content types, the first one is sent.
  const first = typeof contentType === 'string' ? (contentType.split(',')[0]?.trim() ?? '') : '';
  return {
    contentType: first === '' ? null : first,
    style: used,
    explode: typeof explode === 'boolean' ? explode : used === 'form' || used === null,
    allowReserved: allowReserved === true,
  };
}

/** Writes `application/x-www-form-urlencoded` (OpenAPI 3.1 §4.8.14.4). Objects are sent as JSON unless a style says otherwise. */
export function encodeUrlencoded(
  value: JsonValue,
  view: SchemaView,
  encoding: JsonObject | undefined,
): string {
  if (!isJsonObject(value)) return percentEncode(textOf(value)).replaceAll('%20', '+');
  const pairs = Object.entries(value).flatMap(([name, member]) => {
    const { contentType, style, explode, allowReserved } = formEncoding(encoding, name);
    if (style !== null) {
      const text = encodeParameter(
        { name, in: 'query', style, explode, allowReserved, mediaType: null },
        member,
      );
      return text === '' ? [] : [text];
    }
    const property = view.property(name);
    const items = Array.isArray(member) && contentType === null ? (member as readonly JsonValue[]) : [member];
    return items.map(
      (item) => `${percentEncode(name)}=${percentEncode(partText(item, property, contentType, name))}`,
    );
  });
  return pairs.join('&').replaceAll('%20', '+');
}

/** Writes `multipart/form-data` (RFC 7578), or another multipart media type with a part for each property. */
export function encodeMultipart(
  essence: string,
  value: JsonValue,
  view: SchemaView,
  encoding: JsonObject | undefined,
): EncodedBody {
  const parts: string[] = [];
  const isForm = essence === 'multipart/form-data';
  const add = (name: string, member: JsonValue, part: SchemaView): void => {
    const { contentType } = formEncoding(encoding, name);
    const type = contentType === null ? usualType(member, part) : concreteMediaType(contentType);
    const fileName = part.isBinary ? `; filename="${quotable(name)}${extensionOf(type)}"` : '';
    const place = isForm
      ? `Content-Disposition: form-data; name="${quotable(name)}"${fileName}`
      : `Content-ID: <${quotable(name)}>`;
    const isPlain = type === 'text/plain' && isForm;
    parts.push(
      `${place}\r\n${isPlain ? '' : `Content-Type: ${type}\r\n`}\r\n${partText(member, part, type, name)}`,
    );
  };
  if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const property = view.property(name);
      if (!Array.isArray(member)) add(name, member, property);
      else
        for (const [i, item] of (member as readonly JsonValue[]).entries()) add(name, item, property.item(i));
    }
  } else {
    const items = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    for (const [i, item] of items.entries())
      add(`part${i + 1}`, item, Array.isArray(value) ? view.item(i) : view);
  }
  const boundary = boundaryFor(parts);
  const text = `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
  return { text, contentType: `${essence}; boundary=${boundary}` };
}

/** The default content type of a part (OpenAPI 3.1 §4.8.15.1.1). */
function usualType(value: JsonValue, view: SchemaView): string {
  const declared = view.keyword('contentMediaType');
  if (typeof declared === 'string') return declared;
  if (view.isBinary) return 'application/octet-stream';
  return typeof value === 'object' && value !== null ? 'application/json' : 'text/plain';
}

function partText(value: JsonValue, view: SchemaView, contentType: string | null, name: string): string {
  const kind = mediaKind(essenceOf(contentType ?? ''));
  if (kind === 'json') return JSON.stringify(value);
  if (kind === 'xml' && typeof value === 'object' && value !== null) return encodeXml(value, view, name);
  return textOf(value);
}

/** A boundary that occurs in no part. The same parts give the same one. */
function boundaryFor(parts: readonly string[]): string {
  let boundary = 'ringback-part';
  for (let i = 1; parts.some((part) => part.includes(boundary)); i++) boundary = `ringback-part-${i}`;
  return boundary;
}

/** Quotes and line breaks in a name (HTML §4.10.21.8). */
function quotable(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

const extensions: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf',
  'application/zip': '.zip',
  'image/gif': '.gif',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/svg+xml': '.svg',
  'text/csv': '.csv',
  'text/plain': '.txt',
};

function extensionOf(mediaType: string): string {
  return extensions[essenceOf(mediaType)] ?? '.bin';
}
