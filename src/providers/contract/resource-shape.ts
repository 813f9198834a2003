import { flatten } from '../../core/contract/sample/flat-schema.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** The names that a kind of resource is known by. */
export interface KindNames {
  /** `card` */
  readonly noun: string;
  /** Name of the last path parameter: `cardId`. */
  readonly parameter: string;
}

/** Where a resource is in a body. */
export interface ResourcePlace {
  /** Names of properties from the root of the body. `0`: the first item of an array. */
  readonly path: readonly string[];
  /** Name of the property with the id. Null: the items of a list have none. */
  readonly id: string | null;
  /** Properties from the resource to the URL of its own. Null: there is none. */
  readonly self: readonly string[] | null;
  /** Whether the property is called like the path parameter, or `id`. */
  readonly isExact: boolean;
  /** The properties that the schema declares, and whether it hides them from responses. Empty: any. */
  readonly properties: ReadonlyMap<string, { readonly isWriteOnly: boolean }>;
  /** The reference to the schema. Resources of the same one have the same shape. Empty: unknown. */
  readonly shape: string;
}

/** The deepest object that is looked into. */
const mostDepth = 2;

/** Objects that wrap a resource, and arrays that list them. */
const wrappers =
  /^(?:data|resource|payload|object|attributes|result|item|record|entity|content|body|response)$/i;
const lists =
  /^(?:data|items|results?|values|records|content|list|entries|elements|resources|collection|rows|objects|edges)$/i;

interface Level {
  readonly path: readonly string[];
  readonly schemas: readonly JsonValue[];
}

const known = new WeakMap<object, Map<string, ResourcePlace | null>>();

/** Finds the object with the id of a resource in the schema of a body. Null: there is none. */
export function findObject(document: JsonObject, schema: JsonValue, names: KindNames): ResourcePlace | null {
  return once(schema, `object ${names.noun} ${names.parameter}`, () => {
    let level: readonly Level[] = [{ path: [], schemas: [schema] }];
    let weak: ResourcePlace | null = null;
    for (let depth = 0; depth <= mostDepth && level.length > 0; depth++) {
      for (const { path, schemas } of level) {
        const properties = propertiesOf(document, schemas);
        const strong = idProperty(document, properties, names);
        if (strong !== null) return { ...placeOf(document, path, schemas), id: strong, isExact: true };
        const other = onlyId(document, properties);
        if (depth === 0 && other !== null)
          weak = { ...placeOf(document, path, schemas), id: other, isExact: false };
      }
      level = level.flatMap((each) => [...onlyItem(document, each), ...below(document, each, names)]);
    }
    return weak;
  });
}

/** The object with the property that a JSON pointer names, which has the id. Null: the schema has none there. */
export function objectWithId(
  document: JsonObject,
  schema: JsonValue,
  pointer: readonly string[],
): ResourcePlace | null {
  return once(schema, `id ${pointer.join('/')}`, () => {
    const path = pointer.slice(0, -1);
    let schemas: readonly JsonValue[] = [schema];
    for (const token of path) {
      const own = token === '0' ? itemsOf(document, schemas) : propertiesOf(document, schemas).get(token);
      if (own == null) return null;
      schemas = own;
    }
    const id = pointer.at(-1);
    return id === undefined ? null : { ...placeOf(document, path, schemas), id, isExact: true };
  });
}

/** The body as a resource, or its item if it is an array, if the schema is an object with properties. */
export function wholeBody(document: JsonObject, schema: JsonValue): ResourcePlace | null {
  return once(schema, 'whole', () => {
    const whole: Level = { path: [], schemas: [schema] };
    for (const { path, schemas } of [whole, ...onlyItem(document, whole)]) {
      const place = { ...placeOf(document, path, schemas), id: null, isExact: false };
      if (place.properties.size > 0 && mayBeObject(document, schemas)) return place;
    }
    return null;
  });
}

/** Finds the array of the resources in the schema of a body. Null: there is none. */
export function findList(document: JsonObject, schema: JsonValue, names: KindNames): ResourcePlace | null {
  return once(schema, `list ${names.noun} ${names.parameter}`, () => {
    let level: readonly Level[] = [{ path: [], schemas: [schema] }];
    for (let depth = 0; depth <= mostDepth && level.length > 0; depth++) {
      const found = level.flatMap(({ path, schemas }) => {
        const items = itemsOf(document, schemas);
        if (items === null) return [];
        const properties = propertiesOf(document, items);
        if (properties.size === 0 && !mayBeObject(document, items)) return [];
        const id = idProperty(document, properties, names);
        return [{ ...placeOf(document, path, items), id, isExact: id !== null }];
      });
      const named = (place: ResourcePlace): boolean =>
        lists.test(place.path.at(-1) ?? '') || isNamed(place.path.at(-1) ?? '', names);
      const best =
        found.find((place) => place.isExact && named(place)) ??
        found.find(({ isExact }) => isExact) ??
        found.find((place) => depth === 0 || named(place));
      if (best !== undefined) return best;
      level = level.flatMap((each) => below(document, each, names));
    }
    return null;
  });
}

function once(schema: JsonValue, label: string, find: () => ResourcePlace | null): ResourcePlace | null {
  if (typeof schema !== 'object' || schema === null) return find();
  const found = known.get(schema) ?? new Map<string, ResourcePlace | null>();
  known.set(schema, found);
  let place = found.get(label);
  if (place === undefined) {
    place = find();
    found.set(label, place);
  }
  return place;
}

