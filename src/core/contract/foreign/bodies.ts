import { formFields, isBinary } from '../coerce.ts';
import type { BodyContent, RequestBody } from '../contract.ts';
import { lazy } from '../lazy.ts';
import { mediaKind } from '../media/media-kind.ts';
import { below, type Place } from '../place.ts';
import { isEmpty } from '../request-body.ts';
import { anything } from '../valid.ts';
import { type ForeignReader, readContentPlaces, readMedia } from './media.ts';

/** The request body of an operation (OpenAPI 3.1 §4.8.13), or null if it has none. */
export function readForeignBody(reader: ForeignReader, entry: Place | undefined): RequestBody | null {
  const place = reader.document.object(entry, 'A request body');
  if (place === undefined) return null;
  const content = new Map<string, BodyContent>();
  for (const [mediaType, media] of readContentPlaces(reader, place)) {
    content.set(mediaType, readBodyContent(reader, mediaType, media));
  }
  if (content.size === 0) {
    reader.document.note(
      'unsupported',
      place,
      'The request body has no media type under "content". It is ignored.',
    );
    return null;
  }
  return { required: below(place, 'required')?.value === true, content };
}

function readBodyContent(reader: ForeignReader, mediaType: string, place: Place): BodyContent {
  const schema = below(place, 'schema');
  const isForm = mediaType === 'multipart/form-data' || mediaType === 'application/x-www-form-urlencoded';
  const binary = lazy(() => isRaw(reader, mediaType, schema));
  const fields = lazy(() =>
    isForm && schema !== undefined ? formFields(schema, reader.document) : new Map(),
  );
  const media = lazy(() => readMedia(reader, place, 'request'));
  return {
    get binary() {
      return binary();
    },
    get media() {
      return media();
    },
    get validate() {
      return binary() ? anything : media().validate;
    },
    get fields() {
      return fields();
    },
  };
}

/** Whether a body is kept as bytes: its media type is read as bytes, or it is text whose schema says so. */
function isRaw({ document }: ForeignReader, mediaType: string, schema: Place | undefined): boolean {
  const kind = mediaKind(mediaType);
  if (kind !== 'text') return kind === 'bytes';
  return schema === undefined || isEmpty(schema) || isBinary(schema, document);
}
