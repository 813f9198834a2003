import type { JsonObject } from '../json.ts';

/** A condition of JSON Schema: all these properties are there. It names them, as strict validators ask for. */
export function requires(...names: readonly string[]): JsonObject {
  return { properties: Object.fromEntries(names.map((name) => [name, true])), required: names };
}
