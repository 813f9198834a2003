import type { CallbackType } from '../../contract/contract.ts';
import { isJsonObject, type JsonArray, type JsonObject, type JsonValue, setOwn } from '../../json.ts';
import type { Random } from '../../random.ts';

/**
 * The payload after a change that the provider may make without notice. If several places could change, the seeded
 * random source picks one whose change the contract allows: the payload is still valid, but no longer has the exact
 * current shape. Only `new-event-type` violates the schema of its type. Returns null if nothing in the payload can
 * drift that way.
 *
 * A query string has neither null nor numbers. There `null` is a parameter without a value. `omit-null` omits that
 * parameter, which the contract does not allow (its provider has no change policy). `new-enum-value` changes all
 * enumerations together, since the number and name of a state belong together.
 *
 * @param eventType the property with the kind of the callback. Default: none
 */
export function drift(
  kind: string,
  payload: JsonValue | undefined,
  type: CallbackType,
  random: Random,
  eventType?: string,
): JsonValue | null {
  if (payload === undefined) return null;
  const isQuery = type.query.length > 0;
  switch (kind) {
    case 'unknown-property':
      return isJsonObject(payload)
        ? { ...payload, added_by_the_provider: 'a property that the consumer has never seen' }
        : null;
    case 'reorder-properties': {
      const other = reversed(payload);
      return JSON.stringify(other) === JSON.stringify(payload) ? null : other;
    }
    case 'new-event-type':
      return isJsonObject(payload) && eventType !== undefined && eventType in payload
        ? { ...payload, [eventType]: 'announcements' }
        : null;
    case 'null':
      return lawfulChange(payload, type, random, isQuery ? emptied : nulled)?.payload ?? null;
    case 'omit-null': {
      const without = withoutNulls(payload);
      if (JSON.stringify(without) !== JSON.stringify(payload)) return without;
      if (!isQuery) return lawfulChange(payload, type, random, () => omitted)?.payload ?? null;
      const empty = lawfulChange(payload, type, random, emptied);
      return empty === null ? null : replaced(payload, empty.path, omitted);
    }
    case 'new-enum-value':
      return isQuery
        ? everyLawfulChange(payload, type, renamed)
        : (lawfulChange(payload, type, random, renamed)?.payload ?? null);
    default:
      return null;
  }
}

/** Marks a property that is removed. */
const omitted = Symbol('omitted');
type Replacement = JsonValue | typeof omitted;
/** Returns the replacement of a value. Undefined: the value stays. */
type Change = (value: JsonValue) => Replacement | undefined;

const nulled: Change = (value) => (typeof value === 'string' || typeof value === 'number' ? null : undefined);
const emptied: Change = (value) => (typeof value === 'string' && value !== '' ? '' : undefined);
const renamed: Change = (value) =>
  typeof value === 'string' ? 'a_new_value' : typeof value === 'number' ? value + 10_000 : undefined;

/** Changes one leaf so that the payload stays valid but leaves the strict shape. Null if no leaf allows it. */
function lawfulChange(
  payload: JsonValue,
  type: CallbackType,
  random: Random,
  change: Change,
): { payload: JsonValue; path: readonly string[] } | null {
  const candidates = leaves(payload);
  while (candidates.length > 0) {
    const [leaf] = candidates.splice(random.int(0, candidates.length - 1), 1);
    const result = leaf === undefined ? null : changeLeaf(payload, leaf, type, change);
    if (leaf !== undefined && result !== null) return { payload: result, path: leaf.path };
  }
  return null;
}

/** Changes every leaf for which the contract allows it. Null if there is none. */
function everyLawfulChange(
  payload: JsonValue,
  type: CallbackType,
  change: Change,
  depth = 1,
): JsonValue | null {
  const isLawful = (leaf: Leaf): boolean => changeLeaf(payload, leaf, type, change) !== null;
  return everyChange(payload, change, (leaf) => leaf.path.length >= depth && isLawful(leaf));
}

function everyChange(payload: JsonValue, change: Change, only: (leaf: Leaf) => boolean): JsonValue | null {
  const changed = leaves(payload).filter(only);
  if (changed.length === 0) return null;
  // From the end: an omitted item of an array moves those after it.
  return changed.reduceRight((result, { path, value }) => changedAt(result, path, value, change), payload);
}

