import { escapePointer, isJsonObject, type JsonObject, type JsonValue, setOwn } from '../../json.ts';
import { quoted } from '../../quoted.ts';
import { keywordShapes } from '../keywords.ts';
import type { Place } from '../place.ts';
import { below } from '../place.ts';
import type { ForeignDocument } from './foreign-document.ts';
import { demandsHttps, readPattern } from './pattern.ts';
import { requiredWithout } from './required-names.ts';
import { loopsBack } from './schema-loops.ts';

/**
 * Which way a value travels. In a `request`, required properties that are `readOnly` may be missing, in a `response`
 * those that are `writeOnly`. In a `callback`, all are required.
 */
export type Direction = 'request' | 'response' | 'callback';

/** Subschemas that are nested deeper are compiled on their own, when a value reaches them. */
const maxDepth = 6;
/** So are those with these keywords, if they are nested deeper than this: they are large. */
const maxDepthOfLarge = 1;
/** So are those after this many subschemas, and those with more properties. */
const mostSchemas = 300;
const mostProperties = 30;
const largeKeywords = ['properties', 'allOf', 'anyOf', 'oneOf'];

/**
 * Returns the `$ref` to a schema that is compiled on its own.
 * @param circular whether checking the schema leads to the same `$ref` and the same value again
 */
export type Refer = (place: Place, circular: boolean) => string;

type Draft = Record<string, JsonValue>;

/**
 * A copy of a schema that Ajv compiles. It has assertions only: annotations, unknown keywords and unknown formats are
 * left out. A keyword with a value that makes no sense is repaired where its meaning is plain, else left out; both are
 * noted.
 */
export function cleanSchema(
  document: ForeignDocument,
  place: Place,
  direction: Direction,
  refer: Refer,
): JsonValue {
  return new Cleaner(document, direction, refer).clean(place, 0);
}

class Cleaner {
  readonly #document: ForeignDocument;
  readonly #direction: Direction;

  readonly #refer: Refer;
  #schemas = 0;

  constructor(document: ForeignDocument, direction: Direction, refer: Refer) {
    this.#document = document;
    this.#direction = direction;
    this.#refer = refer;
  }

  /** @param around schemas that apply to the same value */
  clean(place: Place, depth: number, around: readonly Place[] = []): JsonValue {
    const { value } = place;
    if (typeof value === 'boolean') return value;
    if (!isJsonObject(value)) {
      this.#drop(place, 'A schema must be an object, true or false.');
      return true;
    }
    const isDeep = depth > maxDepthOfLarge || (depth > 0 && (++this.#schemas > mostSchemas || isWide(value)));
    const isLarge = isDeep && largeKeywords.some((key) => key in value);
    if (isLarge || depth > maxDepth) return { $ref: this.#refer(place, false) };
    const draft: Draft = {};
    for (const [key, child] of Object.entries(value)) {
      const at = { file: '', pointer: `${place.pointer}/${escapePointer(key)}`, value: child };
      this.#keyword(draft, key, at, [place, ...around], depth);
    }
    reachable(draft);
    return draft;
  }

  #keyword(draft: Draft, key: string, at: Place, owners: readonly Place[], depth: number): void {
    const shape = keywordShapes.get(key);
    if (key === 'items' && Array.isArray(at.value)) {
      this.#document.forgive(at, '"items" is an array. It is read as "prefixItems".');
      draft.prefixItems = this.#list(at, depth, []);
      return;
    }
    if (shape === 'schema') {
      if (!isSchema(at.value)) this.#drop(at, `${quoted(key)} must be a schema.`);
      else draft[key] = this.clean(at, depth + 1, inPlace.has(key) ? owners : []);
    } else if (shape === 'list') {
      const list = this.#list(at, depth, inPlace.has(key) ? owners : []);
      if (list.length > 0) draft[key] = list;
    } else if (shape === 'map') {
      if (key !== '$defs' && key !== 'definitions') draft[key] = this.#map(key, at, depth);
    } else {
      const value = this.#plain(key, at, owners);
      if (value !== undefined) draft[key] = value;
    }
  }

  #list(at: Place, depth: number, around: readonly Place[]): JsonValue[] {
    if (!Array.isArray(at.value) || at.value.length === 0) {
      this.#drop(at, 'It must be an array of schemas.');
      return [];
    }
    return at.value.flatMap((_, index) => {
      const child = below(at, String(index));
      return child === undefined ? [] : [this.clean(child, depth + 1, around)];
    });
  }

  #map(key: string, at: Place, depth: number): JsonValue {
    const map: Draft = {};
    if (!isJsonObject(at.value)) {
      this.#drop(at, 'It must be an object with schemas.');
      return map;
    }
    for (const [name, schema] of Object.entries(at.value)) {
      const child = { file: '', pointer: `${at.pointer}/${escapePointer(name)}`, value: schema };
      const used = key === 'patternProperties' ? this.#pattern(name, child) : name;
      if (used !== undefined) setOwn(map, used, this.clean(child, depth + 1));
    }
    return map;
  }

