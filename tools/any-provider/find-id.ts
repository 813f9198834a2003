import type { JudgedOperation } from './document.ts';
import { type ReceivedResponse, readExpression, readValue } from './expressions.ts';
import { isParameter, lastParameter, nounOf, segments } from './find-pairs.ts';
import type { MadeRequest } from './make-request.ts';
import { isObject, type Loose } from './source.ts';

/** The ids of what was created, by where each was found: the first one counts, and the others must agree. */
export type FoundIds = readonly (readonly [string, string])[];

/** Finds the id of what an operation creates, as a reader of its contract would. */
export function findIds(request: MadeRequest, response: ReceivedResponse, read: JudgedOperation): FoundIds {
  const { operation, parameters } = request;
  const found: (readonly [string, string])[] = [];
  for (const { links } of operation.responses.values())
    for (const { target, parameters: values } of links) {
      const name = lastParameter(read);
      const text = values[name] ?? values[`path.${name}`];
      const from = read.names.includes(target) && typeof text === 'string' && readExpression(text, request);
      const value = from ? readValue(from, request, response, '') : undefined;
      if (isId(value)) found.push(['a link', String(value)]);
    }
  if (operation.method === 'PUT' && segments(operation.path).length === segments(read.path).length) {
    const value = parameters.get(`path ${lastParameter(operation)}`);
    if (isId(value)) found.push(['the path', String(value)]);
  }
  const inBody = idIn(response.body, read);
  if (inBody !== null && (inBody.isExact || found.length === 0)) found.push(['the body', inBody.id]);
  const located = idInUrl(response.headers.location, read);
  if (located !== null) found.push(['Location', located]);
  if (found.length > 0) return found;
  const given = isObject(request.body) ? ownId(request.body, read) : null;
  return given === null ? [] : [['the request', given.id]];
}

export interface ResourceInBody {
  readonly id: string;
  /** Name of the property with the id. */
  readonly name: string;
  /** Whether the property has the name of the parameter, or a usual one. */
  readonly isExact: boolean;
  readonly resource: Loose;
  /** Keys from the root of the body. */
  readonly path: readonly string[];
}

/** The object of a body that has the id of a resource: the body, an object in it, or the only item of an array. */
export function idIn(body: unknown, read: JudgedOperation): ResourceInBody | null {
  const noun = plain(nounOf(read));
  const objects = objectsIn(body);
  const isWrapped = ({ path }: ObjectInBody): boolean => {
    return path.every((key, at) => {
      const isOne = path[at + 1] !== '0';
      return key === '0' || wrappers.has(plain(key)) || (isOne && plain(key) === noun);
    });
  };
  for (const find of [ownId, otherId]) {
    for (const { value, path } of objects.filter(isWrapped)) {
      const found = find(value, read);
      if (found !== null) return { ...found, isExact: find === ownId, resource: value, path };
    }
  }
  for (const { value, path } of objects) {
    const found = ownId(value, read);
    const isItsName = found !== null && [plain(lastParameter(read)), `${noun}id`].includes(plain(found.name));
    if (isItsName && plain(found.name) !== 'id') return { ...found, isExact: true, resource: value, path };
  }
  return null;
}

const wrappers = new Set(
  'data result results item items resource payload object attributes entity'.split(' '),
);

interface ObjectInBody {
  readonly value: Loose;
  readonly path: readonly string[];
}

/** The objects of a body that may be the resource, the outermost first. */
export function objectsIn(body: unknown): readonly ObjectInBody[] {
  const found: ObjectInBody[] = [];
  let level: { value: unknown; path: readonly string[] }[] = [{ value: body, path: [] }];
  for (let depth = 0; depth < 3; depth++) {
    const objects = level.flatMap(({ value, path }) => {
      if (Array.isArray(value)) return value.length === 1 ? [{ value: value[0], path: [...path, '0'] }] : [];
      return [{ value, path }];
    });
    for (const { value, path } of objects) if (isObject(value)) found.push({ value, path });
    level = objects.flatMap(({ value, path }) =>
      isObject(value)
        ? Object.entries(value).map(([key, child]) => ({ value: child, path: [...path, key] }))
        : [],
    );
  }
  return found;
}

/** The id that an object has by the name of the path parameter, or by a usual name. */
function ownId(object: Loose, read: JudgedOperation): { id: string; name: string } | null {
  const parameter = plain(lastParameter(read));
  const noun = plain(nounOf(read));
  const byName = new Map(Object.keys(object).map((name) => [plain(name), name]));
  const short = parameter.startsWith(noun) ? parameter.slice(noun.length) : '';
  for (const wanted of [parameter, short, `${noun}${parameter}`, 'id', `${noun}id`, 'uuid', 'guid', 'sid']) {
    const name = byName.get(wanted);
    if (name !== undefined && isId(object[name])) return { id: String(object[name]), name };
  }
  return null;
}

/** The id at the end of a URL of its own, or in the only property whose name ends in `id`. */
function otherId(object: Loose, read: JudgedOperation): { id: string; name: string } | null {
  for (const name of ['_links', 'links', 'self', 'href', 'url', 'uri', 'location', 'resource', 'link']) {
    const links = object[name];
    const self = isObject(links) ? (links.self ?? links.href) : links;
    const id = idInUrl(isObject(self) ? self.href : self, read);
    if (id !== null) return { id, name };
  }
  const ending = Object.keys(object).filter((name) => /(_id|[a-z]I[dD])$/.test(name) && isId(object[name]));
  const [name = ''] = ending;
  return ending.length === 1 ? { id: String(object[name]), name } : null;
}

/** The last segment of a URL whose path ends as the template does. */
function idInUrl(url: unknown, read: JudgedOperation): string | null {
  if (typeof url !== 'string' || !URL.canParse(url, 'http://any.example')) return null;
  const template = segments(read.path);
  const path = segments(new URL(url, 'http://any.example').pathname).slice(-template.length);
  const fits =
    path.length === template.length &&
    template.every((segment, at) => isParameter(segment) || segment === path[at]);
  return fits ? decodeURIComponent(path.at(-1) ?? '') : null;
}

function isId(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

/** A name without its spelling: `card_id` and `cardId`. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
