import type { Operation, Parameter } from '../../core/contract/contract.ts';
import {
  decodeParameter,
  type NamedTexts,
  type ParameterSource,
} from '../../core/contract/parameter-styles.ts';
import { formDecode } from '../../core/contract/percent-encoding.ts';
import { SchemaView } from '../../core/contract/schema-view.ts';
import { otherContent, otherReading, textOf, typedText } from '../../core/contract/typed-text.ts';
import type { Violation } from '../../core/errors.ts';
import { type JsonObject, type JsonValue, setOwn } from '../../core/json.ts';
import { absent, type GivenParameters, type ParameterPlan, type ReadParameters } from './parameters.ts';

interface StyledEntry {
  readonly parameter: Parameter;
  readonly view: SchemaView;
  /** For violations, e.g. `query/limit`. */
  readonly location: string;
}

interface StyledPathEntry extends StyledEntry {
  /** Finds the text in place of `{name}` in the path as it came. Null: the decoded text is enough. */
  readonly raw: RegExp | null;
}

const none: JsonObject = {};
const noPairs: NamedTexts = [];
const noNames: ReadonlySet<string> = new Set();

/**
 * The plan of an operation of any contract: parameters in all places and styles, converted to the types of their schemas.
 * Undeclared query parameters and cookies are passed on as text.
 * @param document the contract, in which the `$ref`s of the schemas are local
 */
export function styledParameterPlan(operation: Operation, document: JsonObject): ParameterPlan {
  const of = (place: Parameter['in']): StyledEntry[] =>
    operation.parameters
      .filter((parameter) => parameter.in === place)
      .map((parameter) => ({
        parameter,
        view: new SchemaView(parameter.media.schema, document),
        location: `${place}/${place === 'header' ? parameter.name.toLowerCase() : parameter.name}`,
      }));
  const inPath = of('path').map(
    (entry): StyledPathEntry => ({
      ...entry,
      raw: isSimple(entry) ? null : rawText(operation.path, entry.parameter.name),
    }),
  );
  const inQuery = [...of('query'), ...of('querystring')];
  const queryNames = new Set(inQuery.map(({ parameter }) => parameter.name));
  const inHeader = of('header').map((entry) => ({ ...entry, name: entry.parameter.name.toLowerCase() }));
  const inCookie = of('cookie');
  const cookieNames = new Set(inCookie.map(({ parameter }) => parameter.name));
  return {
    read(given, violations): ReadParameters {
      const path = inPath.length === 0 ? given.path : readPath(inPath, given, violations);
      for (const entry of inHeader) {
        const text = given.headers[entry.name] ?? null;
        take(entry, { text, pairs: noPairs, others: noNames }, violations);
      }
      const hasQuery = given.query !== '' || inQuery.length > 0;
      const cookie = given.headers.cookie ?? '';
      return {
        path,
        query: hasQuery
          ? readPairs(inQuery, queryNames, given.query, splitQuery(given.query), formDecode, violations)
          : none,
        cookies:
          cookie !== '' || inCookie.length > 0
            ? readPairs(inCookie, cookieNames, '', splitCookies(cookie), unquote, violations)
            : none,
      };
    },
  };
}

/** Whether a path parameter is its decoded text, converted to a type. */
function isSimple({ parameter, view }: StyledEntry): boolean {
  return parameter.style === 'simple' && parameter.mediaType === null && !view.isComplex;
}

