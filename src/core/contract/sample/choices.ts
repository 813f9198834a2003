import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { allTypes, type Base, FlatSchema, isSame, listOf, type Union } from './flat-schema.ts';

/** Picks one of several alternatives, given how many there are. */
export type Choose = (count: number) => number;

/** More alternatives within each other are no plausible schema. */
const mostChoices = 60;

/**
 * Chooses among all alternatives and conditions of a schema, so that none is left.
 * @param around the schemas that are being made around the value. Alternatives without them come first
 */
export function chooseAll(schema: FlatSchema, choose: Choose, around: ReadonlySet<JsonValue>): FlatSchema {
  let flat = schema.copy();
  for (let i = 0; i < mostChoices; i++) {
    const base = flat.bases.shift();
    const union = base === undefined ? flat.unions.shift() : undefined;
    const conditional = base === undefined && union === undefined ? flat.conditionals.shift() : undefined;
    if (base !== undefined) flat = chooseVariant(flat, base, choose);
    else if (union !== undefined) flat = chooseBranch(flat, union, choose, around);
    else if (conditional !== undefined) {
      const met = added(flat, [conditional.condition, conditional.whenTrue ?? true]);
      const isMet = !contradicts(met) && (conditional.whenTrue !== undefined || choose(2) === 0);
      if (isMet) for (const name of constantsOf(conditional.condition)) met.required.add(name);
      else flat.negations.push(conditional.condition);
      if (isMet) flat = met;
      else flat.add(conditional.whenFalse);
    } else break;
  }
  for (const negation of flat.negations) forbid(flat, negation);
  return flat;
}

export function needsChoice(flat: FlatSchema): boolean {
  return flat.unions.length + flat.conditionals.length + flat.negations.length + flat.bases.length > 0;
}

function added(flat: FlatSchema, schemas: readonly JsonValue[]): FlatSchema {
  const result = flat.copy();
  for (const schema of schemas) result.add(schema);
  return result;
}

/** Whether nothing can satisfy the schema, as far as types, values and those of its properties tell. */
function contradicts(flat: FlatSchema): boolean {
  if (flat.isNever) return true;
  for (const [name, schemas] of flat.properties) {
    if (schemas.length < 2 || !flat.required.has(name)) continue;
    const property = new FlatSchema(flat.document);
    for (const schema of schemas) property.add(schema);
    if (property.isNever) return true;
  }
  return false;
}

function chooseBranch(
  flat: FlatSchema,
  union: Union,
  choose: Choose,
  around: ReadonlySet<JsonValue>,
): FlatSchema {
  const options = union.branches.map((branch) => ({ branch, flat: added(flat, [branch]) }));
  const isCircle = ({ parts }: FlatSchema): boolean =>
    [...parts].some((part) => around.has(part) && !flat.parts.has(part));
  const possible = someOf(options, (option) => !contradicts(option.flat));
  const ending = someOf(possible, (option) => !isCircle(option.flat));
  const among = someOf(ending, (option) => !isNullOnly(option.flat));
  const option = among[choose(among.length)] as (typeof options)[number];
  if (union.kind === 'oneOf') keepApart(option.flat, option.branch, union.branches);
  if (union.discriminator !== null) setTag(option.flat, union.discriminator, option.branch);
  return option.flat;
}

/** The items that pass, or all if none does. */
function someOf<T>(items: readonly T[], test: (item: T) => boolean): readonly T[] {
  const found = items.filter(test);
  return found.length > 0 ? found : items;
}

function isNullOnly({ types, values }: FlatSchema): boolean {
  return (types?.size === 1 && types.has('null')) || (values?.length === 1 && values[0] === null);
}

/** Omits properties so that no other alternative matches as well. */
function keepApart(flat: FlatSchema, branch: JsonValue, branches: readonly JsonValue[]): void {
  const own = alone(flat.document, branch);
  for (const other of branches) {
    if (other === branch) continue;
    const rival = alone(flat.document, other);
    if (isDistinct(own, rival)) continue;
    const name = [...rival.required].find((each) => !flat.required.has(each) && !own.required.has(each));
    if (name !== undefined) flat.forbidden.add(name);
  }
}

function alone(document: JsonObject, schema: JsonValue): FlatSchema {
  const flat = new FlatSchema(document);
  flat.add(schema);
  return flat;
}

