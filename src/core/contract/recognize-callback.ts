import type { Violation } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { quoted } from '../quoted.ts';
import { suggest } from '../suggest.ts';
import type { CallbackType, Contract } from './contract.ts';

/**
 * Finds the callback that a body belongs to. Callbacks of one provider are told apart by the property that most of them
 * restrict to different values, such as `event_type`. Otherwise the body must be valid for exactly one of them.
 * @param option how the caller can choose a type, for messages, e.g. `--callback`
 */
export function recognizeBody(value: unknown, contract: Contract, option: string): CallbackType | Violation {
  const bodies = bodiesOf(contract);
  const [only, second] = bodies;
  if (only !== undefined && second === undefined) return only;
  const keys = keysOf(bodies);
  const named = bodies.filter((type) => isNamed(value, type, keys.get(type.provider)));
  if (named.length === 1 && named[0] !== undefined) return named[0];
  const candidates = named.length > 0 ? named : bodies;
  const fitting = candidates.filter(({ validate }) => validate(value).length === 0);
  if (fitting.length === 1 && fitting[0] !== undefined) return fitting[0];
  const rest = fitting.length > 0 ? fitting : named;
  return rest.length > 0 ? ambiguous(rest, option) : unknown(value, bodies, keys, option);
}

/** Finds the callback that shares most parameters with a query. Of several, the one with the fewest parameters. */
export function recognizeQuery(
  value: JsonObject,
  contract: Contract,
  option: string,
): CallbackType | Violation {
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

/** Whether an object is a query: it has a parameter of one, and no property that tells bodies apart. */
export function isQueryRecord(value: JsonObject, contract: Contract): boolean {
  for (const key of keysOf(bodiesOf(contract)).values()) if (Object.hasOwn(value, key)) return false;
  return [...contract.callbacks.values()].some(
    (type) => !type.hasBody && type.query.some((name) => Object.hasOwn(value, name)),
  );
}

function bodiesOf(contract: Contract): readonly CallbackType[] {
  return [...contract.callbacks.values()].filter((type) => type.hasBody);
}

/**
 * For each provider, the property that tells its callbacks apart: the one that most of them restrict, but not all to the
 * same values. A provider without such a property is absent.
 */
function keysOf(bodies: readonly CallbackType[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const [provider, types] of Map.groupBy(bodies, (type) => type.provider)) {
    const names = [...new Set(types.flatMap(({ enums }) => [...enums.keys()]))];
    const distinct = (name: string): number =>
      new Set(types.map(({ enums }) => JSON.stringify(enums.get(name)))).size;
    const uses = (name: string): number => types.filter(({ enums }) => enums.has(name)).length;
    const [best] = names
      .filter((name) => distinct(name) > 1)
      .toSorted((a, b) => uses(b) - uses(a) || distinct(b) - distinct(a));
    if (best !== undefined) keys.set(provider, best);
  }
  return keys;
}

function isNamed(value: unknown, { enums }: CallbackType, key: string | undefined): boolean {
  if (key === undefined || !isJsonObject(value) || !Object.hasOwn(value, key)) return false;
  return enums.get(key)?.includes(value[key] as JsonValue) ?? false;
}

function ambiguous(types: readonly CallbackType[], option: string): Violation {
  const names = types.map(({ type }) => type).join(', ');
  return {
    location: '',
    code: 'callback.ambiguous',
    message: `may be one of several callbacks: ${names}; choose one with ${option}`,
  };
}

function unknown(
  value: unknown,
  bodies: readonly CallbackType[],
  keys: ReadonlyMap<string, string>,
  option: string,
): Violation {
  if (!isJsonObject(value)) {
    return { location: '', code: 'type', message: 'must be a JSON object: one callback at a time' };
  }
  const properties = [...new Set(keys.values())];
  const key = properties.find((name) => Object.hasOwn(value, name)) ?? properties[0];
  if (key === undefined) {
    const names = bodies.map(({ type }) => type).join(', ');
    const message = `is valid for none of the callbacks ${names}; name the callback with ${option}`;
    return { location: '', code: 'callback.unknown', message };
  }
  const known = [
    ...new Set(
      bodies.flatMap(({ enums, provider }) => (keys.get(provider) === key ? (enums.get(key) ?? []) : [])),
    ),
  ].map(String);
  const given = Object.hasOwn(value, key) ? value[key] : undefined;
  const hint = typeof given === 'string' ? suggest(given, known) : '';
  const got = given === undefined ? 'is missing' : `is ${quoted(given)}`;
  return {
    location: `/${key}`,
    code: 'callback.unknown',
    message: `${got}, expected one of ${known.join(', ')}; or name the callback with ${option}.${hint}`,
  };
}
