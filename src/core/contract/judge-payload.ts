import type { Violation } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../json.ts';
import { quoted } from '../quoted.ts';
import { didYouMean, nearestName, suggest } from '../suggest.ts';
import type { CallbackType, Contract } from './contract.ts';

/** What a check of one callback found. */
export interface Judgement {
  /** The callback's type; null when it could not be told. */
  readonly type: CallbackType | null;
  /** What was judged: the body, or the query parameters as one object, numbers read. */
  readonly value: unknown;
  /** Empty: it is valid. */
  readonly violations: readonly Violation[];
}

export interface JudgeOptions {
  /** The callback to judge by; null: told from `event_type`, or from the query parameters. */
  readonly type: CallbackType | null;
  /** Judges by today's exact shape. */
  readonly strict: boolean;
  /** How the caller can name a type, for the messages, e.g. `--callback`. */
  readonly option: string;
}

/** The callback of a name: its type, or its bare name where only one provider has it; else advice for an error's text. */
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

/** Judges the JSON body of a callback. */
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
 * Judges the query parameters of a callback.
 * @param parameters names and values; a query string knows only texts, which are read as numbers where the schema
 *   wants some
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

/** True when an object has no `event_type`, but a parameter of a callback that goes by query string. */
export function isQueryRecord(value: JsonObject, contract: Contract): boolean {
  if (Object.hasOwn(value, 'event_type')) return false;
  return [...contract.callbacks.values()].some(
    (type) => !type.hasBody && type.query.some((name) => Object.hasOwn(value, name)),
  );
}

/** The callback whose name the body has as `event_type`. */
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

/** The callback that shares the most parameters with the query; of several, the one that asks for the fewest. */
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
 * Texts that the schema wants as something else are read as JSON (`30`, `true`), and stay texts where that does not
 * help, so that the violation shows what was given.
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
