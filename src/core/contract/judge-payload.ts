import type { Violation } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../json.ts';
import { quoted } from '../quoted.ts';
import { didYouMean, nearestName, suggest } from '../suggest.ts';
import type { CallbackType, Contract } from './contract.ts';

/** The result of checking one callback. */
export interface Judgement {
  /** The type of the callback. Null if it could not be detected. */
  readonly type: CallbackType | null;
  /** The checked value: the body, or the query parameters as one object with parsed numbers. */
  readonly value: unknown;
  /** Empty if it is valid. */
  readonly violations: readonly Violation[];
}

export interface JudgeOptions {
  /** The callback to check against. Null: detect it from `event_type`, or from the query parameters. */
  readonly type: CallbackType | null;
  /** Checks against the exact current shape. */
  readonly strict: boolean;
  /** How the caller can choose a type, for messages, e.g. `--callback`. */
  readonly option: string;
}

/**
 * Finds a callback by its type, or by its name alone if only one provider has it. Otherwise returns advice for an
 * error.
 */
export function findCallback(
  name: string,
  contract: Contract,
): { readonly type: CallbackType } | { readonly advice: string; readonly suggestion: string | null } {
  const exact = contract.callbacks.get(name);
  if (exact !== undefined) return { type: exact };
  const [found, second] = [...contract.callbacks.values()].filter((type) => type.name === name);
  if (found !== undefined && second === undefined) return { type: found };
  const known = [...contract.callbacks.keys()];
  const names = name.includes('.') ? known : [...contract.callbacks.values()].map(bareName);
  const suggestion = nearestName(name, names);
  const advice = `Got ${quoted(name)}, expected one of ${known.join(', ')}.${didYouMean(suggestion)}`;
  return { advice, suggestion };
}

/** Checks the JSON body of a callback. */
export function judgeBody(value: unknown, contract: Contract, options: JudgeOptions): Judgement {
  const told = options.type ?? typeOfBody(value, contract, options.option);
  if ('code' in told) return { type: null, value, violations: [told] };
  if (!told.hasBody) {
    const message = `${told.type} has query parameters (${told.query.join(', ')}), and this is a body`;
    return { type: told, value, violations: [{ location: '', code: 'form', message }] };
  }
  const validate = options.strict ? told.validateStrict : told.validate;
  return { type: told, value, violations: validate(value) };
}

/**
 * Checks the query parameters of a callback.
 * @param parameters names and values. A query string has strings only, which are parsed as numbers if the schema
 * requires some
 */
export function judgeQuery(
  parameters: Iterable<readonly [name: string, value: JsonValue]>,
  contract: Contract,
  options: JudgeOptions,
): Judgement {
  const value: Record<string, JsonValue> = {};
  const repeated: string[] = [];
  for (const [name, text] of parameters) {
    if (Object.hasOwn(value, name)) repeated.push(name);
    else setOwn(value, name, text);
  }
  const told = options.type ?? typeOfQuery(value, contract, options.option);
  if ('code' in told) return { type: null, value, violations: [told] };
  if (told.hasBody) {
    const message = `${told.type} has a JSON body, and this is a query string`;
    return { type: told, value, violations: [{ location: '', code: 'form', message }] };
  }
  const validate = options.strict ? told.validateStrict : told.validate;
  const read = readTexts(value, validate);
  const twice = repeated.map((name) => ({
    location: `/${name}`,
    code: 'query.repeated',
    message: 'occurs more than once',
  }));
  return { type: told, value: read, violations: [...validate(read), ...twice] };
}

/** Whether an object has no `event_type`, but a parameter of a callback with query parameters. */
export function isQueryRecord(value: JsonObject, contract: Contract): boolean {
  if (Object.hasOwn(value, 'event_type')) return false;
  return [...contract.callbacks.values()].some(
    (type) => !type.hasBody && type.query.some((name) => Object.hasOwn(value, name)),
  );
}

/** The callback whose name is the `event_type` of the body. */
function typeOfBody(value: unknown, contract: Contract, option: string): CallbackType | Violation {
  const bodies = [...contract.callbacks.values()].filter((type) => type.hasBody);
  const names = [...new Set(bodies.map(bareName))];
  if (!isJsonObject(value)) {
    return { location: '', code: 'type', message: 'must be a JSON object: one callback at a time' };
  }
  const { event_type: eventType } = value;
  const [found, second] = bodies.filter((type) => type.name === eventType);
  if (found !== undefined && second === undefined) return found;
  if (second !== undefined) {
    return {
      location: '/event_type',
      code: 'callback.ambiguous',
      message: `exists in several providers; choose one with ${option}`,
    };
  }
  const hint = typeof eventType === 'string' ? suggest(eventType, names) : '';
  const got = eventType === undefined ? 'is missing' : `is ${quoted(eventType)}`;
  return {
    location: '/event_type',
    code: 'callback.unknown',
    message: `${got}, expected one of ${names.join(', ')}; or name the callback with ${option}.${hint}`,
  };
}

/** The callback that shares most parameters with the query. Of several, the one with the fewest required ones. */
function typeOfQuery(value: JsonObject, contract: Contract, option: string): CallbackType | Violation {
  const candidates = [...contract.callbacks.values()].filter((type) => !type.hasBody);
  const shared = (type: CallbackType): number =>
    type.query.filter((name) => Object.hasOwn(value, name)).length;
  const [best] = candidates.toSorted((a, b) => shared(b) - shared(a) || a.query.length - b.query.length);
  if (best !== undefined && shared(best) > 0) return best;
  const known = candidates.map((type) => `${type.type} (${type.query.join(', ')})`).join(', ');
  return {
    location: 'query',
    code: 'callback.unknown',
    message: `has no parameter of any callback: ${known}; or name the callback with ${option}`,
  };
}

/**
 * Strings that the schema requires as another type are parsed as JSON (`30`, `true`). They stay strings if that does
 * not help, so that the violation shows what was given.
 */
function readTexts(value: JsonObject, validate: CallbackType['validate']): JsonObject {
  const read: Record<string, JsonValue> = { ...value };
  for (const violation of validate(value)) {
    const name = violation.location.replace(/^\//, '');
    const text = read[name];
    if (violation.code !== 'type' || typeof text !== 'string') continue;
    if (/^(-?\d+(\.\d+)?|true|false|null)$/.test(text)) read[name] = JSON.parse(text) as JsonValue;
  }
  return read;
}

function bareName({ name }: CallbackType): string {
  return name;
}
