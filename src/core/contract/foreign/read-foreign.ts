import type { JsonObject } from '../../json.ts';
import type { CallbackReference, CallbackType, Contract, ContractNote } from '../contract.ts';
import { lazy } from '../lazy.ts';
import { routeNotes } from '../path-key.ts';
import { below, textOf } from '../place.ts';
import type { SchemaEngine } from '../schema-engine.ts';
import { basePaths, serverHosts } from '../servers.ts';
import { nameCallbacks, readCallbackType } from './callback-types.ts';
import { type CallbackSource, findCallbacks, findWebhooks } from './find-callbacks.ts';
import { ForeignDocument } from './foreign-document.ts';
import { LenientSchemas } from './lenient-schemas.ts';
import type { ForeignReader } from './media.ts';
import { findOperations, type OperationSource, readForeignOperation } from './operations.ts';

export interface ForeignOptions {
  /** The name of the provider. */
  readonly name: string;
  /** What was noted while the document was loaded. */
  readonly notes: readonly ContractNote[];
  readonly engine: SchemaEngine;
  /** Where the author wrote what is at a JSON pointer of the document. Default: there. */
  readonly origin?: (pointer: string) => Pick<ContractNote, 'file' | 'pointer'>;
}

/**
 * Reads the contract of any provider: one OpenAPI 3.1 document, all of whose `$ref`s are local. What cannot be read
 * becomes a note, and the rest works. Parameters, bodies and responses are read, and schemas are compiled, at their
 * first use. `notes` reads everything, and compiles nothing.
 */
export function readForeign(document: JsonObject, options: ForeignOptions): Contract {
  const { name, engine, origin = (pointer) => ({ file: '', pointer }) } = options;
  const source = new ForeignDocument(document);
  const reader: ForeignReader = {
    document: source,
    schemas: new LenientSchemas(source, engine),
    provider: name,
  };
  const found = findOperations(reader);
  const declared = found.flatMap((operation) => findCallbacks(source, operation));
  const types = nameCallbacks([...declared, ...findWebhooks(source)]);
  const references = referencesOf(types);
  const operations = found.map((operation) =>
    readForeignOperation(reader, operation, references.get(operation) ?? []),
  );
  const callbacks = new Map<string, CallbackType>();
  for (const [type, callback] of types) callbacks.set(type, readCallbackType(reader, type, callback));
  const readAll = lazy(() => readParts({ operations, callbacks }));
  return {
    title: textOf(below(source.root, 'info', 'title')) ?? '',
    version: textOf(below(source.root, 'info', 'version')) ?? '',
    serverHosts: serverHosts(document),
    basePaths: basePaths(document),
    operations,
    callbacks,
    get notes() {
      readAll();
      const own = [...source.notes, ...routeNotes(operations)];
      return [...options.notes, ...own.map((note) => ({ ...note, ...origin(note.pointer) }))];
    },
    document,
  };
}

function referencesOf(
  types: ReadonlyMap<string, CallbackSource>,
): ReadonlyMap<OperationSource, readonly CallbackReference[]> {
  const references = new Map<OperationSource, CallbackReference[]>();
  for (const [type, { owner, expression, nested }] of types) {
    if (owner === null || nested) continue;
    const list = references.get(owner) ?? [];
    list.push({ type, expression: expression ?? '' });
    references.set(owner, list);
  }
  return references;
}

/** Reads every part, so that each has made its notes. */
function readParts({ operations, callbacks }: Pick<Contract, 'operations' | 'callbacks'>): void {
  for (const { parameters, requestBody, answers, security } of operations) {
    void [parameters, requestBody, security];
    for (const { headers, content } of answers.values()) void [headers, content];
  }
  for (const { parameters, content, security, answers } of callbacks.values()) {
    void [parameters, content, security, answers];
  }
}
