import type { JsonObject, JsonValue } from '../json.ts';
import { escapePointer, isJsonObject } from '../json.ts';
import { localTarget } from './local-target.ts';

/** The operation that declares a callback: what the key of the callback can refer to. */
export interface KeyContext {
  /** The document. Its `$ref`s are local. */
  readonly document: JsonObject;
  /** The operation that declares the callback, as in the document. */
  readonly operation: JsonObject;
  /** The path item of that operation, for its `parameters`. */
  readonly pathItem?: JsonObject;
  /** The path item of the callback, for its `servers`. */
  readonly callback?: JsonObject;
}

/** A value of the request that a runtime expression can read. */
export interface RequestName {
  readonly name: string;
  /** `$request.body#/data/url`, `$request.query.url`. */
  readonly expression: string;
  /** 0 for parameters and for the properties of the body itself. */
  readonly depth: number;
  readonly schema: JsonValue;
}

/** Limits of the search, for documents with large or circular schemas. */
const mostNames = 2_000;
const mostDepth = 6;
const mostRefs = 50;

/** The parameters of the operation and the properties of its request body, the shallowest first. */
export function requestNames(context: KeyContext): readonly RequestName[] {
  return [...parameterNames(context), ...bodyNames(context)];
}

/** Whether the request body declares a value at a path, or leaves open what is there. */
export function bodyDeclares(context: KeyContext, tokens: readonly string[]): boolean {
  return bodySchemas(context).some((schema) => declares(context.document, schema, tokens));
}

export function follow(document: JsonObject, value: JsonValue | undefined): JsonValue | undefined {
  let target = value;
  for (let i = 0; i < mostRefs; i++) {
    if (!isJsonObject(target) || typeof target.$ref !== 'string') return target;
    target = localTarget(document, target.$ref);
  }
  return undefined;
}

function parameterNames({ document, operation, pathItem }: KeyContext): readonly RequestName[] {
  return [...listOf(operation.parameters), ...listOf(pathItem?.parameters)].flatMap((entry) => {
    const parameter = follow(document, entry);
    if (!isJsonObject(parameter) || typeof parameter.name !== 'string') return [];
    const { name, in: place, schema = true } = parameter;
    if (place !== 'query' && place !== 'header' && place !== 'path') return [];
    return [{ name, expression: `$request.${place}.${name}`, depth: 0, schema }];
  });
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function bodySchemas({ document, operation }: KeyContext): readonly JsonValue[] {
  const body = follow(document, operation.requestBody);
  const content = isJsonObject(body) ? follow(document, body.content) : undefined;
  if (!isJsonObject(content)) return [];
  return Object.values(content).flatMap((entry) => {
    const media = follow(document, entry);
    return isJsonObject(media) && media.schema !== undefined ? [media.schema] : [];
  });
}

interface Level {
  readonly schema: JsonValue;
  readonly pointer: string;
  readonly depth: number;
}

/** Breadth first. Each schema object is visited once, so that circles end. */
function bodyNames(context: KeyContext): readonly RequestName[] {
  const names = new Map<string, RequestName>();
  const visited = new Set<JsonValue>();
  const queue: Level[] = bodySchemas(context).map((schema) => ({ schema, pointer: '', depth: 0 }));
  for (let at = 0; at < queue.length && names.size < mostNames; at++) {
    const { schema, pointer, depth } = queue[at] as Level;
    const target = follow(context.document, schema);
    if (!isJsonObject(target) || visited.has(target)) continue;
    visited.add(target);
    for (const branch of branches(target)) queue.push({ schema: branch, pointer, depth });
    if (!isJsonObject(target.properties)) continue;
    for (const [name, property] of Object.entries(target.properties)) {
      const path = `${pointer}/${escapePointer(name)}`;
      const expression = `$request.body#${path}`;
      if (!names.has(path)) names.set(path, { name, expression, depth, schema: property });
      if (depth < mostDepth) queue.push({ schema: property, pointer: path, depth: depth + 1 });
    }
  }
  return [...names.values()].sort((a, b) => a.depth - b.depth);
}

/** Schemas that describe the same value. */
function branches(schema: JsonObject): readonly JsonValue[] {
  const { allOf, oneOf, anyOf } = schema;
  const all = [allOf, oneOf, anyOf].flatMap(listOf);
  const { if: condition, then, else: otherwise } = schema;
  return [...all, condition, then, otherwise].filter((branch) => branch !== undefined);
}

function declares(document: JsonObject, schema: JsonValue, tokens: readonly string[]): boolean {
  let level: readonly JsonValue[] = [schema];
  for (const token of tokens) {
    const next: JsonValue[] = [];
    for (const each of flatten(document, level)) {
      const { properties, items, additionalProperties } = each;
      if (isJsonObject(properties) && Object.hasOwn(properties, token)) next.push(properties[token] ?? true);
      else if (isJsonObject(additionalProperties)) next.push(additionalProperties);
      else if (items !== undefined && /^\d+$/.test(token)) next.push(items);
    }
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}

/** The schemas with their branches, each object once. */
function flatten(document: JsonObject, schemas: readonly JsonValue[]): readonly JsonObject[] {
  const found = new Set<JsonObject>();
  const queue = [...schemas];
  for (let at = 0; at < queue.length && found.size < mostNames; at++) {
    const target = follow(document, queue[at]);
    if (!isJsonObject(target) || found.has(target)) continue;
    found.add(target);
    queue.push(...branches(target));
  }
  return [...found];
}
