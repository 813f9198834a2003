import { isJsonObject } from '../../json.ts';
import { quoted } from '../../quoted.ts';
import { coercion, defaultOf, isJsonMedia } from '../coerce.ts';
import type { MediaTypeDeclaration, Parameter, ParameterStyle, Validator } from '../contract.ts';
import { lazy } from '../lazy.ts';
import { below, type Place, textOf } from '../place.ts';
import { ignoredHeaders, parsedIfJson } from '../read-parameters.ts';
import { laterKeys } from '../upgrade/later-keys.ts';
import { valid } from '../valid.ts';
import type { Direction } from './clean-schema.ts';
import { type ForeignReader, readContentPlaces, readMedia } from './media.ts';
import type { ItemOperation } from './path-items.ts';

type Where = Parameter['in'];

const styles: Readonly<Record<Where, readonly ParameterStyle[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form', 'cookie'],
  querystring: ['form'],
};

/**
 * The parameters of an operation (OpenAPI 3.1 §4.8.12). Its own replace equal ones of its path items.
 * @param path the path template, whose parameters are strings if none declares them. Null for a callback
 */
export function readForeignParameters(
  reader: ForeignReader,
  { place, items }: ItemOperation,
  path: string | null,
  direction: Direction,
): readonly Parameter[] {
  const found = new Map<string, Parameter>();
  for (const owner of [place, ...items]) {
    const own = new Set<string>();
    for (const [, entry] of reader.document.entries(below(owner, 'parameters'), 'array', '"parameters"')) {
      const parameter = readParameter(reader, entry, direction);
      if (parameter === undefined) continue;
      const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
      const key = `${parameter.in} ${name}`;
      if (own.has(key)) {
        reader.document.forgive(
          entry,
          `The parameter ${quoted(parameter.name)} is declared twice. The first one is used.`,
        );
      }
      own.add(key);
      if (!found.has(key)) found.set(key, parameter);
    }
  }
  const parameters = [...found.values()];
  return path === null ? parameters : fitted(reader, parameters, path, place);
}

/** The parameters with exactly those in the path that its template has. */
function fitted(
  reader: ForeignReader,
  parameters: readonly Parameter[],
  path: string,
  place: Place,
): readonly Parameter[] {
  const [template = ''] = path.split('?');
  const names = new Set([...template.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? ''));
  const kept = parameters.filter(({ name, in: where }) => {
    if (where !== 'path' || names.has(name)) return true;
    reader.document.forgive(
      place,
      `The path parameter ${quoted(name)} is not in the path ${path}. It is ignored.`,
    );
    return false;
  });
  const declared = new Set(kept.filter((each) => each.in === 'path').map(({ name }) => name));
  const missing = [...names].filter((name) => !declared.has(name));
  for (const name of missing) {
    reader.document.forgive(
      place,
      `The parameter {${name}} of the path ${path} is not declared. It is a string.`,
    );
  }
  return [...missing.map(undeclared), ...kept];
}

const isText: Validator = (value) =>
  typeof value === 'string' && value !== ''
    ? valid
    : [{ location: '', code: 'type', message: 'must be a string that is not empty' }];

function undeclared(name: string): Parameter {
  return {
    name,
    in: 'path',
    required: true,
    style: 'simple',
    explode: false,
    allowReserved: false,
    mediaType: null,
    media: { pointer: null, schema: { type: 'string', minLength: 1 }, examples: [], validate: isText },
    default: undefined,
    coerce: (text) => text,
    validate: isText,
  };
}

/** Headers that say how a message is sent (RFC 9112 §6). A client decides on them, and a request without a body has none. */
function isOfTransport(name: string): boolean {
  return /^(?:connection|content-length|host|transfer-encoding)$/i.test(name);
}

/** One parameter. Undefined, with a note, if it cannot be understood. Undefined if it is ignored. */
function readParameter(reader: ForeignReader, entry: Place, direction: Direction): Parameter | undefined {
  const { document } = reader;
  const place = document.object(entry, 'A parameter');
  if (place === undefined) return undefined;
  const name = textOf(below(place, 'name'));
  const where = placeOf(reader, place);
  if (where === undefined) return undefined;
  if (name === undefined || name === '') {
    document.note('unsupported', place, 'The parameter has no name. It is ignored.');
    return undefined;
  }
  if (where === 'header' && (ignoredHeaders.includes(name.toLowerCase()) || isOfTransport(name)))
    return undefined;
  const style = styleOf(reader, place, where);
  const content = lazy(() => firstContent(reader, place));
  const media = lazy(() => readMedia(reader, content()?.[1] ?? place, direction));
  const schema = lazy(() => below(content()?.[1] ?? place, 'schema'));
  const coerce = lazy(() => {
    const type = content()?.[0];
    return type !== undefined && isJsonMedia(type) ? parsedIfJson : coercion(schema(), document);
  });
  const explode = below(place, 'explode')?.value;
  return {
    name,
    in: where,
    required: where === 'path' || below(place, 'required')?.value === true,
    style,
    explode: typeof explode === 'boolean' ? explode : style === 'form' || style === 'cookie',
    allowReserved: below(place, 'allowReserved')?.value === true,
    allowEmptyValue: below(place, 'allowEmptyValue')?.value === true,
    get mediaType() {
      return content()?.[0] ?? null;
    },
    get media(): MediaTypeDeclaration {
      return media();
    },
    get default() {
      return defaultOf(schema(), document);
    },
    get coerce() {
      return coerce();
    },
    get validate() {
      return media().validate;
    },
  };
}

function placeOf({ document }: ForeignReader, place: Place): Where | undefined {
  if (textOf(below(place, laterKeys.in)) === 'querystring') return 'querystring';
  const text = textOf(below(place, 'in'));
  const known = (Object.keys(styles) as Where[]).find((where) => where === text?.toLowerCase());
  if (known === undefined) {
    const got = text === undefined ? 'It has none' : `Got ${quoted(text)}`;
    document.note(
      'unsupported',
      place,
      `"in" of a parameter must be path, query, header or cookie. ${got}, so it is ignored.`,
    );
  } else if (known !== text) document.forgive(place, `"in: ${text}" is read as "in: ${known}".`);
  return known;
}

function styleOf({ document }: ForeignReader, place: Place, where: Where): ParameterStyle {
  const usual = styles[where][0] ?? 'form';
  const at = below(place, 'style');
  if (at === undefined) return usual;
  const style = styles[where].find((each) => each === at.value);
  if (style !== undefined) return style;
  document.forgive(
    at,
    `A parameter in ${where} cannot have the style ${quoted(at.value)}. It is read as "${usual}".`,
  );
  return usual;
}

/** The media type of a parameter that has `content` in place of a schema. */
function firstContent(reader: ForeignReader, place: Place): readonly [string, Place] | undefined {
  if (!isJsonObject(place.value) || place.value.schema !== undefined || place.value.content === undefined) {
    return undefined;
  }
  const [first] = readContentPlaces(reader, place);
  return first;
}
