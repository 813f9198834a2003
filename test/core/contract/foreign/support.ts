import { compilingEngine } from '../../../../src/core/contract/compiling-engine.ts';
import type { CallbackType, Contract, Operation } from '../../../../src/core/contract/contract.ts';
import { readForeign } from '../../../../src/core/contract/foreign/read-foreign.ts';
import { repairDocument } from '../../../../src/core/contract/upgrade/repair-document.ts';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';
import { limitTime } from '../../../../src/platform/limit-time.ts';

/** Repairs and reads a document of OpenAPI 3.1 that consists of these parts. */
export function read(parts: JsonObject): Contract {
  const document: Record<string, JsonValue> = structuredClone({
    openapi: '3.1.1',
    info: { title: 'Parcels', version: '1' },
    ...parts,
  });
  const notes = repairDocument(document).map((note) => ({ ...note, file: '' }));
  return readAsItIs(document, notes);
}

/** Reads a document that has not been repaired. */
export function readAsItIs(document: JsonObject, notes: Contract['notes'] = []): Contract {
  return readForeign(document, { name: 'parcels', notes, engine: { ...compilingEngine, limitTime } });
}

/** The operation of a document that has one. */
export function onlyOperation(contract: Contract): Operation {
  const [operation] = contract.operations;
  if (operation === undefined || contract.operations.length > 1) throw new Error('expected one operation');
  return operation;
}

export function callbackOf(contract: Contract, type: string): CallbackType {
  const callback = contract.callbacks.get(type);
  if (callback === undefined) throw new Error(`no ${type} in ${[...contract.callbacks.keys()].join(', ')}`);
  return callback;
}

/** `kind pointer message` of each note. */
export function notesOf(contract: Contract): readonly string[] {
  return contract.notes.map(({ kind, pointer, message }) => `${kind} ${pointer} ${message}`);
}

/** An operation that declares these callbacks. */
export function declaring(callbacks: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    paths: { '/parcels': { post: { operationId: 'createParcel', responses: {}, callbacks, ...more } } },
  };
}
