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
  const limit = Number(params.limit);
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
    case 'type':
      return `must be ${typesNamed(params.type)}; got ${shown(data)}`;
    case 'enum': {
      const values = Array.isArray(params.allowedValues) ? params.allowedValues : [];
      const names = values.map((value: unknown) => JSON.stringify(value)).slice(0, 20);
      const rest = values.length > names.length ? ` and ${values.length - names.length} more` : '';
      const advice = typeof data === 'string' ? suggest(data, values.map(String)) : '';
      return advised(`must be one of ${names.join(', ')}${rest}; got ${shown(data)}`, advice);
    }
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}; got ${shown(data)}`;
    case 'format': {
      const format = String(params.format);
      return `must be ${formatNames[format] ?? `of the format "${format}"`}; got ${shown(data)}`;
    }
    case 'pattern':
      // The title of a schema explains its pattern.
      return `must ${titleOf(error) ?? `match the pattern ${String(params.pattern)}`}; got ${shown(data)}`;
    case 'minLength':
      return `must have at least ${counted(limit, 'character')}; got ${shown(data)}`;
    case 'maxLength':
      return `must have at most ${counted(limit, 'character')}; got ${lengthOf(data)}`;
    case 'minItems':
      return `must have at least ${counted(limit, 'item')}; got ${lengthOf(data)}`;
    case 'maxItems':
      return `must have at most ${counted(limit, 'item')}; got ${lengthOf(data)}`;
    case 'minProperties':
      return `must have at least ${counted(limit, 'property', 'properties')}; got ${lengthOf(data)}`;
    case 'maxProperties':
      return `must have at most ${counted(limit, 'property', 'properties')}; got ${lengthOf(data)}`;
    case 'uniqueItems':
      return `must not contain duplicates: the items at ${String(params.j)} and ${String(params.i)} are equal`;
    case 'minimum':
      return `must be at least ${limit}; got ${shown(data)}`;
    case 'maximum':
      return `must be at most ${limit}; got ${shown(data)}`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}; got ${shown(data)}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}; got ${shown(data)}`;
    case 'multipleOf':
      return `must be a multiple of ${String(params.multipleOf)}; got ${shown(data)}`;
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

function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
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