/** Matches a path of a template, or of a template below a base path, and captures the text of one parameter. */
function rawText(template: string, name: string): RegExp {
  const [path = ''] = template.split(/[?#]/);
  const source = path
    .split(/(\{[^{}]*\})/)
    .map((part) => {
      if (part === `{${name}}`) return '([^/]*?)';
      return /^\{.*\}$/s.test(part) ? '[^/]*?' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    })
    .join('');
  return new RegExp(`${source}/?$`);
}

function readPath(
  entries: readonly StyledPathEntry[],
  { path, rawPath }: GivenParameters,
  violations: Violation[],
): ReadParameters['path'] {
  let result = path;
  for (const { parameter, view, location, raw } of entries) {
    const { name } = parameter;
    const text = path[name];
    if (text === undefined) {
      absent(parameter, location, violations);
      continue;
    }
    if (raw === null) {
      checked({ parameter, view, location }, typedText(text, view), violations);
      continue;
    }
    const found = raw.exec(rawPath)?.[1] ?? encodeURIComponent(text);
    const value = decodeParameter(parameter, view, { text: found, pairs: noPairs, others: noNames });
    if (value !== undefined) checked({ parameter, view, location }, value, violations);
    // Without the dot or the name that the style puts before it.
    if (!view.isComplex && value !== undefined) result = { ...result, [name]: textOf(value) };
  }
  return result;
}

/** Reads the parameter, or its default, and checks it. */
function take(
  entry: StyledEntry,
  source: ParameterSource,
  violations: Violation[],
  taken?: Set<string>,
): JsonValue | undefined {
  const { parameter, view, location } = entry;
  const value = decodeParameter(parameter, view, source, taken);
  // An object without members is sent as nothing at all.
  if (value === undefined && parameter.required && isSpread(entry) && parameter.validate({}).length === 0)
    return {};
  if (value === undefined) return absent(parameter, location, violations) as JsonValue | undefined;
  return value === '' && parameter.allowEmptyValue === true ? value : checked(entry, value, violations);
}

/** Whether each member of an object is a parameter of its own (style `form` with `explode`, or `deepObject`). */
function isSpread({ parameter, view }: StyledEntry): boolean {
  const { style, explode, mediaType } = parameter;
  return (
    mediaType === null && view.has('object') && (style === 'deepObject' || (style === 'form' && explode))
  );
}

/** The value, or another reading of its text that is valid where the first one is not: `null` for a date or null. */
function checked(
  { parameter, view, location }: StyledEntry,
  value: JsonValue,
  violations: Violation[],
): JsonValue {
  const found = parameter.validate(value);
  if (found.length === 0) return value;
  const other = parameter.mediaType === null ? otherReading(value, view) : otherContent(value);
  if (other !== undefined && parameter.validate(other).length === 0) return other;
  for (const violation of found)
    violations.push({ ...violation, location: `${location}${violation.location}` });
  return value;
}

/** Query parameters or cookies: the declared ones by their styles, the others as text or an array of texts. */
function readPairs(
  entries: readonly StyledEntry[],
  names: ReadonlySet<string>,
  text: string,
  pairs: NamedTexts,
  decode: (text: string) => string,
  violations: Violation[],
): JsonObject {
  const result: Record<string, JsonValue> = {};
  const taken = new Set<string>();
  const source: ParameterSource = { text, pairs, others: names, decode };
  for (const entry of entries) {
    const value = take(entry, source, violations, taken);
    if (value !== undefined) setOwn(result, entry.parameter.name, value);
  }
  for (const [name, value] of pairs) {
    if (taken.has(name) || names.has(name)) continue;
    const before = Object.hasOwn(result, name) ? result[name] : undefined;
    const decoded = decode(value);
    if (before === undefined) setOwn(result, name, decoded);
    else if (Array.isArray(before)) before.push(decoded);
    else setOwn(result, name, [before, decoded]);
  }
  return result;
}

function splitQuery(query: string): NamedTexts {
  if (query === '') return noPairs;
  const pairs: (readonly [string, string])[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const mark = part.indexOf('=');
    if (mark === -1) pairs.push([formDecode(part), '']);
    else pairs.push([formDecode(part.slice(0, mark)), part.slice(mark + 1)]);
  }
  return pairs;
}

/** The pairs of a `Cookie` header (RFC 6265 §5.4). */
function splitCookies(header: string): NamedTexts {
  if (header === '') return noPairs;
  const pairs: (readonly [string, string])[] = [];
  for (const part of header.split(';')) {
    const mark = part.indexOf('=');
    if (mark > 0) pairs.push([part.slice(0, mark).trim(), part.slice(mark + 1).trim()]);
  }
  return pairs;
}

/** A cookie's value, percent-decoded as nearly all clients encode it, without the quotation marks around it. */
function unquote(text: string): string {
  return formDecode(
    /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('+', '%2B') : text.replaceAll('+', '%2B'),
  );
}
