import type { Violation } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import { quoted } from '../../quoted.ts';
import type { MediaTypeDeclaration, NamedExample, Validator } from '../contract.ts';
import { lazy } from '../lazy.ts';
import { mediaRangeOf } from '../media/media-kind.ts';
import { below, type Place } from '../place.ts';
import { laterKeys } from '../upgrade/later-keys.ts';
import { anything, valid } from '../valid.ts';
import type { ForeignDocument } from './foreign-document.ts';
import type { Direction, LenientSchemas } from './lenient-schemas.ts';

/** What the readers of the parts of a foreign contract share. */
export interface ForeignReader {
  readonly document: ForeignDocument;
  readonly schemas: LenientSchemas;
  /** The name of the provider. */
  readonly provider: string;
}

/** The `content` of a request body, response, parameter or header, by media type. The first one of a kind counts. */
export function readContentPlaces(reader: ForeignReader, owner: Place): ReadonlyMap<string, Place> {
  const content = new Map<string, Place>();
  for (const [name, entry] of reader.document.entries(below(owner, 'content'), 'object', '"content"')) {
    const media = reader.document.object(entry, 'A media type');
    if (media === undefined) continue;
    const type = mediaRangeOf(name);
    if (content.has(type)) {
      reader.document.forgive(
        entry,
        `${quoted(name)} differs from another media type in its parameters only. The first one is used.`,
      );
    } else content.set(type, media);
  }
  return content;
}

/** The `content` of an object, with schemas and examples. */
export function readContent(
  reader: ForeignReader,
  owner: Place,
  direction: Direction,
): ReadonlyMap<string, MediaTypeDeclaration> {
  const content = new Map<string, MediaTypeDeclaration>();
  for (const [type, place] of readContentPlaces(reader, owner)) {
    content.set(type, readMedia(reader, place, direction));
  }
  return content;
}

/** The schema and the examples of a media type, parameter or header. */
export function readMedia(reader: ForeignReader, owner: Place, direction: Direction): MediaTypeDeclaration {
  const schema = below(owner, 'schema');
  const examples = readExamples(reader, owner);
  const item = below(owner, laterKeys.itemSchema);
  if (schema === undefined && item !== undefined) return readSequence(reader, item, examples, direction);
  if (schema === undefined) return { pointer: null, schema: true, examples, validate: anything };
  const { pointer, value } = schema;
  const encoding = below(owner, 'encoding')?.value;
  const validate = lazy(() => reader.schemas.validator(schema, direction));
  return {
    pointer,
    schema: value,
    examples,
    ...(isJsonObject(encoding) && { encoding }),
    get validate() {
      return validate();
    },
  };
}

/** A sequence of values, such as JSON Lines or events (OpenAPI 3.2 §4.14.5), as an array of them. */
function readSequence(
  reader: ForeignReader,
  item: Place,
  examples: readonly NamedExample[],
  direction: Direction,
): MediaTypeDeclaration {
  const $ref = `#${item.pointer.split('/').map(encodeURIComponent).join('/')}`;
  const validate = lazy(() => reader.schemas.validator(item, direction));
  return {
    pointer: null,
    schema: { type: 'array', items: { $ref }, minItems: 1 },
    examples,
    // A stream of events is received as its text.
    validate: (value) => (Array.isArray(value) ? validateItems(value, validate()) : valid),
  };
}

function validateItems(items: readonly unknown[], validate: Validator): readonly Violation[] {
  return items.flatMap((item, index) =>
    validate(item).map((violation) => ({ ...violation, location: `/${index}${violation.location}` })),
  );
}

/** `example`, and the values of `examples` (OpenAPI 3.1 §4.8.19, 3.2 §4.19). */
function readExamples(reader: ForeignReader, owner: Place): readonly NamedExample[] {
  const examples: NamedExample[] = [];
  const single = below(owner, 'example');
  if (single !== undefined) examples.push({ name: null, value: single.value });
  const several = below(owner, 'examples');
  for (const [name, entry] of reader.document.entries(several, 'array', '"examples"')) {
    const isList = Array.isArray(several?.value);
    const place = isList ? entry : reader.document.follow(entry);
    if (place === undefined) continue;
    const value = isList ? place.value : exampleValue(place.value);
    if (value !== undefined) examples.push({ name: isList ? null : name, value });
  }
  return examples;
}

const exampleFields = ['value', 'dataValue', 'serializedValue', 'externalValue', 'summary', 'description'];

/** An entry with none of the fields of an Example Object is itself the example. */
function exampleValue(entry: JsonValue): JsonValue | undefined {
  if (!isJsonObject(entry)) return entry;
  if ('value' in entry) return entry.value;
  if ('dataValue' in entry) return entry.dataValue;
  const isExample = Object.keys(entry).every((key) => exampleFields.includes(key) || key.startsWith('x-'));
  return isExample ? undefined : entry;
}
