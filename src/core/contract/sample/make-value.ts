import type { JsonObject, JsonValue } from '../../json.ts';
import { setOwn } from '../../json.ts';
import type { Random } from '../../random.ts';
import type { Carried } from './carried.ts';
import { type Around, type Choose, chooseAll, isAround, needsChoice } from './choices.ts';
import { type FlatSchema, flatten, isSame, type JsonType } from './flat-schema.ts';
import { makeText } from './make-text.ts';
import { makeNumber } from './numbers.ts';
import { matchesPattern, textOfPatterns } from './patterns.ts';
import { hasFormat, wordsOf } from './texts.ts';

/** Which way a value travels. In a `callback`, properties that are `readOnly` are sent as well. */
export type Direction = 'request' | 'response' | 'callback';

export interface MakeOptions {
  readonly document: JsonObject;
  readonly random: Random;
  readonly now: number;
  readonly direction: Direction;
  /** Whether `example`, `examples` and `default` of schemas are used. */
  readonly usesExamples: boolean;
  /** Whether to leave out what is not required. */
  readonly isMinimal: boolean;
  readonly choose: Choose;
  /** Whether to add nulls that tell alternatives of `oneOf` apart. */
  readonly separates: boolean;
  /** Values to carry over, by name. */
  readonly carried: Carried | null;
  /** Chooses the state of something. Undefined: one that plainly means success. */
  readonly chooseState?: ChooseState | undefined;
}

/** Picks one of the values that a property such as `status` may have. Undefined: none of them. */
export type ChooseState = (values: readonly JsonValue[]) => JsonValue | undefined;

/** Where a value is made. */
interface Spot {
  readonly depth: number;
  readonly name: string;
  readonly parent: string;
  /** The schemas that are being made around it. */
  readonly around: Around | null;
}

/** Optional objects and arrays below this depth are left out. */
const deepOptional = 5;
/** Below this depth, nothing optional is made. */
const deepRequired = 8;
/** Below this depth, values are empty: only a schema that refers to itself gets there. */
const deepest = 24;
/** After this many values, nothing optional is made; after ten times as many, nothing. */
const mostValues = 800;
const mostItems = 1_000;
/** How often another value is made where a `not` or an equal item excludes one. */
const otherTries = 12;

/** Makes one value for schemas together. It is likely to be valid; a validator has to say so. */
export function makeValue(schemas: readonly JsonValue[], options: MakeOptions): JsonValue {
  return new Maker(options).make(schemas, { depth: 0, name: '', parent: '', around: null }) ?? null;
}

class Maker {
  readonly #options: MakeOptions;
  #count = 0;
  /** Whether a value like the one before is of no use. */
  #isVaried = false;

  constructor(options: MakeOptions) {
    this.#options = options;
  }

  make(schemas: readonly JsonValue[], spot: Spot): JsonValue | undefined {
    this.#count++;
    const general = flatten(this.#options.document, schemas);
    const { choose, separates } = this.#options;
    const flat = needsChoice(general) ? chooseAll(general, choose, spot.around, separates) : general;
    const value = this.#made(flat, spot);
    if (flat.negations.length === 0 || typeof value === 'object') return value;
    return this.#allowed(flat, value, spot);
  }

  /** The value, or another one if a `not` excludes it. */
  #allowed(flat: FlatSchema, value: JsonValue | undefined, spot: Spot): JsonValue | undefined {
    const isExcluded = (each: JsonValue): boolean =>
      flat.negations.some((negation) => {
        const excluded = flatten(flat.document, [negation]);
        return !needsChoice(excluded) && fits(excluded, each);
      });
    const wasVaried = this.#isVaried;
    let found = value;
    for (let i = 0; i < otherTries && found !== undefined && isExcluded(found); i++) {
      this.#isVaried = true;
      found = this.#made(flat, spot);
    }
    this.#isVaried = wasVaried;
    return found;
  }

