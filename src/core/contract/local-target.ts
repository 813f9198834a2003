import { type JsonObject, type JsonValue, resolvePointer } from '../json.ts';

/** By document and reference: samples and views follow the same references for each value. */
const targets = new WeakMap<JsonObject, Map<string, JsonValue | undefined>>();

/** What a local `$ref` (`#/components/schemas/Pet`) names in a document that no longer changes. Undefined: nothing. */
export function localTarget(document: JsonObject, ref: string): JsonValue | undefined {
  let known = targets.get(document);
  if (known === undefined) {
    known = new Map();
    targets.set(document, known);
  }
  if (!known.has(ref)) known.set(ref, resolve(document, ref));
  return known.get(ref);
}

function resolve(document: JsonObject, ref: string): JsonValue | undefined {
  if (!ref.startsWith('#')) return undefined;
  try {
    return resolvePointer(document, decodeURIComponent(ref.slice(1)));
  } catch {
    // No JSON pointer: an anchor, or broken percent-encoding.
    return undefined;
  }
}
