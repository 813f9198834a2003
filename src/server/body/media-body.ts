import { isUtf8 } from 'node:buffer';
import { decodeForm } from '../../core/contract/media/decode-form.ts';
import { decodeXml } from '../../core/contract/media/decode-xml.ts';
import { essenceOf, mediaKind } from '../../core/contract/media/media-kind.ts';
import { formDecode } from '../../core/contract/percent-encoding.ts';
import type { SchemaView } from '../../core/contract/schema-view.ts';
import { typedText } from '../../core/contract/typed-text.ts';
import { pairsOf } from '../../core/engine/deliveries/written-content.ts';
import { RingbackError } from '../../core/errors.ts';
import { type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import { parseMediaType } from './media-type.ts';
import { parseJson } from './parse-json.ts';
import { parseXml } from './parse-xml.ts';
import { type MultipartPart, splitMultipart } from './split-multipart.ts';

/** How a body of any media type is read. */
export interface MediaBody {
  /** As sent, with its parameters. */
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly view: SchemaView;
  /** How the fields of a form are sent. */
  readonly encoding: JsonObject | undefined;
  /** Deepest nesting that is read. */
  readonly maxDepth: number;
}

/** Longer raw bytes have no value: nothing refers to them. */
export const keptBytes = 4_096;

/**
 * The value of a body: an object for a form, XML or a multipart body with parts of names, an array for a sequence of JSON
 * values; otherwise its text, converted to the type of the schema. Undefined for raw bytes that are no short text.
 * @throws {RingbackError} `request.media-type` for an unknown charset, `request.malformed`, `request.too-large`
 */
export async function decodeMedia(body: MediaBody): Promise<JsonValue | undefined> {
  const { contentType, bytes, view, encoding, maxDepth } = body;
  switch (mediaKind(essenceOf(contentType))) {
    case 'json':
      return parseJson(unicode(body), maxDepth);
    case 'lines':
      return parseLines(unicode(body), maxDepth);
    case 'urlencoded':
      return decodeForm(pairsOf(textOf(body)), view, encoding, formDecode);
    case 'multipart':
      return decodeParts(splitMultipart(bytes, contentType), body);
    case 'xml':
      return decodeXml(await parseXml(unicode(body), maxDepth), view);
    case 'text':
    case 'events':
      return typedText(textOf(body), view);
    case 'bytes':
      return bytes.length <= keptBytes && isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  }
}

/** JSON values, one a line, or each after a record separator (RFC 7464). */
function parseLines(bytes: Buffer, maxDepth: number): JsonValue {
  return bytes
    .toString('utf8')
    .replaceAll('\x1e', '\n')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseJson(Buffer.from(line), maxDepth));
}

/** The parts by the names of the properties that they are, or in their order if the schema is an array. */
async function decodeParts(parts: readonly MultipartPart[], body: MediaBody): Promise<JsonValue> {
  const { view, encoding } = body;
  if (view.has('array') && !view.has('object'))
    return Promise.all(parts.map((part, i) => partValue(part, view.item(i), body)));
  const result: Record<string, JsonValue> = {};
  for (const [i, part] of parts.entries()) {
    const name = propertyOf(part, i, view, encoding, result);
    const property = view.property(name);
    const isList = property.has('array') && essenceOf(part.contentType ?? '') !== 'application/json';
    const value = await partValue(part, isList ? property.item(0) : property, body);
    const before = Object.hasOwn(result, name) ? result[name] : undefined;
    if (Array.isArray(before)) before.push(value);
    else setOwn(result, name, isList ? [value] : value);
  }
  return result;
}

/** By name; else by content type; else the next property in order. */
function propertyOf(
  { name, contentType }: MultipartPart,
  index: number,
  view: SchemaView,
  encoding: JsonObject | undefined,
  taken: JsonObject,
): string {
  if (name !== null && view.properties.has(name)) return name;
  const open = [...view.properties.keys()].filter((key) => !Object.hasOwn(taken, key));
  const type = essenceOf(contentType ?? 'text/plain');
  const fit = open.find((key) => {
    const entry = encoding?.[key];
    const declared =
      typeof entry === 'object' && entry !== null && 'contentType' in entry ? entry.contentType : null;
    return typeof declared === 'string' && declared.split(',').some((each) => essenceOf(each) === type);
  });
  return fit ?? name ?? open[0] ?? `part${index + 1}`;
}

/** @returns what a part contains. Bytes are represented by the part's name, as files of a form are */
async function partValue(part: MultipartPart, view: SchemaView, { maxDepth }: MediaBody): Promise<JsonValue> {
  const contentType = part.contentType ?? 'text/plain';
  const value = await decodeMedia({ contentType, bytes: part.bytes, view, encoding: undefined, maxDepth });
  return value ?? part.name ?? 'part';
}

/** The body in UTF-8, whatever its charset. */
function unicode(body: MediaBody): Buffer {
  const charset = parseMediaType(body.contentType)?.charset ?? null;
  return charset === null || isUnicode(charset) ? body.bytes : Buffer.from(textOf(body));
}

function textOf({ bytes, contentType }: MediaBody): string {
  const charset = parseMediaType(contentType)?.charset ?? 'utf-8';
  if (isUnicode(charset)) return bytes.toString('utf8').replace(/^\ufeff/, '');
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (cause) {
    throw new RingbackError('request.media-type', {
      details: { accepted: 'UTF-8' },
      detail: `Could not read the body: its charset is unknown. Got ${JSON.stringify(contentType.slice(0, 200))}, expected UTF-8.`,
      violations: [
        { location: 'header/content-type', code: 'charset', message: 'must name a known charset' },
      ],
      cause,
    });
  }
}

function isUnicode(charset: string): boolean {
  return /^(utf-?8|us-ascii)$/.test(charset);
}