  #made(flat: FlatSchema, spot: Spot): JsonValue | undefined {
    if (flat.values?.length === 0 || flat.types?.size === 0) return undefined;
    const carried = this.#options.carried?.at(spot.depth, spot.name, spot.parent);
    if (carried !== undefined && fits(flat, carried)) return carried;
    if (flat.values !== null) return this.#pick(flat, spot);
    const type = this.#typeOf(flat);
    const example = type === 'object' || type === 'array' ? undefined : this.#example(flat);
    if (example !== undefined) return example;
    switch (type) {
      case 'object':
        return this.#object(flat, spot);
      case 'array':
        return this.#array(flat, spot);
      case 'string':
        return makeText(flat, spot.name, spot.parent, this.#options, this.#isVaried);
      case 'boolean':
        return truthOf(spot.name, this.#options.random);
      case 'null':
        return null;
      default:
        return makeNumber(flat, spot.name, this.#options);
    }
  }

  #pick(flat: FlatSchema, spot: Spot): JsonValue {
    const fitting = (flat.values ?? []).filter((value) => fits(flat, value));
    const plain = fitting.filter((value) => value !== null && value !== '');
    const values = plain.length > 0 ? plain : fitting.length > 0 ? fitting : (flat.values ?? []);
    const example = flat.examples.find((each) => values.some((value) => isSame(value, each)));
    const state = isState(spot.name) ? this.#options.chooseState?.(values) : undefined;
    return example ?? state ?? plainest(values, spot.name) ?? this.#options.random.pick(values);
  }

  /** A fitting example of the schema. */
  #example(flat: FlatSchema): JsonValue | undefined {
    const fitting = flat.examples.filter((value) => value !== null && value !== '' && fits(flat, value));
    const isDated = /date|time/.test(flat.format);
    return fitting.length === 0 || isDated || this.#isVaried || !this.#options.usesExamples
      ? undefined
      : fitting[this.#options.choose(fitting.length)];
  }

  #typeOf(flat: FlatSchema): JsonType {
    const { types } = flat;
    const usual: readonly JsonType[] = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'];
    const possible = types === null ? usual : usual.filter((type) => types.has(type));
    const told = possible.filter((type) => hints[type]?.(flat));
    if (told[0] !== undefined) return told[0];
    if (types === null) return 'string';
    const plain = possible.filter((type) => type !== 'null');
    return plain[plain.length > 1 ? this.#options.choose(plain.length) : 0] ?? possible[0] ?? 'null';
  }

  #object(flat: FlatSchema, spot: Spot): JsonObject {
    const result: Record<string, JsonValue> = {};
    if (spot.depth > deepest || this.#count > 10 * mostValues) return result;
    const around = { parts: flat.parts, outer: spot.around };
    const inside = { depth: spot.depth + 1, parent: spot.name || 'root', around };
    const names = [...new Set([...flat.properties.keys(), ...flat.required])];
    let count = 0;
    for (const name of names) {
      const isNeeded = flat.required.has(name) || this.#isDemanded(flat, name, result);
      if (!isNeeded && (count >= flat.maxProperties || !this.#isWanted(flat, name, spot))) continue;
      if (!isNeeded && !isAllowed(flat, name)) continue;
      const chosen = flat.chosen.get(name);
      const schemas = schemasOf(flat, name);
      const value =
        chosen !== undefined && fits(flatten(flat.document, schemas), chosen)
          ? chosen
          : this.make(schemas, { ...inside, name });
      if (value === undefined) continue;
      setOwn(result, name, value);
      count++;
    }
    this.#dependent(flat, result, inside);
    this.#fill(flat, result, inside);
    return result;
  }

  /** Whether a property that is there already demands another one. */
  #isDemanded(flat: FlatSchema, name: string, made: JsonObject): boolean {
    return flat.dependentRequired.some(
      ([owner, names]) => Object.hasOwn(made, owner) && names.includes(name),
    );
  }

  #isWanted(flat: FlatSchema, name: string, spot: Spot): boolean {
    const { isMinimal, direction } = this.#options;
    if (isMinimal || flat.forbidden.has(name)) return false;
    if (spot.depth >= deepRequired || this.#count > mostValues) return false;
    const property = flatten(flat.document, schemasOf(flat, name));
    if (property.isNever) return false;
    if (direction === 'request' && property.isReadOnly) return false;
    if (direction === 'response' && property.isWriteOnly) return false;
    const isLarge = property.properties.size > 0 || property.items.length > 0 || property.unions.length > 0;
    if (isLarge && spot.depth >= deepOptional) return false;
    return ![...property.parts].some((part) => isAround(spot.around, part) || flat.parts.has(part));
  }

  /** What properties demand once they are there. */
  #dependent(flat: FlatSchema, result: Record<string, JsonValue>, inside: Omit<Spot, 'name'>): void {
    for (const [owner, names] of flat.dependentRequired) {
      if (!Object.hasOwn(result, owner)) continue;
      for (const name of names) this.#set(flat, result, name, inside);
    }
    for (const [owner, schema] of flat.dependentSchemas) {
      if (!Object.hasOwn(result, owner)) continue;
      const demanded = flatten(flat.document, [schema]);
      for (const name of new Set([...demanded.required, ...demanded.properties.keys()])) {
        const own = demanded.properties.get(name) ?? [];
        if (!demanded.required.has(name) && !Object.hasOwn(result, name)) continue;
        const value = this.make([...schemasOf(flat, name), ...own], { ...inside, name });
        if (value !== undefined) setOwn(result, name, value);
      }
    }
  }

  #set(flat: FlatSchema, result: Record<string, JsonValue>, name: string, inside: Omit<Spot, 'name'>): void {
    if (Object.hasOwn(result, name)) return;
    const value = this.make(schemasOf(flat, name), { ...inside, name });
    if (value !== undefined) setOwn(result, name, value);
  }