/** Whether no value fits both: other types, or a property with other values. */
function isDistinct(a: FlatSchema, b: FlatSchema): boolean {
  if (isDisjoint(a, b)) return true;
  for (const [name, schemas] of a.properties) {
    const others = b.properties.get(name);
    if (others === undefined || !a.required.has(name)) continue;
    const left = new FlatSchema(a.document);
    const right = new FlatSchema(a.document);
    for (const schema of schemas) left.add(schema);
    for (const schema of others) right.add(schema);
    if (isDisjoint(left, right)) return true;
  }
  return [...a.required].some((name) => b.closed.some((allows) => !allows(name)));
}

function isDisjoint(a: FlatSchema, b: FlatSchema): boolean {
  const { types } = b;
  if (a.types !== null && types !== null && ![...a.types].some((type) => types.has(type))) return true;
  const { values } = b;
  return (
    a.values !== null &&
    values !== null &&
    !a.values.some((value) => values.some((other) => isSame(value, other)))
  );
}

/** Sets the property of a discriminator to the value that stands for a branch. */
function setTag(flat: FlatSchema, discriminator: JsonObject, branch: JsonValue): void {
  const { propertyName } = discriminator;
  const reference = isJsonObject(branch) ? branch.$ref : undefined;
  if (typeof propertyName !== 'string' || typeof reference !== 'string') return;
  flat.chosen.set(propertyName, tagOf(discriminator, reference));
  flat.required.add(propertyName);
}

function tagOf({ mapping }: JsonObject, reference: string): string {
  const entries = isJsonObject(mapping) ? Object.entries(mapping) : [];
  const last = (path: JsonValue): string => String(path).slice(String(path).lastIndexOf('/') + 1);
  const tag = entries.find(([, target]) => target === reference || last(target) === last(reference));
  return tag?.[0] ?? last(reference);
}

/** Of a base with a discriminator, one of the variants that it maps to. */
function chooseVariant(flat: FlatSchema, { discriminator }: Base, choose: Choose): FlatSchema {
  const { mapping, propertyName } = discriminator;
  if (typeof propertyName !== 'string') return flat;
  const entries = isJsonObject(mapping) ? Object.entries(mapping) : [];
  const variants = entries.flatMap(([tag, target]) => {
    const reference = String(target).startsWith('#')
      ? String(target)
      : `#/components/schemas/${String(target)}`;
    return [{ tag, reference, schema: targetOf(flat.document, reference) }];
  });
  const current = variants.find(({ schema }) => schema !== undefined && flat.parts.has(schema));
  if (current !== undefined) {
    flat.chosen.set(propertyName, current.tag);
    return flat;
  }
  const options = variants.map(({ tag, reference }) => ({ tag, flat: added(flat, [{ $ref: reference }]) }));
  const possible = options.filter((option) => !contradicts(option.flat));
  if (possible.length === 0) return flat;
  const option = possible[choose(possible.length)] as (typeof options)[number];
  option.flat.chosen.set(propertyName, option.tag);
  return option.flat;
}

function targetOf(document: JsonObject, reference: string): JsonValue | undefined {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const { components } = document;
  const schemas = isJsonObject(components) && isJsonObject(components.schemas) ? components.schemas : {};
  return Object.hasOwn(schemas, name) ? schemas[name] : undefined;
}

/** Properties of a condition that have one value. They must be there for the condition to be met. */
function constantsOf(condition: JsonValue): readonly string[] {
  const properties =
    isJsonObject(condition) && isJsonObject(condition.properties) ? condition.properties : {};
  return Object.entries(properties).flatMap(([name, schema]) =>
    isJsonObject(schema) && ('const' in schema || 'enum' in schema) ? [name] : [],
  );
}

/** What a `not` excludes, where that is plain: values, types, or properties. The rest is checked on the value. */
function forbid(flat: FlatSchema, negation: JsonValue): void {
  if (!isJsonObject(negation)) return;
  for (const branch of listOf(negation.anyOf)) forbid(flat, branch);
  const excluded = alone(flat.document, negation);
  const { values, types } = excluded;
  const hasOnly = (key: string): boolean => Object.keys(negation).every((each) => each === key);
  if (values !== null && flat.values !== null) {
    flat.values = flat.values.filter((value) => !values.some((other) => isSame(value, other)));
  }
  if (types !== null && hasOnly('type')) {
    flat.types = new Set([...(flat.types ?? allTypes)].filter((type) => !types.has(type)));
  }
  const names = [...excluded.required];
  const properties = [...excluded.properties];
  const optional = names.find((name) => !flat.required.has(name));
  if (optional !== undefined && properties.length === 0) flat.forbidden.add(optional);
  for (const [name, schemas] of properties) {
    for (const schema of schemas) flat.addProperty(name, { not: schema });
  }
}
