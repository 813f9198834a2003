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

/** One change of a payload: `replace`, `add` or `remove` of RFC 6902 §4. */
export interface PayloadEdit {
  readonly kind: 'override' | 'add' | 'remove';
  /** As written on the command line, for messages. */
  readonly place: string;
  readonly path: readonly string[];
  /** Undefined for `remove`. */
  readonly value: JsonValue | undefined;
  /** The value as written. */
  readonly text: string;
}

export interface WrittenEdits {
  readonly override: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** Reads `--override`, `--add` and `--remove`, in this order. A place is a JSON pointer, or the name of a property. */
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

/** Reads a value as JSON, or as a string if it is not JSON. */
function readValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/**
 * Applies edits one after the other. Edits whose place does not exist change nothing.
 * @param isQuery whether the payload is sent as query parameters. There a string stays a string, even if it looks like
 * a number
 */
export function applyEdits(payload: JsonObject, edits: readonly PayloadEdit[], isQuery = false): JsonObject {
  return edits.reduce<JsonObject>((edited, edit) => {
    const result = change(edited, edit.path, edit, isQuery);
    return isJsonObject(result) ? result : edited;
  }, payload);
}

function fits(payload: JsonObject, edit: PayloadEdit): boolean {
  return change(payload, edit.path, edit, false) !== undefined;
}

/**
 * Refuses an edit that would change none of the payloads.
 * @throws {RingbackError} `option.invalid`, with the nearest place that exists
 */
export function checkEdits(payloads: readonly JsonObject[], edits: readonly PayloadEdit[]): void {
  // An edit may build on earlier ones.
  let current = payloads;
  for (const edit of edits) {
    if (!current.some((payload) => fits(payload, edit))) {
      const known = [...new Set(current.flatMap((payload) => placesOf(payload)))];
      const written = edit.place.startsWith('/') ? known : known.map((pointer) => pointer.slice(1));
      throw new RingbackError('option.invalid', {
        details: { option: `--${edit.kind}`, given: edit.place },
        detail: `Could not apply --${edit.kind} ${edit.place}: no callback has a value there.${suggest(edit.place, written)} \`ringback scenario explain <scenario> --format json\` shows the payloads.`,
      });
    }
    current = current.map((payload) => applyEdits(payload, [edit]));
  }
}

/** Returns the value with the edit made below `path`, or undefined if the place does not exist. */
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

/** Values of a query string are strings: `--override documentId=7` is not a number there. */
function queryValue({ value, text }: PayloadEdit): JsonValue {
  return typeof value === 'number' || typeof value === 'boolean' ? text : (value ?? null);
}

/** The JSON pointers of all places in a value. */
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