  /** Adds properties up to `minProperties`, or one where only names are open. */
  #fill(flat: FlatSchema, result: Record<string, JsonValue>, inside: Omit<Spot, 'name'>): void {
    const isMap =
      flat.properties.size === 0 && (flat.additional.length > 0 || flat.patternProperties.length > 0);
    const wanted = Math.max(
      Math.min(flat.minProperties, mostItems),
      isMap && !this.#options.isMinimal && inside.depth < deepOptional ? 1 : 0,
    );
    const isCircle = flat.additional.some((schema) => isAround(inside.around, schema));
    if (isCircle && flat.minProperties === 0) return;
    for (const name of flat.properties.keys()) {
      if (Object.keys(result).length >= wanted) return;
      if (isAllowed(flat, name)) this.#set(flat, result, name, inside);
    }
    for (let i = 0; Object.keys(result).length < wanted && i < wanted + 20; i++) {
      const name = this.#newName(flat, i);
      if (name !== undefined && isAllowed(flat, name)) this.#set(flat, result, name, inside);
    }
  }

  #newName(flat: FlatSchema, index: number): string | undefined {
    const { random } = this.#options;
    const names = ['key', 'name', 'example', 'other', 'more'];
    const preferred = index < names.length ? (names[index] as string) : `key${index}`;
    const pattern = flat.patternProperties[index % Math.max(1, flat.patternProperties.length)]?.[0];
    if (flat.propertyNames.length > 0) {
      this.#isVaried = index > 0;
      const schemas: readonly JsonValue[] = [{ type: 'string' }, ...flat.propertyNames];
      const name = this.make(schemas, { depth: deepRequired, name: 'key', parent: '', around: null });
      this.#isVaried = false;
      return typeof name === 'string' ? name : undefined;
    }
    const mustMatch = pattern !== undefined && (flat.closed.length > 0 || flat.additional.length === 0);
    if (!mustMatch) return preferred;
    const limits = { minLength: 1, maxLength: 100, preferred: [preferred], isVaried: index > 0 };
    return textOfPatterns([pattern], random, limits);
  }

  #array(flat: FlatSchema, spot: Spot): readonly JsonValue[] {
    const { random, isMinimal } = this.#options;
    if (spot.depth > deepest || this.#count > 10 * mostValues) return [];
    const around = { parts: flat.parts, outer: spot.around };
    const inside = { depth: spot.depth + 1, name: singular(spot.name), parent: spot.parent, around };
    const item = flatten(flat.document, flat.items);
    const isCircle = [...item.parts].some((part) => isAround(spot.around, part) || flat.parts.has(part));
    const isFull =
      !isMinimal && !isCircle && !item.isNever && spot.depth < deepRequired && this.#count < mostValues;
    const contained = flat.contains.flatMap(({ schema, min }) =>
      Array<JsonValue>(Math.min(min, mostItems)).fill(schema),
    );
    const most = Math.min(flat.maxItems, item.isNever ? flat.prefixItems.length : mostItems);
    const usual = isFull && flat.prefixItems.length === 0 ? random.int(1, 2) : 0;
    const tuple = isFull ? flat.prefixItems.length : 0;
    const size = Math.min(
      most,
      Math.max(
        flat.minItems,
        usual,
        tuple,
        contained.length + flat.prefixItems.length * Number(contained.length > 0),
      ),
    );
    const result: JsonValue[] = [];
    for (let index = 0; index < size; index++) {
      const own = flat.prefixItems[index] ?? flat.items;
      const extra = contained[index - flat.prefixItems.length];
      const value = this.#item(flat, extra === undefined ? own : [...own, extra], inside, result);
      if (value !== undefined) result.push(value);
    }
    return result;
  }

  #item(
    flat: FlatSchema,
    schemas: readonly JsonValue[],
    spot: Spot,
    known: readonly JsonValue[],
  ): JsonValue | undefined {
    const tries = flat.uniqueItems ? otherTries : 1;
    for (let i = 0; i < tries; i++) {
      this.#isVaried = i > 3;
      const value = this.make(schemas, spot);
      this.#isVaried = false;
      if (value === undefined || !flat.uniqueItems || !known.some((other) => isSame(other, value)))
        return value;
    }
    const { values } = flatten(flat.document, schemas);
    const other = values?.find((value) => !known.some((each) => isSame(each, value)));
    return (
      other ??
      (known.length < flat.minItems
        ? this.make(schemas, { ...spot, name: `${spot.name}${known.length}` })
        : undefined)
    );
  }
}

