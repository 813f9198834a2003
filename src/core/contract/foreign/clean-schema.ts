import { escapePointer, isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../json.ts';
import { quoted } from '../../quoted.ts';
import { keywordShapes } from '../keywords.ts';
import { below, members, type Place } from '../place.ts';
import { assertions } from './assertions.ts';
import type { ForeignDocument } from './foreign-document.ts';
import { hasInclusion } from './inclusion.ts';
import { demandsHttps } from './pattern.ts';
import { requiredWithout } from './required-names.ts';

/**
 * Which way a value travels. In a `request`, required properties that are `readOnly` may be missing, in a `response`
 * those that are `writeOnly`. In a `callback`, all are required.
 */
export type Direction = 'request' | 'response' | 'callback';

/** Subschemas that are nested deeper are compiled on their own, when a value reaches them. */
const maxDepth = 6;
/** So are those with these keywords that are nested deeper than this, … */
const maxDepthOfLarge = 1;
const largeKeywords = ['properties', 'allOf', 'anyOf', 'oneOf'];
/** … that come after this many, or that have more properties. */
const mostSchemas = 300;
const mostProperties = 30;

/** Keywords whose subschemas apply to the same value. */
const inPlace = new Set(['allOf', 'anyOf', 'oneOf', 'then', 'else']);

type Draft = Record<string, JsonValue>;

/**
 * A copy of a schema that Ajv compiles, with assertions only: annotations and unknown keywords are left out. The
 * document has been repaired, so that the values of keywords make sense.
 * @param refer returns the `$ref` to a schema that is compiled on its own
 */
export function cleanSchema(
  document: ForeignDocument,
  place: Place,
  direction: Direction,
  refer: (place: Place) => string,
): JsonValue {
  return new Cleaner(document, direction, refer).clean(place, 0, []);
}

class Cleaner {
  readonly #document: ForeignDocument;
  readonly #direction: Direction;
  readonly #refer: (place: Place) => string;
  #schemas = 0;

  constructor(document: ForeignDocument, direction: Direction, refer: (place: Place) => string) {
    this.#document = document;
    this.#direction = direction;
    this.#refer = refer;
  }

  /** @param around schemas that apply to the same value */
  clean(place: Place, depth: number, around: readonly Place[]): JsonValue {
    const { value } = place;
    // A schema that is no object is one of a document that was not repaired: it accepts any value.
    if (!isJsonObject(value)) return value !== false;
    if (depth > 0 && this.#isOwn(value, depth)) return { $ref: this.#refer(place) };
    const draft: Draft = {};
    const owners = [place, ...around];
    for (const [key, child] of Object.entries(value)) {
      const at = { file: '', pointer: `${place.pointer}/${escapePointer(key)}`, value: child };
      const clean = this.#keyword(key, at, owners, depth + 1);
      if (clean !== undefined) draft[key] = clean;
    }
    if (draft.oneOf !== undefined && this.#direction === 'request') this.#openChoice(draft, place);
    return reachable(draft);
  }

  /** No value can match only an alternative that includes another one: the author means at least one of them. */
  #openChoice(draft: Draft, place: Place): void {
    const choice = below(place, 'oneOf');
    if (draft.anyOf !== undefined || choice === undefined || !hasInclusion(this.#document, choice)) return;
    this.#document.forgive(choice, 'One alternative includes another. A request may match both.');
    draft.anyOf = draft.oneOf as JsonValue;
    delete draft.oneOf;
  }

  /** Whether a subschema is compiled on its own. */
  #isOwn(schema: JsonObject, depth: number): boolean {
    this.#schemas++;
    if (depth > maxDepth) return true;
    const isFar = depth > maxDepthOfLarge || this.#schemas > mostSchemas || isWide(schema);
    return isFar && largeKeywords.some((key) => key in schema);
  }

  /** A keyword of the copy, or undefined if it asserts nothing. */
  #keyword(key: string, at: Place, owners: readonly Place[], depth: number): JsonValue | undefined {
    const around = inPlace.has(key) ? owners : [];
    switch (keywordShapes.get(key)) {
      case 'schema':
        return this.clean(at, depth, around);
      case 'list':
        return members(at).map(([, schema]) => this.clean(schema, depth, around));
      case 'map':
        return key === '$defs' || key === 'definitions' ? undefined : this.#map(at, depth);
      default:
        return this.#plain(key, at, owners);
    }
  }

  #map(at: Place, depth: number): JsonValue {
    const map: Draft = {};
    for (const [name, schema] of members(at)) setOwn(map, name, this.clean(schema, depth, []));
    return map;
  }

  #plain(key: string, at: Place, owners: readonly Place[]): JsonValue | undefined {
    const { value } = at;
    if (key === '$ref') {
      const target = owners[0] && this.#document.target(owners[0]);
      return target && this.#refer(target);
    }
    if (key === 'required') return this.#required(value, owners);
    if (key === 'pattern' && typeof value === 'string' && demandsHttps(value)) {
      const message = `The pattern ${quoted(value)} demands https. It accepts http URLs of this machine and of private networks too.`;
      this.#document.forgive(at, message);
    }
    return assertions.has(key) ? value : undefined;
  }

  /** Names of properties that must be there in this direction. */
  #required(value: JsonValue, owners: readonly Place[]): JsonValue | undefined {
    if (!Array.isArray(value)) return undefined;
    const names = value.filter((name) => typeof name === 'string');
    const annotation = { request: 'readOnly', response: 'writeOnly', callback: null }[this.#direction];
    return annotation === null ? names : requiredWithout(this.#document, names, owners, annotation);
  }
}

function isWide({ properties }: JsonObject): boolean {
  return isJsonObject(properties) && Object.keys(properties).length > mostProperties;
}

/** The schema with a property that is called `__proto__` where Ajv does not leave it out. */
function reachable(draft: Draft): Draft {
  const { properties, patternProperties } = draft;
  if (!isJsonObject(properties) || !Object.hasOwn(properties, '__proto__')) return draft;
  const own = Object.getOwnPropertyDescriptor(properties, '__proto__')?.value as JsonValue;
  const patterns = { ...(isJsonObject(patternProperties) && patternProperties), '^__proto__$': own };
  return { ...draft, patternProperties: patterns };
}
