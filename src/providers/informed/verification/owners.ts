import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../../../core/json.ts';

/** A name in a value of `verifications`, with its JSON pointer in that value. */
interface Named {
  readonly name: string;
  readonly at: string;
}

/** The people that a value of `verifications` refers to, and the parts that cannot be read. */
export interface Owners {
  /** True if it names no applicant: all of them are meant. */
  readonly all: boolean;
  readonly named: readonly Named[];
  /** JSON pointers of values that cannot be read, with what was expected. */
  readonly unreadable: readonly { readonly at: string; readonly got: JsonValue; readonly expected: string }[];
  /** JSON pointers of properties without effect. */
  readonly unused: readonly string[];
}

const none: Owners = { all: false, named: [], unreadable: [], unused: [] };
const everybody: Owners = { ...none, all: true };

/**
 * Reads one value of `verifications`, whose shape is not public if it has contents: a name, an array of names, an
 * object with names as keys, `{belongs_to: name or array}`, an array of `{belongs_to}`, or `true`. An empty value means
 * all applicants.
 */
export function readOwners(value: JsonValue): Owners {
  if (value === true) return everybody;
  if (typeof value === 'string') return named(value, '');
  if (Array.isArray(value)) return readList(value, '');
  if (isJsonObject(value))
    return Object.hasOwn(value, 'belongs_to') ? readBelongsTo(value, '') : readKeys(value);
  return unreadable('', value, 'a name, an array of names, {"belongs_to": …} or true');
}

function readList(list: JsonArray, at: string): Owners {
  if (list.length === 0) return everybody;
  const read = list.map((item, index) => {
    const place = `${at}/${index}`;
    if (typeof item === 'string') return named(item, place);
    if (isJsonObject(item) && Object.hasOwn(item, 'belongs_to')) return readBelongsTo(item, place);
    return unreadable(place, item, 'a name or {"belongs_to": …}');
  });
  return join(read);
}

function readBelongsTo(entry: JsonObject, at: string): Owners {
  const { belongs_to: value, ...others } = entry;
  const place = `${at}/belongs_to`;
  const unused = Object.keys(others).map((name) => `${at}/${name}`);
  if (typeof value === 'string') return { ...named(value, place), unused };
  if (!Array.isArray(value))
    return { ...unreadable(place, value ?? null, 'a name or an array of names'), unused };
  const read = value.map((item, index) =>
    typeof item === 'string'
      ? named(item, `${place}/${index}`)
      : unreadable(`${place}/${index}`, item, 'a name'),
  );
  return { ...(read.length === 0 ? everybody : join(read)), unused };
}

/** Keys set to false or null are left out. */
function readKeys(value: JsonObject): Owners {
  const keys = Object.keys(value);
  if (keys.length === 0) return everybody;
  const meant = keys.filter((key) => value[key] !== false && value[key] !== null);
  return join(meant.map((key) => named(key, '')));
}

function join(read: readonly Owners[]): Owners {
  return {
    all: read.some(({ all }) => all),
    named: read.flatMap((one) => one.named),
    unreadable: read.flatMap((one) => one.unreadable),
    unused: read.flatMap((one) => one.unused),
  };
}

function named(name: string, at: string): Owners {
  return { ...none, named: [{ name, at }] };
}

function unreadable(at: string, got: JsonValue, expected: string): Owners {
  return { ...none, unreadable: [{ at, got, expected }] };
}
