import type { JsonValue } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
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
    for (const key of Object.keys(node.value))
      if (node.value[key] === null && node.kind !== 'schema' && structural.has(key)) delete node.value[key];
    if (node.kind === 'schema') {
      schemas.push(node);
      repairSchema(node.value, say);
    } else repairs[node.kind]?.(node.value, say, node);
  });
  return [...notes, ...breakLoops(document, schemas)];
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
  mediaType: (value) => {
    for (const key of ['itemSchema', 'itemEncoding', 'prefixEncoding'] as const)
      rename(value, key, laterKeys[key]);
  },
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

function repairParameter(parameter: Record<string, JsonValue>, say: Say): void {
  if (parameter.in === 'querystring') {
    parameter.in = 'query';
    parameter[laterKeys.in] = 'querystring';
  }
  if (parameter.in === 'path' && parameter.required !== true) {
    parameter.required = true;
    say('forgiven', 'A path parameter is always required.');
  }
}

function rename(value: Record<string, JsonValue>, from: string, to: string): void {
  if (value[from] === undefined) return;
  value[to] = value[from] as JsonValue;
  delete value[from];
}
