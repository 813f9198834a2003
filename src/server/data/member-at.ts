import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** The value at a path of a row, such as `results.0.partial`. Undefined: there is none. */
export function memberAt(row: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = row;
  for (const key of path.split('.')) {
    if (isJsonObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else if (Array.isArray(value)) value = (value as readonly JsonValue[])[Number(key)];
    else return undefined;
  }
  return value;
}
