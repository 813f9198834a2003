import type { Contract, Operation } from '../../../src/core/contract/contract.ts';
import { loadContract } from '../../../src/core/contract/load-contract.ts';
import { isRingbackError, type Violation } from '../../../src/core/errors.ts';
import type { JsonObject } from '../../../src/core/json.ts';

/** A small document with one operation; `parts` replace its own members. */
export function documentWith(parts: JsonObject = {}): JsonObject {
  return {
    openapi: '3.1.1',
    info: { title: 'Test', version: '1' },
    paths: { '/things': { get: operation({ operationId: 'listThings' }) } },
    ...parts,
  };
}

export function operation(parts: JsonObject = {}): JsonObject {
  return { operationId: 'op', tags: ['acme'], responses: { 200: { description: 'Fine.' } }, ...parts };
}

/** An operation whose JSON body must match the schema. */
export function withBody(schema: JsonObject, components: JsonObject = {}): JsonObject {
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  return documentWith({ paths: { '/things': { post: operation({ requestBody }) } }, components });
}

export function load(document: JsonObject, files: Readonly<Record<string, JsonObject>> = {}): Contract {
  return loadContract(document, new Map(Object.entries(files)));
}

export function firstOperation(contract: Contract): Operation {
  const [first] = contract.operations;
  if (first === undefined) throw new Error('the contract has no operation');
  return first;
}

/** The violations that the first operation finds in a body, one line each. */
export function bodyProblems(
  document: JsonObject,
  value: unknown,
  files: Readonly<Record<string, JsonObject>> = {},
): string[] {
  const content = [...(firstOperation(load(document, files)).requestBody?.content.values() ?? [])][0];
  if (content === undefined) throw new Error('the operation has no body');
  return content.validate(value).map(line);
}

/** The violations for which a document is refused, one line each. */
export function refusal(document: JsonObject, files: Readonly<Record<string, JsonObject>> = {}): string[] {
  try {
    load(document, files);
  } catch (error) {
    if (!isRingbackError(error) || error.code !== 'contract.invalid') throw error;
    return error.violations.map(line);
  }
  throw new Error('the document was not refused');
}

function line({ location, code, message }: Violation): string {
  return `${location} [${code}] ${message}`;
}
