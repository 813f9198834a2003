import type { JsonObject } from '../json.ts';

/** A condition of JSON Schema: all these properties are present. It declares them, as strict validators require. */
export function requires(...names: readonly string[]): JsonObject {
  return { properties: Object.fromEntries(names.map((name) => [name, true])), required: names };
}
