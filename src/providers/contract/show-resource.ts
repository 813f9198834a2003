import type { MediaTypeDeclaration } from '../../core/contract/contract.ts';
import type { Violation } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, parsePointer, setOwn } from '../../core/json.ts';
import type { ResourcePlace } from './resource-shape.ts';

/** What a body shows of a resource. */
export interface Shown {
  readonly body: JsonValue;
  /** Properties of the resource that the schema refuses, with the reason. They are not shown. */
  readonly refused: readonly Violation[];
}

/** A resource to show: its state, and the reference to the schema of it. */
export interface ShownState {
  readonly state: JsonObject;
  readonly shape: string;
  /** The part of the state that is not made up. It is shown alone where the rest does not fit it. Default: all. */
  readonly given?: JsonObject;
  /** Whether the state has all that the body shows. Default: false, unless the schema is the same. */
  readonly isComplete?: boolean;
}

/** How often refused properties are looked for: each time others can come up. */
const rounds = 4;

/**
 * Shows a resource in a body: the properties that the schema declares have its values. The others keep those of the
 * body, and so do those that would violate the schema.
 * @param several a valid body. Arrays on the way to the resource keep one item
 */
export function showResource(
  media: MediaTypeDeclaration,
  place: ResourcePlace,
  several: JsonValue,
  resource: ShownState,
): Shown {
  const single = place.path.includes('0') ? withOneItem(several, place.path) : several;
  const made = single !== several && media.validate(single).length === 0 ? single : several;
  const base = at(made, place.path);
  const under = isJsonObject(base) ? base : {};
  const own = visible(place, resource.state);
  if (resource.isComplete === true || isSameShape(place, resource)) {
    const body = withAt(made, place.path, own);
    if (media.validate(body).length === 0) return { body, refused: [] };
  }
  const alone = visible(place, resource.given ?? resource.state);
  const part = { path: place.path, base: under, value: { ...under, ...own }, alone };
  return repaired(media, made, [part]) ?? { body: made, refused: [] };
}

/**
 * Shows resources in the list of a body. Null: no valid body has them.
 * @param made a valid body
 */
export function showList(
  media: MediaTypeDeclaration,
  place: ResourcePlace,
  made: JsonValue,
  resources: readonly ShownState[],
): Shown | null {
  const list = at(made, place.path);
  const [first] = Array.isArray(list) ? list : [];
  const under = isJsonObject(first) ? first : {};
  const parts = resources.map((resource, index) => {
    const own = visible(place, resource.state);
    const value = isSameShape(place, resource) ? own : { ...under, ...own };
    return { path: [...place.path, String(index)], base: under, value, alone: own };
  });
  return repaired(media, withAt(made, place.path, []), parts);
}

interface Part {
  readonly path: readonly string[];
  /** What stands there otherwise. */
  readonly base: JsonObject;
  readonly value: JsonObject;
  /** What is shown if the value is refused as a whole, such as by `oneOf`. */
  readonly alone: JsonObject;
}

/** The body with these parts, without the properties that it must not have. Null: it cannot be made valid. */
function repaired(media: MediaTypeDeclaration, made: JsonValue, parts: readonly Part[]): Shown | null {
  let current = parts;
  const refused: Violation[] = [];
  for (let round = 0; round <= rounds; round++) {
    const body = current.reduce<JsonValue>((whole, { path, value }) => withAt(whole, path, value), made);
    const violations = media.validate(body);
    if (violations.length === 0) return { body, refused };
    const next = current.map((part) => withoutRefused(part, violations, refused));
    const isStuck = next.every((part, index) => part === current[index]);
    if (isStuck && current.every(({ value, alone }) => value === alone)) return null;
    current = isStuck ? current.map((part) => ({ ...part, base: {}, value: part.alone })) : next;
  }
  return null;
}

function withoutRefused(part: Part, violations: readonly Violation[], refused: Violation[]): Part {
  const value: Record<string, JsonValue> = { ...part.value };
  const names = new Set<string>();
  for (const violation of violations) {
    const tokens = violation.location.startsWith('/') ? parsePointer(violation.location) : [];
    const name = tokens[part.path.length];
    const isInside = part.path.every((token, index) => tokens[index] === token);
    if (name === undefined || !isInside || names.has(name) || !Object.hasOwn(value, name)) continue;
    names.add(name);
    if (Object.hasOwn(part.base, name) && part.base[name] !== value[name])
      setOwn(value, name, part.base[name] ?? null);
    else delete value[name];
    refused.push({ ...violation, location: `/${name}` });
  }
  return names.size > 0 ? { ...part, value } : part;
}

function isSameShape({ shape }: ResourcePlace, resource: ShownState): boolean {
  return shape !== '' && shape === resource.shape;
}

/** The properties that responses have. */
function visible({ properties }: ResourcePlace, state: JsonObject): JsonObject {
  const own: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(state)) {
    const property = properties.get(name);
    if (properties.size > 0 && (property === undefined || property.isWriteOnly)) continue;
    setOwn(own, name, value);
  }
  return own;
}

/** The value below some properties and items of arrays. Undefined: there is none. */
export function at(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let target = value;
  for (const name of path) {
    if (Array.isArray(target)) target = target[Number(name)];
    else target = isJsonObject(target) ? target[name] : undefined;
  }
  return target;
}

/** The value with one item in each array on a path. */
function withOneItem(value: JsonValue, [name, ...rest]: readonly string[]): JsonValue {
  if (name === undefined) return value;
  const [first] = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  if (first !== undefined) return [withOneItem(first, rest)];
  const own = isJsonObject(value) ? value[name] : undefined;
  return own === undefined ? value : { ...(value as JsonObject), [name]: withOneItem(own, rest) };
}

/** The value with another one below some properties. Objects and arrays that are missing on the way are made. */
export function withAt(
  value: JsonValue | undefined,
  [name, ...rest]: readonly string[],
  set: JsonValue,
): JsonValue {
  if (name === undefined) return set;
  if (Array.isArray(value) || (value === undefined && name === '0')) {
    const items = (value ?? []) as readonly JsonValue[];
    return Object.assign([...items], { [Number(name)]: withAt(items[Number(name)], rest, set) });
  }
  const result: Record<string, JsonValue> = isJsonObject(value) ? { ...value } : {};
  setOwn(result, name, withAt(result[name], rest, set));
  return result;
}