function changedAt(payload: JsonValue, path: readonly string[], value: JsonValue, change: Change): JsonValue {
  const replacement = change(value);
  return replacement === undefined ? payload : replaced(payload, path, replacement);
}

/**
 * A body after a change of all places that could change so. `null` and `omit-null` also change what may be null in the
 * current shape. Null if there are none, or if the contract does not allow all of them together.
 * @param depth where the changes begin: 1 is the body's own properties
 */
export function driftEverywhere(
  kind: 'null' | 'omit-null' | 'new-enum-value' | 'unknown-property',
  payload: JsonValue,
  type: CallbackType,
  depth = 1,
): JsonValue | null {
  if (kind === 'unknown-property') return extended(payload, type, depth);
  if (kind === 'new-enum-value') return everyLawfulChange(payload, type, renamed, depth);
  const violations = type.validate(payload).length;
  const isAllowed = (changed: JsonValue): boolean => type.validate(changed).length <= violations;
  const change = kind === 'null' ? nulled : (): typeof omitted => omitted;
  const result = everyChange(
    payload,
    change,
    ({ path, value }) =>
      path.length >= depth &&
      isAllowed(replaced(payload, path, null)) &&
      isAllowed(changedAt(payload, path, value, change)),
  );
  return result === null || !isAllowed(result) ? null : result;
}

/** Adds a property to every object for which the contract allows it. Null if there is none. */
function extended(payload: JsonValue, type: CallbackType, depth: number): JsonValue | null {
  const violations = type.validate(payload).length;
  const added = 'a property that the consumer has never seen';
  let count = 0;
  const extend = (value: JsonValue, path: readonly string[]): JsonValue => {
    if (Array.isArray(value)) return value.map((item, i) => extend(item, [...path, String(i)]));
    if (!isJsonObject(value)) return value;
    const inner: JsonObject = Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, extend(item, [...path, name])]),
    );
    const alone = { ...value, added_by_the_provider: added };
    const isAllowed =
      path.length + 1 >= depth &&
      type.validate(path.length === 0 ? alone : replaced(payload, path, alone)).length <= violations;
    if (!isAllowed) return inner;
    count++;
    return { ...inner, added_by_the_provider: added };
  };
  const result = extend(payload, []);
  return count === 0 ? null : result;
}

function changeLeaf(
  payload: JsonValue,
  { path, value }: Leaf,
  type: CallbackType,
  change: Change,
): JsonValue | null {
  const replacement = change(value);
  if (replacement === undefined) return null;
  const result =
    path.length === 0 && replacement !== omitted ? replacement : replaced(payload, path, replacement);
  const before = type.validate(payload);
  const after = type.validate(result);
  // Without a strict variant there is only one shape: a new value of an enumeration violates that, and nothing else.
  if (type.validateStrict === type.validate && change === renamed) {
    const isEnum = after.length > before.length && after.some(({ code }) => code === 'enum');
    return isEnum ? result : null;
  }
  // Another fault may already have caused violations, so the number must only not grow.
  const lawful = after.length <= before.length;
  const leavesShape =
    type.validateStrict === type.validate ||
    type.validateStrict(result).length > type.validateStrict(payload).length;
  return lawful && leavesShape ? result : null;
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: JsonValue;
}

function leaves(value: JsonValue, path: readonly string[] = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...path, String(i)]));
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  return [{ path, value }];
}

function replaced(value: JsonValue, path: readonly string[], leaf: Replacement): JsonValue {
  const [head, ...rest] = path;
  const becomes = (item: JsonValue): Replacement => (rest.length === 0 ? leaf : replaced(item, rest, leaf));
  if (Array.isArray(value)) {
    const list: JsonArray = value;
    return list
      .map((item, i) => (String(i) === head ? becomes(item) : item))
      .filter((item) => item !== omitted);
  }
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) {
    const now = key === head ? becomes(item) : item;
    if (now !== omitted) setOwn(result, key, now);
  }
  return result;
}

function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== null) setOwn(result, key, withoutNulls(item));
  }
  return result;
}

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value).toReversed()) setOwn(result, key, reversed(item));
  return result;
}
