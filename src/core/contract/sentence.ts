import type { ErrorObject } from 'ajv/dist/2020.js';
import { isJsonObject } from '../json.ts';
import { quoted } from '../quoted.ts';
import { suggest } from '../suggest.ts';

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  null: 'null',
  array: 'an array',
  object: 'an object',
};

const formatNames: Readonly<Record<string, string>> = {
  date: 'a date such as 2023-09-18',
  time: 'a time such as 17:59:18Z',
  'date-time': 'a date and time such as 2023-09-18T17:59:18Z',
  duration: 'an ISO 8601 duration such as PT5M',
  email: 'an e-mail address',
  hostname: 'a host name',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  uri: 'an absolute URI such as https://example.com/path',
  'uri-reference': 'a URI or a relative reference',
  uuid: 'a UUID such as a65ec788-d68e-4827-9bdd-70f1ede3bca7',
  'json-pointer': 'a JSON pointer such as /documents/0',
};

/** One of Ajv's errors as a sentence that starts with `must`. Its subject is the place of the error. */
export function sentence(error: ErrorObject): string {
  const text = predicate(error);
  return error.propertyName === undefined
    ? text
    : `must not have the property ${quoted(error.propertyName)}: its name ${text}`;
}

/** `be an absolute http or https URL`, if the schema has a title. */
function titleOf({ parentSchema }: ErrorObject): string | null {
  const title: unknown = parentSchema?.title;
  return typeof title === 'string' ? `be ${title}` : null;
}

function predicate(error: ErrorObject): string {
  const { keyword, data } = error;
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (keyword) {
    case 'required':
      return `must have the property ${JSON.stringify(params.missingProperty)}`;
    case 'dependentRequired':
      return `must have the property ${JSON.stringify(params.missingProperty)} when it has ${JSON.stringify(params.property)}`;
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params.additionalProperty ?? params.unevaluatedProperty);
      return advised(
        `must not have the unknown property ${quoted(name)}`,
        suggest(name, knownProperties(error)),
      );
    }
    case 'enum': {
      const values = Array.isArray(params.allowedValues) ? params.allowedValues : [];
      const names = values.map((value: unknown) => JSON.stringify(value)).slice(0, 20);
      const rest = values.length > names.length ? ` and ${values.length - names.length} more` : '';
      const advice = typeof data === 'string' ? suggest(data, values.map(String)) : '';
      return advised(`must be one of ${names.join(', ')}${rest}; got ${shown(data)}`, advice);
    }
    case 'format': {
      const format = String(params.format);
      return `must be ${formatNames[format] ?? `of the format "${format}"`}; got ${shown(data)}`;
    }
    case 'pattern':
      // The title of a schema explains its pattern.
      return `must ${titleOf(error) ?? `match the pattern ${String(params.pattern)}`}; got ${shown(data)}`;
    case 'minLength':
      return `must have ${expectation(error)}; got ${shown(data)}`;
    case 'maxLength':
    case 'minItems':
    case 'maxItems':
    case 'minProperties':
    case 'maxProperties':
      return `must have ${expectation(error)}; got ${lengthOf(data)}`;
    case 'uniqueItems':
      return `must not contain duplicates: the items at ${String(params.j)} and ${String(params.i)} are equal`;
    case 'type':
    case 'const':
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
    case 'multipleOf':
      return `must be ${expectation(error)}; got ${shown(data)}`;
    case 'contains': {
      const most = params.maxContains === undefined ? '' : ` and at most ${String(params.maxContains)}`;
      return `must contain at least ${String(params.minContains)}${most} items that match the schema under "contains"`;
    }
    case 'oneOf': {
      const passing = params.passingSchemas;
      if (Array.isArray(passing))
        return `must match exactly one alternative; matches those at ${passing.join(' and ')}`;
      return 'must match one of the alternatives';
    }
    case 'anyOf':
      return 'must match at least one of the alternatives';
    case 'not':
      return 'must not match the schema under "not"';
    case 'false schema':
      return 'must be absent';
    default:
      return error.message ?? `must satisfy the keyword "${keyword}"`;
  }
}

/** What the items of an array and the properties of an object are called: one, and several. */
export interface PartNames {
  readonly items: readonly [one: string, several: string];
  readonly properties: readonly [one: string, several: string];
}

const jsonParts: PartNames = { items: ['item', 'items'], properties: ['property', 'properties'] };

/** What a value must be or have instead: `a string`, `at least 3 items`. Ajv's own words for the other keywords. */
export function expectation(error: ErrorObject, parts: PartNames = jsonParts): string {
  const params: Readonly<Record<string, unknown>> = error.params;
  const limit = Number(params.limit);
  const counted = ([one, several]: readonly [string, string]): string =>
    `${limit} ${limit === 1 ? one : several}`;
  switch (error.keyword) {
    case 'type':
      return typesNamed(params.type);
    case 'const':
      return JSON.stringify(params.allowedValue);
    case 'minLength':
      return `at least ${counted(['character', 'characters'])}`;
    case 'maxLength':
      return `at most ${counted(['character', 'characters'])}`;
    case 'minItems':
      return `at least ${counted(parts.items)}`;
    case 'maxItems':
      return `at most ${counted(parts.items)}`;
    case 'minProperties':
      return `at least ${counted(parts.properties)}`;
    case 'maxProperties':
      return `at most ${counted(parts.properties)}`;
    case 'minimum':
      return `at least ${limit}`;
    case 'maximum':
      return `at most ${limit}`;
    case 'exclusiveMinimum':
      return `more than ${limit}`;
    case 'exclusiveMaximum':
      return `less than ${limit}`;
    case 'multipleOf':
      return `a multiple of ${String(params.multipleOf)}`;
    default:
      return (error.message ?? error.keyword).replace(/^must (be|have) /, '');
  }
}

/** A sentence, followed by advice if there is any. */
export function advised(text: string, advice: string): string {
  return advice === '' ? text : `${text}.${advice}`;
}

function knownProperties(error: ErrorObject): readonly string[] {
  const properties: unknown = isJsonObject(error.parentSchema) ? error.parentSchema.properties : undefined;
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

function typesNamed(type: unknown): string {
  const names = [type].flat().map((name) => typeNames[String(name)] ?? String(name));
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : names.join('');
}

function lengthOf(data: unknown): string {
  if (typeof data === 'string') return String([...data].length);
  return String(Array.isArray(data) ? data.length : Object.keys(Object(data)).length);
}

/** A value as shown in a message: short, without the contents of objects and arrays. */
export function shown(data: unknown): string {
  if (data === undefined) return 'nothing';
  if (Array.isArray(data)) return 'an array';
  if (typeof data === 'object' && data !== null) return 'an object';
  const text = JSON.stringify(data) ?? String(data);
  return text.length > 80 ? `${text.slice(0, 76)}…"` : text;
}