/** Keywords that tell a type where `type` does not. */
const hints: Partial<Record<JsonType, (flat: FlatSchema) => boolean>> = {
  object: (flat) =>
    flat.properties.size + flat.required.size + flat.additional.length + flat.patternProperties.length > 0 ||
    flat.closed.length > 0 ||
    flat.minProperties > 0,
  array: (flat) => flat.items.length + flat.prefixItems.length + flat.contains.length + flat.minItems > 0,
  string: (flat) => flat.patterns.length + flat.minLength > 0 || Number.isFinite(flat.maxLength),
  number: (flat) =>
    flat.multiplesOf.length > 0 ||
    [flat.minimum, flat.maximum, flat.exclusiveMinimum, flat.exclusiveMaximum].some(Number.isFinite),
};

/** The schemas of a property: its own, those of matching names, or those of unnamed ones. */
function schemasOf(flat: FlatSchema, name: string): readonly JsonValue[] {
  const own = flat.properties.get(name) ?? [];
  const matching = flat.patternProperties.flatMap(([pattern, schema]) =>
    matchesPattern(pattern, name) ? [schema] : [],
  );
  if (matching.length > 0) return [...own, ...matching];
  return own.length > 0 ? own : flat.additional;
}

function isAllowed(flat: FlatSchema, name: string): boolean {
  if (flat.forbidden.has(name)) return false;
  if (!flat.closed.every((allows) => allows(name))) return false;
  return flat.propertyNames.every((schema) => fits(flatten(flat.document, [schema]), name));
}

/** Whether a value has the type, the length and the size that a schema demands, as far as is quickly seen. */
function fits(flat: FlatSchema, value: JsonValue): boolean {
  if (flat.types !== null && !typesOf(value).some((type) => flat.types?.has(type))) return false;
  if (flat.values !== null && !flat.values.some((each) => isSame(each, value))) return false;
  if (typeof value === 'string') {
    const length = [...value.slice(0, 10_000)].length;
    if (length < flat.minLength || length > flat.maxLength) return false;
    if (!hasFormat(flat.format, value)) return false;
    return flat.patterns.every((pattern) => matchesPattern(pattern, value));
  }
  if (typeof value === 'number') {
    if (value < flat.minimum || value > flat.maximum) return false;
    return value > flat.exclusiveMinimum && value < flat.exclusiveMaximum;
  }
  return true;
}

function typesOf(value: JsonValue): readonly JsonType[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value as JsonType];
}

function isState(name: string): boolean {
  return /^(?:status|state|phase)$/.test(wordsOf(name).at(-1) ?? '');
}

/** Of the values of a status, one that plainly means success; of a type, the first. */
function plainest(values: readonly JsonValue[], name: string): JsonValue | undefined {
  const word = wordsOf(name).at(-1) ?? '';
  if (/^(?:type|event|object|kind|version)$/.test(word)) return values[0];
  if (!/^(?:status|state|result|outcome|phase)$/.test(word)) return undefined;
  return values.find((value) => typeof value === 'string' && successWords.test(value)) ?? values[0];
}

const successWords =
  /^(?:success|succeeded|successful|complete|completed|done|finished|ok|approved|accepted|active|available|paid|delivered|ready|processed|confirmed|verified|closed|passed)$/i;

function truthOf(name: string, random: Random): boolean {
  const words = wordsOf(name).join(' ');
  if (/\b(?:success|ok|active|enabled|verified|valid|completed|available|live|public|visible)\b/.test(words))
    return true;
  if (/\b(?:error|failed|deleted|disabled|test|canceled|cancelled|archived|blocked|expired)\b/.test(words))
    return false;
  return random.chance(0.5);
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/(?<!s)s$/, '');
}
