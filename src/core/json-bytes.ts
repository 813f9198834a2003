import { isJsonObject, type JsonValue } from './json.ts';

/*
 * The memory of V8 on a 64-bit machine, as measured: a slot of 8 bytes for each value, 16 plus the characters for a
 * string, 40 for an array, 24 for an object. A key costs nothing if many objects share the same keys, and some 90 bytes
 * otherwise.
 */
const slot = 8;
const string = 20;
const array = 40;
const object = 24;
/** Reserved space for properties in an empty object. */
const spare = 32;
const key = 32;

/** The approximate memory of a value. Visits every part of it, and assumes that strings are Latin-1, as most are. */
export function jsonBytes(value: JsonValue | undefined): number {
  if (typeof value === 'string') return slot + string + value.length;
  if (typeof value !== 'object' || value === null) return slot;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + jsonBytes(item), slot + array);
  const members = value as { readonly [name: string]: JsonValue | undefined };
  const none = slot + object;
  let bytes = none;
  for (const name in members) bytes += key + name.length + jsonBytes(members[name]);
  return bytes === none ? none + spare : bytes;
}

/** How much more memory a value takes than an earlier one. Skips parts that are the same objects in both. */
export function jsonGrowth(old: JsonValue | undefined, value: JsonValue | undefined): number {
  if (old === value) return 0;
  if (Array.isArray(old) && Array.isArray(value)) {
    let bytes = 0;
    for (let i = 0; i < Math.max(old.length, value.length); i++) {
      if (i >= old.length) bytes += jsonBytes(value[i]);
      else if (i >= value.length) bytes -= jsonBytes(old[i]);
      else bytes += jsonGrowth(old[i], value[i]);
    }
    return bytes;
  }
  if (!isJsonObject(old) || !isJsonObject(value)) return jsonBytes(value) - jsonBytes(old);
  let bytes = 0;
  let isEmpty = true;
  let wasEmpty = true;
  for (const name in value) {
    isEmpty = false;
    bytes += Object.hasOwn(old, name)
      ? jsonGrowth(old[name], value[name])
      : key + name.length + jsonBytes(value[name]);
  }
  for (const name in old) {
    wasEmpty = false;
    if (!Object.hasOwn(value, name)) bytes -= key + name.length + jsonBytes(old[name]);
  }
  if (isEmpty === wasEmpty) return bytes;
  return isEmpty ? bytes + spare : bytes - spare;
}