function placeOf(
  document: JsonObject,
  path: readonly string[],
  schemas: readonly JsonValue[],
): Pick<ResourcePlace, 'path' | 'properties' | 'shape' | 'self'> {
  const properties = new Map(
    [...propertiesOf(document, schemas)].map(([name, own]) => [
      name,
      { isWriteOnly: flatten(document, own).isWriteOnly },
    ]),
  );
  return { path, properties, shape: shapeOf(schemas), self: selfIn(document, schemas) };
}

/** `href`, `self`, or one of them in an object of links: `_links.self.href` (RFC 5988, HAL). */
function selfIn(document: JsonObject, schemas: readonly JsonValue[], depth = 0): readonly string[] | null {
  const properties = propertiesOf(document, schemas);
  for (const name of depth < 2 ? ['href', 'self', '_links', 'links'] : ['href']) {
    const own = properties.get(name);
    if (own === undefined) continue;
    if (!name.endsWith('links') && isText(document, own)) return [name];
    const below = depth < 2 && name !== 'href' ? selfIn(document, own, depth + 1) : null;
    if (below !== null) return [name, ...below];
  }
  return null;
}

function isText(document: JsonObject, schemas: readonly JsonValue[]): boolean {
  return flatten(document, schemas).types?.has('string') === true;
}

function shapeOf([schema, other]: readonly JsonValue[]): string {
  if (other !== undefined || !isJsonObject(schema) || typeof schema.$ref !== 'string') return '';
  return schema.$ref;
}

/** The item of an array of one, which is the body or wraps the resource by its name. */
function onlyItem(document: JsonObject, { path, schemas }: Level): readonly Level[] {
  const name = path.at(-1);
  const items = itemsOf(document, schemas);
  if (items === null || (name !== undefined && !wrappers.test(name) && !lists.test(name))) return [];
  return [{ path: [...path, '0'], schemas: items }];
}

/** The properties that are objects or arrays: those that wrap a resource by their name first. */
function below(document: JsonObject, { path, schemas }: Level, names: KindNames): readonly Level[] {
  const entries = [...propertiesOf(document, schemas)];
  const rank = (name: string): number =>
    isNamed(name, names) ? 0 : wrappers.test(name) || lists.test(name) ? 1 : 2;
  return entries
    .filter(([name]) => rank(name) < 2 || path.length === 0)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([name, own]) => ({ path: [...path, name], schemas: own }));
}

function isNamed(name: string, { noun }: KindNames): boolean {
  const plain = plainName(name);
  const own = plainName(noun);
  return plain === own || plain === `${own}s` || plain === `${own}es` || plain === own.replace(/y$/, 'ies');
}

/** The properties of an object, with those of its alternatives. */
function propertiesOf(
  document: JsonObject,
  schemas: readonly JsonValue[],
  depth = 0,
): ReadonlyMap<string, readonly JsonValue[]> {
  const flat = flatten(document, schemas);
  if (flat.unions.length === 0 || depth > 3) return flat.properties;
  const all = new Map(flat.properties);
  for (const { branches } of flat.unions)
    for (const branch of branches)
      for (const [name, own] of propertiesOf(document, [branch], depth + 1))
        if (!all.has(name)) all.set(name, own);
  return all;
}

/** The schemas of the items. Null: it is no array. */
function itemsOf(document: JsonObject, schemas: readonly JsonValue[]): readonly JsonValue[] | null {
  const { types, items, prefixItems } = flatten(document, schemas);
  if (prefixItems.length > 0 || (types !== null && !types.has('array'))) return null;
  return items.length === 0 ? null : items;
}

function mayBeObject(document: JsonObject, schemas: readonly JsonValue[]): boolean {
  const { types, values } = flatten(document, schemas);
  return values === null && (types === null || types.has('object'));
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The property with the id of the resource: called like the path parameter, or as ids usually are. */
function idProperty(
  document: JsonObject,
  properties: ReadonlyMap<string, readonly JsonValue[]>,
  { noun, parameter }: KindNames,
): string | null {
  const own = plainName(noun);
  const asked = plainName(parameter);
  const short = asked.replace(/reference(?=id$)/, 'ref').replace(/identifier$/, 'id');
  const rest = asked.startsWith(own) ? asked.slice(own.length) : '';
  const usual = /(?:id|uuid|guid|key|sid|ref|reference|identifier)$/.test(asked)
    ? ['id', `${own}id`, 'uuid', `${own}uuid`, 'guid', 'identifier', 'sid', 'key']
    : [`${own}${asked}`];
  const byName = new Map([...properties.keys()].reverse().map((name) => [plainName(name), name]));
  for (const wanted of [asked, short, ...(rest === '' ? [] : [rest]), ...usual]) {
    const name = byName.get(wanted);
    if (name !== undefined && isScalar(document, properties.get(name) ?? [])) return name;
  }
  return null;
}

/** The only property whose name ends in `id`. */
function onlyId(document: JsonObject, properties: ReadonlyMap<string, readonly JsonValue[]>): string | null {
  const found = [...properties].filter(
    ([name, own]) => /(?:^id|_id|Id|ID)$/.test(name) && isScalar(document, own),
  );
  return found.length === 1 ? (found[0]?.[0] ?? null) : null;
}

function isScalar(document: JsonObject, schemas: readonly JsonValue[]): boolean {
  const { types, properties, items } = flatten(document, schemas);
  if (types === null) return properties.size === 0 && items.length === 0;
  return types.has('string') || types.has('integer') || types.has('number');
}
