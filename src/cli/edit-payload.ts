import { RingbackError } from '../core/errors.ts';
import {
  escapePointer,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  parsePointer,
  setOwn,
} from '../core/json.ts';
import { suggest } from '../core/suggest.ts';

/** A change of a payload that somebody wants to see sent: `replace`, `add` and `remove` of RFC 6902 §4. */
export interface PayloadEdit {
  readonly kind: 'override' | 'add' | 'remove';
  /** As it was written, for messages. */
  readonly place: string;
  readonly path: readonly string[];
  /** Undefined for `remove`. */
  readonly value: JsonValue | undefined;
  /** The value as it was written. */
  readonly text: string;
}

export interface WrittenEdits {
  readonly override: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** Reads `--override`, `--add` and `--remove`, in this order: a place is a JSON pointer, or the name of a member. */
export function readEdits({ override, add, remove }: WrittenEdits): PayloadEdit[] {
  return [
    ...Object.entries(override).map(([place, text]) => readEdit('override', place, text)),
    ...Object.entries(add).map(([place, text]) => readEdit('add', place, text)),
    ...remove.map((place) => readEdit('remove', place, '')),
  ];
}

function readEdit(kind: PayloadEdit['kind'], place: string, text: string): PayloadEdit {
  const path = place.startsWith('/') ? parsePointer(place) : [place];
  return { kind, place, path, value: kind === 'remove' ? undefined : readValue(text), text };
}

/** JSON, or else the text itself. */
function readValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/**
 * Applies what fits, one edit after the other; the others change nothing.
 * @param isQuery the payload is sent as query parameters: there a text stays a text, even if it reads as a number
 */
export function applyEdits(payload: JsonObject, edits: readonly PayloadEdit[], isQuery = false): JsonObject {
  return edits.reduce<JsonObject>((edited, edit) => {
    const result = change(edited, edit.path, edit, isQuery);
    return isJsonObject(result) ? result : edited;
  }, payload);
}

/** Whether an edit finds its place in a payload. */
function fits(payload: JsonObject, edit: PayloadEdit): boolean {
  return change(payload, edit.path, edit, false) !== undefined;
}

/**
 * Refuses an edit that would change none of the payloads.
 * @throws {RingbackError} `option.invalid`, naming the nearest place that there is
 */
export function checkEdits(payloads: readonly JsonObject[], edits: readonly PayloadEdit[]): void {
  // An edit may build on those before it.
  let current = payloads;
  for (const edit of edits) {
    if (!current.some((payload) => fits(payload, edit))) {
      const known = [...new Set(current.flatMap((payload) => placesOf(payload)))];
      const written = edit.place.startsWith('/') ? known : known.map((pointer) => pointer.slice(1));
      throw new RingbackError('option.invalid', {
        detail: `Failed to apply --${edit.kind} ${edit.place}: no callback has that place.${suggest(edit.place, written)} \`ringback scenario explain <scenario> --format json\` shows the payloads.`,
      });
    }
    current = current.map((payload) => applyEdits(payload, [edit]));
  }
}

/** The value with the edit made below `path`; undefined when it finds no place. */
function change(
  target: JsonValue,
  path: readonly string[],
  edit: PayloadEdit,
  isQuery: boolean,
): JsonValue | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return undefined;
  if (Array.isArray(target)) return changeList(target, head, rest, edit, isQuery);
  if (!isJsonObject(target)) return undefined;
  const old = Object.hasOwn(target, head) ? target[head] : undefined;
  const result: Record<string, JsonValue> = { ...target };
  if (rest.length > 0) {
    const below = old === undefined ? undefined : change(old, rest, edit, isQuery);
    if (below === undefined) return undefined;
    setOwn(result, head, below);
    return result;
  }
  if (edit.kind !== 'add' && old === undefined) return undefined;
  if (edit.value === undefined) delete result[head];
  else setOwn(result, head, isQuery && typeof old === 'string' ? queryValue(edit) : edit.value);
  return result;
}

function changeList(
  list: JsonArray,
  head: string,
  rest: readonly string[],
  edit: PayloadEdit,
  isQuery: boolean,
): JsonValue | undefined {
  const append = head === '-' && rest.length === 0 && edit.kind === 'add';
  const index = append ? list.length : /^(0|[1-9]\d*)$/.test(head) ? Number(head) : Number.NaN;
  const old = list[index];
  if (rest.length > 0) {
    const below = old === undefined ? undefined : change(old, rest, edit, isQuery);
    return below === undefined ? undefined : list.with(index, below);
  }
  if (edit.value === undefined) return old === undefined ? undefined : list.toSpliced(index, 1);
  if (edit.kind === 'add') return index <= list.length ? list.toSpliced(index, 0, edit.value) : undefined;
  return old === undefined ? undefined : list.with(index, edit.value);
}

/** All that a query string holds is text: `--override documentId=7` is no number there. */
function queryValue({ value, text }: PayloadEdit): JsonValue {
  return typeof value === 'number' || typeof value === 'boolean' ? text : (value ?? null);
}

/** The pointers of all places of a value. */
function placesOf(value: JsonValue, pointer = ''): string[] {
  const entries: [string, JsonValue][] = Array.isArray(value)
    ? value.map((item: JsonValue, i) => [String(i), item])
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return entries.flatMap(([key, item]) => {
    const place = `${pointer}/${escapePointer(key)}`;
    return [place, ...placesOf(item, place)];
  });
}
