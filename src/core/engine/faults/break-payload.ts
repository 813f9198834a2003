import type { CallbackType } from '../../contract/contract.ts';
import { isJsonObject, type JsonArray, type JsonValue, parsePointer, setOwn } from '../../json.ts';

/** Tried in this order. `undefined` removes the property. */
const wrongValues: readonly (JsonValue | undefined)[] = [{}, [], true, -1, '', 'broken', undefined];

/**
 * Replaces the value at a JSON pointer with one that the schema rejects, or removes the property if it rejects none.
 * Null if the pointer leads nowhere, or the schema accepts everything there.
 */
export function breakPayload(type: CallbackType, payload: JsonValue, pointer: string): JsonValue | null {
  const path = parsePointer(pointer);
  const before = type.validate(payload).length;
  for (const value of wrongValues) {
    const broken = withValueAt(payload, path, value);
    // More violations than before: another fault may already have caused some.
    if (broken !== null && type.validate(broken).length > before) return broken;
  }
  return null;
}

/** Null if the path leads through a missing property. Its last part may name a new one. */
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
