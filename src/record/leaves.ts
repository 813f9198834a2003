import { formDecode } from '../core/contract/percent-encoding.ts';
import { pairsOf } from '../core/engine/deliveries/written-content.ts';
import { escapePointer, isJsonObject, type JsonValue } from '../core/json.ts';
import type { RecognizedCallback } from './recognize.ts';

/** A single value of a callback. */
export interface Leaf {
  /** JSON pointer in the payload. */
  readonly pointer: string;
  /** The property or the parameter that has it; of an item, that of its array. */
  readonly name: string;
  readonly value: string | number | boolean | null;
}

/** Every single value below a value. */
export function leavesOf(value: JsonValue | undefined, name = '', pointer = ''): readonly Leaf[] {
  if (value === undefined) return [];
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).flatMap((item, at) => leavesOf(item, name, `${pointer}/${at}`));
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([key, item]) =>
      leavesOf(item, key, `${pointer}/${escapePointer(key)}`),
    );
  return [{ pointer, name, value: value as Leaf['value'] }];
}

/** How a text carries its values. */
export type TextForm = 'compact-json' | 'json' | 'pairs' | 'text';

export function formOf({ text, value, type }: RecognizedCallback, isForm: boolean): TextForm {
  if (text === null) return 'text';
  if (!type.hasBody || isForm) return 'pairs';
  if (value === undefined || typeof value !== 'object' || value === null) return 'text';
  return JSON.stringify(value) === text ? 'compact-json' : 'json';
}

/** What replaces a value, or null to keep it. */
export type Replace = (leaf: Leaf) => string | null;

/** The content of a step: the text of a callback with some values replaced. Compact JSON is written as a value. */
export function contentOf(
  text: string,
  value: JsonValue | undefined,
  form: TextForm,
  replace: Replace,
): JsonValue {
  switch (form) {
    case 'compact-json':
      return mapped(value as JsonValue, '', '', replace);
    case 'pairs':
      return text
        .split('&')
        .map((pair) => {
          const [[name, raw] = ['', '']] = pairsOf(pair);
          const given = replace({ pointer: `/${escapePointer(name)}`, name, value: formDecode(raw) });
          return given === null ? escapeTemplates(pair) : `${pair.slice(0, pair.indexOf('=') + 1)}${given}`;
        })
        .join('&');
    case 'json':
      return replacedIn(escapeTemplates(text), value, replace) ?? mapped(value as JsonValue, '', '', replace);
    case 'text':
      return escapeTemplates(text);
  }
}

/** JSON with values replaced, and its own spaces. Null: a value is written in another way than usual. */
function replacedIn(text: string, value: JsonValue | undefined, replace: Replace): string | null {
  let left = text;
  // Of two values, one may be a part of the other.
  for (const leaf of leavesOf(value).toSorted((a, b) => String(b.value).length - String(a.value).length)) {
    const given = replace(leaf);
    if (given === null) continue;
    const isText = typeof leaf.value === 'string';
    const name = JSON.stringify(leaf.name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const token = isText
      ? JSON.stringify(leaf.value)
      : new RegExp(`(?<=${name}\\s*:\\s*)${String(leaf.value)}(?![\\d.])`, 'g');
    // A template that is no text keeps the type of its value.
    const written = isText || !given.startsWith('{{') ? JSON.stringify(given) : given;
    const next = left.replaceAll(token, () => written);
    if (next === left && !left.includes(written)) return null;
    left = next;
  }
  return left;
}

function mapped(value: JsonValue, name: string, pointer: string, replace: Replace): JsonValue {
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map((item, at) => mapped(item, name, `${pointer}/${at}`, replace));
  if (isJsonObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        mapped(item, key, `${pointer}/${escapePointer(key)}`, replace),
      ]),
    );
  const given = replace({ pointer, name, value: value as Leaf['value'] });
  return given ?? (typeof value === 'string' ? escapeTemplates(value) : value);
}

/** `{{` begins a template in a scenario. */
function escapeTemplates(text: string): string {
  return text.replaceAll('{{', '\\{{');
}
