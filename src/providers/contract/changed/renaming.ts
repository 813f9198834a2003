import { follow } from '../../../core/contract/request-names.ts';
import { isJsonObject, type JsonArray, type JsonValue, setOwn } from '../../../core/json.ts';
import { itemsOf, meaningOf, type PlacedSchema, propertiesOf } from './schema-parts.ts';

/** What the properties of one contract are called in another. */
export interface Renaming {
  /** Other names of properties. Null: the other contract has no such property. */
  readonly names: ReadonlyMap<string, string | null>;
  /** The renamings within properties, by the name that they have in the first contract. */
  readonly within: ReadonlyMap<string, Renaming>;
  /** That of the items of an array. */
  readonly items: Renaming | null;
}

/** Deeper properties keep their names. */
const mostDepth = 12;

/** Pairs the properties of two schemas of the same thing. Null: both have the same names. */
export function pairProperties(before: PlacedSchema, after: PlacedSchema, depth = 0): Renaming | null {
  if (depth > mostDepth || meaningOf(before) === meaningOf(after)) return null;
  const own = propertiesOf(before);
  const names = pairNames(meanings(before, own), meanings(after, propertiesOf(after)));
  const others = propertiesOf(after);
  const within = new Map<string, Renaming>();
  for (const [name, schema] of own) {
    const other = others.get(names.get(name) ?? name);
    const inner = other && pairProperties({ ...before, schema }, { ...after, schema: other }, depth + 1);
    if (inner) within.set(name, inner);
  }
  const [item, otherItem] = [itemsOf(before), itemsOf(after)];
  const items =
    item === undefined || otherItem === undefined
      ? null
      : pairProperties({ ...before, schema: item }, { ...after, schema: otherItem }, depth + 1);
  return names.size === 0 && within.size === 0 && items === null ? null : { names, within, items };
}

/** What is compared of something that has a name: its whole meaning, and its type. */
export interface Meaning {
  readonly whole: string;
  readonly type: string;
}

function meanings(
  placed: PlacedSchema,
  properties: ReadonlyMap<string, JsonValue>,
): ReadonlyMap<string, Meaning> {
  return new Map([...properties].map(([name, schema]) => [name, schemaMeaning({ ...placed, schema })]));
}

export function schemaMeaning(placed: PlacedSchema): Meaning {
  const target = follow(placed.document, placed.schema);
  return {
    whole: meaningOf(placed),
    type: isJsonObject(target) ? JSON.stringify(target.type ?? null) : '',
  };
}

/**
 * Finds the new names of what is called differently: something that is gone is what was added with the same meaning,
 * or with the same type if there is only one of each. Null: it is gone.
 */
export function pairNames(
  before: ReadonlyMap<string, Meaning>,
  after: ReadonlyMap<string, Meaning>,
): ReadonlyMap<string, string | null> {
  const gone = [...before].filter(([name]) => !after.has(name));
  const added = new Map([...after].filter(([name]) => !before.has(name)));
  const names = new Map<string, string | null>();
  for (const [name, { whole }] of gone) {
    const same = [...added].find(([, other]) => other.whole === whole)?.[0];
    if (same === undefined) continue;
    names.set(name, same);
    added.delete(same);
  }
  const left = gone.filter(([name]) => !names.has(name));
  const [[other, meaning] = []] = added;
  const isOnly = left.length === 1 && added.size === 1;
  for (const [name, { type }] of left)
    names.set(name, isOnly && other !== undefined && meaning?.type === type ? other : null);
  return names;
}

/** A value of the first contract, with the names of the other one. What that one lacks is left out. */
export function renamed(value: JsonValue, renaming: Renaming | null | undefined): JsonValue {
  if (!renaming) return value;
  if (Array.isArray(value)) return (value as JsonArray).map((item) => renamed(item, renaming.items));
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [name, item] of Object.entries(value)) {
    const other = renaming.names.get(name);
    if (other === null || (other !== undefined && Object.hasOwn(value, other))) continue;
    setOwn(result, other ?? name, renamed(item, renaming.within.get(name)));
  }
  return result;
}

/** A value of the other contract, with the names of the first one. */
export function restored(value: JsonValue, renaming: Renaming | null | undefined): JsonValue {
  if (!renaming) return value;
  if (Array.isArray(value)) return (value as JsonArray).map((item) => restored(item, renaming.items));
  if (!isJsonObject(value)) return value;
  const names = new Map([...renaming.names].map(([name, other]) => [other, name]));
  const result: Record<string, JsonValue> = {};
  for (const [other, item] of Object.entries(value)) {
    const name = names.get(other) ?? other;
    setOwn(result, name, restored(item, renaming.within.get(name)));
  }
  return result;
}

/** The members of a record, each by its name in the other contract. */
export function renamedMembers<T>(
  members: Readonly<Record<string, T>>,
  names: ReadonlyMap<string, string | null>,
): Readonly<Record<string, T>> {
  if (names.size === 0) return members;
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => {
      const other = names.get(name);
      return other === null ? [] : [[other ?? name, value] as const];
    }),
  );
}

/** The same names the other way round. */
export function reversed(names: ReadonlyMap<string, string | null>): ReadonlyMap<string, string> {
  return new Map([...names].flatMap(([name, other]) => (other === null ? [] : [[other, name] as const])));
}
