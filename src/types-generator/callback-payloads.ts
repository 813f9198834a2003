import { posix } from 'node:path';
import { isJsonMedia } from '../core/contract/coerce.ts';
import { readForeign } from '../core/contract/foreign/read-foreign.ts';
import { localTarget } from '../core/contract/local-target.ts';
import { methods } from '../core/contract/upgrade/object-kinds.ts';
import {
  escapePointer,
  type JsonObject,
  type JsonValue,
  objectOf,
  parsePointer,
  resolvePointer,
} from '../core/json.ts';
import type { LoadedDocument } from '../loading/foreign/load-document.ts';
import { scenarioEngine } from '../loading/schema-engines.ts';

/** A callback under the name that the server gives it, and what it says. */
export interface CallbackPayload {
  /** `CallbackType.type`, e.g. `createPayment.failed`. */
  readonly callback: string;
  /** A schema of the components, the body or the query of the callback's operation, or nothing. */
  readonly payload:
    | { readonly kind: 'schema'; readonly name: string }
    | { readonly kind: 'body'; readonly operation: JsonObject; readonly mediaType: string }
    | { readonly kind: 'query'; readonly operation: JsonObject }
    | { readonly kind: 'none' };
}

/** The callbacks and webhooks of a document, in its order. Call it before `foldCallbacks` changes the document. */
export function callbackPayloads(loaded: LoadedDocument): readonly CallbackPayload[] {
  return loaded.isOurs ? ofBundled(loaded) : ofForeign(loaded.document);
}

function ofForeign(document: JsonObject): readonly CallbackPayload[] {
  const { callbacks } = readForeign(document, { name: '', notes: [], engine: scenarioEngine });
  return [...callbacks.values()].map(({ type, pointer, hasBody, query }): CallbackPayload => {
    const operation = objectOf(resolvePointer(document, pointer));
    if (hasBody) return { callback: type, payload: bodyOf(operation, document) };
    return { callback: type, payload: query.length > 0 ? { kind: 'query', operation } : { kind: 'none' } };
  });
}

/** The webhooks, named by their tags. The schema of a payload that is a query is in an extension. */
function ofBundled({ document, origin }: LoadedDocument): readonly CallbackPayload[] {
  const schemas = Object.keys(objectOf(objectOf(document.components).schemas));
  const byFile = new Map(
    schemas.map((name) => [origin(`/components/schemas/${escapePointer(name)}`).file, name]),
  );
  return Object.entries(objectOf(document.webhooks)).map(([event, item]) => {
    const operations = methods.map((method) => objectOf(objectOf(item)[method]));
    const tags = operations.find((operation) => Array.isArray(operation.tags))?.tags as JsonValue[];
    const callback = `${String(tags[0])}.${event}`;
    const file = objectOf(objectOf(item)['x-ringback-payload']).$ref;
    const name = typeof file === 'string' ? byFile.get(posix.normalize(file)) : undefined;
    if (name !== undefined) return { callback, payload: { kind: 'schema', name } };
    const operation = operations.find(({ requestBody }) => requestBody !== undefined) ?? {};
    return { callback, payload: bodyOf(operation, document) };
  });
}

/** JSON if the body may be JSON, otherwise its first media type. */
function bodyOf(operation: JsonObject, document: JsonObject): CallbackPayload['payload'] {
  const content = objectOf(settle(operation.requestBody, document).content);
  const all = Object.keys(content);
  const isJson = (key: string): boolean => isJsonMedia(key.replace(/;.*$/s, '').trim().toLowerCase());
  const mediaType = all.find(isJson) ?? all[0];
  if (mediaType === undefined) return { kind: 'none' };
  const { $ref, ...beside } = objectOf(settle(content[mediaType], document).schema);
  const [components, schemas, name, more] =
    typeof $ref === 'string' ? parsePointer(decodeURIComponent($ref.slice(1))) : [];
  const isComponent = components === 'components' && schemas === 'schemas' && more === undefined;
  if (isComponent && name !== undefined && Object.keys(beside).length === 0) return { kind: 'schema', name };
  return { kind: 'body', operation, mediaType };
}

/** The end of a chain of references. */
function settle(value: JsonValue | undefined, document: JsonObject): JsonObject {
  const { $ref } = objectOf(value);
  return typeof $ref === 'string' ? settle(localTarget(document, $ref), document) : objectOf(value);
}
