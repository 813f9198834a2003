import { isJsonObject } from '../json.ts';
import { suggest } from '../suggest.ts';
import type { ContractFiles, Place } from './place.ts';
import { below, members, nameOf, textOf } from './place.ts';
import type { Problems } from './problems.ts';
import type { SchemaRegistry } from './schema-registry.ts';

/** What the readers of the parts of a contract share. */
export interface ContractReader {
  readonly files: ContractFiles;
  readonly schemas: SchemaRegistry;
  readonly problems: Problems;
}

/** The fixed fields of the objects that are read (OpenAPI 3.1 §4.8). */
const fixedFields = {
  document: 'openapi info jsonSchemaDialect servers paths webhooks components security tags externalDocs',
  components:
    'schemas responses parameters examples requestBodies headers securitySchemes links callbacks pathItems',
  'path item': '$ref summary description get put post delete options head patch trace servers parameters',
  operation:
    'tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers',
  parameter:
    'name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content',
  header: 'description required deprecated style explode schema example examples content',
  'request body': 'description content required',
  'media type': 'schema example examples encoding',
  response: 'description headers content links',
} as const;

export type OpenapiObject = keyof typeof fixedFields;

/**
 * The object at a place, after following its `$ref`. If it is something else, returns undefined and adds a problem.
 * Unknown keys are problems too.
 */
export function readObject(reader: ContractReader, place: Place, kind: OpenapiObject): Place | undefined {
  const found = reader.files.follow(place);
  if (found === undefined) return undefined;
  if (!isJsonObject(found.value)) {
    reader.problems.add(nameOf(found), 'structure', `${withArticle(kind)} must be an object`);
    return undefined;
  }
  const known = fixedFields[kind].split(' ');
  for (const [key, child] of members(found)) {
    if (key.startsWith('x-') || known.includes(key)) continue;
    reader.problems.add(
      nameOf(child),
      'structure',
      `${withArticle(kind)} has no "${key}".${suggest(key, known)}`,
    );
  }
  return found;
}

/** The properties of an object or the items of an array. Anything else is a problem. An absent value has none. */
export function entries(
  reader: ContractReader,
  place: Place | undefined,
  shape: 'an object' | 'an array',
): readonly (readonly [key: string, place: Place])[] {
  if (place === undefined) return [];
  const fits = shape === 'an array' ? Array.isArray(place.value) : isJsonObject(place.value);
  if (fits) return members(place);
  reader.problems.add(nameOf(place), 'structure', `must be ${shape}`);
  return [];
}

/** A required string of an object. If it is missing, returns an empty string and adds a problem. */
export function requiredText(reader: ContractReader, place: Place, key: string, kind: string): string {
  const text = textOf(below(place, key));
  if (text !== undefined && text !== '') return text;
  reader.problems.add(
    nameOf(place),
    'structure',
    `${withArticle(kind)} must have "${key}", a string that is not empty`,
  );
  return '';
}

/** The `content` of a request body, response, parameter or header: each media type with its schema, if it has one. */
export function readContent(
  reader: ContractReader,
  owner: Place,
): readonly { mediaType: string; schema: Place | undefined }[] {
  return entries(reader, below(owner, 'content'), 'an object').map(([name, place]) => {
    const media = readObject(reader, place, 'media type');
    const schema = media && below(media, 'schema');
    if (schema !== undefined) reader.schemas.visit(schema);
    return { mediaType: name.split(';')[0]?.trim().toLowerCase() ?? '', schema };
  });
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
