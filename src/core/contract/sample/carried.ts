import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { wordsOf } from './texts.ts';

/** Names whose values belong to one message: what is true of a request is not true of its callback. */
const ofOneMessage =
  /^(?:status|state|type|event|event type|action|result|outcome|code|message|errors?|success|timestamp|time|progress|object|kind)$/;

/** Names that mean something else in each object: carried over only into the resource itself. */
const ofResource =
  /^(?:id|uuid|name|description|title|date|url|version|reference|self|href|data|metadata|links)$/;

/** Objects that wrap a resource. */
const wrappers =
  /^(?:root|data|resource|payload|object|attributes|detail|details|body|item|record|entity|content|result)$/;

/** Owners of an id that is not that of the resource. */
const otherOwners =
  /^(?:event|request|trace|correlation|message|webhook|callback|parent|external|client|customer|user|account|tenant|organi[sz]ation|owner|session|merchant|partner|delivery|notification|group|team|project|company|app|application|source|target|previous|next|original|related|batch|idempotency)$/;

/** Values by the names of properties, to be carried over from a request and its response. */
export class Carried {
  readonly #byName: JsonObject;
  readonly #byWords = new Map<string, JsonValue>();

  constructor(known: JsonObject) {
    this.#byName = known;
    for (const [name, value] of Object.entries(known)) {
      const words = wordsOf(name).join(' ');
      if (words !== '' && !this.#byWords.has(words)) this.#byWords.set(words, value);
    }
  }

  /** Without the values of properties of some names. */
  without(names: ReadonlySet<string>): Carried {
    const words = new Set([...names].map((name) => wordsOf(name).join(' ')));
    const isKept = ([name]: readonly [string, JsonValue]): boolean => !words.has(wordsOf(name).join(' '));
    return new Carried(Object.fromEntries(Object.entries(this.#byName).filter(isKept)));
  }

  /** Whether an object is called like the resource: `shipment`, where `shipmentId` is its id. */
  #isOwnName(name: string): boolean {
    const id = this.#byWords.get('id');
    return id !== undefined && this.#byWords.get([...wordsOf(name), 'id'].join(' ')) === id;
  }

  /** The value for a property, or undefined. `parent` is `root` for a property of the whole. */
  at(depth: number, name: string, parent: string): JsonValue | undefined {
    if (name === '' || depth === 0) return undefined;
    const words = wordsOf(name);
    const text = words.join(' ');
    if (ofOneMessage.test(text)) return undefined;
    const isResource = depth === 1 || (depth <= 3 && (wrappers.test(parent) || this.#isOwnName(parent)));
    if (ofResource.test(text) && !isResource) return undefined;
    const own = Object.hasOwn(this.#byName, name) ? this.#byName[name] : this.#byWords.get(text);
    if (own !== undefined) return own;
    if (isResource && words.length === 2 && words[1] === 'id' && !otherOwners.test(words[0] ?? '')) {
      return this.#byWords.get('id');
    }
    return undefined;
  }
}

/** An example with the values that are carried over, where it has properties of those names and of the same type. */
export function carriedInto(value: JsonValue, carried: Carried, depth = 0, parent = 'root'): JsonValue {
  if (depth > 20 || !isJsonObject(value)) return value;
  const result = Object.entries(value).map(([name, member]) => {
    const known = carried.at(depth + 1, name, parent);
    const isAlike =
      known !== undefined &&
      typeof known === typeof member &&
      Array.isArray(known) === Array.isArray(member) &&
      known !== null &&
      member !== null;
    return [name, isAlike ? known : carriedInto(member, carried, depth + 1, name)] as const;
  });
  return Object.fromEntries(result);
}
