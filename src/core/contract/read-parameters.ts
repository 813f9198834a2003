import { coercion, defaultOf, isJsonMedia } from './coerce.ts';
import type { Parameter } from './contract.ts';
import type { ContractReader } from './openapi-objects.ts';
import { entries, readContent, readObject, requiredText } from './openapi-objects.ts';
import type { Place } from './place.ts';
import { below, nameOf, textOf } from './place.ts';
import { anything } from './valid.ts';

/** A parameter and the schema of its values. */
export interface ParameterRead {
  readonly parameter: Parameter;
  readonly schema: Place | undefined;
}

/** The parameters of an operation. Its own ones replace those of its path item. */
export function readParameters(
  reader: ContractReader,
  ...lists: readonly (Place | undefined)[]
): readonly ParameterRead[] {
  const found = new Map<string, ParameterRead>();
  for (const list of lists) {
    for (const [, entry] of entries(reader, list, 'an array')) {
      const read = readParameter(reader, entry);
      if (read !== undefined) found.set(`${read.parameter.in} ${read.parameter.name.toLowerCase()}`, read);
    }
  }
  return [...found.values()];
}

/** Headers whose parameters are ignored (OpenAPI 3.1 §4.8.12.2.1). */
export const ignoredHeaders = ['accept', 'content-type', 'authorization'];

/** One parameter (OpenAPI 3.1 §4.8.12) and its schema. Undefined if it is invalid or ignored. */
export function readParameter(reader: ContractReader, entry: Place): ParameterRead | undefined {
  const place = readObject(reader, entry, 'parameter');
  if (place === undefined) return undefined;
  const name = requiredText(reader, place, 'name', 'parameter');
  const where = textOf(below(place, 'in'));
  if (where !== 'path' && where !== 'query' && where !== 'header') {
    const got = JSON.stringify(below(place, 'in')?.value);
    reader.problems.add(nameOf(place), 'parameter', `"in" must be path, query or header; got ${got}`);
    return undefined;
  }
  if (where === 'header' && ignoredHeaders.includes(name.toLowerCase())) return undefined;
  const required = below(place, 'required')?.value === true;
  if (where === 'path' && !required) {
    reader.problems.add(
      nameOf(place),
      'path-parameter',
      `the path parameter "${name}" must have required: true`,
    );
  }
  const schema = below(place, 'schema');
  const content = readContent(reader, place);
  const json = content.find(({ mediaType }) => isJsonMedia(mediaType));
  if (schema === undefined && content.length === 0) {
    reader.problems.add(nameOf(place), 'parameter', `the parameter "${name}" must have a schema`);
  }
  const used = schema ?? content[0]?.schema;
  const validate = used === undefined ? anything : reader.schemas.validator(used);
  const parameter: Parameter = {
    name,
    in: where,
    required,
    style: where === 'query' ? 'form' : 'simple',
    explode: where === 'query',
    allowReserved: false,
    mediaType: schema === undefined ? (json?.mediaType ?? null) : null,
    media: { pointer: null, schema: used?.value ?? true, examples: [], validate },
    default: defaultOf(used, reader.files),
    coerce: schema === undefined && json !== undefined ? parsedIfJson : coercion(used, reader.files),
    validate,
  };
  return { parameter, schema: used };
}

/** The value of JSON text, or the text. */
export function parsedIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON. Validation reports it, because a string matches no schema of a JSON value.
    return text;
  }
}
