/** A JSON value. */
export type JsonValue = string | number | boolean | null | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Whether a value is an object with members of its own: no array, `Date`, `Promise`, `Map`, `URL` or the like. */
export function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype alone is not enough: an object may be of another realm, or of a class of the caller's.
  return prototype === Object.prototype || Object.prototype.toString.call(value) === '[object Object]';
}

const emptyObject: JsonObject = Object.freeze({});

/** The value if it is a JSON object, otherwise an object without properties. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : emptyObject;
}

/**
 * Applies a JSON merge patch (RFC 7396) and returns the result without changing the arguments. A `null` in the patch
 * removes the property.
 */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, JsonValue> = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setOwn(result, key, mergePatch(result[key], value));
  }
  return result;
}

/** Whether a value has every property of the expected one. Arrays must have the same length, and each item must match. */
export function contains(actual: JsonValue, expected: JsonValue): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item: JsonValue, index) => contains(actual[index] as JsonValue, item))
    );
  }
  if (isJsonObject(expected)) {
    return (
      isJsonObject(actual) &&
      Object.entries(expected).every(
        ([key, value]) => Object.hasOwn(actual, key) && contains(actual[key] as JsonValue, value),
      )
    );
  }
  return actual === expected;
}

/** Assigns a property that may be named `__proto__` without touching the prototype. */
export function setOwn(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

/**
 * Combines two merge patches that apply in this order. Unlike a merge of values, it keeps `null`, which removes a
 * property.
 */
export function composePatches(first: JsonValue | undefined, second: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = isJsonObject(first) ? { ...first } : {};
  for (const [key, value] of Object.entries(second)) {
    setOwn(
      result,
      key,
      isJsonObject(value)
        ? composePatches(Object.hasOwn(result, key) ? result[key] : undefined, value)
        : value,
    );
  }
  return result;
}

/** Escapes one reference token of a JSON pointer (RFC 6901 §3). */
export function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The JSON pointer of tokens, `''` for none. */
export function pointerOf(tokens: readonly string[]): string {
  return tokens.map((token) => `/${escapePointer(token)}`).join('');
}

/** The tokens of a JSON pointer, `''` for the whole document. Throws a `SyntaxError` if it does not start with `/`. */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) {
    throw new SyntaxError(
      `A JSON pointer starts with "/". Got "${pointer}", expected e.g. "/documents/0/url".`,
    );
  }
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a JSON pointer (RFC 6901), or `undefined`. */
export function resolvePointer(document: JsonValue | undefined, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const token of parsePointer(pointer)) value = memberOf(value, token);
  return value;
}

/** The own property, or the item, that a reference token of a JSON pointer names, or `undefined`. */
export function memberOf(value: JsonValue | undefined, token: string): JsonValue | undefined {
  if (Array.isArray(value)) {
    return /^(0|[1-9]\d*)$/.test(token) ? (value as JsonArray)[Number(token)] : undefined;
  }
  return isJsonObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
}
