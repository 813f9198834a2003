import type { JsonValue } from '../../json.ts';
import { isJsonObject, resolvePointer } from '../../json.ts';
import type { RepairNote } from './repair-note.ts';
import { type Node, pointerTo } from './walk-document.ts';

type Schema = Record<string, JsonValue>;

/**
 * Removes the `$ref`s of schemas that lead back to a schema for the same value, which no validator can finish, and those
 * that point to nothing. References to other values, such as the children of a node, may be circular.
 * @param schemas of the document
 */
export function breakLoops(document: JsonValue, schemas: readonly Node[]): RepairNote[] {
  const notes: RepairNote[] = [];
  const targets = new Map<string, JsonValue | undefined>();
  const resolve = (ref: string): JsonValue | undefined => {
    if (!targets.has(ref)) targets.set(ref, resolvePointer(document, decodeURIComponent(ref.slice(1))));
    return targets.get(ref);
  };
  const remove = (schema: Schema, message: string): void => {
    const node = schemas.find(({ value }) => value === schema);
    notes.push({ kind: 'unsupported', pointer: node === undefined ? '' : pointerTo(node, '$ref'), message });
    delete schema.$ref;
  };
  const open = new Set<JsonValue>();
  const followed = new Set<Schema>();
  const done = new Set<JsonValue>();
  for (const { value: first } of schemas) {
    if (done.has(first) || (first.$ref === undefined && !inPlace.some((key) => key in first))) continue;
    const stack: { schema: Schema; next: JsonValue[] }[] = [];
    const enter = (schema: Schema): void => {
      open.add(schema);
      stack.push({ schema, next: partsOf(schema) });
    };
    enter(first);
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      const { schema, next } = at;
      if (typeof schema.$ref === 'string' && !followed.has(schema)) {
        followed.add(schema);
        const target = resolve(schema.$ref);
        if (target === undefined)
          remove(schema, `The $ref "${schema.$ref}" points to nothing. Any value is valid there.`);
        else if (open.has(target))
          remove(schema, `The $ref "${schema.$ref}" leads back to itself, and is ignored.`);
        else if (isJsonObject(target) && !done.has(target)) enter(target as Schema);
        continue;
      }
      const part = next.pop();
      if (part === undefined) {
        stack.pop();
        open.delete(schema);
        done.add(schema);
      } else if (isJsonObject(part) && !done.has(part) && !open.has(part)) enter(part as Schema);
    }
  }
  return notes;
}

/** Keywords whose schemas are for the same value. */
const inPlace = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas'] as const;

function partsOf(schema: Schema): JsonValue[] {
  const parts: JsonValue[] = [];
  for (const key of inPlace) {
    const value = schema[key];
    if (Array.isArray(value)) parts.push(...(value as JsonValue[]));
    else if (isJsonObject(value) && key === 'dependentSchemas') parts.push(...Object.values(value));
    else if (isJsonObject(value)) parts.push(value);
  }
  return parts;
}
