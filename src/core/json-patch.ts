import { contains, isJsonObject, type JsonObject, type JsonValue, memberOf, parsePointer } from './json.ts';

/** Whether a value has the form of a JSON Patch: an array of operations. */
export function isJsonPatch(value: JsonValue | undefined): value is readonly JsonObject[] {
  const isOperation = (item: JsonValue): boolean =>
    isJsonObject(item) && typeof item.op === 'string' && typeof item.path === 'string';
  return Array.isArray(value) && value.length > 0 && value.every(isOperation);
}

/**
 * Applies a JSON Patch (RFC 6902) and returns the result without changing the arguments.
 * @throws {RangeError} if an operation cannot be applied. None is applied then
 */
export function applyJsonPatch(target: JsonValue, operations: readonly JsonObject[]): JsonValue {
  let result = target;
  for (const [index, operation] of operations.entries()) {
    try {
      result = applyOne(result, operation);
    } catch (error) {
      const { op, path } = operation;
      throw new RangeError(`operation ${index} (${op} ${path}) fails: ${(error as Error).message}`);
    }
  }
  return result;
}

function applyOne(target: JsonValue, { op, path, from, value }: JsonObject): JsonValue {
  const to = parsePointer(String(path));
  const source = parsePointer(String(from ?? ''));
  switch (op) {
    case 'add':
      return inserted(target, to, given(value));
    case 'remove':
      return removed(target, to);
    case 'replace':
      read(target, to);
      return to.length === 0 ? given(value) : inserted(removed(target, to), to, given(value));
    case 'move':
      return inserted(removed(target, source), to, read(target, source));
    case 'copy':
      return inserted(target, to, read(target, source));
    case 'test':
      if (!isEqual(read(target, to), given(value))) throw new RangeError('the value is another one');
      return target;
    default:
      throw new RangeError('expected add, remove, replace, move, copy or test');
  }
}

/** Adds a member of an object, or an item before the one that an array has there. */
function inserted(target: JsonValue, path: readonly string[], value: JsonValue): JsonValue {
  return changed(target, path, value, (owner, token) => {
    if (!Array.isArray(owner)) return { ...(owner as JsonObject), [token]: value };
    const index = token === '-' ? owner.length : indexOf(owner, token, owner.length);
    return owner.toSpliced(index, 0, value) as JsonValue;
  });
}

function removed(target: JsonValue, path: readonly string[]): JsonValue {
  read(target, path);
  return changed(target, path, null, (owner, token) => {
    if (Array.isArray(owner)) return owner.toSpliced(indexOf(owner, token, owner.length - 1), 1) as JsonValue;
    const { [token]: _, ...rest } = owner as JsonObject;
    return rest;
  });
}

/** A copy in which the owner of a path is another one. */
function changed(
  target: JsonValue,
  [token, ...rest]: readonly string[],
  whole: JsonValue,
  change: (owner: JsonValue, token: string) => JsonValue,
): JsonValue {
  if (token === undefined) return whole;
  if (typeof target !== 'object' || target === null) throw new RangeError(`nothing can be at "${token}"`);
  if (rest.length === 0) return change(target, token);
  const member = changed(read(target, [token]), rest, whole, change);
  if (Array.isArray(target)) return target.with(Number(token), member) as JsonValue;
  return { ...(target as JsonObject), [token]: member };
}

function read(target: JsonValue, path: readonly string[]): JsonValue {
  let value: JsonValue | undefined = target;
  for (const token of path) value = memberOf(value, token);
  if (value === undefined) throw new RangeError('there is nothing at the path');
  return value;
}

function indexOf(array: readonly unknown[], token: string, last: number): number {
  if (!/^(0|[1-9]\d*)$/.test(token) || Number(token) > last)
    throw new RangeError(`an array of ${array.length} has no index "${token}"`);
  return Number(token);
}

function given(value: JsonValue | undefined): JsonValue {
  if (value === undefined) throw new RangeError('it has no value');
  return value;
}

function isEqual(a: JsonValue, b: JsonValue): boolean {
  return contains(a, b) && contains(b, a);
}
