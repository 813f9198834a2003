import { quoted } from '../../quoted.ts';
import { isJsonMedia } from '../coerce.ts';
import type { AnswerDeclaration, CallbackAnswer, HeaderDeclaration } from '../contract.ts';
import { lazy } from '../lazy.ts';
import { below, type Place } from '../place.ts';
import type { Direction } from './clean-schema.ts';
import { type ForeignReader, readContent, readContentPlaces, readMedia } from './media.ts';

/** The declared responses by status key (OpenAPI 3.1 §4.8.16): `200`, `4XX`, `default`. */
function responsePlaces(reader: ForeignReader, operation: Place): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  for (const [key, entry] of reader.document.patterned(below(operation, 'responses'), '"responses"')) {
    const status = /^[1-5]xx$/i.test(key) ? key.toUpperCase() : key;
    if (!/^([1-5]\d\d|[1-5]XX|default)$/.test(status)) {
      reader.document.note(
        'unsupported',
        entry,
        `${quoted(key)} is no status such as 200, 4XX or default. It is ignored.`,
      );
      continue;
    }
    if (status !== key) reader.document.forgive(entry, `The status ${quoted(key)} is read as "${status}".`);
    const place = reader.document.object(entry, 'A response');
    if (place !== undefined && !found.has(status)) found.set(status, place);
  }
  return found;
}

/** The responses of an operation. */
export function readForeignAnswers(
  reader: ForeignReader,
  operation: Place,
): ReadonlyMap<string, AnswerDeclaration> {
  const answers = new Map<string, AnswerDeclaration>();
  for (const [status, place] of responsePlaces(reader, operation)) {
    const headers = lazy(() => readHeaders(reader, place));
    const content = lazy(() => readContent(reader, place, 'response'));
    answers.set(status, {
      get headers() {
        return headers();
      },
      get content() {
        return content();
      },
    });
  }
  return answers;
}

/** The responses that the operation of a callback declares for the consumer. */
export function readCallbackAnswers(
  reader: ForeignReader,
  operation: Place,
): ReadonlyMap<string, CallbackAnswer> {
  const answers = new Map<string, CallbackAnswer>();
  for (const [status, place] of responsePlaces(reader, operation)) {
    const mediaTypes = [...readContentPlaces(reader, place).keys()];
    answers.set(status, { jsonOnly: mediaTypes.length > 0 && mediaTypes.every(isJsonMedia) });
  }
  return answers;
}

function readHeaders(reader: ForeignReader, response: Place): ReadonlyMap<string, HeaderDeclaration> {
  const headers = new Map<string, HeaderDeclaration>();
  for (const [name, entry] of reader.document.entries(below(response, 'headers'), 'object', '"headers"')) {
    // Its value follows from the body (OpenAPI 3.1 §4.8.17).
    if (name.toLowerCase() === 'content-type') continue;
    const place = reader.document.object(entry, 'A header');
    if (place !== undefined) headers.set(name, readHeader(reader, place, 'response'));
  }
  return headers;
}

function readHeader(reader: ForeignReader, place: Place, direction: Direction): HeaderDeclaration {
  const [first] = below(place, 'schema') === undefined ? readContentPlaces(reader, place).values() : [];
  return {
    required: below(place, 'required')?.value === true,
    explode: below(place, 'explode')?.value === true,
    media: readMedia(reader, first ?? place, direction),
  };
}
