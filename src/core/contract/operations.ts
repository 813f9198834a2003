import { readAnswers } from './answers.ts';
import type { CallbackTypes } from './callbacks.ts';
import { readOperationCallbacks } from './callbacks.ts';
import type { HttpMethod, Operation } from './contract.ts';
import type { ContractReader } from './openapi-objects.ts';
import { entries } from './openapi-objects.ts';
import { operationsOf } from './path-item.ts';
import type { Place } from './place.ts';
import { below, nameOf, textOf } from './place.ts';
import type { ParameterRead } from './read-parameters.ts';
import { readParameters } from './read-parameters.ts';
import { readRequestBody } from './request-body.ts';

/** Reads the `paths` of the document (OpenAPI 3.1 §4.8.8). */
export function readOperations(reader: ContractReader, callbacks: CallbackTypes): readonly Operation[] {
  const operations: Operation[] = [];
  const ids = new Map<string, Place>();
  const routes = new Map<string, Place>();
  for (const [path, place] of entries(reader, below(reader.files.document, 'paths'), 'an object')) {
    if (path.startsWith('x-')) continue;
    if (!path.startsWith('/')) reader.problems.add(nameOf(place), 'path', 'a path must start with "/"');
    for (const { method, place: at, shared } of operationsOf(reader, place)) {
      const operation = readOperation(reader, callbacks, { path, method, place: at, shared, entry: place });
      refuseSecond(reader, ids, operation.id, at, 'operation-id', `the operationId "${operation.id}"`);
      const route = `${method} ${path.replace(/\{[^}]*\}/g, '{}')}`;
      refuseSecond(reader, routes, route, place, 'path', `the route ${method} ${path}`);
      operations.push(operation);
    }
  }
  return operations;
}

interface OperationSource {
  readonly path: string;
  readonly method: HttpMethod;
  readonly place: Place;
  readonly shared: Place | undefined;
  /** The entry under `paths`. */
  readonly entry: Place;
}

function readOperation(reader: ContractReader, callbacks: CallbackTypes, source: OperationSource): Operation {
  const { path, method, place, shared, entry } = source;
  const provider = textOf(below(place, 'tags', '0')) ?? '';
  if (provider === '') {
    reader.problems.add(
      nameOf(place),
      'tag',
      'an operation must have a tag: the first one names its provider',
    );
  }
  const parameters = readParameters(reader, shared, below(place, 'parameters'));
  checkTemplate(reader, path, parameters, entry);
  const answers = readAnswers(reader, place);
  return {
    id: requiredOperationId(reader, place),
    provider,
    method,
    path,
    parameters: parameters.map(({ parameter }) => parameter),
    requestBody: readRequestBody(reader, below(place, 'requestBody')),
    responses: new Set(answers.byStatus.keys()),
    validateAnswer: answers.validate,
    answers: new Map(),
    security: [],
    callbacks: readOperationCallbacks(reader, callbacks, place, provider),
  };
}

function requiredOperationId(reader: ContractReader, place: Place): string {
  const id = textOf(below(place, 'operationId')) ?? '';
  if (id === '') reader.problems.add(nameOf(place), 'operation-id', 'an operation must have an operationId');
  return id;
}

function refuseSecond(
  reader: ContractReader,
  seen: Map<string, Place>,
  key: string,
  place: Place,
  code: string,
  what: string,
): void {
  const first = key === '' ? undefined : seen.get(key);
  if (first !== undefined)
    reader.problems.add(nameOf(place), code, `${what} is already used by ${nameOf(first)}`);
  else seen.set(key, place);
}

function checkTemplate(
  reader: ContractReader,
  path: string,
  parameters: readonly ParameterRead[],
  place: Place,
): void {
  const inTemplate = [...path.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
  const declared = parameters.flatMap(({ parameter }) => (parameter.in === 'path' ? [parameter.name] : []));
  const add = (message: string): void => reader.problems.add(nameOf(place), 'path-parameter', message);
  if (/[{}]/.test(path.replace(/\{[^{}]+\}/g, ''))) add(`the path ${path} has braces without a name`);
  for (const name of inTemplate) {
    if (!declared.includes(name)) add(`{${name}} of the path is not declared as a path parameter`);
    if (inTemplate.indexOf(name) !== inTemplate.lastIndexOf(name)) add(`{${name}} occurs twice in the path`);
  }
  for (const name of declared) {
    if (!inTemplate.includes(name)) add(`the path parameter "${name}" is not in the path ${path}`);
  }
}