  /** A keyword without subschemas. Undefined if it asserts nothing. */
  #plain(key: string, at: Place, owners: readonly Place[]): JsonValue | undefined {
    const { value } = at;
    switch (key) {
      case '$ref':
        return this.#reference(at, owners[0] ?? at);
      case 'type':
        return this.#type(at);
      case 'const':
        return value;
      case 'title':
        return typeof value === 'string' ? value : undefined;
      case 'enum':
        if (Array.isArray(value) && value.length > 0) return value;
        return this.#drop(at, '"enum" must be an array of values.');
      case 'required':
        return this.#required(at, owners);
      case 'dependentRequired':
        return this.#dependentRequired(at);
      case 'pattern':
        return typeof value === 'string'
          ? this.#pattern(value, at)
          : this.#drop(at, '"pattern" must be a string.');
      case 'format':
        return typeof value === 'string' ? value : undefined;
      case 'uniqueItems':
        return typeof value === 'boolean' ? value : this.#drop(at, '"uniqueItems" must be true or false.');
      default:
        return this.#number(key, at);
    }
  }

  #reference(at: Place, owner: Place): JsonValue | undefined {
    // A property may be called `$ref`.
    if (typeof at.value !== 'string') return undefined;
    const target = this.#document.target(owner);
    if (target === undefined) return undefined;
    const circular = loopsBack(this.#document, owner);
    if (circular) {
      this.#document.forgive(
        at,
        `The $ref ${quoted(at.value)} leads back to itself for the same value. It is followed once.`,
      );
    }
    return this.#refer(target, circular);
  }

  #type(at: Place): JsonValue | undefined {
    const types = [at.value].flat();
    const known = types.filter((type) => typeof type === 'string' && jsonTypes.has(type));
    if (known.length === types.length && known.length > 0)
      return typeof at.value === 'string' ? at.value : [...new Set(known)];
    // Another type may stand for any value.
    this.#drop(at, `${quoted(at.value)} is no type of JSON Schema.`);
    return undefined;
  }

  /** Names of properties that must be there in this direction. */
  #required(at: Place, owners: readonly Place[]): JsonValue | undefined {
    if (!Array.isArray(at.value))
      return this.#drop(at, '"required" must be an array of names of properties.');
    const names = [...new Set(at.value.filter((name) => typeof name === 'string'))];
    const annotation = { request: 'readOnly', response: 'writeOnly', callback: null }[this.#direction];
    return annotation === null ? names : requiredWithout(this.#document, names, owners, annotation);
  }

  #dependentRequired(at: Place): JsonValue | undefined {
    if (!isJsonObject(at.value)) return this.#drop(at, '"dependentRequired" must be an object.');
    const map: Draft = {};
    for (const [name, names] of Object.entries(at.value)) {
      if (Array.isArray(names))
        setOwn(map, name, [...new Set(names.filter((each) => typeof each === 'string'))]);
    }
    return map;
  }

  #pattern(source: string, at: Place): string | undefined {
    const read = readPattern(source);
    if (read === undefined) {
      this.#drop(at, `The pattern ${quoted(source)} is no regular expression of JavaScript.`);
      return undefined;
    }
    if (read !== source) {
      this.#document.forgive(
        at,
        `The pattern ${quoted(source)} is written between slashes. It is read as ${quoted(read)}.`,
      );
    }
    if (demandsHttps(read)) {
      this.#document.forgive(
        at,
        `The pattern ${quoted(read)} demands https. It accepts http URLs of this machine and of private networks too.`,
      );
    }
    return read;
  }

  #number(key: string, at: Place): JsonValue | undefined {
    const isCount = countKeywords.has(key);
    if (!isCount && !boundKeywords.has(key)) return undefined;
    const isText = typeof at.value === 'string' && at.value.trim() !== '';
    const number = isText ? Number(at.value) : at.value;
    const fits =
      typeof number === 'number' &&
      Number.isFinite(number) &&
      (!isCount || (Number.isInteger(number) && number >= 0)) &&
      (key !== 'multipleOf' || number > 0);
    if (!fits) return this.#drop(at, `${quoted(key)} cannot be ${quoted(at.value)}.`);
    if (isText) this.#document.forgive(at, `${quoted(key)} is a string. It is read as the number ${number}.`);
    return number;
  }

  #drop(place: Place, reason: string): undefined {
    this.#document.note('unsupported', place, `${reason} It is ignored.`);
    return undefined;
  }
}

/** Keywords whose subschemas apply to the same value. */
const inPlace = new Set(['allOf', 'anyOf', 'oneOf', 'then', 'else']);
const jsonTypes: ReadonlySet<JsonValue> = new Set([
  'string',
  'number',
  'integer',
  'boolean',
  'null',
  'array',
  'object',
]);
const boundKeywords = new Set(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']);
const countKeywords = new Set(
  ['Length', 'Items', 'Properties', 'Contains'].flatMap((what) => [`min${what}`, `max${what}`]),
);

function isSchema(value: JsonValue): boolean {
  return typeof value === 'boolean' || isJsonObject(value);
}

function isWide({ properties }: JsonObject): boolean {
  return isJsonObject(properties) && Object.keys(properties).length > mostProperties;
}

/** Ajv leaves out a property that is called `__proto__`. */
function reachable(draft: Draft): void {
  const { properties, patternProperties } = draft;
  if (!isJsonObject(properties) || !Object.hasOwn(properties, '__proto__')) return;
  const own = Object.getOwnPropertyDescriptor(properties, '__proto__')?.value as JsonValue;
  draft.patternProperties = { ...(isJsonObject(patternProperties) && patternProperties), '^__proto__$': own };
}
