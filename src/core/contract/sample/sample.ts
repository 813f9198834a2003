import type { Violation } from '../../errors.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  mergePatch,
  parsePointer,
  setOwn,
} from '../../json.ts';
import type { Random } from '../../random.ts';
import type { NamedExample, Validator } from '../contract.ts';
import { follow } from '../request-names.ts';
import { Carried, carriedInto } from './carried.ts';
import type { Choose } from './choices.ts';
import { type ChooseState, type Direction, makeValue } from './make-value.ts';
import { mend } from './mend.ts';

export interface SampleOptions {
  /** The document that the `$ref`s of the schema point into. */
  readonly document: JsonObject;
  /** One seed makes the same value again. */
  readonly random: Random;
  /** The time of the space, in milliseconds since 1970: dates are near it. */
  readonly now: number;
  /** Decides. */
  readonly validate: Validator;
  /** `readOnly` properties are left out of a request if optional, `writeOnly` ones out of a response. */
  readonly direction: Direction;
  /** Examples of the media type. They come first. */
  readonly examples?: readonly NamedExample[];
  /** The name of the example to try first. */
  readonly preferExample?: string;
  /** Values by property name, e.g. of the request, that the sample repeats where they fit. */
  readonly known?: JsonObject;
  /** Chooses among the values of a state, such as `status`. Default: one that plainly means success. */
  readonly chooseState?: ChooseState | undefined;
  /** A merge patch (RFC 7396) of the result. */
  readonly overrides?: JsonObject;
}

export interface Sampled {
  readonly value: JsonValue;
  /** Empty if the value is valid. */
  readonly violations: readonly Violation[];
  /** How the value was made: an example, all properties, required ones only, or repaired. */
  readonly from: 'example' | 'sample' | 'required' | 'mended';
}

type Attempt = Sampled & { readonly rank: number };

/** How often a value is made in another way, with and without optional properties. */
const fullTries = 4;
const minimalTries = 4;
const deepestOverride = 10;

/**
 * Makes a value for a schema. Examples come first, then values by type, format and name of the property, then required
 * properties only, then the best of these, repaired where the validator objects. If none is valid, the result is the one
 * with the fewest violations.
 */
export function sample(schema: JsonValue, options: SampleOptions): Sampled {
  const { validate, overrides } = options;
  const attempts: Attempt[] = [];
  const attempt = (made: JsonValue, from: Sampled['from']): Sampled | undefined => {
    const value = overrides === undefined ? made : mergePatch(made, overrides);
    const violations = validate(value);
    attempts.push({ value, violations, from, rank: violations.length });
    return violations.length === 0 ? { value, violations, from } : undefined;
  };
  // The overrides decide which alternatives are chosen.
  const schemas = overrides === undefined ? [schema] : [schema, demanding(overrides, 0)];
  let carried = options.known === undefined ? null : new Carried(options.known);
  for (const example of examplesOf(schema, options)) {
    const found =
      (carried && attempt(carriedInto(example, carried), 'example')) ?? attempt(example, 'example');
    if (found) return found;
  }
  for (let i = 0; i < fullTries + minimalTries; i++) {
    const isMinimal = i >= fullTries;
    const random = options.random.stream(`try ${i}`);
    const keeps = i % 4 < 3;
    const { document, now, direction, chooseState } = options;
    const choose = chooseIn(i, random);
    const made = makeValue(schemas, {
      document,
      now,
      direction,
      random,
      isMinimal,
      usesExamples: i % 2 === 0,
      choose,
      separates: i >= 2,
      carried: keeps ? carried : null,
      chooseState,
    });
    const found = attempt(made, isMinimal ? 'required' : 'sample');
    if (found) return found;
    carried = carried?.without(namesIn(attempts.at(-1)?.violations ?? [])) ?? null;
  }
  return mended(attempts, validate);
}

/** A schema that demands the values of a merge patch. */
function demanding(patch: JsonObject, depth: number): JsonObject {
  const values = Object.entries(patch).filter(([, value]) => value !== null && !Array.isArray(value));
  const properties: Record<string, JsonValue> = {};
  for (const [name, value] of values) {
    if (!isJsonObject(value)) setOwn(properties, name, { const: value });
    else if (depth < deepestOverride) setOwn(properties, name, demanding(value, depth + 1));
  }
  return { properties, required: Object.keys(properties) };
}

/** The names of the properties that a validator objects to. */
function namesIn(violations: readonly Violation[]): ReadonlySet<string> {
  return new Set(
    violations.flatMap(({ location }) => (location.startsWith('/') ? parsePointer(location).slice(-1) : [])),
  );
}

/** The first two tries draw; others take the alternatives in order, so that each is tried. */
function chooseIn(attempt: number, random: Random): Choose {
  return (count) => (attempt < 2 ? random.int(0, count - 1) : (attempt - 2) % count);
}

function mended(attempts: readonly Attempt[], validate: Validator): Sampled {
  const ranked = attempts.filter(({ from }) => from !== 'example').sort((a, b) => a.rank - b.rank);
  for (const candidate of ranked.slice(0, 3)) {
    const result = mend(candidate, validate);
    if (result.violations.length === 0) return { ...result, from: 'mended' };
  }
  const best = [...attempts].sort((a, b) => a.rank - b.rank)[0] as Attempt;
  return { value: best.value, violations: best.violations, from: best.from };
}

/** The preferred example, those of the media type, then those of the schema. */
function examplesOf(
  schema: JsonValue,
  { document, examples = [], preferExample }: SampleOptions,
): readonly JsonValue[] {
  const preferred = examples.filter(({ name }) => name !== null && name === preferExample);
  const own = [...preferred, ...examples.filter((each) => !preferred.includes(each))].map(
    ({ value }) => value,
  );
  const target = follow(document, schema);
  for (const each of new Set([schema, target])) {
    if (!isJsonObject(each)) continue;
    if ('example' in each) own.push(each.example as JsonValue);
    if (Array.isArray(each.examples)) own.push(...each.examples);
    if (isJsonObject(each.default)) own.push(each.default);
  }
  return own;
}
