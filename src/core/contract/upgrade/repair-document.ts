import type { JsonValue } from '../../json.ts';
import { escapePointer, isJsonObject, setOwn } from '../../json.ts';
import { breakLoops } from './break-loops.ts';
import { laterKeys } from './later-keys.ts';
import type { RepairNote, Say } from './repair-note.ts';
import { repairSchema } from './repair-schema.ts';
import { type Node, pointerTo, walkDocument } from './walk-document.ts';

/**
 * Makes a valid OpenAPI 3.1 document of one that is 3.1, 3.2, or 3.0 after its upgrade, where the author's meaning is
 * plain. What only 3.2 has is moved to {@link laterKeys}. The document is changed.
 */
export function repairDocument(document: Record<string, JsonValue>): readonly RepairNote[] {
  const notes: RepairNote[] = [];
  const schemas: Node[] = [];
  walkDocument(document, (node) => {
    const say: Say = (kind, message, ...below) =>
      notes.push({ kind, pointer: pointerTo(node, ...below), message });
    if (node.shape !== 'one') return;
    if (node.kind === 'schema') {
      schemas.push(node);
      repairSchema(node.value, say);
      return;
    }
    for (const key of Object.keys(node.value))
      if (node.value[key] === null && structural.has(key)) delete node.value[key];
    repairs[node.kind]?.(node.value, say, node);
  });
  notes.push(...breakLoops(document, schemas));
  repairPaths(document, notes);
  return notes;
}

/** Keys that some authors leave without a value. */
const structural: ReadonlySet<string> = new Set([
  ...[
    'callbacks',
    'components',
    'content',
    'examples',
    'headers',
    'links',
    'parameters',
    'paths',
    'requestBody',
  ],
  ...['responses', 'schema', 'schemas', 'security', 'securitySchemes', 'servers', 'tags', 'webhooks'],
]);

type Repair = (value: Record<string, JsonValue>, say: Say, node: Node) => void;

const repairs: Readonly<Partial<Record<Node['kind'], Repair>>> = {
  document: repairRoot,
  pathItem: repairPathItem,
  parameter: repairParameter,
  mediaType: (value, say, { key }) => {
    repairSchemaIn(value, say);
    // An empty schema means bytes there (OpenAPI 3.1 §4.8.14.2); one form for all versions.
    const isEmpty = isJsonObject(value.schema) && Object.keys(value.schema).length === 0;
    if (isEmpty && !/json|xml|yaml|form|^text\/|\*/.test(key))
      value.schema = { type: 'string', format: 'binary' };
    for (const key of ['itemSchema', 'itemEncoding', 'prefixEncoding'] as const)
      rename(value, key, laterKeys[key]);
  },
  operation: repairOperation,
  header: repairParameter,
  response: (value) => {
    if (typeof value.description !== 'string' && value.$ref === undefined) value.description = '';
  },
};

function repairRoot(document: Record<string, JsonValue>, say: Say): void {
  const { openapi } = document;
  if (openapi === undefined) say('forgiven', 'There is no "openapi"; it is read as 3.1.');
  else if (typeof openapi !== 'string' || !/^3\.\d+\.\d+/.test(openapi))
    say(
      'forgiven',
      `openapi: ${JSON.stringify(openapi)} is read as ${String(openapi).replace(/^v/, '')}.`,
      'openapi',
    );
  document.openapi = '3.1.1';
  delete document.$self;
  delete document.jsonSchemaDialect;
}

/** Paths begin with a slash (OpenAPI 3.1 §4.8.8.1). */
function repairPaths(document: Record<string, JsonValue>, notes: RepairNote[]): void {
  const { paths } = document;
  if (!isJsonObject(paths) || Object.keys(paths).every((path) => /^(\/|x-)/.test(path))) return;
  const repaired: Record<string, JsonValue> = {};
  for (const [path, item] of Object.entries(paths)) {
    const name = /^(\/|x-)/.test(path) ? path : `/${path}`;
    if (name !== path) {
      const message = `The path "${path}" is read as "${name}".`;
      notes.push({ kind: 'forgiven', pointer: `/paths/${escapePointer(path)}`, message });
    }
    setOwn(repaired, name, item);
  }
  document.paths = repaired;
}

function repairOperation(operation: Record<string, JsonValue>, say: Say): void {
  for (const key of ['security', 'servers', 'tags', 'parameters']) {
    const value = operation[key];
    if (value === undefined || Array.isArray(value) || (isJsonObject(value) && value.$ref !== undefined))
      continue;
    say(
      'forgiven',
      `\`${key}\` is ${typeof value === 'object' ? 'an object' : 'no array'}, and is read as an array of it.`,
      key,
    );
    operation[key] = [value] as JsonValue[];
  }
}

function repairPathItem(item: Record<string, JsonValue>): void {
  const { query, additionalOperations } = item;
  const more: Record<string, JsonValue> = {
    ...(isJsonObject(query) ? { QUERY: query } : {}),
    ...(isJsonObject(additionalOperations) ? additionalOperations : {}),
  };
  delete item.query;
  delete item.additionalOperations;
  if (Object.keys(more).length > 0) item[laterKeys.additionalOperations] = more;
}

/** A schema is an object or a boolean. */
function repairSchemaIn(owner: Record<string, JsonValue>, say: Say): void {
  const { schema } = owner;
  if (schema === undefined || typeof schema === 'boolean' || isJsonObject(schema)) return;
  delete owner.schema;
  say('forgiven', 'The schema is neither an object nor a boolean, and is ignored.', 'schema');
}

function repairParameter(parameter: Record<string, JsonValue>, say: Say): void {
  repairSchemaIn(parameter, say);
  if (parameter.in === 'querystring') {
    parameter.in = 'query';
    parameter[laterKeys.in] = 'querystring';
  }
  if (parameter.in === 'path' && parameter.required !== true) {
    parameter.required = true;
    say('forgiven', 'A path parameter is always required.');
  }
  if (typeof parameter.type !== 'string' || parameter.schema !== undefined || parameter.content !== undefined)
    return;
  const schema: Record<string, JsonValue> = {};
  for (const key of schemaKeys) {
    if (parameter[key] === undefined) continue;
    schema[key] = parameter[key];
    delete parameter[key];
  }
  parameter.schema = schema;
  say('forgiven', 'The schema of the parameter is beside its name, as in Swagger 2.0.');
}

/** Keywords that Swagger 2.0 has in a parameter itself. */
const schemaKeys = [
  ...[
    'type',
    'format',
    'items',
    'enum',
    'default',
    'pattern',
    'minimum',
    'maximum',
    'minLength',
    'maxLength',
  ],
  ...['minItems', 'maxItems', 'uniqueItems', 'multipleOf'],
] as const;

function rename(value: Record<string, JsonValue>, from: string, to: string): void {
  if (value[from] === undefined) return;
  value[to] = value[from] as JsonValue;
  delete value[from];
}
