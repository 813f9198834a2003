import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** Strings that belong to one play only, each with the words that take its place: its ids and references. */
export type OwnNames = ReadonlyMap<string, string>;

/** A date, a time or both as ISO 8601, RFC 9110 or the languages' own formats write it. */
const timeText =
  /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}(?: GMT)?/g;
const uuid = /[0-9a-f]{8}-?[0-9a-f]{4}-?[1-8][0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}/gi;
/** Two days around now: a number in there is a time. */
const nearMs = 2 * 86_400_000;

/**
 * Makes states of different plays comparable. What can only differ between them is replaced: the play's own ids, UUIDs,
 * times. The order of properties and items does not count.
 * @param now in milliseconds since 1970, to recognize times that are written as numbers
 */
export function normalize(value: JsonValue, names: OwnNames, now: number): JsonValue {
  // The longest first, since one may be a part of another.
  const own = [...names].filter(([name]) => name.length > 0).sort(([a], [b]) => b.length - a.length);
  const text = (written: string): string => {
    let result = written;
    for (const [name, words] of own) result = result.replaceAll(name, words);
    return result.replace(timeText, '<time>').replace(uuid, '<uuid>');
  };
  const walk = (node: JsonValue): JsonValue => {
    if (typeof node === 'string') return text(node);
    if (typeof node === 'number') return isTime(node, now) ? '<time>' : node;
    if (Array.isArray(node)) return sorted(node.map(walk));
    if (!isJsonObject(node)) return node;
    const members: [string, JsonValue][] = [];
    const taken = new Map<string, number>();
    for (const [key, member] of Object.entries(node)) {
      const name = text(key);
      const count = (taken.get(name) ?? 0) + 1;
      taken.set(name, count);
      members.push([count === 1 ? name : `${name} ${count}`, walk(member as JsonValue)]);
    }
    return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1))) as JsonObject;
  };
  return walk(value);
}

function sorted(items: readonly JsonValue[]): JsonValue[] {
  const keyed = items.map((item) => [JSON.stringify(item), item] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item);
}

function isTime(number: number, now: number): boolean {
  return Math.abs(number - now) < nearMs || Math.abs(number * 1_000 - now) < nearMs;
}
