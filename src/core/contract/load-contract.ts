import type { JsonObject } from '../json.ts';
import { compilingEngine } from './compiling-engine.ts';
import type { Contract } from './contract.ts';
import { type ReadOptions, readContract } from './read-contract.ts';
import type { SchemaEngine } from './schema-engine.ts';

/**
 * Prepares an OpenAPI 3.1 document and its files for use.
 * @param document the parsed OpenAPI document
 * @param schemas the other files, by path relative to the document, e.g. `schemas/callbacks/error.schema.json`
 * @throws {RingbackError} `contract.invalid` with all problems as violations; their locations are `file#pointer`,
 *   without the file for the document itself
 * @example
 * const contract = loadContract(document, new Map());
 * contract.operations.map((operation) => operation.id);
 */
export function loadContract(
  document: JsonObject,
  schemas: ReadonlyMap<string, JsonObject>,
  { limitTime, ...options }: Omit<ReadOptions, 'engine'> & Pick<SchemaEngine, 'limitTime'> = {},
): Contract {
  const engine = limitTime === undefined ? compilingEngine : { ...compilingEngine, limitTime };
  return readContract(document, schemas, { ...options, engine });
}
