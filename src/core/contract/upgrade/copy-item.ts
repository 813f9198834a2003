import type { JsonValue } from '../../json.ts';
import { pointerOf, setOwn } from '../../json.ts';
import type { Base, SourceFile } from './file-references.ts';
import type { Rule } from './object-kinds.ts';

export type Container = Record<string, JsonValue> | JsonValue[];

/** A value to be copied. */
export interface Item {
  readonly key: string;
  readonly parent: Item | null;
  readonly depth: number;
  readonly source: JsonValue;
  readonly rule: Rule;
  readonly file: SourceFile;
  /** The tokens of its place in the file, if that is not below its parent's. */
  readonly start: readonly string[] | null;
  /** Its pointer in the result, if that is not below its parent's. */
  readonly result: string | null;
  readonly base: Base | null;
  /** Where the copy is put. */
  readonly into: Container;
  readonly as: string | number;
}

export function below(
  parent: Item,
  key: string,
  source: JsonValue,
  rule: Rule,
  into: Container,
  as: string | number,
): Item {
  const { depth, file, base } = parent;
  return { key, parent, depth: depth + 1, source, rule, file, start: null, result: null, base, into, as };
}

/** An item whose references are relative to its `$id`. */
export function based(item: Item, id: string): Item {
  return { ...item, base: { id, tokens: placeOf(item).tokens } };
}

export function put({ into, as }: Item, value: JsonValue): void {
  setOwn(into as Record<string, JsonValue>, as as string, value);
}

export function isInside(source: JsonValue, parent: Item | null): boolean {
  for (let at = parent; at !== null; at = at.parent) if (at.source === source) return true;
  return false;
}

export function placeOf(item: Item): { readonly tokens: readonly string[] } {
  const keys: string[] = [];
  let at: Item = item;
  for (; at.start === null && at.parent !== null; at = at.parent) keys.push(at.key);
  return { tokens: [...(at.start ?? []), ...keys.reverse()] };
}

/** The pointer of an item's copy. */
export function resultOf(item: Item): string {
  const keys: string[] = [];
  let at: Item = item;
  // What was put in the place of a reference has the place of the reference.
  for (; at.result === null && at.parent !== null; at = at.parent) if (at.start === null) keys.push(at.key);
  return (at.result ?? '') + pointerOf(keys.reverse());
}
