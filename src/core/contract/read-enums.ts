import { isJsonObject, type JsonValue } from '../json.ts';
import type { Place, References } from './place.ts';
import { below, members, nameOf } from './place.ts';

type Enums = ReadonlyMap<string, readonly JsonValue[]>;

/**
 * The properties of a schema that have a `const` or an `enum`, each with its values, in document order. Schemas in
 * `allOf` add theirs. Of `oneOf` and `anyOf`, a property counts if every alternative restricts it.
 */
export function readEnums(schema: Place, files: Pick<References, 'follow'>): Enums {
  return collect(schema, files, new Set());
}

function collect(schema: Place, files: Pick<References, 'follow'>, passed: ReadonlySet<string>): Enums {
  const place = files.follow(schema);
  // A schema that contains itself adds nothing the second time.
  if (place === undefined || passed.has(nameOf(place))) return new Map();
  const within = new Set(passed).add(nameOf(place));
  const partsOf = (key: string): Enums[] =>
    members(below(place, key)).map(([, part]) => collect(part, files, within));
  const own = members(below(place, 'properties')).flatMap(([name, property]) => {
    const values = valuesOf(files.follow(property)?.value);
    return values === null ? [] : [[name, values] as const];
  });
  const parts = [new Map(own), ...partsOf('allOf'), shared(partsOf('oneOf')), shared(partsOf('anyOf'))];
  // The first one counts.
  return new Map(parts.toReversed().flatMap((part) => [...part]));
}

/** The properties that all alternatives restrict, with the values of each. */
function shared(alternatives: readonly Enums[]): Enums {
  const [first, ...others] = alternatives;
  const names = [...(first?.keys() ?? [])].filter((name) => others.every((one) => one.has(name)));
  return new Map(names.map((name) => [name, alternatives.flatMap((one) => one.get(name) ?? [])]));
}

function valuesOf(schema: JsonValue | undefined): readonly JsonValue[] | null {
  if (!isJsonObject(schema)) return null;
  if (schema.const !== undefined) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : null;
}
