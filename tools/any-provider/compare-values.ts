import { propertiesOf } from './encode.ts';
import type { Schema, Schemas } from './schemas.ts';
import { isObject, type Loose } from './source.ts';
import type { Judge } from './validate.ts';

/** A body that shows a resource. */
export interface Showing {
  readonly body: unknown;
  /** Name of its schema. Null: any value. */
  readonly schema: string | null;
  /** Keys from the root of the body to the resource. */
  readonly path: readonly string[];
}

export interface Comparison {
  /** Properties that have the expected values. */
  readonly same: number;
  /** The first property that has another one, or is missing. Null: none. */
  readonly problem: string | null;
}

/**
 * Compares what a resource has to show with what a body shows of it. A property counts if the schema of the body declares
 * it and takes the value.
 * @param skip names of properties that say nothing
 */
export function compareValues(
  expected: Loose,
  { body, schema, path }: Showing,
  judge: Judge,
  skip: ReadonlySet<string> = new Set(),
): Comparison {
  const declared =
    schema === null ? new Map() : propertiesAt(judge.schemas, { $ref: `#/$defs/${schema}` }, path);
  const shown = valueAt(body, path);
  let same = 0;
  if (!isObject(shown)) return { same, problem: null };
  for (const [name, value] of Object.entries(expected)) {
    const property = declared.get(name);
    const isHidden = property === undefined ? !Object.hasOwn(shown, name) : property.writeOnly === true;
    if (isHidden || skip.has(name)) continue;
    if (Object.hasOwn(shown, name) && includes(shown[name], value)) {
      same++;
      continue;
    }
    const other = putAt(body, [...path, name], value);
    if (schema !== null && judge.errors(schema, other).length > 0) continue;
    return { same, problem: name };
  }
  return { same, problem: null };
}

/** Whether a value is the expected one. Objects may have more. */
function includes(value: unknown, expected: unknown): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(value) &&
      value.length === expected.length &&
      expected.every((item, index) => includes(value[index], item))
    );
  if (!isObject(expected)) return value === expected;
  return isObject(value) && Object.entries(expected).every(([name, item]) => includes(value[name], item));
}

function propertiesAt(
  schemas: Schemas,
  schema: Schema,
  [key, ...rest]: readonly string[],
): ReadonlyMap<string, Loose> {
  const properties = propertiesOf(schemas, schema);
  if (key === undefined) return properties;
  if (key === '0') {
    const { items } = deref(schemas.get(schema));
    return propertiesAt(schemas, (items as Schema | undefined) ?? true, rest);
  }
  return propertiesAt(schemas, (properties.get(key) as Schema | undefined) ?? true, rest);
}

const deref = (schema: Schema): Loose => (typeof schema === 'boolean' ? {} : schema);

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path)
    current = isObject(current) || Array.isArray(current) ? (current as Loose)[key] : undefined;
  return current;
}

/** A copy of a value with another one at a place. */
function putAt(value: unknown, [key, ...rest]: readonly string[], leaf: unknown): unknown {
  if (key === undefined) return leaf;
  if (Array.isArray(value))
    return Object.assign([...value], { [key]: putAt(value[Number(key)], rest, leaf) });
  const object = isObject(value) ? value : {};
  return { ...object, [key]: putAt(object[key], rest, leaf) };
}
