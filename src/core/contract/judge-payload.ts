import type { Violation } from '../errors.ts';
import { type JsonObject, type JsonValue, setOwn } from '../json.ts';
import type { CallbackType, Contract } from './contract.ts';
import { recognizeBody, recognizeQuery } from './recognize-callback.ts';

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
  /** The callback to check against. Null: detect it. */
  readonly type: CallbackType | null;
  /** Checks against the exact current shape. */
  readonly strict: boolean;
  /** How the caller can choose a type, for messages, e.g. `--callback`. */
  readonly option: string;
}

/** Checks the JSON body of a callback. */
export function judgeBody(value: unknown, contract: Contract, options: JudgeOptions): Judgement {
  const type = options.type ?? recognizeBody(value, contract, options.option);
  if ('code' in type) return { type: null, value, violations: [type] };
  if (!type.hasBody) {
    const message = `${type.type} has query parameters (${type.query.join(', ')}), and this is a body`;
    return { type, value, violations: [{ location: '', code: 'form', message }] };
  }
  const validate = options.strict ? type.validateStrict : type.validate;
  return { type, value, violations: validate(value) };
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
  const type = options.type ?? recognizeQuery(value, contract, options.option);
  if ('code' in type) return { type: null, value, violations: [type] };
  if (type.hasBody) {
    const message = `${type.type} has a JSON body, and this is a query string`;
    return { type, value, violations: [{ location: '', code: 'form', message }] };
  }
  const validate = options.strict ? type.validateStrict : type.validate;
  const read = readTexts(value, validate);
  const twice = repeated.map((name) => ({
    location: `/${name}`,
    code: 'query.repeated',
    message: 'occurs more than once',
  }));
  return { type, value: read, violations: [...validate(read), ...twice] };
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
