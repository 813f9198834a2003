import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import {
  allTypes,
  type Base,
  type Conditional,
  type FlatSchema,
  flatten,
  isSame,
  listOf,
  type Union,
} from './flat-schema.ts';

/** Picks one of several alternatives, given how many there are. */
export type Choose = (count: number) => number;

/** More alternatives within each other are no plausible schema. */
const mostChoices = 60;

/** The schemas that are being made around a value, the nearest first. */
export interface Around {
  readonly parts: ReadonlySet<JsonValue>;
  readonly outer: Around | null;
}

export function isAround(around: Around | null, part: JsonValue): boolean {
  for (let each = around; each !== null; each = each.outer) if (each.parts.has(part)) return true;
  return false;
}

/**
 * Chooses among all alternatives and conditions of a schema, so that none is left.
 * @param around alternatives without these schemas come first
 * @param separates whether to add nulls that only the chosen alternative of `oneOf` allows
 */
export function chooseAll(
  schema: FlatSchema,
  choose: Choose,
  around: Around | null,
  separates: boolean,
): FlatSchema {
  const flat = schema.copy();
  for (let i = 0; i < mostChoices; i++) {
    const [base, ...bases] = flat.bases;
    const [union, ...unions] = flat.unions;
    const [conditional, ...conditionals] = flat.conditionals;
    if (base !== undefined) {
      flat.bases = bases;
      chooseVariant(flat, base, choose);
    } else if (union !== undefined) {
      flat.unions = unions;
      chooseBranch(flat, union, choose, around, separates);
    } else if (conditional !== undefined) {
      flat.conditionals = conditionals;
      meet(flat, conditional, choose);
    } else break;
  }
  for (const negation of flat.negations) forbid(flat, negation);
  return flat;
}

export function needsChoice(flat: FlatSchema): boolean {
  return flat.unions.length + flat.conditionals.length + flat.negations.length + flat.bases.length > 0;
}

/** Meets a condition if it says what follows then, or else avoids it. */
function meet(flat: FlatSchema, { condition, whenTrue, whenFalse }: Conditional, choose: Choose): void {
  const isPossible = !isDistinct(flat, flatten(flat.document, [condition]));
  if (isPossible && (whenTrue !== undefined || choose(2) === 0)) {
    flat.add(condition);
    flat.add(whenTrue);
    for (const name of constantsOf(condition)) flat.required.add(name);
  } else {
    flat.negations = [...flat.negations, condition];
    flat.add(whenFalse);
  }
}

function chooseBranch(
  flat: FlatSchema,
  union: Union,
  choose: Choose,
  around: Around | null,
  separates: boolean,
): void {
  const options = union.branches.map((branch) => ({ branch, own: flatten(flat.document, [branch]) }));
  const isCircle = ({ parts }: FlatSchema): boolean =>
    around !== null && [...parts].some((part) => isAround(around, part) && !flat.parts.has(part));
  const possible = someOf(options, ({ own }) => !own.isNever && !isDistinct(flat, own));
  const ending = someOf(possible, ({ own }) => !isCircle(own));
  const among = someOf(ending, ({ own }) => !isNullOnly(own));
  const { branch, own } = among[choose(among.length)] as (typeof options)[number];
  const rivals = union.kind === 'oneOf' ? options.filter((option) => option.branch !== branch) : [];
  flat.add(branch);
  keepApart(
    flat,
    own,
    rivals.map((rival) => rival.own),
    separates,
  );
  if (union.discriminator !== null) setTag(flat, union.discriminator, branch);
}

/** The items that pass, or all if none does. */
function someOf<T>(items: readonly T[], test: (item: T) => boolean): readonly T[] {
  const found = items.filter(test);
  return found.length > 0 ? found : items;
}

function isNullOnly({ types, values }: FlatSchema): boolean {
  return (types?.size === 1 && types.has('null')) || (values?.length === 1 && values[0] === null);
}

/** Omits properties, or adds nulls, so that no other alternative matches as well. */
function keepApart(
  flat: FlatSchema,
  own: FlatSchema,
  rivals: readonly FlatSchema[],
  separates: boolean,
): void {
  for (const rival of rivals) {
    if (isDistinct(own, rival)) continue;
    const name = [...rival.required].find((each) => !flat.required.has(each));
    if (name !== undefined) flat.forbidden.add(name);
    else if (separates) flat.add(separation(own, rival, 0));
  }
}

const deepestSeparation = 3;

/** A schema that demands null for a property that only the rival declares, and not as null. Undefined if it has none. */
function separation(own: FlatSchema, rival: FlatSchema, depth: number): JsonObject | undefined {
  if (depth > deepestSeparation) return undefined;
  for (const [name, schemas] of rival.properties) {
    const { types } = flatten(rival.document, schemas);
    if (!own.properties.has(name) && types?.has('null') === false)
      return { properties: { [name]: { type: 'null' } }, required: [name] };
  }
  for (const [name, schemas] of rival.properties) {
    const mine = own.properties.get(name);
    const inner = mine && separation(flatten(own.document, mine), flatten(own.document, schemas), depth + 1);
    if (inner !== undefined) return { properties: { [name]: inner }, required: [name] };
  }
  if (own.items.length === 0 || rival.items.length === 0) return undefined;
  const items = separation(flatten(own.document, own.items), flatten(own.document, rival.items), depth + 1);
  return items && { items, minItems: 1 };
}

/** Whether no value fits both: other types, a property with other values, or one that the other excludes. */
function isDistinct(a: FlatSchema, b: FlatSchema): boolean {
  if (isDisjoint(a, b)) return true;
  for (const [name, schemas] of a.properties) {
    const others = b.properties.get(name);
    if (others === undefined || !(a.required.has(name) || b.required.has(name))) continue;
    if (isDisjoint(flatten(a.document, schemas), flatten(a.document, others))) return true;
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
function chooseVariant(flat: FlatSchema, { discriminator }: Base, choose: Choose): void {
  const { mapping, propertyName } = discriminator;
  if (typeof propertyName !== 'string') return;
  const entries = isJsonObject(mapping) ? Object.entries(mapping) : [];
  const variants = entries.flatMap(([tag, target]) => {
    const schema = targetOf(flat.document, String(target));
    return schema === undefined ? [] : [{ tag, schema }];
  });
  const current = variants.find(({ schema }) => flat.parts.has(schema));
  if (current !== undefined) flat.chosen.set(propertyName, current.tag);
  const options = variants.filter(({ schema }) => !isDistinct(flat, flatten(flat.document, [schema])));
  const option = options[choose(Math.max(1, options.length))];
  if (current !== undefined || option === undefined) return;
  flat.add(option.schema);
  flat.chosen.set(propertyName, option.tag);
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
  const excluded = flatten(flat.document, [negation]);
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
