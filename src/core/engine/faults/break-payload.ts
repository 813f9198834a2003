import type { CallbackType } from '../../contract/contract.ts';
import {
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  parsePointer,
  setOwn,
} from '../../json.ts';

/** Tried in this order; `undefined` leaves the member out. */
const wrongValues: readonly (JsonValue | undefined)[] = [{}, [], true, -1, '', 'broken', undefined];

/**
 * The payload with a value at a JSON pointer that its schema refuses there, or without the member when it refuses none.
 * Null when the pointer leads nowhere, or when the schema has nothing against any value.
 */
export function breakPayload(type: CallbackType, payload: JsonObject, pointer: string): JsonObject | null {
  const path = parsePointer(pointer);
  const before = type.validate(payload).length;
  for (const value of wrongValues) {
    const broken = withValueAt(payload, path, value);
    // More than before: another fault may have broken it elsewhere.
    if (isJsonObject(broken) && type.validate(broken).length > before) return broken;
  }
  return null;
}

/** Null when the path leads through something that has no such member; its last step may name a new one. */
function withValueAt(
  target: JsonValue,
  [head = '', ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue {
  if (Array.isArray(target)) {
    const list: JsonArray = target;
    const index = /^(0|[1-9]\d*)$/.test(head) ? Number(head) : -1;
    const item = list[index];
    if (item === undefined) return null;
    if (rest.length > 0) {
      const changed = withValueAt(item, rest, value);
      return changed === null ? null : list.with(index, changed);
    }
    return value === undefined ? list.toSpliced(index, 1) : list.with(index, value);
  }
  if (!isJsonObject(target)) return null;
  const result: Record<string, JsonValue> = { ...target };
  if (rest.length > 0) {
    const member = Object.hasOwn(target, head) ? target[head] : undefined;
    const changed = member === undefined ? null : withValueAt(member, rest, value);
    if (changed === null) return null;
    setOwn(result, head, changed);
  } else if (value === undefined) delete result[head];
  else setOwn(result, head, value);
  return result;
}
